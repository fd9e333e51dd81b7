"""``presets``: what can be played, and how each preset is played."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

from handmidi.calibration import load_calibration
from handmidi.checks import read_toml
from handmidi.cli.tables import table
from handmidi.errors import HandMidiError, PresetError
from handmidi.instrument.controls import CONTROLS
from handmidi.instrument.preset import Controller, Part, Preset, Zone
from handmidi.instrument.presetfile import library, load_preset
from handmidi.instrument.presetsound import CONTROLLERS
from handmidi.instrument.scales import flat_classes
from handmidi.instrument.scaling import Scaling
from handmidi.notes import pitch_name

_NUMBERS = {number: name for name, number in reversed(CONTROLLERS.items())}


def presets(args: argparse.Namespace) -> None:
    """``handmidi presets [NAME]`` and ``handmidi presets --scales``."""
    if args.scales:
        _scales(args)
    elif args.name:
        preset = load_preset(args.name, _calibrated(args.camera))
        if args.json:
            print(json.dumps(preset.to_dict(), indent=2))
        else:
            _show(preset, library().get(args.name, Path(args.name)))
    else:
        _list(args)


def _calibrated(camera: str) -> Mapping[str, tuple[float, float]]:
    """The camera's own ranges; a broken file is a line on stderr."""

    def warn(line: str) -> None:
        print(f"handmidi: {line}", file=sys.stderr)

    calibration = load_calibration(camera, warn)
    return calibration.ranges if calibration else {}


def _list(args: argparse.Namespace) -> None:
    loaded, rows, ranges = [], [], _calibrated(args.camera)
    for name, path in library().items():
        try:
            loaded.append(load_preset(name, ranges))
            rows.append(_row(loaded[-1], _flats(loaded[-1].main, _written(path))))
        except PresetError as error:
            print(f"handmidi: {error}", file=sys.stderr)
    if args.json:
        print(json.dumps([preset.to_dict() for preset in loaded], indent=2))
        return
    columns = ("name", "title", "control", "onset", "hands", "plays")
    table(columns, rows)


def _row(preset: Preset, flats: frozenset[int]) -> tuple[str, ...]:
    part = preset.main
    control, onset = part.by.control, part.onset
    if not part.plays:
        control, onset = " ".join(each.by.control for each in part.controllers), ""
    hands = "2" if preset.other else "1" if preset.hand == "any" else f"1, {preset.hand}"
    return preset.name, preset.title, control, onset, hands, _range(part, flats)


def _scales(args: argparse.Namespace) -> None:
    from handmidi.instrument.scalefile import user_scales
    from handmidi.instrument.scales import SCALES

    scales = SCALES
    try:
        scales = SCALES | user_scales()
    except HandMidiError as error:
        print(f"handmidi: {error}", file=sys.stderr)
    if args.json:
        shown = [
            {
                "name": scale.name,
                "also": list(scale.also),
                "intervals": list(scale.intervals),
                "octave": scale.octave,
            }
            for scale in scales.values()
        ]
        print(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    rows = []
    for scale in scales.values():
        repeats = "" if scale.octave == 12 else f" (again after {scale.octave})"
        tones = " ".join(map(str, scale.intervals)) + repeats
        rows.append((scale.name, tones, ", ".join(scale.also)))
    table(("scale", "semitones", "also"), rows)


def _how_to_play(path: Path) -> str:
    """The comment at the top of a preset's file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return " ".join(
        line[1:].strip() for line in takewhile(lambda line: line.startswith("#"), lines)
    )


def _written(path: Path) -> dict[str, Any]:
    return read_toml(path, "preset", PresetError)


def _flats(
    part: Part, written: dict[str, Any], main: frozenset[int] = frozenset()
) -> frozenset[int]:
    """Pitch classes that the key of a hand's scale writes with a flat; none without a scale."""
    if "transpose" in written:
        return frozenset((pitch_class + written["transpose"]) % 12 for pitch_class in main)
    if "scale" not in written:
        return frozenset()
    notes = (pitch for zone in part.zones for pitch in zone.pitches)
    return flat_classes(written["scale"].get("key", "C"), notes)


def _show(preset: Preset, path: Path) -> None:
    written = _written(path)
    sides = {"any": "any hand", "right": "right hand", "left": "left hand"}
    print(f"{preset.title}. {_how_to_play(path)}".rstrip())
    print(f"{sides[preset.hand]}: {_plays(preset.main, preset.mpe)}")
    flats = _flats(preset.main, written)
    _show_part(preset.main, flats)
    if preset.other:
        side = "left" if preset.hand == "right" else "right"
        print(f"{sides[side]}: {_plays(preset.other, preset.mpe)}")
        _show_part(preset.other, _flats(preset.other, written["other"], flats))
    if preset.grid_beats:
        print(f"notes wait for the beat: every {preset.grid_beats:g} beats, {preset.bpm:g} bpm")


def _plays(part: Part, mpe: bool) -> str:
    if not part.plays:
        return f"no notes; controllers on channel {part.channel + 1}"
    where = "a channel for each note (MPE)" if mpe else f"channel {part.channel + 1}"
    return f"{part.onset}, by {_scaling(part.by)}; program {part.program}, {where}"


def _show_part(part: Part, flats: frozenset[int]) -> None:
    if part.gate:
        gate = part.gate
        print(f"  struck where {gate.control} passes {gate.on:g}, ended at {gate.off:g}")
    if part.plays:
        hard = part.velocity
        by = f" to {hard.high} by {_scaling(hard.by)}" if hard.by else ""
        print(f"  velocity {hard.low}{by}")
    for controller in part.controllers:
        print(f"  {_destination(controller)} by {_scaling(controller.by)}")
    if part.continuous:
        print(f"  {_range(part, flats)}, bending {pitch_name(part.continuous.centre)}")
    elif part.zones:
        table(("from", "to", "note"), _zone_rows(part, flats))


def _destination(controller: Controller) -> str:
    low, high = controller.send
    if controller.to == "bend":
        return f"bend {low:+g} to {high:+g} semitones"
    name = controller.to
    if name == "cc":
        number = controller.number
        name = f"{_NUMBERS[number]} (cc {number})" if number in _NUMBERS else f"cc {number}"
    return f"{name} {low:g} to {high:g}"


def _scaling(by: Scaling) -> str:
    low, high = by.range
    curve = "" if by.curve == "linear" else f", {by.curve}"
    return f"{by.control} {low:g} to {high:g} ({CONTROLS[by.control].unit}{curve})"


def _zone_rows(part: Part, flats: frozenset[int]) -> list[tuple[str, str, str]]:
    edges = [f"{part.by.unscaled(zone.at):.4f}" for zone in part.zones]
    return [
        (start, end, _notes(zone, flats))
        for zone, start, end in zip(part.zones, edges, [*edges[1:], ""], strict=True)
    ]


def _notes(zone: Zone, flats: frozenset[int]) -> str:
    return " ".join(_spelled(pitch, flats) for pitch in zone.pitches) or "rest"


def _spelled(pitch: int, flats: frozenset[int]) -> str:
    return pitch_name(pitch, pitch % 12 in flats)


def _range(part: Part, flats: frozenset[int]) -> str:
    if part.continuous:
        low_hz, high_hz = part.continuous.lowest_hz, part.continuous.highest_hz
        return f"{low_hz:.0f} to {high_hz:.0f} Hz without steps"
    pitches = [pitch for zone in part.zones for pitch in zone.pitches]
    if not pitches:
        return "controllers only"
    what = "chords" if any(len(zone.pitches) > 1 for zone in part.zones) else "notes"
    count = sum(bool(zone.pitches) for zone in part.zones)
    ends = f"{_spelled(min(pitches), flats)} to {_spelled(max(pitches), flats)}"
    return f"{count} {what if count > 1 else what[:-1]}, {ends}"
