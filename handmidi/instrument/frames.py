"""When frames were really taken: cameras keep time better than the stamps of their frames."""

from __future__ import annotations

import math

_LOST_S, _LEAST_PERIOD_S = 0.3, 0.001
_LEAST_GAIN, _GAIN_STEP = 0.12, 0.1
_PERIOD_GAIN, _SPREAD_GAIN = 0.02, 0.1
_START_VARIANCE, _LATE = 1e-6, 4.0


class FrameClock:
    """Smooths the stamps of a camera that takes its frames at even times.

    A second-order loop follows the stamps. Its gain falls while its errors change their
    sign from frame to frame, as they do if only the stamps jitter, and rises while they
    keep it, as they do if the frames themselves come unevenly. Frames may be missing.
    """

    def __init__(self) -> None:
        self._time_s: float | None = None
        self._stamp_s = 0.0
        self._period_s, self._periods = 1 / 30, 0
        self._gain, self._error_s, self._variance = 1.0, 0.0, _START_VARIANCE

    def __call__(self, stamp_s: float) -> float:
        """When the frame with this stamp was taken, in seconds; never runs backwards."""
        if self._time_s is None or not 0 < stamp_s - self._time_s < _LOST_S:
            self._time_s = stamp_s if self._time_s is None else max(stamp_s, self._time_s)
            self._stamp_s = stamp_s
            return self._time_s
        if not self._periods:
            self._period_s = max(stamp_s - self._stamp_s, _LEAST_PERIOD_S)
        # A late stamp is likelier than a missing frame, as far as stamps are known to jitter.
        doubt = min(_LATE * self._variance / self._period_s**2, 0.4)
        missed = max(1, math.floor((stamp_s - self._time_s) / self._period_s + 0.5 - doubt))
        even_s = (stamp_s - self._stamp_s) / missed
        self._periods += 1
        self._period_s += max(1 / self._periods, _PERIOD_GAIN) * (even_s - self._period_s)
        self._period_s = max(self._period_s, _LEAST_PERIOD_S)
        expected_s = self._time_s + missed * self._period_s
        error_s = stamp_s - expected_s
        self._tune(error_s)
        self._time_s = max(expected_s + self._gain * error_s, self._time_s)
        self._stamp_s = stamp_s
        return self._time_s

    def _tune(self, error_s: float) -> None:
        alike = error_s * self._error_s / (self._variance + 1e-9)
        self._gain += _GAIN_STEP * min(max(alike, -1.0), 1.0)
        self._gain = min(max(self._gain, _LEAST_GAIN), 1.0)
        self._variance += _SPREAD_GAIN * (error_s * error_s - self._variance)
        self._error_s = error_s
