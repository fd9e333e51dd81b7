"""Zones along an axis, and where a hand aims that plays them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

REST = -1
"""Index of the rest below the first zone."""

_AIM, _AIM_TOP, _AIM_REST = 0.12, 0.2, 0.25
_OVER, _UNDER = 0.2, 0.05
_MISS, _MISS_SD = 0.09, 0.05
_MISS_LIMIT, _MISS_SD_LIMIT = 0.4, 0.15
_LOG_CORRECTION = math.log(10.0)


@dataclass(frozen=True, slots=True)
class Targets:
    """Where a reach may stop, one row per hypothesis.

    Parameters
    ----------
    zone : ndarray of int, shape (k,)
        Row of the zone, 0 for the rest; several hypotheses may name the same one.
    way, sd : ndarray, shape (k,)
        Distance from the start to where it stops and its spread, in axis units.
    width : ndarray, shape (k,)
        Of the zone, in axis units.
    log_prior : ndarray, shape (k,)
    """

    zone: np.ndarray
    way: np.ndarray
    sd: np.ndarray
    width: np.ndarray
    log_prior: np.ndarray


class Aims:
    """Where zones lie, and what a reach may be meant for.

    Parameters
    ----------
    edges : sequence of float, length n + 1, ascending
        Zone k lies from ``edges[k]`` to ``edges[k + 1]``. Below the first edge is the rest;
        the last zone has no upper end.
    floor : float
        Where the hand comes to rest below the first edge, at the lowest.
    """

    def __init__(self, edges: Sequence[float], floor: float) -> None:
        self._edges = [float(edge) for edge in edges]
        self._widths = [b - a for a, b in pairwise(self._edges)]
        rest = max(edges[0] - floor, 0.5 * self._widths[0])
        # Row 0 is the rest, row k + 1 zone k. The outer two have no far end: aims scatter there.
        self._centres = np.array(
            [edges[0] - 0.5 * rest] + [(a + b) / 2 for a, b in pairwise(self._edges)]
        )
        self._row_widths = np.array([self._widths[0], *self._widths])
        self._aims = _AIM * self._row_widths
        self._aims[0] = _AIM_REST * rest
        self._aims[-1] = _AIM_TOP * self._widths[-1]
        self._sides: dict[tuple[int, float], tuple[np.ndarray, ...]] = {}

    def __len__(self) -> int:
        return len(self._widths)

    def clipped(self, x: float) -> float:
        """`x`, at most three boards away: no hand is farther."""
        far = 3 * (self._edges[-1] - self._edges[0])
        return min(max(x, self._edges[0] - far), self._edges[-1] + far)

    def at(self, x: float) -> int:
        """The zone in which `x` lies."""
        return min(bisect_right(self._edges, x) - 1, len(self._widths) - 1)

    def width_at(self, x: float) -> float:
        """Width of the zone in which `x` lies; the rest counts as wide as the first zone."""
        return self._widths[max(self.at(x), 0)]

    def is_inside(self, x: float, zone: int, margin: float) -> bool:
        """Whether `x` lies in `zone`, `margin` zone widths away from its ends."""
        if zone == REST:
            return x < self._edges[0] - margin * self._widths[0]
        far = margin * self._widths[zone]
        is_last = zone == len(self._widths) - 1
        return x > self._edges[zone] + far and (is_last or x < self._edges[zone + 1] - far)

    def gap(self, x: float, zone: int) -> float:
        """How far it is from `x` to the nearer end of `zone`, in axis units; 0 within it."""
        low = self._edges[zone] if zone >= 0 else -math.inf
        high = self._edges[zone + 1] if zone + 1 < len(self._widths) else math.inf
        return max(low - x, x - high, 0.0)

    def off_centre(self, x: float) -> float:
        """How far the centre of the zone in which `x` lies is above `x`, in axis units."""
        return float(self._centres[self.at(x) + 1]) - x

    def targets(self, start: float, direction: float, correction: bool) -> Targets:
        """Every zone on the side that a hand moves to; it may miss the centre there.

        Parameters
        ----------
        start : float
            Where the reach begins.
        direction : float
            1 for up, -1 for down.
        correction : bool
            Whether it mends a leap that ended off the centre: then it most likely ends in
            its own zone or, if it leaves the centre behind, in the next.
        """
        row = self.at(start) + 1
        side = self._sides.get((row, direction))
        if side is None:
            side = self._sides[row, direction] = self._side(row, direction)
        zone, miss, log_prior = side
        centre, width, aim = self._centres[zone], self._row_widths[zone], self._aims[zone]
        way = centre - start
        far = np.abs(way)
        if correction:
            home = 0 if self.off_centre(start) * direction > 0 else 1
            log_prior = log_prior + np.where(np.abs(zone - row) == home, _LOG_CORRECTION, 0.0)
        off = direction * miss * np.minimum(_MISS * far, _MISS_LIMIT * width)
        scatter = miss * np.minimum(_MISS_SD * far, _MISS_SD_LIMIT * width)
        return Targets(zone, way + off, np.hypot(aim, scatter), width, log_prior)

    def _side(self, row: int, direction: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows on one side of a row, hit, overshot (1) or undershot (-1), and how likely."""
        rows = np.arange(row, len(self._centres)) if direction > 0 else np.arange(row + 1)
        may_miss = rows[(rows != row) & (rows > 0)]
        zone = np.concatenate([rows, may_miss, may_miss])
        counts = (len(rows), len(may_miss), len(may_miss))
        log_odds = (0.0, math.log(_OVER), math.log(_UNDER))
        return zone, np.repeat([0.0, 1.0, -1.0], counts), np.repeat(log_odds, counts)
