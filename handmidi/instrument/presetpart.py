"""One hand of a preset file."""

from __future__ import annotations

from dataclasses import replace

from handmidi.checks import Checker
from handmidi.instrument.layout import transposed
from handmidi.instrument.mpe import MEMBER_BEND_SEMITONES
from handmidi.instrument.preset import ONSETS, Continuous, Gate, Part, Velocity, Zone
from handmidi.instrument.presetnotes import check_widths, read_continuous, read_scale, read_zones
from handmidi.instrument.presetsound import (
    Ranges,
    read_controllers,
    read_gate,
    read_scaling,
    read_velocity,
)
from handmidi.instrument.routing import DRUMS

_OF_NOTES = ("control", "range", "curve", "onset", "gate", "velocity", "program")
KEYS = ("zones", "scale", "continuous", *_OF_NOTES, "channel", "bend", "controllers")
"""What a hand's table may hold; [other] may hold `transpose`, too."""


def read_part(check: Checker, ranges: Ranges, mpe: bool, main: Part | None = None) -> Part:
    """What one hand does; mistakes stay with `check`.

    Parameters
    ----------
    check : Checker
        Of the file, or of its table [other].
    ranges : mapping
        Calibrated ranges of controls.
    mpe : bool
    main : Part, optional
        The first hand's, where this is the second.
    """
    sources = check.has("zones", "scale", "continuous", *(["transpose"] if main else []))
    for source in sources[1:]:
        check.wrong(source, f"cannot stand beside {sources[0]}: keep one of them")
    if not sources:
        return _silent(check, ranges, mpe, main)
    model, before = main if sources[0] == "transpose" else None, len(check.mistakes)
    by = read_scaling(check, ranges, default=model.by if model else None, curves=("linear", "log"))
    zones, law = _notes(check, sources[0], main)
    if zones and len(check.mistakes) == before:
        check_widths(check, sources[0], by, zones)
    inner = check.within("gate")
    gate = read_gate(inner, ranges) if inner else model.gate if model else None
    usual = "continuous" if law else "gate" if gate else model.onset if model else "settle"
    part = Part(
        by=by,
        onset=_onset(check, usual, by.control, law, gate),
        zones=zones,
        continuous=law,
        gate=gate,
        velocity=read_velocity(check, ranges, model.velocity if model else Velocity(96, 96)),
    )
    return _with_channel(check, ranges, mpe, part, main, model)


def _notes(
    check: Checker, source: str, main: Part | None
) -> tuple[tuple[Zone, ...], Continuous | None]:
    match source:
        case "zones":
            return read_zones(check), None
        case "scale":
            inner = check.within("scale")
            return (read_scale(inner) if inner else ()), None
        case "continuous":
            inner = check.within("continuous")
            return (), (read_continuous(inner) if inner else None)
        case "transpose" if main:
            return _transposed(check, main)
    raise ValueError(f"source is {source!r}, not zones, scale, continuous or transpose")


def _transposed(check: Checker, main: Part) -> tuple[tuple[Zone, ...], Continuous | None]:
    semitones = check.whole("transpose", -127, 127, 0)
    if not main.plays and not check.mistakes:
        check.wrong("transpose", "needs notes of the first hand")
    zones = transposed(main.zones, semitones)
    if any(len(a.pitches) != len(b.pitches) for a, b in zip(zones, main.zones, strict=True)):
        check.wrong("transpose", f"by {semitones} leads out of MIDI's range, C-1 to G9")
    law = main.continuous
    if law:
        ratio = 2 ** (semitones / 12)
        centre = law.centre + semitones
        if not 0 <= centre <= 127:
            check.wrong("transpose", f"by {semitones} leads out of MIDI's range, C-1 to G9")
        law = replace(law, low_hz=law.low_hz * ratio, high_hz=law.high_hz * ratio, centre=centre)
    return zones, law


def _onset(
    check: Checker, usual: str, control: str, law: Continuous | None, gate: Gate | None
) -> str:
    onset = check.choice("onset", ONSETS, usual)
    if law and gate:
        check.wrong("gate", "cannot stand beside continuous: nothing is struck there")
    elif (onset == "continuous") != bool(law):
        check.wrong("onset", 'is "continuous" just where there is a [continuous] table')
    elif (onset == "gate") != bool(gate):
        check.wrong("onset", 'is "gate" just where there is a [gate] table')
    if gate and gate.control == control:
        check.wrong("gate", f"needs another control than {control}, which chooses the note")
    return onset


def _with_channel(
    check: Checker, ranges: Ranges, mpe: bool, part: Part, main: Part | None, model: Part | None
) -> Part:
    """Channel, program, bend and controllers of a part that plays."""
    if mpe:
        for key in check.has("channel"):
            check.wrong(key, "has no use with mpe, which gives each note a channel")
        for key in check.has("bend"):
            check.wrong(key, f"is {MEMBER_BEND_SEMITONES} with mpe: leave it out")
    usual = 1
    if main and main.plays:
        usual = 2 if main.channel != 1 else 1
    channel = check.whole("channel", 1, 16, usual) - 1
    program = check.whole("program", 0, 127, _usual_program(channel, model))
    if part.continuous:
        if check.has("bend"):
            check.wrong("bend", "cannot stand beside continuous, whose bend_semitones it is")
        bend = part.continuous.bend_semitones
    else:
        bend = check.whole("bend", 1, 96, model.bend_semitones if model else 2)
    bend = MEMBER_BEND_SEMITONES if mpe else bend
    controllers = read_controllers(check, ranges, bend)
    return replace(
        part, channel=channel, program=program, bend_semitones=bend, controllers=controllers
    )


def _usual_program(channel: int, model: Part | None) -> int:
    if channel == DRUMS:
        return 0
    return model.program if model else 80


def _silent(check: Checker, ranges: Ranges, mpe: bool, main: Part | None) -> Part:
    """A part without notes: its controllers shape the first hand's, or a synth of its own."""
    if not check.has("controllers"):
        notes = "[[zones]], [scale], [continuous]" + (" or transpose" if main else "")
        check.wrong("zones", f"is missing: write {notes} or [[controllers]]")
    for key in check.has(*_OF_NOTES, *(["channel"] if main else [])):
        check.wrong(key, "has no use where the hand plays no notes")
    channel = main.channel if main else check.whole("channel", 1, 16, 1) - 1
    bend = check.whole("bend", 1, 96, 2)
    controllers = read_controllers(check, ranges, bend)
    by = controllers[0].by if controllers else read_scaling(Checker({}), ranges)
    if mpe and not main:
        check.wrong("mpe", "needs notes: each gets a channel")
    return Part(by=by, channel=channel, bend_semitones=bend, controllers=controllers)
