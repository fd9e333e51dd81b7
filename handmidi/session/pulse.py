"""Tells other programs the tempo as it goes: MIDI clock, and each beat as it begins."""

from __future__ import annotations

import math

from handmidi.beat import Beats
from handmidi.outputs import Outputs
from handmidi.outputs.clock import ClockOut


class Pulse:
    """Sends what is due of the tempo. Used by the dispatcher's thread.

    Parameters
    ----------
    beats : Beats
    outputs : Outputs
    clock : bool
        Whether to send MIDI clock, start and stop. Beats are told in any case.
    """

    def __init__(self, beats: Beats, outputs: Outputs, clock: bool) -> None:
        self._beats, self._outputs = beats, outputs
        self._clock = ClockOut(beats) if clock else None
        self._told: int | None = None
        self._next_s = -math.inf

    def next_s(self) -> float:
        """Session second at which something is due next."""
        return min(self._next_s, self._clock.next_s()) if self._clock else self._next_s

    def send(self, now_s: float) -> None:
        """Send what is due at session second `now_s`."""
        if self._clock:
            self._send(self._clock.due(now_s))
        line = self._beats(now_s)
        beat = math.floor(line.beat(now_s) + 1e-6)
        if beat != self._told:
            self._told = beat
            self._outputs.beat(float(beat), line.bpm)
        self._next_s = line.time_s(beat + 1)

    def stop(self) -> None:
        """Stop the receivers of the clock; a second call does nothing."""
        if self._clock:
            self._send(self._clock.stop())

    def go_on(self) -> None:
        """Let them go on at the next sixteenth."""
        if self._clock:
            self._clock.go_on()

    def _send(self, messages) -> None:
        for message in messages:
            self._outputs.send(message)
