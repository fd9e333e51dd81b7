"""Reading presets from TOML files."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from handmidi import paths
from handmidi.errors import PresetError
from handmidi.instrument.checks import Checker
from handmidi.instrument.controls import CONTROLS
from handmidi.instrument.preset import ONSETS, Continuous, Part, Preset, Velocity, Zone
from handmidi.instrument.scaling import CURVES, Scaling
from handmidi.notes import parse_pitch


def library() -> dict[str, Path]:
    """The presets that can be named: the user's own, the current folder's, and ours."""
    found: dict[str, Path] = {}
    for folder in reversed(paths.preset_folders()):
        found.update({p.stem: p for p in sorted(folder.glob("*.toml"))})
    return dict(sorted(found.items()))


def load_preset(name: str, ranges: Mapping[str, tuple[float, float]] | None = None) -> Preset:
    """Load a preset by name, or from a TOML file.

    Parameters
    ----------
    name : str
    ranges : mapping, optional
        Calibrated ranges of controls, for what the preset leaves open.

    Raises
    ------
    PresetError
        If there is none of that name (the nearest is offered), or the file has mistakes
        (all are listed, with their keys).
    """
    presets = library()
    path = presets.get(name, Path(name))
    if name not in presets and path.suffix != ".toml":
        near = get_close_matches(name.lower(), presets, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(presets)}"
        raise PresetError(f"no preset is called {name!r}: {hint}")
    try:
        with open(path, "rb") as stream:
            table = tomllib.load(stream)
    except OSError as error:
        raise PresetError(f"cannot read the preset {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PresetError(f"{path} is no valid TOML: {error}") from error
    return parse_preset(path.stem, table, str(path), ranges)


def parse_preset(
    name: str,
    table: dict[str, Any],
    origin: str,
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> Preset:
    """Make a preset of a parsed TOML table.

    Raises
    ------
    PresetError
        Lists every mistake in one line, each with its key; `origin` is named first.
    """
    check = Checker(table)
    control = check.choice("control", tuple(CONTROLS), "area")
    curve = check.choice("curve", CURVES, "linear")
    usual = (ranges or {}).get(control, CONTROLS[control].range)
    ends = check.pair("range", usual)
    least, most = CONTROLS[control].limits
    if not all(least <= end <= most for end in ends):
        check.wrong("range", f"must lie within {least:g} and {most:g} for {control}")
        ends = usual
    if (curve == "log" or control == "area") and min(ends) <= 0:
        check.wrong("range", "must be above 0 for an area or a log curve")
    zones = _zones(check, table.get("zones"))
    continuous = _continuous(check, check.table("continuous"))
    if not zones and not continuous and "zones" not in check.mistaken:
        check.wrong("zones", "is missing: write at least one [[zones]] or a [continuous]")
    if zones and continuous:
        check.wrong("continuous", "cannot stand beside zones: keep one of them")
    velocity = check.whole("velocity", 1, 127, 96)
    part = Part(
        by=Scaling(control, ends, curve),
        onset=check.choice("onset", ONSETS, "continuous" if continuous else "settle"),
        zones=zones,
        continuous=continuous,
        velocity=Velocity(velocity, velocity),
        program=check.whole("program", 0, 127, 80),
        bend_semitones=continuous.bend_semitones if continuous else 2,
    )
    preset = Preset(name, check.text("title", name), part)
    if bool(continuous) != (part.onset == "continuous"):
        check.wrong("onset", 'is "continuous" just where there is a [continuous] table')
    if control == "area" and any(part.by.unscaled(zone.at) <= 0 for zone in zones):
        check.wrong("zones", "reach an area of 0: move them or the range")
    if continuous and continuous.lowest_hz >= continuous.high_hz:
        check.wrong("continuous", "can never sound: its lowest note lies above top_hz")
    check.unknown("zones")
    if check.mistakes:
        count = len(check.mistakes)
        many = "a mistake" if count == 1 else f"{count} mistakes"
        raise PresetError(f"{origin} has {many}: {'; '.join(check.mistakes)}")
    return preset


def _zones(check: Checker, rows: Any) -> tuple[Zone, ...]:
    if rows is None:
        return ()
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        check.wrong("zones", "must be tables: write [[zones]] before each")
        return ()
    zones, last = [], -math.inf
    for i, row in enumerate(rows):
        part = Checker(row, f"zones[{i}].", check.mistakes)
        at = part.number("at", 0.0, 4.0)
        name = part.text("note", "")
        pitch = None
        if name.strip().lower() != "rest" and "note" not in part.mistaken:
            try:
                pitch = parse_pitch(name)
            except ValueError as error:
                part.wrong("note", f"{error}, or rest")
        if at <= last and "at" not in part.mistaken:
            part.wrong("at", f"must be above the zone before it ({last:g})")
        part.unknown()
        last = max(last, at)
        zones.append(Zone(at, () if pitch is None else (pitch,)))
    if not zones:
        check.wrong("zones", "is empty: write at least one")
    return tuple(zones)


def _continuous(check: Checker, table: dict[str, Any] | None) -> Continuous | None:
    if table is None:
        return None
    part = Checker(table, "continuous.", check.mistakes)
    top_hz = part.number("top_hz", 20.0, 12_000.0, 1300.0)
    bend = part.whole("bend_semitones", 1, 48, 24)
    try:
        centre = parse_pitch(part.text("centre", "E4"))
    except ValueError as error:
        part.wrong("centre", str(error))
        centre = 64
    part.unknown()
    return Continuous(0.0, top_hz, True, centre, bend)
