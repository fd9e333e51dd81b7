"""Reading a reach before it ends.

A reach from zone to zone is a bell-shaped move. Each hypothesis "it began at t0, lasts T,
its speed peaks at the fraction p of T, and it stops in zone k" predicts the samples up to
its amplitude, which is Gaussian about the zone's centre and is integrated out in closed
form. Three running sums per hypothesis are all the state there is, so a sample costs the
same at the end of a reach as at its beginning.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

STEPS = 256
_F = np.float32
_BIN_S = 0.005
_BINS = 400


def _profiles(peaks: np.ndarray) -> np.ndarray:
    """Position along a reach, 0..1, for speed peaks at the given fractions of its duration.

    The mean of two families: the minimum-jerk profile (Flash and Hogan, 1985) with its
    time warped, and the integral of a beta-shaped speed.

    Returns
    -------
    ndarray of float32, shape (len(peaks) * (STEPS + 1),)
    """
    u = np.linspace(0, 1, STEPS + 1)
    rows = []
    for peak in peaks:
        w = u ** (math.log(0.5) / math.log(peak))
        jerk = w**3 * (10 - 15 * w + 6 * w * w)
        speed = u ** (4 * peak) * (1 - u) ** (4 * (1 - peak))
        beta = np.concatenate([[0], np.cumsum((speed[1:] + speed[:-1]) / 2)])
        rows.append((jerk + beta / beta[-1]) / 2)
    return np.concatenate(rows).astype(_F)


class Grid:
    """The hypotheses about a reach's time course: durations × peaks × starts.

    Attributes
    ----------
    duration_s, peak, begun : ndarray of float32, shape (n,)
        `begun` is the fraction by which the reach lies before its detection.
    log_durations : ndarray, shape (d,)
    row : ndarray of int, shape (n,)
        Index of each hypothesis' duration.
    """

    def __init__(self, durations: int = 18, peaks: int = 5, starts: int = 14) -> None:
        steps = np.geomspace(0.095, 0.8, durations)
        fractions = np.linspace(0.375, 0.535, peaks)
        begun = (np.arange(starts) + 0.5) / starts
        d, p, u = (
            g.ravel()
            for g in np.meshgrid(np.arange(durations), np.arange(peaks), begun, indexing="ij")
        )
        self.log_durations = np.log(steps)
        self.row = d
        self.duration_s = steps[d].astype(_F)
        self.log_duration = np.log(self.duration_s)
        self.peak = fractions[p].astype(_F)
        self.begun = u.astype(_F)
        self.profile_at = p * (STEPS + 1)
        self.profiles = _profiles(fractions)


class Habits:
    """What the player's reaches teach: how long they last, how they are shaped, their rhythm.

    The logarithm of the duration is linear in log2(1 + zones) (Fitts' law with the zone as
    the target's width), fitted by ridge regression with forgetting. The rhythm is a
    smoothed histogram of the times between arrivals, used as far as it has predicted well.
    """

    def __init__(self) -> None:
        self._fit = np.array([math.log(0.13), 0.22])
        self._gram = np.diag([8.0, 8.0])
        self._moment = self._gram @ self._fit
        self._residual = [0.3**2 * 8, 8.0]
        self._peak = [0.455 * 4, 4.0]
        self._flat = np.full(_BINS, 4 * _BIN_S / 1.5)
        self._intervals, self._gain, self._last_s = self._flat.copy(), 0.5, -9.0
        bump = np.exp(-0.5 * (np.arange(-16, 17) * _BIN_S / 0.016) ** 2)
        self._bump = bump / bump.sum()

    def log_duration(self, steps: np.ndarray, log_durations: np.ndarray) -> np.ndarray:
        """Log prior of each duration for leaps of `steps` zones, shape (durations, zones)."""
        mean = self._fit[0] + self._fit[1] * np.log2(1 + steps)
        variance = max(self._residual[0] / self._residual[1], 0.12**2)
        bell = np.exp(-0.5 * (log_durations[:, None] - mean) ** 2 / variance)
        return np.log(bell / math.sqrt(variance) + 0.1)

    def log_peak(self, peak: np.ndarray) -> np.ndarray:
        """Log prior of each speed peak."""
        return -0.5 * ((peak - _F(self._peak[0] / self._peak[1])) / _F(0.07)) ** 2

    def log_rhythm(self, arrival_s: np.ndarray) -> np.ndarray:
        """Log prior of each arrival (session seconds) after the last one."""
        bins = np.clip((arrival_s - self._last_s) / _BIN_S, 0, _BINS - 1).astype(np.int64)
        weight = 0.8 * min(max(self._gain, 0.0), 1.0)
        return (weight * np.log(self._intervals)).astype(_F)[bins]

    def learn(self, steps: int, log_duration: float, peak: float, arrival_s: float) -> None:
        """Take in a finished reach over `steps` zones."""
        features = np.array([1.0, math.log2(1 + steps)])
        error = log_duration - features @ self._fit
        self._residual = [0.97 * self._residual[0] + error * error, 0.97 * self._residual[1] + 1]
        self._gram = 0.98 * self._gram + np.outer(features, features)
        self._moment = 0.98 * self._moment + features * log_duration
        self._fit = np.linalg.solve(self._gram, self._moment)
        self._peak = [0.97 * self._peak[0] + peak, 0.97 * self._peak[1] + 1]
        at = int((arrival_s - self._last_s) / _BIN_S)
        if 30 < at < _BINS - 20:
            chance = self._intervals[at] / self._intervals.sum() * 300
            self._gain += 0.1 * (math.log(chance) - self._gain)
            self._intervals = 0.97 * self._intervals + 0.03 * self._flat
            self._intervals[at - 16 : at + 17] += self._bump
        self._last_s = arrival_s


@dataclass(frozen=True, slots=True)
class Targets:
    """Where a reach may stop, one row per hypothesis.

    Parameters
    ----------
    zone : ndarray of int, shape (k,)
        Row of the zone; several hypotheses may name the same one.
    amplitude, sd : ndarray, shape (k,)
        Distance from the start to the zone's centre and its spread, in axis units.
    steps : ndarray of int, shape (k,)
        Zones between start and target.
    log_prior : ndarray, shape (k,)
    """

    zone: np.ndarray
    amplitude: np.ndarray
    sd: np.ndarray
    steps: np.ndarray
    log_prior: np.ndarray


@dataclass(frozen=True, slots=True)
class Reading:
    """The most probable end of a reach.

    Parameters
    ----------
    zone : int
        Row of the zone.
    probability : float
    arrival_s : float
        Mean arrival in that zone, session seconds.
    log_duration, peak : float
        Mean time course, for `Habits.learn`.
    by_zone : ndarray
        Probability of each zone.
    """

    zone: int
    probability: float
    arrival_s: float
    log_duration: float
    peak: float
    by_zone: np.ndarray


class Reach:
    """One reach in progress.

    Parameters
    ----------
    grid : Grid
    habits : Habits
    targets : Targets
    start : float
        Where it began, in axis units.
    time_s : float
        When it was noticed.
    step_s : float
        Time between samples.
    noise : float
        Standard deviation of a sample, in axis units.
    use_rhythm : bool
        False for a correction, which follows its leap at once.
    """

    MISFIT = 0.02
    """Standard deviation of real profiles about ours, as a fraction of the amplitude."""

    def __init__(
        self,
        grid: Grid,
        habits: Habits,
        targets: Targets,
        start: float,
        time_s: float,
        step_s: float,
        noise: float,
        frame_s: float,
        use_rhythm: bool,
    ) -> None:
        self._profiles, self._start, self._time_s = grid.profiles, start, time_s
        self._rate = STEPS / grid.duration_s
        self._profile_at, self._log_duration = grid.profile_at, grid.log_duration
        self._peak = grid.peak
        self._t0 = -grid.begun * (_F(step_s) + _F(0.42) * grid.duration_s)
        self._arrival = self._t0 + grid.duration_s
        self._ss, self._sy = np.zeros_like(self._t0), np.zeros_like(self._t0)
        self._yy, self._count = 0.0, 0
        self._zone = targets.zone
        each = habits.log_peak(grid.peak)
        if use_rhythm:
            each = each + habits.log_rhythm(self._arrival + time_s)
        precision = targets.sd**-2.0
        by_duration = habits.log_duration(targets.steps, grid.log_durations)
        by_duration = by_duration + targets.log_prior + 0.5 * np.log(precision)
        self._log_prior = by_duration.astype(_F)[grid.row] + each[:, None].astype(_F)
        # The misfit repeats itself from sample to sample: faster cameras do not average it out,
        # but they do narrow what is possible.
        frames = min(1.0, 30 * frame_s)
        variance = noise**2 + (self.MISFIT * targets.amplitude) ** 2 * frames
        self._weight = (1 / variance).astype(_F)
        self._log_weight = np.log(self._weight)
        self._precision = precision.astype(_F)
        self._pull = (targets.amplitude * precision).astype(_F)
        self._pull2 = targets.amplitude**2 * precision
        self._zones = int(targets.zone.max()) + 1

    def update(self, time_s: float, value: float) -> None:
        """Take in a sample."""
        at = (_F(time_s - self._time_s) - self._t0) * self._rate
        np.clip(at, 0, STEPS, out=at)
        s = self._profiles[at.astype(np.int64) + self._profile_at]
        y = value - self._start
        self._ss += s * s
        self._sy += s * _F(y)
        self._yy += y * y
        self._count += 1

    def read(self) -> Reading:
        """Weigh the hypotheses; the dead ones are dropped.

        The log marginal likelihood of the samples under amplitude ~ N(A, sd²) and noise
        variance v is, up to constants, with P = Σs²/v + 1/sd² and L = Σsy/v + A/sd²,
        ½ (L²/P − log P − n log v − Σy²/v − A²/sd²) − log sd.
        """
        p = self._ss[:, None] * self._weight + self._precision
        score = self._sy[:, None] * self._weight + self._pull
        score *= score
        score /= p
        score -= np.log(p)
        score += (self._count * self._log_weight - self._yy * self._weight - self._pull2).astype(_F)
        score *= _F(0.5)
        score += self._log_prior
        w = np.exp(score - score.max())
        by_zone = np.bincount(self._zone, w.sum(0), self._zones)
        zone = int(by_zone.argmax())
        column = w[:, self._zone == zone].sum(1)
        total = by_zone[zone]
        reading = Reading(
            zone,
            float(total / by_zone.sum()),
            self._time_s + float(column @ self._arrival / total),
            float(column @ self._log_duration / total),
            float(column @ self._peak / total),
            by_zone / by_zone.sum(),
        )
        self._drop(w.max(1) > 1e-4)
        return reading

    def _drop(self, alive: np.ndarray) -> None:
        if self._count <= 2 or alive.sum() >= 0.6 * len(alive):
            return
        for name in (
            "_t0", "_arrival", "_rate", "_profile_at", "_log_duration", "_peak", "_ss", "_sy",
            "_log_prior",
        ):  # fmt: skip
            setattr(self, name, getattr(self, name)[alive])
