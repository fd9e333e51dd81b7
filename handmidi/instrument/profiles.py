"""The time courses that a reach may have: how long it lasts, how it is shaped, when it began."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

STEPS = 256
"""Parts of a reach at which its profiles are tabulated."""

F32 = np.float32
_BEND, _FAR = 0.3, 20.0
_DURATIONS_S, _PEAKS, _HOMING = (0.095, 0.8), (0.34, 0.58), 0.09


def bent(x: np.ndarray | float) -> np.ndarray | float:
    """Way on the logarithm of a size, as the hand goes it.

    Hands move smoothly in space, where a size falls with the square of its distance. A little
    more than half of that bend fits most hands.
    """
    return -np.expm1(-_BEND * np.clip(x, -_FAR, _FAR)) / _BEND


def bent_slope(x: np.ndarray) -> np.ndarray:
    """How much way `bent` makes of a small step at `x`."""
    return np.exp(-_BEND * np.clip(x, -_FAR, _FAR))


def straight(x: np.ndarray | float) -> np.ndarray | float:
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
        Indices of its duration and its shape.
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

    def __getitem__(self, rows: np.ndarray) -> Courses:
        """Some of the rows."""
        return Courses(
            self.log_duration[rows],
            self.peak[rows],
            self.begun[rows],
            self.homing[rows],
            self.profile_at[rows],
            self.duration_s[rows],
            self.lasts[rows],
            self.shape[rows],
        )


class Grid:
    """All durations × shapes × starts, coarse at first, and finer ones about any of them.

    A shape is a peak of the speed, plain or homing.

    Parameters
    ----------
    durations, peaks, starts : int
        How many of each.

    Attributes
    ----------
    courses : Courses
        The coarse ones: durations outermost, then homing, peaks, and starts innermost.
    log_durations : ndarray, shape (d,)
    peaks, homings : ndarray, shape (s,)
        What the durations and shapes are, coarse and fine.
    profiles : ndarray of float32
        The tables of all profiles one after another.
    """

    FINER = 8
    """How many finer courses there are about a coarse one."""

    def __init__(self, durations: int = 12, peaks: int = 3, starts: int = 5) -> None:
        # Every coarse duration and peak stands between the two that refine it.
        log_durations = np.linspace(*np.log(_DURATIONS_S), durations)
        step = (log_durations[1] - log_durations[0]) / 4
        self.log_durations = np.concatenate(
            [log_durations, (log_durations[:, None] + [-step, step]).ravel()]
        )
        edges = np.linspace(*_PEAKS, 4 * peaks + 1)
        tabled = np.concatenate([edges[2::4], edges[1::2]])
        self.peaks, self.homings = np.tile(tabled, 2), np.repeat([0.0, 1.0], len(tabled))
        tables = [plain_profile(p) for p in tabled] + [homing_profile(p) for p in tabled]
        self.profiles = np.concatenate(tables).astype(F32)
        self._durations, self._count = durations, peaks
        d, h, p, u = (g.ravel() for g in np.indices((durations, 2, peaks, starts)))
        self._shift = 1 / (4 * starts)
        self._sides = np.indices((2, 2, 2)).reshape(3, self.FINER)
        self.courses = self._courses(d, h * len(tabled) + p, (u + 0.5) / starts)

    def _courses(self, lasts: np.ndarray, shape: np.ndarray, begun: np.ndarray) -> Courses:
        log_duration = self.log_durations[lasts].astype(F32)
        return Courses(
            log_duration,
            self.peaks[shape].astype(F32),
            begun.astype(F32),
            self.homings[shape].astype(F32),
            shape * (STEPS + 1),
            np.exp(log_duration),
            lasts,
            shape,
        )

    def finer(self, rows: np.ndarray) -> Courses:
        """`FINER` courses about each of some coarse ones, side by side.

        Parameters
        ----------
        rows : ndarray of int, shape (m,)
            Rows of `courses`.
        """
        coarse, (later, higher, earlier) = self.courses[rows], self._sides
        lasts = self._durations + 2 * coarse.lasts[:, None] + later
        peak = coarse.shape[:, None] % (3 * self._count)
        shape = coarse.shape[:, None] + self._count + peak + higher
        begun = coarse.begun[:, None] + self._shift * (2 * earlier - 1)
        return self._courses(lasts.ravel(), shape.ravel(), begun.ravel())
