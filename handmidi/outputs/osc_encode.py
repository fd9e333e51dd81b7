"""MIDI messages, hands and beats become a template's OSC messages. Pure: no socket, no clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import mido

from handmidi.hand import Hand, HandFrame
from handmidi.notes import frequency
from handmidi.outputs.channels import PARAMETER_CONTROLS, Channels
from handmidi.outputs.osc_events import Value
from handmidi.outputs.osc_pattern import OscMessage
from handmidi.outputs.osc_target import Target
from handmidi.outputs.osc_template import ID_COUNT

_ALL_OFF = (120, 123)  # all sound off, all notes off
Fields = Mapping[str, Value]


class Encoder:
    """Fills the patterns of one target.

    Every note-on gets exactly one note-off with the same `id`: a note struck again is ended
    first, a note-off for a silent note is dropped.

    Parameters
    ----------
    target : Target
    first : int
        Where in the range of ids to begin, 0..ID_COUNT - 1. Two performances that begin at
        different places hardly ever meet at a receiver that still holds the first one's notes.
    """

    def __init__(self, target: Target, first: int = 0) -> None:
        self._patterns, self._options = target.template.messages, target.options
        self._first_id, self._count = target.template.first_id, first
        self._channels = Channels()
        self._sounding: dict[tuple[int, int], int] = {}
        self._sides: tuple[str, ...] = ()

    def message(self, message: mido.Message) -> list[OscMessage]:
        """What a MIDI message becomes; empty if the template has no word for it."""
        match message.type:
            case "note_on" if message.velocity:
                said = (*self._off(message.channel, message.note), *self._on(message))
            case "note_on" | "note_off":
                said = self._off(message.channel, message.note, message.velocity)
            case "pitchwheel" | "aftertouch" | "control_change":
                said = self._move(message)
            case "polytouch":
                said = self._touch(message)
            case "program_change":
                program = {"channel": message.channel + 1, "program": message.program}
                said = self._say("program", program)
            case "songpos":
                said = self._say("position", {"beat": message.pos / 4})
            case "start" | "stop" | "continue":
                said = self._say(message.type, {})
            case _:
                said = ()
        return list(said)

    def hand(
        self, frame: HandFrame, readings: Mapping[str, Mapping[str, float]]
    ) -> list[OscMessage]:
        """The hands of a frame and their controls, and once for each that has left that it has."""
        sides = tuple(hand.side for hand in frame.hands)
        said = [each for hand in frame.hands for each in self._say("hand", _hand(hand))]
        for side, controls in readings.items():
            for name, value in controls.items():
                fields = {"side": side, "name": name, "reading": value}
                said += self._say("reading", fields)
        for side in self._sides:
            if side not in sides:
                said += self._say("hand_lost", {"side": side})
        self._sides = tuple(dict.fromkeys(sides))
        return said

    def beat(self, beat: float, bpm: float) -> list[OscMessage]:
        """A beat that begins now."""
        return list(self._say("beat", {"beat": beat, "bpm": bpm}))

    def close(self) -> list[OscMessage]:
        """The end of all notes and the last word."""
        said = [each for key in list(self._sounding) for each in self._off(*key)]
        return [*said, *self._say("close", {})]

    # ---- notes

    def _on(self, message: mido.Message) -> Iterator[OscMessage]:
        key = (message.channel, message.note)
        self._sounding[key] = self._next_id()
        yield from self._say("note_on", self._note(key) | _velocity(message.velocity))
        yield from self._catch_up(key)

    def _off(self, channel: int, pitch: int, velocity: int = 0) -> Iterator[OscMessage]:
        key = (channel, pitch)
        if key in self._sounding:
            yield from self._say("note_off", self._note(key) | _velocity(velocity))
            del self._sounding[key]

    def _catch_up(self, key: tuple[int, int]) -> Iterator[OscMessage]:
        """A new note is where its channel already stands, as it would be in MIDI."""
        channel = key[0]
        if "bend" not in self._patterns and self._channels.bend_semitones(channel):
            yield from self._say("note_bend", self._note(key))
        pressure = self._channels.pressure(channel)
        if "pressure" not in self._patterns and pressure is not None:
            yield from self._say("note_pressure", self._note(key) | _value(pressure))
        for control, value in self._channels.controls(channel).items():
            event = self._control_event(control)
            if event.startswith("note_"):
                fields = self._note(key) | {"control": control} | _value(value)
                yield from self._say(event, fields)

    def _next_id(self) -> int:
        in_use = set(self._sounding.values())
        while True:
            number = self._first_id + self._count % ID_COUNT
            self._count += 1
            if number not in in_use:
                return number

    # ---- what moves a channel

    def _move(self, message: mido.Message) -> Iterator[OscMessage]:
        channel, kind = message.channel, message.type
        ranges = self._channels.take(message)
        if kind == "pitchwheel":
            yield from self._for_channel("bend", channel, self._bend(channel))
        elif kind == "aftertouch":
            yield from self._for_channel("pressure", channel, _value(message.value))
        else:
            yield from self._control(channel, message.control, message.value)
        for each in ranges:
            span = self._channels.bend_range(each)
            yield from self._say("bend_range", {"channel": each + 1, "bend_range": span})

    def _control(self, channel: int, control: int, value: int) -> Iterator[OscMessage]:
        if control in _ALL_OFF:
            for key in [key for key in self._sounding if key[0] == channel]:
                yield from self._off(*key)
        event = self._control_event(control)
        if event.startswith("note_") and control in PARAMETER_CONTROLS:
            return
        fields = {"control": control} | _value(value)
        if event.startswith("note_"):
            yield from self._for_notes(event, channel, fields)
        else:
            yield from self._say(event, {"channel": channel + 1} | fields)

    def _control_event(self, control: int) -> str:
        """The event for a controller: one with its number goes before the general one."""
        numbered = (f"control_{control}", f"note_control_{control}")
        events = (*numbered, "control", "note_control")
        return next((event for event in events if event in self._patterns), "control")

    def _for_channel(self, event: str, channel: int, fields: Fields) -> Iterator[OscMessage]:
        """Say it of the channel, or if the template has no word for that, of each note."""
        if event in self._patterns:
            yield from self._say(event, {"channel": channel + 1} | fields)
        else:
            yield from self._for_notes(f"note_{event}", channel, fields)

    def _for_notes(self, event: str, channel: int, fields: Fields) -> Iterator[OscMessage]:
        channels = self._channels.heard_by(channel)
        for key in self._sounding:
            if key[0] in channels:
                # A note knows its own bend; the channel's would miss a zone's master.
                yield from self._say(event, {**fields, **self._note(key)})

    def _touch(self, message: mido.Message) -> Iterator[OscMessage]:
        key = (message.channel, message.note)
        if key in self._sounding:
            yield from self._say("note_pressure", self._note(key) | _value(message.value))

    # ---- fields

    def _say(self, event: str, fields: Fields) -> Iterator[OscMessage]:
        everything = {**self._options, **fields}
        for pattern in self._patterns.get(event, ()):
            yield pattern.fill(everything)

    def _note(self, key: tuple[int, int]) -> dict[str, Value]:
        channel, pitch = key
        bend = self._channels.bend_semitones(channel)
        return {
            "channel": channel + 1,
            "pitch": pitch,
            "frequency_hz": frequency(pitch + bend),
            "id": self._sounding[key],
            "bend_semitones": bend,
            "bend_ratio": 2 ** (bend / 12),
        }

    def _bend(self, channel: int) -> dict[str, Value]:
        bend = self._channels.bend_semitones(channel)
        unit = self._channels.bend(channel)
        return {"bend": unit, "bend_semitones": bend, "bend_ratio": 2 ** (bend / 12)}


def _velocity(velocity: int) -> dict[str, Value]:
    unit = velocity / 127
    return {"velocity": velocity, "velocity_unit": unit, "amplitude": unit**2}


def _value(value: int) -> dict[str, Value]:
    return {"value": value, "value_unit": value / 127}


def _hand(hand: Hand) -> dict[str, Value]:
    return {
        "side": hand.side,
        "score": hand.score,
        "area": hand.area,
        "x": hand.x,
        "y": hand.y,
        "openness": hand.openness,
        "tilt": hand.tilt,
        "pinch": hand.pinch,
        "fingers": hand.fingers,
    }
