"""Regions of a picture to look for a hand in, and the landmarks that give the next one.

Lengths are pixels of the frame, y points down. Angles are radians: 0 is a hand with its
fingers up, a positive angle turns it clockwise. The constants are those of MediaPipe's
hand graphs, which both models were trained and served with.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np

PALM_GROW, PALM_SHIFT = 2.6, -0.5
HAND_GROW, HAND_SHIFT = 2.0, -0.1

# The wrist, the thumb's lower joints, and knuckle and middle joint of each finger. Finger
# tips are left out, so that a bending finger does not move the region.
_STEADY = itemgetter(0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18)
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

    def window(self, width: int, height: int) -> tuple[int, int, int, int] | None:
        """The part of a picture that the turned square lies on.

        Parameters
        ----------
        width, height : int
            Size of the picture, pixels.

        Returns
        -------
        tuple of int, or None
            Left, top, right and bottom, right and bottom excluded, with a margin of two pixels
            for the interpolation. None if the square misses the picture, is smaller than a
            pixel or is not finite.
        """
        x, y, side, angle = self
        if not math.isfinite(x + y + side + angle) or side < 1:
            return None
        half = side / 2 * (abs(math.sin(angle)) + abs(math.cos(angle)))
        left, top = max(0, int(x - half) - 2), max(0, int(y - half) - 2)
        right, bottom = min(width, int(x + half) + 3), min(height, int(y + half) + 3)
        return (left, top, right, bottom) if left < right and top < bottom else None

    def matrix(self, size: int, left: int = 0, top: int = 0) -> np.ndarray:
        """Affine map from a crop of `size` × `size` pixels to the frame.

        The crop's corner falls on the region's corner, without an offset of half a pixel:
        the models were served so, and their answers depend on it.

        Parameters
        ----------
        size : int
            Side of the crop, pixels.
        left, top : int, default 0
            Pixel of the frame that counts as (0, 0).

        Returns
        -------
        ndarray, shape (2, 3)
        """
        sine, cosine, x, y = self._corner(size)
        return np.array(((cosine, -sine, x - left), (sine, cosine, y - top)))

    def to_frame(self, values: Sequence[float], size: int) -> list[tuple[float, float, float]]:
        """Points of a crop of `size` × `size` pixels in the frame.

        Parameters
        ----------
        values : sequence of float
            x, y and z of the first point, then of the next, in pixels of the crop.
        size : int

        Returns
        -------
        list of tuple
            (x, y, z) in pixels of the frame; z is only scaled.
        """
        # Plain floats, here and in `next_region`: right after an inference, whose data fills
        # the caches, every other NumPy function costs some ten microseconds.
        sine, cosine, left, top = self._corner(size)
        scale, rest = self.side / size, iter(values)
        return [
            (cosine * x - sine * y + left, sine * x + cosine * y + top, scale * z)
            for x, y, z in zip(rest, rest, rest, strict=True)
        ]

    def _corner(self, size: int) -> tuple[float, float, float, float]:
        """Sine and cosine in frame pixels per crop pixel, and the crop's corner in the frame."""
        x, y, side, angle = self
        scale, half = side / size, size / 2
        sine, cosine = scale * math.sin(angle), scale * math.cos(angle)
        return sine, cosine, x - half * (cosine - sine), y - half * (sine + cosine)


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


def turn_of(base: Sequence[float], top: Sequence[float]) -> float:
    """Angle of the axis from `base` to `top`, (x, y) each, in (-π, π]; 0 where it points up."""
    return math.atan2(top[0] - base[0], base[1] - top[1])


def palm_region(
    box: tuple[float, float, float, float], wrist: Sequence[float], knuckle: Sequence[float]
) -> Region:
    """The region of a hand whose palm was found.

    Parameters
    ----------
    box : tuple of float
        Left, top, right and bottom of the palm, pixels.
    wrist, knuckle : sequence of 2 floats
        Middle of the wrist and knuckle of the middle finger, pixels.
    """
    left, top, right, bottom = box
    centre = (left + right) / 2, (top + bottom) / 2
    angle = turn_of(wrist, knuckle)
    return _grown(centre, right - left, bottom - top, angle, PALM_GROW, PALM_SHIFT)


def next_region(points: Sequence[Sequence[float]]) -> Region:
    """Where the hand should be in the next frame.

    Parameters
    ----------
    points : sequence of 21 points
        Its landmarks in this frame, (x, y, z) in pixels.
    """
    index, middle, ring = points[5], points[9], points[13]
    top = [(index[n] + ring[n]) / 4 + middle[n] / 2 for n in (0, 1)]
    angle = turn_of(points[0], top)
    sine, cosine = math.sin(angle), math.cos(angle)
    steady = _STEADY(points)
    across = [x * cosine + y * sine for x, y, _ in steady]
    down = [y * cosine - x * sine for x, y, _ in steady]
    left, right, high, low = min(across), max(across), min(down), max(down)
    u, v = (left + right) / 2, (high + low) / 2
    centre = u * cosine - v * sine, u * sine + v * cosine
    return _grown(centre, right - left, low - high, angle, HAND_GROW, HAND_SHIFT)


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


def _grown(
    centre: tuple[float, float],
    width: float,
    height: float,
    angle: float,
    grow: float,
    shift: float,
) -> Region:
    """Move a turned box along its own vertical, square it by its long side, and scale it."""
    x = centre[0] - height * shift * math.sin(angle)
    y = centre[1] + height * shift * math.cos(angle)
    return Region(x, y, grow * max(width, height), angle)
