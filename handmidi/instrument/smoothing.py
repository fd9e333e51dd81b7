"""The One-Euro filter: steady while the control rests, quick while it moves."""

from __future__ import annotations

import math

_TURN = 2 * math.pi


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
        # Cutoffs as angular frequencies: this runs some ten times a frame.
        self._min_cutoff, self._beta = _TURN * min_cutoff_hz, _TURN * beta
        self._speed_cutoff = _TURN * speed_cutoff_hz
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
            way = value - self._value
            ratio = self._speed_cutoff * step_s
            self._speed += ratio / (ratio + 1) * (way / step_s - self._speed)
            ratio = (self._min_cutoff + self._beta * abs(self._speed)) * step_s
            self._value += ratio / (ratio + 1) * way
            self._time_s = time_s
        return self._value
