"""What can be said in OSC: the events of a performance, and the fields that each one has."""

from __future__ import annotations

from typing import NamedTuple

Value = int | float | str


class Field(NamedTuple):
    """One value of an event: its natural type, and what it is, with unit and range."""

    kind: type
    meaning: str


FIELDS = {
    "channel": Field(int, "MIDI channel, 1 to 16"),
    "pitch": Field(int, "MIDI key number, 0 to 127; 60 is C4"),
    "frequency_hz": Field(float, "frequency of the note, bend included; A4 is 440"),
    "velocity": Field(int, "1 to 127; of a note-off 0 to 127"),
    "velocity_unit": Field(float, "velocity ÷ 127"),
    "amplitude": Field(float, "(velocity ÷ 127)², General MIDI's loudness curve"),
    "id": Field(int, "number of this sounding of the note, the same from on to off"),
    "bend": Field(float, "−1 to 1 of the channel's bend range"),
    "bend_semitones": Field(float, "how far the note is bent, in semitones"),
    "bend_ratio": Field(float, "the same as a factor of the frequency"),
    "bend_range": Field(float, "semitones that a bend of 1 means"),
    "control": Field(int, "MIDI controller number, 0 to 127"),
    "value": Field(int, "0 to 127"),
    "value_unit": Field(float, "value ÷ 127"),
    "program": Field(int, "General MIDI program, 0 to 127"),
    "side": Field(str, "left or right"),
    "score": Field(float, "the tracker's confidence, 0 to 1"),
    "area": Field(float, "box of the hand ÷ area of the picture"),
    "x": Field(float, "centre of the box, 0 to 1 of the picture as filmed"),
    "y": Field(float, "the same, downwards"),
    "openness": Field(float, "0 a fist, 1 an open hand"),
    "tilt": Field(float, "degrees from upright towards the owner's right, −180 to 180"),
    "pinch": Field(float, "0 thumb and index finger apart, 1 they touch"),
    "fingers": Field(int, "stretched fingers, 0 to 5"),
    "name": Field(str, "name of a control that the preset uses, such as openness"),
    "reading": Field(float, "what it says, 0 to 1 of its range"),
    "beat": Field(float, "quarter notes since the start, negative in a count-in"),
    "bpm": Field(float, "quarter notes per minute"),
}

_NOTE = ("channel", "pitch", "frequency_hz", "id", "bend_semitones", "bend_ratio")
_VALUE = ("value", "value_unit")

EVENTS = {
    "note_on": (*_NOTE, "velocity", "velocity_unit", "amplitude"),
    "note_off": (*_NOTE, "velocity", "velocity_unit"),
    "note_bend": _NOTE,
    "note_control": (*_NOTE, "control", *_VALUE),
    "note_pressure": (*_NOTE, *_VALUE),
    "bend": ("channel", "bend", "bend_semitones", "bend_ratio"),
    "bend_range": ("channel", "bend_range"),
    "control": ("channel", "control", *_VALUE),
    "pressure": ("channel", *_VALUE),
    "program": ("channel", "program"),
    "hand": ("side", "score", "area", "x", "y", "openness", "tilt", "pinch", "fingers"),
    "hand_lost": ("side",),
    "reading": ("side", "name", "reading"),
    "start": (),
    "stop": (),
    "continue": (),
    "position": ("beat",),
    "beat": ("beat", "bpm"),
    "close": (),
}
"""Each event and its fields. ``control_74`` stands for `control` with just that number."""

NUMBERED = ("control", "note_control")
