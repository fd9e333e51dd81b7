"""One controller moved alone, so that a program that learns controllers can map it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import mido

from handmidi.notes import TimedMessage

PER_S = 30
_LAST_CONTROLLER = 119  # 120 to 127 are commands, such as all notes off
_BEND, _PRESSURE = "bend", "pressure"


@dataclass(frozen=True, slots=True)
class Sweep:
    """A controller that rises smoothly to its top and falls back, and nothing else.

    Parameters
    ----------
    what : int or {"bend", "pressure"}
        A controller's number, 0..119, or what is not a controller.
    channel : int
        0..15.
    period_s : float
        Length of one rise and fall in seconds, above 0.

    Raises
    ------
    ValueError
        If one of them lies outside its range.
    """

    what: int | str
    channel: int = 0
    period_s: float = 2.0

    def __post_init__(self) -> None:
        if isinstance(self.what, str):
            if self.what not in (_BEND, _PRESSURE):
                raise ValueError(f"what must be a number, {_BEND!r} or {_PRESSURE!r}")
        elif not 0 <= self.what <= _LAST_CONTROLLER:
            raise ValueError(f"controller must be in 0..{_LAST_CONTROLLER}, not {self.what}")
        if not 0 <= self.channel <= 15:
            raise ValueError(f"channel must be in 0..15, not {self.channel}")
        if not 0 < self.period_s < math.inf:
            raise ValueError(f"period_s must be above 0, not {self.period_s:g}")

    def messages(self, start_s: float = 0.0) -> Iterator[TimedMessage]:
        """One rise and fall, 30 messages a second, from `start_s` on; the last is at rest.

        A pitch bend rises from the middle, the others from 0.
        """
        steps = max(2, round(self.period_s * PER_S))
        for i in range(steps + 1):
            height = (1 - math.cos(2 * math.pi * i / steps)) / 2
            yield TimedMessage(start_s + self.period_s * i / steps, self._at(height))

    def rest(self) -> mido.Message:
        """The message that puts the controller back: for an end in the middle."""
        return self._at(0.0)

    def _at(self, height: float) -> mido.Message:
        if self.what == _BEND:
            return mido.Message("pitchwheel", channel=self.channel, pitch=round(height * 8191))
        value = round(height * 127)
        if self.what == _PRESSURE:
            return mido.Message("aftertouch", channel=self.channel, value=value)
        return mido.Message("control_change", channel=self.channel, control=self.what, value=value)
