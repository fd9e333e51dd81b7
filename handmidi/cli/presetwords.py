"""A preset in words: what its hands do, and which notes they play."""

from __future__ import annotations

from handmidi.instrument.controls import CONTROLS
from handmidi.instrument.preset import Controller, Part, Preset, Zone
from handmidi.instrument.presetsound import CONTROLLERS
from handmidi.instrument.scaling import Scaling
from handmidi.notes import pitch_name

_NUMBERS = {number: name for name, number in reversed(CONTROLLERS.items())}


def plays_words(part: Part, mpe: bool) -> str:
    """How a hand plays, such as "settle, by area …; program 80, channel 1"."""
    if not part.plays:
        return f"no notes; controllers on channel {part.channel + 1}"
    where = "a channel for each note (MPE)" if mpe else f"channel {part.channel + 1}"
    return f"{part.onset}, by {scaling_words(part.by)}; program {part.program}, {where}"


def detail_lines(part: Part, flats: frozenset[int]) -> list[str]:
    """What strikes a hand's notes, how hard, and what else it moves."""
    lines = []
    if part.gate:
        gate = part.gate
        lines.append(f"struck where {gate.control} passes {gate.on:g}, ended at {gate.off:g}")
    if part.plays:
        hard = part.velocity
        by = f" to {hard.high} by {scaling_words(hard.by)}" if hard.by else ""
        lines.append(f"velocity {hard.low}{by}")
    for controller in part.controllers:
        lines.append(f"{destination_words(controller)} by {scaling_words(controller.by)}")
    if part.continuous:
        lines.append(f"{range_words(part, flats)}, bending {pitch_name(part.continuous.centre)}")
    return lines


def destination_words(controller: Controller) -> str:
    """What a controller sends, such as "brightness (cc 74) 0 to 127"."""
    low, high = controller.send
    if controller.to == "bend":
        return f"bend {low:+g} to {high:+g} semitones"
    name = controller.to
    if name == "cc":
        number = controller.number
        name = f"{_NUMBERS[number]} (cc {number})" if number in _NUMBERS else f"cc {number}"
    return f"{name} {low:g} to {high:g}"


def scaling_words(by: Scaling) -> str:
    """A control and its range, such as "area 0.015 to 0.15 (of the picture)"."""
    low, high = by.range
    curve = "" if by.curve == "linear" else f", {by.curve}"
    return f"{by.control} {low:g} to {high:g} ({CONTROLS[by.control].unit}{curve})"


def notes_of(zone: Zone, flats: frozenset[int]) -> str:
    """Names of a zone's notes, or "rest"."""
    return " ".join(spelled(pitch, flats) for pitch in zone.pitches) or "rest"


def spelled(pitch: int, flats: frozenset[int]) -> str:
    """Name of a note; `flats` are the pitch classes that are written with a flat."""
    return pitch_name(pitch, pitch % 12 in flats)


def range_words(part: Part, flats: frozenset[int]) -> str:
    """What a hand can play, such as "9 notes, C4 to E5"."""
    if part.continuous:
        low_hz, high_hz = part.continuous.lowest_hz, part.continuous.highest_hz
        return f"{low_hz:.0f} to {high_hz:.0f} Hz without steps"
    pitches = [pitch for zone in part.zones for pitch in zone.pitches]
    if not pitches:
        return "controllers only"
    what = "chords" if any(len(zone.pitches) > 1 for zone in part.zones) else "notes"
    count = sum(bool(zone.pitches) for zone in part.zones)
    ends = f"{spelled(min(pitches), flats)} to {spelled(max(pitches), flats)}"
    return f"{count} {what if count > 1 else what[:-1]}, {ends}"


_WAYS = {
    "area": "nearer and farther",
    "distance": "nearer and farther",
    "x": "left and right",
    "y": "up and down",
    "tilt": "leaning",
    "fingers": "counting on the fingers",
    "openness": "opening and closing",
    "pinch": "pinching",
    "speed": "moving fast and slowly",
}


def way_of(preset: Preset) -> str:
    """How a preset is played, in a few words: its group in the list."""
    if not preset.main.plays:
        return "controllers only"
    return "two hands" if preset.other else _WAYS[preset.main.by.control]


WAYS = tuple(dict.fromkeys([*_WAYS.values(), "two hands", "controllers only"]))
"""All groups, in the order of the list."""
