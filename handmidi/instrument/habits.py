"""What a player's reaches teach: how long they last and how they are shaped."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

_PACE, _PACE_N, _PACE_SD = (math.log(0.13), 0.22), 8.0, 0.3
_LEAST_SD, _ODD = 0.12, 0.05
_PEAK, _PEAK_SD = 0.455, 0.035
_HOMING, _HOMING_N = 0.2, 4.0


class Line:
    """A line fitted to values as they come, the latest counting most.

    Bayesian linear regression with forgetting.

    Parameters
    ----------
    at_zero, slope : float
        What is believed at first.
    precision : tuple of float
        How firmly each is believed.
    memory : float
        What of the past counts after one more value.
    """

    def __init__(
        self, at_zero: float, slope: float, precision: tuple[float, float], memory: float
    ) -> None:
        self._a, self._b, self._memory = precision[0], precision[1], memory
        self._c = 0.0
        self._u, self._v = precision[0] * at_zero, precision[1] * slope
        self._solve()

    def _solve(self) -> None:
        det = self._a * self._b - self._c * self._c
        self.at_zero = (self._b * self._u - self._c * self._v) / det
        self.slope = (self._a * self._v - self._c * self._u) / det
        self.variance = self._b / det

    def learn(self, at: float, value: float, weight: float = 1.0) -> None:
        """Take in a value."""
        keep = self._memory
        self._a, self._b = keep * self._a + weight, keep * self._b + weight * at * at
        self._c = keep * self._c + weight * at
        self._u, self._v = keep * self._u + weight * value, keep * self._v + weight * value * at
        self._solve()


@dataclass(frozen=True, slots=True)
class Course:
    """The time course of a finished reach.

    Parameters
    ----------
    effort, way : float
        Way ÷ width of its target, and the way with its sign.
    log_duration : float
        Logarithm of the seconds that it took.
    peak, peak_sd : float
        Where its speed peaked, as a fraction of the duration, and how sure that is.
    homing : float
        Probability that a second stroke ended it.
    """

    effort: float
    way: float
    log_duration: float
    peak: float
    peak_sd: float
    homing: float


class Habits:
    """Priors for the next reach, learned from those before.

    The logarithm of the duration is linear in log2(1 + way ÷ width) (Fitts, 1954; MacKenzie,
    1992). The peak of the speed is linear in the signed way: hands that come nearer start
    and end unlike hands that go away.
    """

    def __init__(self) -> None:
        self._pace = Line(*_PACE, (_PACE_N, _PACE_N), 0.98)
        self._residual = [_PACE_SD**2 * _PACE_N, _PACE_N]
        self._peak = Line(_PEAK, 0.0, (1 / _PEAK_SD**2, 400.0), 0.99)
        self._homing = [_HOMING * _HOMING_N, _HOMING_N]

    def log_duration(self, effort: np.ndarray, log_durations: np.ndarray) -> np.ndarray:
        """Log prior of each duration, shape (targets, durations).

        Parameters
        ----------
        effort : ndarray, shape (targets,)
            Way ÷ width of the target.
        log_durations : ndarray, shape (durations,)
        """
        mean = self._pace.at_zero + self._pace.slope * np.log2(1 + effort)
        variance = max(self._residual[0] / self._residual[1], _LEAST_SD**2)
        bell = np.exp((log_durations - mean[:, None]) ** 2 * (-0.5 / variance))
        return np.log(bell / math.sqrt(variance) + _ODD)

    def log_shape(self, peaks: np.ndarray, homings: np.ndarray, way: np.ndarray) -> np.ndarray:
        """Log prior of each shape, shape (targets, shapes)."""
        mean = self._peak.at_zero + self._peak.slope * way
        share = self._homing[0] / self._homing[1]
        odds = np.where(homings > 0, math.log(share), math.log(1 - share))
        return odds - (peaks - mean[:, None]) ** 2 * (0.5 / self._peak_variance())

    def _peak_variance(self) -> float:
        return _PEAK_SD**2 + self._peak.variance

    def learn(self, course: Course) -> None:
        """Take in a finished reach."""
        at = math.log2(1 + course.effort)
        error = course.log_duration - self._pace.at_zero - self._pace.slope * at
        self._residual = [0.97 * self._residual[0] + error * error, 0.97 * self._residual[1] + 1]
        self._pace.learn(at, course.log_duration)
        self._homing = [0.98 * self._homing[0] + course.homing, 0.98 * self._homing[1] + 1]
        # What was seen of the peak is what the belief after it knows more than the one before.
        known, prior = max(course.peak_sd, 0.01) ** -2, 1 / self._peak_variance()
        if known > prior + 1:
            seen = known - prior
            expected = self._peak.at_zero + self._peak.slope * course.way
            peak = (course.peak * known - expected * prior) / seen
            self._peak.learn(course.way, peak, 1 / (1 / seen + _PEAK_SD**2))
