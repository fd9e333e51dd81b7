"""``presets``: what can be played, and how each preset is played."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from handmidi.calibration import load_calibration
from handmidi.checks import read_toml
from handmidi.cli.presetwords import WAYS, detail_lines, notes_of, plays_words, range_words, way_of
from handmidi.cli.tables import table
from handmidi.cli.terminal import console, result, say, warn
from handmidi.errors import HandMidiError, PresetError
from handmidi.files import replace_file
from handmidi.instrument.preset import Part, Preset
from handmidi.instrument.presetfile import library, load_preset
from handmidi.instrument.scales import flat_classes

_COLUMNS = ("name", "title", "control", "onset", "hands", "plays")


def presets(args: argparse.Namespace) -> None:
    """``handmidi presets [NAME]`` and ``handmidi presets --scales``."""
    _check_picture(args)
    if args.scales:
        _scales(args)
    elif args.name:
        preset = load_preset(args.name, _calibrated(args.camera))
        path = library().get(args.name, Path(args.name))
        if args.json:
            print(json.dumps(preset.to_dict(), indent=2))
        elif not args.picture:
            _show(preset, path)
        if args.picture:
            _draw(preset, path, args.picture)
    else:
        _list(args)


def _calibrated(camera: str) -> Mapping[str, tuple[float, float]]:
    """The camera's own ranges; a broken file is a line on stderr."""
    calibration = load_calibration(camera, warn)
    return calibration.ranges if calibration else {}


def _check_picture(args: argparse.Namespace) -> None:
    if args.picture and (args.scales or not args.name):
        args.usage_error("--picture is of one preset: name it")
    if args.picture and args.picture.suffix.lower() != ".png":
        args.usage_error(f"--picture {args.picture}: the picture is a PNG, end its name with .png")


def _draw(preset: Preset, path: Path, file: Path) -> None:
    """Write a picture of the zones.

    Raises
    ------
    PresetError
        If the file cannot be written.
    """
    import cv2

    from handmidi.cli.presetpicture import draw_preset

    png = cv2.imencode(".png", draw_preset(preset, _flats_of(preset, _written(path))))[1]
    try:
        replace_file(file, png.tobytes())
    except OSError as error:
        raise PresetError(f"cannot write {file}: {error.strerror}; name another file") from error
    say(f"picture: {file}")


def _list(args: argparse.Namespace) -> None:
    loaded, rows, ranges = [], [], _calibrated(args.camera)
    for name, path in library().items():
        try:
            loaded.append(load_preset(name, ranges))
            rows.append(_row(loaded[-1], _flats(loaded[-1].main, _written(path))))
        except PresetError as error:
            warn(str(error))
    if args.json:
        print(json.dumps([preset.to_dict() for preset in loaded], indent=2))
    elif sys.stdout.isatty():
        _print_grouped([way_of(preset) for preset in loaded], rows)
    else:
        table(_COLUMNS, rows)


def _print_grouped(ways: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table for each way to play."""
    for way in sorted(set(ways), key=WAYS.index):
        group = [row for own, row in zip(ways, rows, strict=True) if own == way]
        console(sys.stdout).print(f"[bold]{way}[/bold]")
        table(("name", "title", "onset", "plays"), [(r[0], r[1], r[3], r[5]) for r in group])
        print()


def _row(preset: Preset, flats: frozenset[int]) -> tuple[str, ...]:
    part = preset.main
    control, onset = part.by.control, part.onset
    if not part.plays:
        control, onset = " ".join(each.by.control for each in part.controllers), ""
    hands = "2" if preset.other else "1" if preset.hand == "any" else f"1, {preset.hand}"
    return preset.name, preset.title, control, onset, hands, range_words(part, flats)


def _scales(args: argparse.Namespace) -> None:
    from handmidi.instrument.scalefile import user_scales
    from handmidi.instrument.scales import SCALES

    scales = SCALES
    try:
        scales = SCALES | user_scales()
    except HandMidiError as error:
        warn(str(error))
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


def _flats_of(preset: Preset, written: dict[str, Any]) -> list[frozenset[int]]:
    """For each hand, the pitch classes with a flat."""
    found = [_flats(preset.main, written)]
    if preset.other:
        found.append(_flats(preset.other, written["other"], found[0]))
    return found


def _show(preset: Preset, path: Path) -> None:
    sides = {"any": "any hand", "right": "right hand", "left": "left hand"}
    result(f"{preset.title}. {_how_to_play(path)}".rstrip())
    hands = preset.hand, "left" if preset.hand == "right" else "right"
    for part, hand, flats in zip(
        preset.parts, hands, _flats_of(preset, _written(path)), strict=False
    ):
        print(f"{sides[hand]}: {plays_words(part, preset.mpe)}")
        for line in detail_lines(part, flats):
            print(f"  {line}")
        _show_zones(part, flats)
    if preset.grid_beats:
        print(f"notes wait for the beat: every {preset.grid_beats:g} beats, {preset.bpm:g} bpm")


def _show_zones(part: Part, flats: frozenset[int]) -> None:
    """A picture of the zones on a terminal; in a pipe, or where there is no room, their table."""
    from handmidi.cli.zones import print_spans, spans

    if sys.stdout.isatty() and part.plays and print_spans(part.by, spans(part, flats)):
        return
    if part.zones:
        table(("from", "to", "note"), _zone_rows(part, flats))


def _zone_rows(part: Part, flats: frozenset[int]) -> list[tuple[str, str, str]]:
    edges = [f"{part.by.unscaled(zone.at):.4f}" for zone in part.zones]
    return [
        (start, end, notes_of(zone, flats))
        for zone, start, end in zip(part.zones, edges, [*edges[1:], ""], strict=True)
    ]
