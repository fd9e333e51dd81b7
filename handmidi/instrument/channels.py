"""Where a part's notes and controllers go: a MIDI channel, and who sounds what on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import mido

from handmidi.instrument import messages
from handmidi.notes import TimedMessage

PEDALS = (64, 66, 69)
"""Sustain, sostenuto and hold 2: controllers that would keep a note on after its end."""

_DEFAULT_BEND_SEMITONES = 2
_VOLUMES, _ALL_SOUND_OFF = (7, 11), 120
_DEFAULTS = {7: 100, 8: 64, 10: 64, 11: 127, **dict.fromkeys(range(70, 80), 64), 91: 40}


def default_value(controller: int) -> int:
    """What a synth takes a controller (0..119) for before anyone moves it, 0..127.

    After General MIDI 2 (RP-024): volume 100, expression 127, reverb 40; 64 for balance, pan
    and the sound controllers 70 to 79; 0 for all others.
    """
    return _DEFAULTS.get(controller, 0)


class Outlet(Protocol):
    """What a part asks of the place that its notes and controllers go to.

    Times are session seconds. `voice` and `source` are whatever tells callers apart.
    """

    def set_up(self) -> list[mido.Message]:
        """Messages that prepare a synth."""

    def tear_down(self) -> list[mido.Message]:
        """Messages that leave the synth as others expect it; nothing sounds any more."""

    def strike(
        self, voice: object, time_s: float, pitches: Sequence[int], velocity: int
    ) -> list[TimedMessage]:
        """End what the voice sounds, and strike these notes; with none of them, it rests."""

    def control(self, time_s: float, number: int, value: int) -> list[TimedMessage]:
        """Control change."""

    def pressure(self, time_s: float, value: int) -> list[TimedMessage]:
        """Pressure, of the channel or of each note."""

    def bend(self, source: object, time_s: float, semitones: float) -> list[TimedMessage]:
        """Bend by one of several sources, which add up; said if it changes something."""

    def tune(self, source: object, time_s: float, semitones: float) -> list[TimedMessage]:
        """The same before a note that hangs on it: said with its range, in any case."""


class Channel:
    """A MIDI channel, with all parts that play on it.

    For each pitch, note-on and note-off take turns, whoever asks: a pitch that sounds is
    ended before it is struck again, and from then on belongs to the voice that struck it.

    Parameters
    ----------
    number : int
        0..15.
    program : int, optional
        General MIDI program; none is sent by default.
    bend_semitones : int, optional
        Range of the pitch bend; by default it is left as it is.
    """

    def __init__(
        self, number: int, program: int | None = None, bend_semitones: int | None = None
    ) -> None:
        self._number, self._program, self._bend_semitones = number, program, bend_semitones
        self._sounding: dict[int, object] = {}
        self._last_s: dict[int, float] = {}
        self._bends: dict[object, float] = {}
        self._bend = 0
        self._moved: dict[int, int] = {}
        self._is_pressed = False

    def set_up(self) -> list[mido.Message]:
        """Bend range and program, as far as they are given."""
        out = self._range()
        if self._program is not None:
            out.append(messages.program(self._number, self._program))
        return out

    def tear_down(self) -> list[mido.Message]:
        """All controllers that were moved, pedals among them, at their defaults; in tune again.

        Reset all controllers (121) would not do: it leaves volume, pan and the sound
        controllers where they are.
        """
        default = {number: default_value(number) for number in sorted(self._moved)}
        out = []
        # What was turned down would be heard once more as it fades.
        if any(self._moved.get(number, 127) < default_value(number) for number in _VOLUMES):
            out.append(messages.control(self._number, _ALL_SOUND_OFF, 0))
        out += [messages.control(self._number, *each) for each in default.items()]
        if self._is_pressed:
            out.append(messages.pressure(self._number, 0))
        if self._bend:
            out.append(messages.bend(self._number, 0))
        self._moved.clear()
        self._is_pressed = False
        self._bend = 0
        return out

    def strike(
        self, voice: object, time_s: float, pitches: Sequence[int], velocity: int
    ) -> list[TimedMessage]:
        """End what the voice sounds, and strike these notes; with none of them, it rests.

        A note-off is never due before its note-on, nor a note-on before the last note-off.
        """
        out = [self._end(time_s, p) for p, who in list(self._sounding.items()) if who is voice]
        for pitch in pitches:
            if pitch in self._sounding:
                out.append(self._end(time_s, pitch))
            self._sounding[pitch] = voice
            on = messages.note_on(self._number, pitch, velocity)
            out.append(TimedMessage(self._due(pitch, time_s), on))
        return out

    def control(self, time_s: float, number: int, value: int) -> list[TimedMessage]:
        """Control change."""
        if number in self._moved or value != default_value(number):
            self._moved[number] = value
        return [TimedMessage(time_s, messages.control(self._number, number, value))]

    def pressure(self, time_s: float, value: int) -> list[TimedMessage]:
        """Channel pressure."""
        self._is_pressed = self._is_pressed or value > 0
        return [TimedMessage(time_s, messages.pressure(self._number, value))]

    def bend(self, source: object, time_s: float, semitones: float) -> list[TimedMessage]:
        """Bend by one of several sources, which add up; said if it changes something."""
        before = self._bend
        wheel = self._wheel(source, semitones)
        return [TimedMessage(time_s, wheel)] if self._bend != before else []

    def tune(self, source: object, time_s: float, semitones: float) -> list[TimedMessage]:
        """The same before a note that hangs on it: said with its range, in any case.

        A synth that was connected after the start has not heard the range.
        """
        said = [*self._range(), self._wheel(source, semitones)]
        return [TimedMessage(time_s, message) for message in said]

    def _range(self) -> list[mido.Message]:
        if self._bend_semitones is None:
            return []
        return messages.parameter(self._number, messages.BEND_RANGE, self._bend_semitones)

    def _wheel(self, source: object, semitones: float) -> mido.Message:
        self._bends[source] = semitones
        range_semitones = self._bend_semitones or _DEFAULT_BEND_SEMITONES
        self._bend = messages.bend_value(sum(self._bends.values()), range_semitones)
        return messages.bend(self._number, self._bend)

    def _end(self, time_s: float, pitch: int) -> TimedMessage:
        del self._sounding[pitch]
        return TimedMessage(self._due(pitch, time_s), messages.note_off(self._number, pitch))

    def _due(self, pitch: int, time_s: float) -> float:
        # What was said of this pitch may be due later than now: a note is foreseen.
        self._last_s[pitch] = max(time_s, self._last_s.get(pitch, time_s))
        return self._last_s[pitch]
