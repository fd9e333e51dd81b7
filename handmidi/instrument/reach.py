"""Reading a reach before it ends.

A reach from zone to zone is a bell-shaped move. Each hypothesis "it began at t0, lasts T, is
shaped so, and stops in zone k" predicts the samples up to its amplitude, which is Gaussian
about the zone's centre and is integrated out in closed form, as is the place where the hand
rested. A few running sums per hypothesis are all the state there is, so a sample costs the
same at the end of a reach as at its beginning. The hypotheses are coarse at first; each time
that few are left alive, finer ones take their place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from handmidi.instrument.aims import Targets
from handmidi.instrument.habits import Course, Habits
from handmidi.instrument.profiles import (
    F32,
    STEPS,
    Courses,
    Grid,
    bent,
    bent_slope,
    straight,
    straight_slope,
)
from handmidi.instrument.track import Sample

_MISFIT = 0.016
"""Standard deviation of real profiles about ours, as a fraction of the way."""

_REST_SD = 0.6
"""Uncertainty of the place of rest, as a fraction of the noise."""

_NOTICED = 0.42
"""Part of a reach that may be over when it is noticed, but for the last frame."""

_DEAD, _GONE, _FEW = 1e-3, 1e-5, 56


class Timing(Protocol):
    """What is believed beforehand about when a reach ends."""

    def log_prior(self, arrival_s: np.ndarray, zone: np.ndarray) -> np.ndarray:
        """Log prior of arrivals (session seconds, n) in zones (rows, k); (k, n) or (1, n)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The most probable end of a reach.

    Parameters
    ----------
    zone : int
        Row of the zone, 0 for the rest.
    probability : float
    arrival_s, arrival_sd_s : float
        Mean arrival in that zone, session seconds, and its spread.
    by_zone : ndarray
        Probability of each row.
    """

    zone: int
    probability: float
    arrival_s: float
    arrival_sd_s: float
    by_zone: np.ndarray


class Reach:
    """One reach in progress.

    Parameters
    ----------
    grid : Grid
    habits : Habits
    targets : Targets
    timing : Timing or None
        None for a correction, which follows its leap at once.
    start : Sample
        When it was noticed, and where it began.
    step_s : float
        Time from the sample before to when it was noticed.
    noise : float
        Standard deviation of a sample, in axis units.
    frame_s : float
        Usual time between samples.
    is_ratio : bool, default True
        Whether the axis is the logarithm of a size.
    """

    def __init__(
        self,
        grid: Grid,
        habits: Habits,
        targets: Targets,
        timing: Timing | None,
        start: Sample,
        step_s: float,
        noise: float,
        frame_s: float,
        is_ratio: bool = True,
    ) -> None:
        self._grid, self._timing, self._start, self._step_s = grid, timing, start, F32(step_s)
        self._samples: list[tuple[float, float]] = []
        self._bent, slope_at = (bent, bent_slope) if is_ratio else (straight, straight_slope)
        way, slope = self._bent(targets.way), slope_at(targets.way)
        sd = targets.sd * slope
        self._zone, self._zones = targets.zone, int(targets.zone.max()) + 1
        self._way, self._effort = way, np.abs(way) / (targets.width * slope)
        self._habits, self._level, self._arrives_s = habits, 0, math.inf
        precision = 1 / (sd * sd)
        self._by_zone = (targets.log_prior - np.log(sd))[:, None]
        self._lay(grid.courses)
        # The misfit repeats itself from sample to sample: faster cameras do not average it out,
        # but they do narrow what is possible. Above 60 frames a second noise repeats itself too.
        variance = noise**2 * slope + (_MISFIT * way) ** 2 * min(1.0, 30 * frame_s)
        variance *= max(1.0, 1 / max(60 * frame_s, 0.1))
        weight = 1 / variance
        # One array each for targets and for courses: dropping rows is most of the work.
        self._by_target = np.array(
            (weight, np.log(weight), precision, way * precision, way * way * precision), F32
        )[:, :, None]

    def _lay(self, courses: Courses) -> None:
        """Take up hypotheses, and what the samples so far say to them."""
        self._courses = courses
        self._numbers = np.array((np.arange(len(courses)), courses.profile_at))
        t0 = -courses.begun * (self._step_s + F32(_NOTICED) * courses.duration_s)
        self._by_course = np.zeros((6, len(courses)), F32)
        self._by_course[:3] = t0, t0 + courses.duration_s, F32(STEPS) / courses.duration_s
        self._look()
        self._y = self._yy = 0.0
        level = self._grid.levels[self._level]
        by_duration = self._habits.log_duration(self._effort, level.log_durations)
        by_duration = (by_duration + self._by_zone).astype(F32)
        by_shape = self._habits.log_shape(level.peaks, level.homings, self._way).astype(F32)
        self._log_prior = by_duration.take(courses.lasts, 1) + by_shape.take(courses.shape, 1)
        if self._timing is not None:
            arrival_s = self._arrival.astype(float) + self._start.time_s
            self._log_prior += self._timing.log_prior(arrival_s, self._zone)
        if self._samples:
            self._add(self._samples)

    def _look(self) -> None:
        """Name the rows of what is kept for each course."""
        self._t0, self._arrival, self._rate, self._s, self._ss, self._sy = self._by_course
        self._alive, self._profile_at = self._numbers

    def update(self, *samples: Sample) -> None:
        """Take in samples."""
        time_s, x = self._start
        new = [(past_s - time_s, float(self._bent(place - x))) for past_s, place in samples]
        if new:
            self._samples += new
            self._add(new)

    def _add(self, samples: list[tuple[float, float]]) -> None:
        times, ys = np.array(samples, F32).T
        at = (times[:, None] - self._t0) * self._rate
        np.maximum(at, 0, out=at)
        np.minimum(at, STEPS, out=at)
        s = self._grid.profiles.take(at.astype(np.intp) + self._profile_at)
        self._s += s.sum(0)
        self._sy += ys @ s
        s *= s
        self._ss += s.sum(0)
        self._y += float(ys.sum())
        self._yy += float(ys @ ys)

    def read(self) -> Reading:
        """Weigh the hypotheses; the dead ones are dropped, few ones made finer."""
        # What is over need not be read more finely: that row has the learning to do.
        is_coarse = self._level + 1 < len(self._grid.levels)
        if is_coarse and len(self._alive) <= _FEW and self._samples[-1][0] < self._arrives_s:
            self._level += 1
            self._lay(self._grid.finer(self._level, self._courses, self._alive))
        w = self._weigh()
        by_zone = np.bincount(self._zone, w.sum(1), self._zones)
        zone = int(by_zone.argmax())
        self._won = w[self._zone == zone].sum(0) / F32(by_zone[zone])
        by_zone = by_zone / by_zone.sum()
        self._arrives_s, sd_s = self._mean(self._arrival)
        arrival_s = self._start.time_s + self._arrives_s
        reading = Reading(zone, float(by_zone[zone]), arrival_s, sd_s, by_zone)
        if len(self._samples) > 2:
            self._drop(w)
        return reading

    def _weigh(self) -> np.ndarray:
        """Weight of each target and course, shape (k, n); the best has 1.

        The log marginal likelihood of the samples under amplitude ~ N(A, sd²) and noise
        variance v is, up to constants, with P = Σs²/v + 1/sd² and L = Σsy/v + A/sd²,
        ½ (L²/P − log P − n log v − Σy²/v − A²/sd²) − log sd, where the sums are about the
        place of rest, itself Gaussian.
        """
        count = len(self._samples)
        weight, log_weight, precision, pull, pull2 = self._by_target
        about = 1 / (count + _REST_SD**-2)
        ss = self._ss - F32(about) * self._s * self._s
        sy = self._sy - F32(about * self._y) * self._s
        yy = F32(self._yy - about * self._y**2)
        p = ss * weight
        p += precision
        score = sy * weight
        score += pull
        score *= score
        score /= p
        score -= np.log(p)
        score += count * log_weight - yy * weight - pull2
        score *= F32(0.5)
        score += self._log_prior
        score -= score.max()
        return np.exp(score, out=score)

    def _mean(self, values: np.ndarray) -> tuple[float, float]:
        """Mean and spread over the courses into the winning zone."""
        mean = float(self._won @ values)
        spread = float(self._won @ (values - F32(mean)) ** 2)
        return mean, math.sqrt(max(spread, 0.0))

    def course(self, zone: int) -> Course:
        """The time course of this reach into `zone` (a row), by the last reading."""
        target = int(np.flatnonzero(self._zone == zone)[0])
        courses, alive = self._courses, self._alive
        peak, peak_sd = self._mean(courses.peak[alive])
        return Course(
            float(self._effort[target]),
            float(self._way[target]),
            self._mean(courses.log_duration[alive])[0],
            peak,
            peak_sd,
            self._mean(courses.homing[alive])[0],
        )

    def _drop(self, w: np.ndarray) -> None:
        alive = np.flatnonzero(w.max(0) > _DEAD)
        if len(alive) < 0.7 * w.shape[1]:
            self._by_course = self._by_course.take(alive, 1)
            self._numbers = self._numbers.take(alive, 1)
            self._look()
            self._won = self._won[alive]
            self._log_prior, w = self._log_prior.take(alive, 1), w.take(alive, 1)
        possible = w.max(1) > _GONE
        if np.count_nonzero(possible) < 0.7 * len(possible):
            self._by_target = self._by_target[:, possible]
            for name in ("_zone", "_way", "_effort", "_log_prior", "_by_zone"):
                setattr(self, name, getattr(self, name)[possible])
