"""The third tracker: a hand is what has the colour of skin. It needs no model, and is fragile.

It goes by a fixed range of colour, so it wants even and not coloured light, a sleeve, and
nothing else as red as skin behind the hand. It may miss dark skin, and dim light hides any.
A face has the same colour: a new hand is only believed once it spreads its fingers, which a
face cannot, and is then followed from picture to picture. Books or hair may look like fingers.
A hand that touches the face or the other hand becomes one patch with it, and is lost until it
is apart and spread again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from handmidi.hand import Hand
from handmidi.vision.geometry import box_of, overlap
from handmidi.vision.tracker import check_image

# Red and blue difference hardly depend on how light a skin is. After Chai and Ngan (1999: Cr
# 133–173, Cb 77–127), but hands in the sun reach Cr 178, and warm walls should stay out. Below
# a luma of 40 a camera's noise has any colour.
_DARKEST, _PALEST = (40, 137, 77), (255, 180, 127)
# Half of it saves half a millisecond, and loses the gaps between the fingers of a far hand.
_WORK_SIDE = 640
_SMALLEST = 0.004  # of the picture: a hand at arm's length and twice that
_PATCHES = 6  # that are looked at
# Lengths in radii of the palm, the largest circle within the patch.
_REACH = 3.6  # middle finger tips are at 3.2; beyond lies the bare arm
_FIST, _OPEN = 1.5, 2.9
_GAP, _POINTING = 0.6, 2.1
_GAP_DEG = 95.0  # thumb and index finger make the widest gap
_SPREAD = 2  # gaps: chin and neck may make one
_ROUND = 0.8  # shorter by longer axis of a patch without direction
_FREE = 0.01  # of the picture: what comes nearer to its sides or top may be furniture
_OUTLINE = 60
_JUMP = 2.5  # ratio of two pictures' areas: it melted with something else
_FORGET_S = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class SkinHand:
    """A patch of skin, taken for a hand; a `SeenHand`.

    Parameters
    ----------
    points : ndarray, shape (n, 2), n at most 64
        Outline in pixels, evenly spaced, with its outermost points.
    side : {"left", "right"}
        Guessed from where it first was (a player's right hand is at the picture's left), then
        kept.
    score : float
        Share of the patch that has the colour of skin, 0..1. Says nothing of a face.
    openness : float
        From how far the finger tips are from the palm, 0..1.
    tilt : float
        Of the patch's long axis towards the player's right, degrees, -180..180; beyond ±90
        only while gaps tell which end has the fingers.
    gaps : int
        Gaps between fingers, 0..4.
    fingers : int
        One more than gaps; without gaps 1 if it is long, 0..5.
    """

    points: np.ndarray
    side: str
    score: float
    openness: float
    tilt: float
    gaps: int
    fingers: int

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the outline, pixels."""
        return box_of(self.points)

    def hand(self, width: int, height: int) -> Hand:
        """The hand in a picture of that size in pixels.

        Its pinch is always 0. Its area is 1.2 to 1.6 times that of the landmarks' box, for it
        takes in all skin as far as the sleeve.
        """
        left, top, right, bottom = self.box
        area = (right - left) * (bottom - top) / (width * height)
        x, y = (left + right) / 2 / width, (top + bottom) / 2 / height
        shape = self.openness, self.tilt, 0.0, self.fingers
        return Hand(self.side, self.score, area, x, y, *shape)


class SkinTracker:
    """Follows patches of skin; see `Tracker` for the methods.

    Parameters
    ----------
    hands : {1, 2}, default 1
    """

    def __init__(self, hands: int = 1) -> None:
        self._most = hands
        self._known: list[tuple[SkinHand, float]] = []

    def track(self, image: np.ndarray, time_s: float) -> list[SkinHand]:
        """Hands in the next picture, the longest tracked first; see `Tracker.track`."""
        check_image(image)
        patches = find_patches(image)
        seen, missing = [], []
        for before, seen_s in self._known:
            nearest = max(patches, key=lambda p: overlap(p.box, before.box), default=None)
            if nearest and _same(before, nearest):
                patches = [patch for patch in patches if patch is not nearest]
                seen.append(replace(nearest, side=before.side))
            elif time_s - seen_s < _FORGET_S:
                missing.append((before, seen_s))
        known = [*seen, *(hand for hand, _ in missing)]
        fresh = [p for p in patches if _begins(p, image)][: self._most - len(known)]
        sides = _sides(fresh, known, image.shape[1])
        seen += [replace(patch, side=side) for patch, side in zip(fresh, sides, strict=True)]
        self._known = [(hand, time_s) for hand in seen] + missing
        return seen

    def close(self) -> None:
        """Forget the hands. A second call does nothing."""
        self._known = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def find_patches(image: np.ndarray) -> list[SkinHand]:
    """All patches of skin that are large enough for a hand, the largest first.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width, 3)
        BGR.
    """
    import cv2

    height, width = image.shape[:2]
    shrink = max(1, min(round(max(height, width) / _WORK_SIDE), height, width))
    if shrink > 1:  # by a whole number, for averages of whole pixels are four times faster
        size = width // shrink, height // shrink
        whole = image[: size[1] * shrink, : size[0] * shrink]
        image = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    skin = cv2.inRange(cv2.cvtColor(image, cv2.COLOR_BGR2YCrCb), _DARKEST, _PALEST)
    mask = cv2.medianBlur(skin, 3)
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    large = [o for o in outlines if cv2.contourArea(o) >= _SMALLEST * mask.size]
    large.sort(key=cv2.contourArea, reverse=True)
    return [_read(outline.reshape(-1, 2), mask, shrink) for outline in large[:_PATCHES]]


def _read(outline: np.ndarray, mask: np.ndarray, shrink: int) -> SkinHand:
    """Measure one patch of the mask, which is so many times smaller than the picture."""
    import cv2

    left, top, width, height = cv2.boundingRect(outline)
    filled = np.zeros((height + 2, width + 2), np.uint8)  # a rim, for distances to it
    cv2.drawContours(filled, [outline], 0, 255, -1, offset=(1 - left, 1 - top))
    skin = cv2.countNonZero(mask[top : top + height, left : left + width] & filled[1:-1, 1:-1])
    _, radius, _, deepest = cv2.minMaxLoc(cv2.distanceTransform(filled, cv2.DIST_L2, 3))
    palm = np.array((deepest[0] + left - 1, deepest[1] + top - 1))
    outline = outline[_lengths(outline - palm) <= _REACH * radius]
    tips, gaps = _gaps(outline, palm, radius)
    axis = _axis(outline, tips - palm)
    tilt = math.degrees(math.atan2(-axis[0], -axis[1]))
    reach = float(((outline - palm) @ axis).max()) / radius
    openness = min(max((reach - _FIST) / (_OPEN - _FIST), 0.0), 1.0)
    fingers = gaps + 1 if gaps else int(reach > _POINTING)
    points = (_sample(outline) + 0.5) * shrink
    score = skin / cv2.countNonZero(filled)
    return SkinHand(points, "right", score, openness, tilt, gaps, fingers)


def _axis(outline: np.ndarray, fingers: np.ndarray) -> np.ndarray:
    """Unit vector of a patch's long axis, towards the fingers if there are any, else upwards."""
    import cv2

    ahead = fingers.sum(axis=0) if len(fingers) else np.array((0.0, -1.0))
    m = cv2.moments(outline)
    wide, high, slope = m["mu20"], m["mu02"], 2 * m["mu11"]
    spread = math.hypot(wide - high, slope)
    if wide + high - spread > _ROUND**2 * (wide + high + spread):
        return ahead / max(math.hypot(*ahead), 1e-9)
    angle = math.atan2(slope, wide - high) / 2
    axis = np.array((math.cos(angle), math.sin(angle)))
    return axis if axis @ ahead > 0 else -axis


def _gaps(outline: np.ndarray, palm: np.ndarray, radius: float) -> tuple[np.ndarray, int]:
    """Finger tips, shape (n, 2), and how many gaps are between them.

    A gap is a deep and narrow dent between two tips that both stand off the palm.
    """
    import cv2

    hull = cv2.convexHull(outline, returnPoints=False)
    try:
        dents = cv2.convexityDefects(outline, hull)
    except cv2.error:  # an outline that touches itself
        dents = None
    if dents is None:
        return np.empty((0, 2)), 0
    *ends, depth = dents.reshape(-1, 4).T
    first, last, bottom = (outline[end].astype(float) for end in ends)
    a, b = first - bottom, last - bottom
    narrow = (a * b).sum(axis=1) > math.cos(math.radians(_GAP_DEG)) * _lengths(a) * _lengths(b)
    off = np.minimum(_lengths(first - palm), _lengths(last - palm)) > _FIST * radius
    gaps = narrow & off & (depth > 256 * _GAP * radius)  # OpenCV counts in 1/256 pixels
    return np.vstack((first[gaps], last[gaps])), min(int(gaps.sum()), 4)


def _lengths(vectors: np.ndarray) -> np.ndarray:
    return np.linalg.norm(vectors, axis=1)


def _sample(outline: np.ndarray) -> np.ndarray:
    """Points of an outline, evenly spaced, and its outermost four."""
    even = np.linspace(0, len(outline) - 1, min(_OUTLINE, len(outline))).astype(int)
    ends = (*outline.argmin(axis=0), *outline.argmax(axis=0))
    return outline[np.union1d(even, ends)]


def _begins(patch: SkinHand, image: np.ndarray) -> bool:
    """Whether a patch may be a new hand: its fingers are spread, and it stands free."""
    height, width = image.shape[:2]
    left, top, right, _ = patch.box
    free = min(left, width - right) > _FREE * width and top > _FREE * height
    return patch.gaps >= _SPREAD and free


def _same(before: SkinHand, now: SkinHand) -> bool:
    """Whether a patch can be the hand that was seen before."""
    sizes = [(b[2] - b[0]) * (b[3] - b[1]) for b in (before.box, now.box)]
    return overlap(before.box, now.box) > 0 and max(sizes) <= _JUMP * min(sizes)


def _sides(fresh: Sequence[SkinHand], known: Sequence[SkinHand], width: int) -> list[str]:
    """Sides of new hands: by place, and never two of the same."""
    if known:
        other = {"left": "right", "right": "left"}
        return [other[known[0].side]] * len(fresh)
    middles = [(hand.box[0] + hand.box[2]) / 2 for hand in fresh]
    if len(middles) == 2:
        return ["right", "left"] if middles[0] <= middles[1] else ["left", "right"]
    return ["right" if middle < width / 2 else "left" for middle in middles]
