"""A theremin: one note, bent to the frequency of the control."""

from __future__ import annotations

import math
from collections.abc import Mapping

from handmidi.instrument.channels import Outlet
from handmidi.instrument.preset import Part
from handmidi.instrument.smoothing import OneEuro
from handmidi.instrument.strike import Strike
from handmidi.notes import TimedMessage, frequency

_BRINK = 0.89
"""Two semitones lower while it sounds: a hand on the brink of the rest does not flicker."""


class BentNotes:
    """One note that follows the control; a rest below the bend's range.

    It has no onset to wait for the beat with: it begins as the hand enters the range.

    Parameters
    ----------
    part : Part
        With a continuous law.
    outlet : Outlet
    strike : Strike
        Fed by the caller.
    """

    def __init__(self, part: Part, outlet: Outlet, strike: Strike) -> None:
        if part.continuous is None:
            raise ValueError("the part has zones, and no continuous law")
        self._by, self._law = part.by, part.continuous
        self._outlet, self._strike = outlet, strike
        self._smooth = OneEuro()  # on log2 of the frequency: equal care for every octave
        self._lowest_hz, self._highest_hz = self._law.lowest_hz, self._law.highest_hz
        self._centre_hz = frequency(self._law.centre)
        self._sounds = False

    def feed(
        self, time_s: float, ready_s: float, values: Mapping[str, float]
    ) -> list[TimedMessage]:
        """Take in the controls; the messages are due at `ready_s`."""
        scaled = self._by.scaled(values[self._by.control])
        asked_hz = self._law.hz(min(max(scaled, -1.0), 1.0))
        if asked_hz < self._lowest_hz * (_BRINK if self._sounds else 1.0):
            return self.release(ready_s)
        octave = self._smooth(time_s, math.log2(min(asked_hz, self._highest_hz)))
        semitones = 12 * (octave - math.log2(self._centre_hz))
        if self._sounds:
            return self._outlet.bend(self, ready_s, semitones)
        self._sounds = True
        velocity = self._strike.velocity(ready_s)
        # The bend comes first: no note starts out of tune.
        return self._outlet.tune(self, ready_s, semitones) + self._outlet.strike(
            self, ready_s, (self._law.centre,), velocity
        )

    def release(self, time_s: float) -> list[TimedMessage]:
        """The hand is gone, or rests: end the note."""
        self._smooth.reset()
        self._sounds = False
        return self._outlet.strike(self, time_s, (), 0)
