"""MIDI Polyphonic Expression: a channel for each note.

Specification M1-100-UM, MIDI Polyphonic Expression 1.1 (before: RP-053). The lower zone has
channel 1 as its manager and members from channel 2 upwards; the upper one channel 16, and
members from 15 downwards. Bend, pressure and controller 74 of a note go out on its member
channel, all of them before its note-on; what concerns the whole zone goes out on the manager.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import mido

from handmidi.instrument import messages
from handmidi.instrument.channels import Channel, default_value
from handmidi.notes import TimedMessage

MEMBER_BEND_SEMITONES, MANAGER_BEND_SEMITONES = 48, 2
"""Bend ranges that the specification sets where a zone begins."""

TIMBRE = 74
"""The one controller that a note has of its own."""


class _Sounding(NamedTuple):
    channel: int
    pitch: int
    onset_s: float


class MpeZone:
    """One zone, played by one voice.

    Parameters
    ----------
    is_upper : bool
    members : int
        How many channels notes have, 1..15.
    program : int
    manager_bend_semitones : int
        Range of the bend that concerns the whole zone.
    """

    def __init__(
        self,
        is_upper: bool,
        members: int,
        program: int,
        manager_bend_semitones: int = MANAGER_BEND_SEMITONES,
    ) -> None:
        number, step = (15, -1) if is_upper else (0, 1)
        self._number = number
        self._members = [number + step * i for i in range(1, members + 1)]
        self.manager = Channel(number, program, manager_bend_semitones)
        """For those who shape the whole zone and play nothing."""
        self._sounding: list[_Sounding] = []
        self._ended_s = dict.fromkeys(self._members, float("-inf"))
        self._bends: dict[object, float] = {}
        self._bend, self._pressure, self._timbre = 0, 0, default_value(TIMBRE)
        self._moved: set[int] = set()

    def set_up(self) -> list[mido.Message]:
        """The zone, its bend ranges, and its program."""
        out = self._configuration(len(self._members))
        for member in self._members:
            out += messages.parameter(member, messages.BEND_RANGE, MEMBER_BEND_SEMITONES)
        return out + self.manager.set_up()

    def tear_down(self) -> list[mido.Message]:
        """The manager as before, the zone off (one without members is none), then its members.

        They come last: a member of a zone is told nothing but for a note, while one that is a
        channel like others again may be put back for whoever plays there next.
        """
        out = self.manager.tear_down() + self._configuration(0)
        for member in sorted(self._moved):
            out += self._shape(member, 0, default_value(TIMBRE), 0)
        self._moved.clear()
        return out

    def strike(
        self, voice: object, time_s: float, pitches: Sequence[int], velocity: int
    ) -> list[TimedMessage]:
        """End what sounds, and strike these notes; with none of them, it rests.

        A new note takes the free channel that has been silent longest, so that no release
        tail is bent. More notes than channels share them.
        """
        out = []
        for channel, pitch, onset_s in self._sounding:
            ended_s = self._ended_s[channel] = max(time_s, onset_s)
            out.append(TimedMessage(ended_s, messages.note_off(channel, pitch)))
        self._sounding = []
        for pitch in pitches:
            out += self._begin(time_s, pitch, velocity)
        return out

    def control(self, time_s: float, number: int, value: int) -> list[TimedMessage]:
        """Timbre is each note's own; all other controllers are the zone's."""
        if number != TIMBRE:
            return self.manager.control(time_s, number, value)
        self._timbre = value
        return [
            TimedMessage(due_s, messages.control(channel, TIMBRE, value))
            for channel, due_s in self._each(time_s)
        ]

    def pressure(self, time_s: float, value: int) -> list[TimedMessage]:
        """Pressure on each note."""
        self._pressure = value
        return [
            TimedMessage(due_s, messages.pressure(channel, value))
            for channel, due_s in self._each(time_s)
        ]

    def bend(self, source: object, time_s: float, semitones: float) -> list[TimedMessage]:
        """Bend each note by one of several sources, which add up."""
        self._bends[source] = semitones
        value = messages.bend_value(sum(self._bends.values()), MEMBER_BEND_SEMITONES)
        if value == self._bend:
            return []
        self._bend = value
        return [
            TimedMessage(due_s, messages.bend(channel, value))
            for channel, due_s in self._each(time_s)
        ]

    def tune(self, source: object, time_s: float, semitones: float) -> list[TimedMessage]:
        """The same: every note begins with its bend here."""
        return self.bend(source, time_s, semitones)

    def _configuration(self, members: int) -> list[mido.Message]:
        return messages.parameter(self._number, messages.MPE_CONFIGURATION, members)

    def _begin(self, time_s: float, pitch: int, velocity: int) -> list[TimedMessage]:
        channel = self._free()
        onset_s = max(time_s, self._ended_s[channel])
        self._sounding.append(_Sounding(channel, pitch, onset_s))
        said = [
            *self._shape(channel, self._bend, self._timbre, self._pressure),
            messages.note_on(channel, pitch, velocity),
        ]
        self._moved.add(channel)
        return [TimedMessage(onset_s, message) for message in said]

    @staticmethod
    def _shape(channel: int, bend: int, timbre: int, pressure: int) -> list[mido.Message]:
        return [
            messages.bend(channel, bend),
            messages.control(channel, TIMBRE, timbre),
            messages.pressure(channel, pressure),
        ]

    def _free(self) -> int:
        busy = [note.channel for note in self._sounding]
        return min(self._members, key=lambda each: (busy.count(each), self._ended_s[each]))

    def _each(self, time_s: float) -> list[tuple[int, float]]:
        """Each channel that sounds, and when a change now may be due: not before its note."""
        return [
            (channel, max(time_s, onset_s))
            for channel, onset_s in {note.channel: note.onset_s for note in self._sounding}.items()
        ]
