"""The time courses that a reach may have: how long it lasts, how it is shaped, when it began."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

STEPS = 256
"""Parts of a reach at which its profiles are tabulated."""

F32 = np.float32
_BEND, _FAR = 0.3, 20.0
_DURATIONS_S, _PEAKS, _HOMING = (0.095, 0.8), (0.34, 0.58), 0.09


Way = TypeVar("Way", np.ndarray, float)


def bent(x: Way) -> Way:
    """Way on the logarithm of a size, as the hand goes it.

    Hands move smoothly in space, where a size falls with the square of its distance. A little
    more than half of that bend fits most hands.
    """
    return -np.expm1(-_BEND * np.clip(x, -_FAR, _FAR)) / _BEND


def bent_slope(x: np.ndarray) -> np.ndarray:
    """How much way `bent` makes of a small step at `x`."""
    return np.exp(-_BEND * np.clip(x, -_FAR, _FAR))


def straight(x: Way) -> Way:
    """Way on an axis of places or angles: as it is."""
    return x


def straight_slope(x: np.ndarray) -> np.ndarray:
    """1 everywhere."""
    return np.ones_like(x)


def minimum_jerk(u: np.ndarray) -> np.ndarray:
    """Position along a minimum-jerk move (Flash and Hogan, 1985); `u` is clipped to 0..1."""
    u = np.clip(u, 0, 1)
    return u**3 * (10 - 15 * u + 6 * u * u)


def plain_profile(peak: float) -> np.ndarray:
    """Position along a single stroke, 0..1, whose speed peaks at a fraction of its duration.

    The mean of two families: the minimum-jerk profile with its time warped, and the
    integral of a beta-shaped speed.

    Returns
    -------
    ndarray, shape (STEPS + 1,)
    """
    u = np.linspace(0, 1, STEPS + 1)
    speed = u ** (4 * peak) * (1 - u) ** (4 * (1 - peak))
    beta = np.concatenate([[0], np.cumsum((speed[1:] + speed[:-1]) / 2)])
    return (minimum_jerk(u ** (math.log(0.5) / math.log(peak))) + beta / beta[-1]) / 2


def homing_profile(peak: float) -> np.ndarray:
    """Position along a fast stroke and a small one that overlaps its end (Woodworth, 1899).

    Returns
    -------
    ndarray, shape (STEPS + 1,)
    """
    u = np.linspace(0, 1, STEPS + 1)
    first, last = max(2 * peak - 1, 0.0), min(2 * peak, 1.0)
    stroke = minimum_jerk((u - first) / (last - first))
    return (1 - _HOMING) * stroke + _HOMING * minimum_jerk((u - peak) / (1 - peak))


@dataclass(frozen=True, slots=True)
class Courses:
    """Hypotheses about a reach's time course, one row each.

    Parameters
    ----------
    log_duration, peak, begun : ndarray of float32, shape (n,)
        Logarithm of the seconds that it lasts; the fraction of them at which its speed
        peaks; the fraction by which it lies before its detection.
    homing : ndarray of float32, shape (n,)
        0 or 1: whether a second stroke ends it.
    profile_at : ndarray of int, shape (n,)
        Where its profile begins in `Grid.profiles`.
    duration_s : ndarray of float32, shape (n,)
    lasts, shape : ndarray of int, shape (n,)
        Indices of its duration and its shape in its `Level`.
    """

    log_duration: np.ndarray
    peak: np.ndarray
    begun: np.ndarray
    homing: np.ndarray
    profile_at: np.ndarray
    duration_s: np.ndarray
    lasts: np.ndarray
    shape: np.ndarray

    def __len__(self) -> int:
        return len(self.begun)


@dataclass(frozen=True, slots=True)
class Level:
    """The durations and shapes of one fineness.

    Parameters
    ----------
    log_durations : ndarray, shape (d,)
    peaks, homings : ndarray, shape (s,)
        Of each shape: the plain ones, then the homing ones, peaks ascending in both.
    first : int
        Number of its first table in `Grid.profiles`.
    """

    log_durations: np.ndarray
    peaks: np.ndarray
    homings: np.ndarray
    first: int


class Grid:
    """All durations × shapes × starts, coarse at first, and finer ones about any of them.

    A shape is a peak of the speed, plain or homing.

    Parameters
    ----------
    durations, peaks, starts : int
        How many of each at the coarsest.
    levels : int, default 3
        How many finenesses.

    Attributes
    ----------
    levels : list of Level
        From coarse to fine; each halves the steps of the one before.
    courses : Courses
        The coarse ones: durations outermost, then homing, peaks, and starts innermost.
    profiles : ndarray of float32
        The tables of all profiles one after another.
    """

    FINER = 8
    """How many finer courses there are about a coarser one."""

    def __init__(
        self, durations: int = 12, peaks: int = 3, starts: int = 5, levels: int = 3
    ) -> None:
        self.levels: list[Level] = []
        tables: list[np.ndarray] = []
        shortest, longest = np.log(_DURATIONS_S)
        log_durations = np.linspace(shortest, longest, durations)
        step = (log_durations[1] - log_durations[0]) / 4
        for level in range(levels):
            tabled = np.linspace(*_PEAKS, 2 * (peaks << level) + 1)[1::2]
            homings = np.repeat([0.0, 1.0], len(tabled))
            self.levels.append(Level(log_durations, np.tile(tabled, 2), homings, len(tables)))
            tables += [make(p) for make in (plain_profile, homing_profile) for p in tabled]
            # Every duration and peak stands between the two that refine it.
            log_durations = (log_durations[:, None] + [-step, step]).ravel()
            step /= 2
        self.profiles = np.concatenate(tables).astype(F32)
        d, s, u = (g.ravel() for g in np.indices((durations, 2 * peaks, starts)))
        self._starts = starts
        self._sides = np.indices((2, 2, 2)).reshape(3, self.FINER)
        self.courses = self._courses(0, d, s, (u + 0.5) / starts)

    def _courses(
        self, level: int, lasts: np.ndarray, shape: np.ndarray, begun: np.ndarray
    ) -> Courses:
        at = self.levels[level]
        log_duration = at.log_durations[lasts].astype(F32)
        return Courses(
            log_duration,
            at.peaks[shape].astype(F32),
            begun.astype(F32),
            at.homings[shape].astype(F32),
            (at.first + shape) * (STEPS + 1),
            np.exp(log_duration),
            lasts,
            shape,
        )

    def finer(self, level: int, coarse: Courses, rows: np.ndarray) -> Courses:
        """`FINER` courses about each of some coarser ones, side by side.

        Parameters
        ----------
        level : int
            Of the finer ones.
        coarse : Courses
            Of the level before.
        rows : ndarray of int, shape (m,)
            Which of them.
        """
        later, higher, earlier = self._sides
        shift = 1 / (self._starts << level + 1)
        begun = coarse.begun[rows, None] + shift * (2 * earlier - 1)
        lasts = 2 * coarse.lasts[rows, None] + later
        shape = 2 * coarse.shape[rows, None] + higher
        return self._courses(level, lasts.ravel(), shape.ravel(), begun.ravel())
