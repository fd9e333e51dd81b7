"""Regions of a picture to look for a hand in, and the landmarks that give the next one.

Lengths are pixels of the frame, y points down. Angles are radians: 0 is a hand with its
fingers up, a positive angle turns it clockwise. The constants are those of MediaPipe's
hand graphs, which both models were trained and served with.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

PALM_GROW, PALM_SHIFT = 2.6, -0.5
HAND_GROW, HAND_SHIFT = 2.0, -0.1

# The wrist, the thumb's lower joints, and knuckle and middle joint of each finger. Finger
# tips are left out, so that a bending finger does not move the region.
_STEADY = (0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18)
_WRIST, _KNUCKLES, _WEIGHTS = 0, (5, 9, 13), (0.25, 0.5, 0.25)
_PALM_EDGES = ((0, 5), (5, 17), (17, 0))
_SAME_BOX, _SAME_POINT, _SAME_POINTS = 0.2, 0.2, 10


class Region(NamedTuple):
    """A turned square that should hold one hand.

    Parameters
    ----------
    x, y : float
        Centre, pixels.
    side : float
        Length of a side, pixels.
    angle : float
        How far the hand is turned clockwise from upright, radians.
    """

    x: float
    y: float
    side: float
    angle: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the square as if it were not turned, pixels."""
        half = self.side / 2
        return self.x - half, self.y - half, self.x + half, self.y + half

    def matrix(self, size: int) -> np.ndarray:
        """Affine map from a crop of `size` × `size` pixels to the frame.

        The crop's corner falls on the region's corner, without an offset of half a pixel:
        the models were served so, and their answers depend on it.

        Returns
        -------
        ndarray, shape (2, 3)
        """
        scale = self.side / size
        sine, cosine = scale * math.sin(self.angle), scale * math.cos(self.angle)
        turn = np.array(((cosine, -sine), (sine, cosine)))
        corner = np.array((self.x, self.y)) - turn.sum(axis=1) * (size / 2)
        return np.column_stack((turn, corner))


def overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> float:
    """Intersection over union of two boxes (left, top, right, bottom), 0..1."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return width * height / (both - width * height)


def box_of(points: np.ndarray) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of landmarks.

    Parameters
    ----------
    points : ndarray, shape (n, 2) or (n, 3)
    """
    (left, top), (right, bottom) = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def turn_of(base: np.ndarray, top: np.ndarray) -> float:
    """Angle of the axis from `base` to `top`, in (-π, π]; 0 where it points up."""
    return math.atan2(float(top[0] - base[0]), float(base[1] - top[1]))


def palm_region(
    box: tuple[float, float, float, float], wrist: np.ndarray, knuckle: np.ndarray
) -> Region:
    """The region of a hand whose palm was found.

    Parameters
    ----------
    box : tuple of float
        Left, top, right and bottom of the palm, pixels.
    wrist, knuckle : ndarray, shape (2,)
        Middle of the wrist and knuckle of the middle finger, pixels.
    """
    left, top, right, bottom = box
    centre = (left + right) / 2, (top + bottom) / 2
    angle = turn_of(wrist, knuckle)
    return _grown(centre, right - left, bottom - top, angle, PALM_GROW, PALM_SHIFT)


def next_region(points: np.ndarray) -> Region:
    """Where the hand should be in the next frame.

    Parameters
    ----------
    points : ndarray, shape (21, 2) or (21, 3)
        Its landmarks in this frame, pixels.
    """
    flat = points[:, :2]
    angle = turn_of(flat[_WRIST], np.dot(_WEIGHTS, flat[list(_KNUCKLES)]))
    sine, cosine = math.sin(angle), math.cos(angle)
    turn = np.array(((cosine, -sine), (sine, cosine)))
    upright = flat[list(_STEADY)] @ turn
    low, high = upright.min(axis=0), upright.max(axis=0)
    centre = turn @ ((low + high) / 2)
    width, height = high - low
    return _grown(centre, float(width), float(height), angle, HAND_GROW, HAND_SHIFT)


def same_hand(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two sets of landmarks lie on one and the same hand.

    Parameters
    ----------
    a, b : ndarray, shape (21, 2) or (21, 3)
        Landmarks in pixels. They are the same hand if their boxes overlap and at least ten
        landmarks lie within a fifth of the palm's longest edge of each other.
    """
    if overlap(box_of(a), box_of(b)) <= _SAME_BOX:
        return False
    a, b = a[:, :2], b[:, :2]
    palm = max(np.linalg.norm(p[i] - p[j]) for p in (a, b) for i, j in _PALM_EDGES)
    near = np.linalg.norm(a - b, axis=1) < _SAME_POINT * palm
    return int(near.sum()) >= _SAME_POINTS


def _grown(centre, width: float, height: float, angle: float, grow: float, shift: float) -> Region:
    """Move a turned box along its own vertical, square it by its long side, and scale it."""
    x = float(centre[0]) - height * shift * math.sin(angle)
    y = float(centre[1]) + height * shift * math.cos(angle)
    return Region(x, y, grow * max(width, height), angle)
