"""What 21 landmarks say of a hand: how near it is, and the shape it makes."""

from __future__ import annotations

import math

import numpy as np

from handmidi.hand import Hand

_WRIST, _THUMB_BASE, _THUMB_TIP, _INDEX_TIP = 0, 2, 4, 8
_MIDDLE_KNUCKLE, _LITTLE_KNUCKLE = 9, 17
_FINGERS = np.array(((5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (17, 18, 19, 20)))
_FIST, _STRAIGHT = 0.45, 0.97
_STRETCHED, _THUMB_OUT = 0.8, 1.1
_TOUCHING, _APART = 0.2, 0.8


def stretches(points: np.ndarray) -> np.ndarray:
    """How straight each of the four fingers is.

    Parameters
    ----------
    points : ndarray, shape (21, 2) or (21, 3)
        Landmarks in MediaPipe's order, any unit. With depth the value does not depend
        on how the hand is turned.

    Returns
    -------
    ndarray, shape (4,)
        From index to little finger: distance from knuckle to tip divided by the length of
        the three bones, 0..1.
    """
    joints = points[_FINGERS]
    bones = np.linalg.norm(np.diff(joints, axis=1), axis=2).sum(axis=1)
    reach = np.linalg.norm(joints[:, -1] - joints[:, 0], axis=1)
    return np.divide(reach, bones, out=np.zeros(4), where=bones > 0)


def openness(stretch: np.ndarray) -> float:
    """How far the four fingers are stretched on average, 0 (fist) to 1 (open).

    Parameters
    ----------
    stretch : ndarray, shape (4,)
        As `stretches` gives it.
    """
    value = (float(stretch.mean()) - _FIST) / (_STRAIGHT - _FIST)
    return min(max(value, 0.0), 1.0)


def tilt(points: np.ndarray) -> float:
    """How far the hand leans towards its owner's right, degrees, -180..180; 0 is upright.

    The camera faces the player: their right is the picture's left.
    """
    x, y = (points[_MIDDLE_KNUCKLE] - points[_WRIST])[:2]
    return math.degrees(math.atan2(-float(x), -float(y))) if x or y else 0.0


def pinch(points: np.ndarray) -> float:
    """How near the tips of thumb and index finger are, 0 (apart) to 1 (touching).

    Measured in lengths of the palm, so that it does not depend on the distance.
    """
    palm = np.linalg.norm(points[_MIDDLE_KNUCKLE] - points[_WRIST])
    if palm == 0:
        return 0.0
    gap = float(np.linalg.norm(points[_THUMB_TIP] - points[_INDEX_TIP]) / palm)
    return min(max((_APART - gap) / (_APART - _TOUCHING), 0.0), 1.0)


def fingers(points: np.ndarray, stretch: np.ndarray) -> int:
    """How many fingers are stretched, 0..5.

    The thumb counts where its tip is clearly farther from the little finger's knuckle than
    its base.
    """
    away = np.linalg.norm(points[[_THUMB_TIP, _THUMB_BASE]] - points[_LITTLE_KNUCKLE], axis=1)
    thumb = away[0] > _THUMB_OUT * away[1] > 0
    return int((stretch > _STRETCHED).sum()) + int(thumb)


def hand_from_landmarks(
    points: np.ndarray, width: int, height: int, side: str, score: float
) -> Hand:
    """Reduce 21 landmarks to a `Hand`.

    Parameters
    ----------
    points : ndarray, shape (21, 3)
        Landmarks in pixels; z in the same unit.
    width, height : int
        Size of the frame in pixels.
    side : {"left", "right"}
    score : float
        0..1.
    """
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    x, y = (low + high) / 2
    area = float(np.prod(high - low)) / (width * height)
    stretch = stretches(points)
    return Hand(
        side,
        score,
        area,
        float(x) / width,
        float(y) / height,
        openness(stretch),
        tilt(points),
        pinch(points),
        fingers(points, stretch),
    )
