"""A control between the ends of its range."""

from __future__ import annotations

import math
from dataclasses import dataclass

CURVES = ("linear", "log", "square", "root", "smooth")


@dataclass(frozen=True, slots=True)
class Scaling:
    """A control on the scaled axis: 0 and 1 at the ends of its range.

    Parameters
    ----------
    control : str
        A name of `CONTROLS`.
    range : tuple of float
        The control's values at 0 and at 1; the first may be the greater.
    curve : str
        Between them: "linear"; "log" (equal ratios are equal steps); "square" (slow at
        first); "root" (quick at first); "smooth" (slow at both ends).
    """

    control: str
    range: tuple[float, float]
    curve: str = "linear"

    def scaled(self, value: float) -> float:
        """The scaled value; beyond 0 and 1 where the control leaves its range."""
        low, high = self.range
        if self.curve == "log":
            low, high, value = self._axis(low), self._axis(high), self._axis(value)
        s = (value - low) / (high - low)
        if not 0 <= s <= 1:
            return s
        match self.curve:
            case "square":
                return s * s
            case "root":
                return math.sqrt(s)
            case "smooth":
                return s * s * (3 - 2 * s)
        return s

    def unscaled(self, scaled: float) -> float:
        """The control's value at `scaled`, the inverse of `scaled()`."""
        s = scaled
        if 0 <= scaled <= 1:
            match self.curve:
                case "square":
                    s = math.sqrt(scaled)
                case "root":
                    s = scaled * scaled
                case "smooth":  # the root of a cubic between 0 and 1
                    s = 0.5 - math.sin(math.asin(1 - 2 * scaled) / 3)
        low, high = (self._axis(v) for v in self.range)
        value = low + s * (high - low)
        return math.exp(value) if self.curve == "log" else value

    def _axis(self, value: float) -> float:
        return math.log(max(value, 1e-9)) if self.curve == "log" else value
