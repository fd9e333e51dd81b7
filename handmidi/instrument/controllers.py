"""A control of the hand as a stream of controller messages."""

from __future__ import annotations

import math

from handmidi.instrument.channels import PEDALS, Outlet
from handmidi.instrument.controls import CONTROLS
from handmidi.instrument.preset import Controller
from handmidi.instrument.smoothing import OneEuro
from handmidi.notes import TimedMessage

_HYSTERESIS = 0.75
"""Steps by which a value must leave the last one sent, so that a hand at rest sends nothing."""


class Stream:
    """Smooths one control, scales it, and sends it where it changed.

    Parameters
    ----------
    controller : Controller
    outlet : Outlet
    returns : bool
        Whether a bend goes back to 0 where the hand is lost: that of a hand which bends the
        notes of another. One that bends its own leaves it, for the sake of their release.
    """

    def __init__(self, controller: Controller, outlet: Outlet, returns: bool) -> None:
        self._controller, self._outlet, self._returns = controller, outlet, returns
        self.control = controller.by.control
        control = CONTROLS[self.control]
        self._axis, self._is_ratio = control.axis, control.is_ratio
        low, high = (self._axis(value) for value in controller.by.range)
        self._low, self._span = low, high - low
        # Where the curve runs straight along the axis, a place on it is scaled already.
        self._is_straight = controller.by.curve == ("log" if control.is_ratio else "linear")
        # Of the range, whose whole width is one unit: 5 to 20 ms late on a move of 0.3 s.
        self._smooth = OneEuro(beta=8.0)
        self._at_low, self._range = controller.send[0], controller.send[1] - controller.send[0]
        self._is_bend = controller.to == "bend"
        self._sent: float = math.nan

    def feed(self, time_s: float, ready_s: float, value: float) -> list[TimedMessage]:
        """Take in the control's value; at most one change is due, at `ready_s`."""
        scaled = self._smooth(time_s, (self._axis(value) - self._low) / self._span)
        if not self._is_straight:
            smooth = self._low + scaled * self._span
            scaled = self._controller.by.scaled(math.exp(smooth) if self._is_ratio else smooth)
        within = 0.0 if scaled < 0 else 1.0 if scaled > 1 else scaled
        exact = self._at_low + within * self._range
        if self._is_bend:
            return self._outlet.bend(self, ready_s, exact)
        if abs(exact - self._sent) < _HYSTERESIS:
            return []
        return self._send(ready_s, round(exact))

    def release(self, time_s: float) -> list[TimedMessage]:
        """The hand is gone. The last value stays, but pedals go up."""
        self._smooth.reset()
        if self._is_bend and self._returns:
            return self._outlet.bend(self, time_s, 0.0)
        is_pedal = self._controller.to == "cc" and self._controller.number in PEDALS
        return self._send(time_s, 0) if is_pedal and self._sent > 0 else []

    def _send(self, time_s: float, value: int) -> list[TimedMessage]:
        self._sent = value
        if self._controller.to == "pressure":
            return self._outlet.pressure(time_s, value)
        return self._outlet.control(time_s, self._controller.number, value)
