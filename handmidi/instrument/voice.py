"""One hand's voice: decides what sounds and says it in MIDI."""

from __future__ import annotations

import math
from typing import Protocol

import mido

from handmidi.hand import Hand
from handmidi.instrument.controls import CONTROLS, READERS
from handmidi.instrument.onset import REST, OnsetEngine
from handmidi.instrument.preset import Part
from handmidi.instrument.smoothing import OneEuro
from handmidi.notes import TimedMessage, frequency


class Voice(Protocol):
    """What `Instrument` asks of a voice. Times are session seconds; messages come in order."""

    def set_up(self) -> list[mido.Message]:
        """Messages that prepare the channel."""

    def feed(self, time_s: float, ready_s: float, hand: Hand) -> list[TimedMessage]:
        """Take in the hand; the messages are due at or after `ready_s`."""

    def release(self, time_s: float) -> list[TimedMessage]:
        """The hand is gone: end what sounds."""


def make_voice(part: Part, channel: int) -> Voice:
    """The voice that plays `part` on `channel` (0..15)."""
    return BentVoice(part, channel) if part.continuous else ZoneVoice(part, channel)


class _OneNote:
    """At most one note of a channel sounds; every note-on gets exactly one note-off."""

    def __init__(self, channel: int, velocity: int) -> None:
        self._channel, self._velocity = channel, velocity
        self._pitch: int | None = None

    def change(self, due_s: float, pitch: int | None) -> list[TimedMessage]:
        out = []
        if self._pitch is not None:
            out.append(self._message("note_off", self._pitch, 64))
        if pitch is not None:
            out.append(self._message("note_on", pitch, self._velocity))
        self._pitch = pitch
        return [TimedMessage(due_s, message) for message in out]

    def _message(self, kind: str, pitch: int, velocity: int) -> mido.Message:
        return mido.Message(kind, channel=self._channel, note=pitch, velocity=velocity)

    @property
    def sounding(self) -> bool:
        return self._pitch is not None


class ZoneVoice:
    """Plays the note of the zone in which the hand stops."""

    def __init__(self, part: Part, channel: int) -> None:
        self._part, self._channel = part, channel
        self._pitches = [zone.pitch for zone in part.zones]
        # A size is heard as a ratio, a position as a distance. The engine's axis runs upwards
        # through the zones whichever way the control does.
        self._control, self._read = CONTROLS[part.by.control], READERS[part.by.control]
        self._sign = 1.0 if part.by.range[1] > part.by.range[0] else -1.0
        edges = [self._axis(part.by.unscaled(zone.at)) for zone in part.zones]
        floor = self._axis(part.by.range[0])
        edges.append(
            edges[-1] + (edges[-1] - (edges[-2] if len(edges) > 1 else min(floor, edges[0] - 0.3)))
        )
        self._engine = OnsetEngine(edges, floor, noise=self._control.noise)
        self._note = _OneNote(channel, part.velocity.low)
        self._last_s = 0.0

    def set_up(self) -> list[mido.Message]:
        return [mido.Message("program_change", channel=self._channel, program=self._part.program)]

    def feed(self, time_s: float, ready_s: float, hand: Hand) -> list[TimedMessage]:
        out = []
        x = self._axis(self._read(hand))
        for due_s, zone in self._engine.feed(time_s, ready_s, x):
            self._last_s = due_s
            out += self._note.change(due_s, None if zone == REST else self._pitches[zone])
        return out

    def release(self, time_s: float) -> list[TimedMessage]:
        self._engine.reset(silence=True)
        if not self._note.sounding:
            return []
        return self._note.change(max(time_s, self._last_s), None)

    def _axis(self, value: float) -> float:
        return self._sign * self._control.axis(value)


class BentVoice:
    """A theremin: one note, bent to the control's frequency; a rest below the bend's range."""

    def __init__(self, part: Part, channel: int) -> None:
        self._part, self._law, self._channel = part, part.continuous, channel
        self._read = READERS[part.by.control]
        self._smooth = OneEuro()  # on log2 of the frequency: equal care for every octave
        self._note = _OneNote(channel, part.velocity.low)
        self._bend: int | None = None

    def set_up(self) -> list[mido.Message]:
        program = mido.Message("program_change", channel=self._channel, program=self._part.program)
        return [program, *self._bend_range()]

    def _bend_range(self) -> list[mido.Message]:
        """RPN 0, and then no RPN, so that a stray data entry changes nothing."""
        rpn = ((101, 0), (100, 0), (6, self._law.bend_semitones), (38, 0), (101, 127), (100, 127))
        return [
            mido.Message("control_change", channel=self._channel, control=control, value=value)
            for control, value in rpn
        ]

    def feed(self, time_s: float, ready_s: float, hand: Hand) -> list[TimedMessage]:
        asked_hz = self._law.hz(min(self._part.by.scaled(self._read(hand)), 1.0))
        # Two semitones lower while it sounds: a hand on the brink of the rest does not flicker.
        if asked_hz < self._law.lowest_hz * (0.89 if self._note.sounding else 1.0):
            return self.release(ready_s)
        hz = 2 ** self._smooth(time_s, math.log2(min(asked_hz, self._law.highest_hz)))
        semitones = 12 * math.log2(hz / frequency(self._law.centre))
        bend = round(semitones / self._law.bend_semitones * 8192)
        bend = min(max(bend, -8192), 8191)
        wheel = mido.Message("pitchwheel", channel=self._channel, pitch=bend)
        changed, self._bend = bend != self._bend, bend
        if self._note.sounding:
            return [TimedMessage(ready_s, wheel)] if changed else []
        # A synth that was connected after the start has not heard the range. It and the bend
        # come first: no note starts out of tune.
        tuning = [TimedMessage(ready_s, message) for message in (*self._bend_range(), wheel)]
        return tuning + self._note.change(ready_s, self._law.centre)

    def release(self, time_s: float) -> list[TimedMessage]:
        self._smooth.reset()
        return self._note.change(time_s, None)
