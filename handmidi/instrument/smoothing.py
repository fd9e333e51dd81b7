"""The One-Euro filter: steady while the control rests, quick while it moves."""

from __future__ import annotations

import math


class OneEuro:
    """Adaptive low-pass filter for one value.

    Casiez, Roussel and Vogel, "1 € Filter", CHI 2012, equations 1 to 6.

    Parameters
    ----------
    min_cutoff_hz : float
        Cutoff while the value rests; lower is steadier and later.
    beta : float
        How much the cutoff rises per unit of speed, in hertz per (unit/s).
    speed_cutoff_hz : float
        Cutoff of the speed's own filter.
    """

    def __init__(
        self, min_cutoff_hz: float = 1.5, beta: float = 3.0, speed_cutoff_hz: float = 1.0
    ) -> None:
        self._min_cutoff_hz, self._beta, self._speed_cutoff_hz = (
            min_cutoff_hz,
            beta,
            speed_cutoff_hz,
        )
        self.reset()

    def reset(self) -> None:
        """Forget everything: the next value passes unchanged."""
        self._time_s: float | None = None
        self._value = self._speed = 0.0

    def __call__(self, time_s: float, value: float) -> float:
        """Filter `value`, taken at `time_s`; a time that does not advance gives the last result."""
        if self._time_s is None:
            self._time_s, self._value = time_s, value
        step_s = time_s - self._time_s
        if step_s > 0:
            speed = (value - self._value) / step_s
            self._speed += _weight(self._speed_cutoff_hz, step_s) * (speed - self._speed)
            cutoff_hz = self._min_cutoff_hz + self._beta * abs(self._speed)
            self._value += _weight(cutoff_hz, step_s) * (value - self._value)
            self._time_s = time_s
        return self._value


def _weight(cutoff_hz: float, step_s: float) -> float:
    ratio = 2 * math.pi * cutoff_hz * step_s
    return ratio / (ratio + 1)
