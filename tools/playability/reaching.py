"""How a hand gets from one place to another: strokes that add up to a path.

A path is a start plus a sum of strokes, each a smooth step that begins, rises along a
bell-shaped speed and ends. Strokes may overlap: a correction or the next reach may begin
before the last one is over (superposition: Flash and Henis, 1991).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .phrases import Wish

FAMILIES = ("warped", "halves", "beta", "homing")
PEAK_RANGE = (0.35, 0.60)
"""Where speed may peak, as a fraction of a reach's duration. Below ½ is usual for aimed
moves, the more so the smaller the target (MacKenzie, Marteniuk, Dugas, Liske and Eickmeier,
1987; Nagasaki, 1989)."""

_GRID = np.linspace(0, 1, 401)
_HOMING_SHARE = 0.08
"""Part of the way that a homing reach leaves to its second, overlapping stroke. With
practice the first stroke comes close by itself (Novak, Miller and Houk, 2000)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The shape of a reach.

    Parameters
    ----------
    family : {"warped", "halves", "beta", "homing"}
        "warped": the minimum-jerk profile (Flash and Hogan, 1985) with its time stretched
        by a power. "halves": two minimum-jerk halves of different length (the asymmetric
        profiles of Nagasaki, 1989). "beta": the integral of a beta-shaped speed. "homing":
        a ballistic minimum-jerk stroke and a small one that overlaps its end (Woodworth,
        1899; Novak, Miller and Houk, 2002).
    peak : float
        Where speed peaks, as a fraction of the duration; within `PEAK_RANGE`. "warped" has
        done half its way then, and its speed peaks up to 0.08 earlier.
    """

    family: str
    peak: float

    def steps(self) -> np.ndarray:
        """Position 0..1 on 401 equal steps of time, never falling."""
        u, p = _GRID, self.peak
        if self.family == "warped":
            return minimum_jerk(u ** (math.log(0.5) / math.log(p)))
        if self.family == "halves":
            first = 2 * p * minimum_jerk(u / (2 * p))
            second = p + (1 - p) * (2 * minimum_jerk(0.5 + (u - p) / (2 * (1 - p))) - 1)
            return np.where(u < p, first, second)
        if self.family == "beta":
            speed = u ** (4 * p) * (1 - u) ** (4 * (1 - p))
            way = np.concatenate([[0.0], np.cumsum((speed[1:] + speed[:-1]) / 2)])
            return way / way[-1]
        begin, end = max(2 * p - 1, 0.0), min(2 * p, 1.0)
        ballistic = minimum_jerk((u - begin) / (end - begin))
        homing = minimum_jerk((u - p) / (1 - p))
        return (1 - _HOMING_SHARE) * ballistic + _HOMING_SHARE * homing


MINIMUM_JERK = Profile("warped", 0.5)


@dataclass(frozen=True, slots=True)
class Stroke:
    """One smooth step of a path.

    Parameters
    ----------
    start_s, duration_s : float
    way : float
        How far it goes, with its sign, in the path's unit.
    profile : Profile
    """

    start_s: float
    duration_s: float
    way: float
    profile: Profile = MINIMUM_JERK

    @property
    def end_s(self) -> float:
        """When it is over."""
        return self.start_s + self.duration_s

    def at(self, times_s: np.ndarray) -> np.ndarray:
        """How much of `way` is done at each time."""
        share = (times_s - self.start_s) / self.duration_s
        return self.way * np.interp(share, _GRID, self.profile.steps())


@dataclass(frozen=True, slots=True)
class Reach:
    """A move of the arm to another zone, and what it was for.

    Parameters
    ----------
    wish : Wish
    arrival_s : float
        When it ended; later than wished if there was no time.
    duration_s : float
        How long it took, without a halt on the way.
    from_zone : int
    from_m : float
        Where it began.
    before_s : float
        When the reach before it ended.
    still_s : float
        When the hand had also mended where that one had stopped.
    halts : bool
        Whether it stopped on its way.
    """

    wish: Wish
    arrival_s: float
    duration_s: float
    from_zone: int
    from_m: float
    before_s: float
    still_s: float
    halts: bool


def minimum_jerk(u: np.ndarray) -> np.ndarray:
    """Position along a minimum-jerk move (Flash and Hogan, 1985); `u` is clipped to 0..1."""
    u = np.clip(u, 0, 1)
    return u**3 * (10 - 15 * u + 6 * u * u)


def path(start: float, strokes: Sequence[Stroke], times_s: np.ndarray) -> np.ndarray:
    """Where a hand is at each time: its start and all that its strokes have done."""
    out = np.full(len(times_s), float(start))
    for stroke in strokes:
        first, last = np.searchsorted(times_s, (stroke.start_s, stroke.end_s))
        out[first:last] += stroke.at(times_s[first:last])
        out[last:] += stroke.way
    return out


def waver(
    times_s: np.ndarray, band_hz: tuple[float, float], rms: float, rng: np.random.Generator
) -> np.ndarray:
    """Irregular to and fro within a band of frequencies: seven sines of random phase.

    Parameters
    ----------
    times_s : ndarray
    band_hz : tuple of float
        Lowest and highest frequency.
    rms : float
        Root mean square of the result over a long time, in the unit wanted.
    rng : numpy.random.Generator
    """
    hertz, phase = rng.uniform(*band_hz, 7), rng.uniform(0, 2 * math.pi, 7)
    size = rng.uniform(0.5, 1.0, 7)
    size *= rms * math.sqrt(2) / np.linalg.norm(size)
    return np.sin(2 * math.pi * np.outer(times_s, hertz) + phase) @ size
