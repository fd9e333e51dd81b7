"""Presets: which control of the hand plays, and which note lies where.

A preset is a TOML file::

    title = "Chromatic"
    control = "area"             # area, x, y or openness: the trace's own columns
    range = [0.015, 0.15]        # the control's value at 0 and at 1 of the scaled axis
    curve = "linear"             # or "log"
    onset = "settle"             # only zones in which the hand stops sound
    velocity = 96
    program = 80                 # General MIDI program, 0..127

    [[zones]]                    # from `at` (scaled) to the next zone's; below the first: rest
    at = 0.10
    note = "D4"                  # or "rest"

or, instead of zones, ``[continuous]`` with ``top_hz`` (frequency at 1 of the scaled axis),
``centre`` (the note that is bent) and ``bend_semitones`` (how far).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from handmidi import paths
from handmidi.errors import PresetError
from handmidi.instrument.checks import Checker
from handmidi.notes import frequency, parse_pitch

CONTROLS = ("area", "x", "y", "openness")
CURVES = ("linear", "log")
ONSETS = ("settle", "continuous")
RANGES = {"area": (0.015, 0.15), "x": (0.9, 0.1), "y": (0.9, 0.1), "openness": (0.0, 1.0)}
LIMITS = {"area": (0.0001, 2.0), "x": (-1.0, 2.0), "y": (-1.0, 2.0), "openness": (-1.0, 2.0)}


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the scaled axis, from `at` to the next zone's; `pitch` None is a rest."""

    at: float
    pitch: int | None


@dataclass(frozen=True, slots=True)
class Continuous:
    """A theremin's law: frequency = `top_hz` × scaled control, by bending one note.

    Parameters
    ----------
    top_hz : float
        Frequency at 1 of the scaled axis.
    centre : int
        Key number of the note that is bent.
    bend_semitones : int
        Range of the pitch bend to either side, 1..48; sent to the synth as RPN 0.
    """

    top_hz: float
    centre: int
    bend_semitones: int

    @property
    def lowest_hz(self) -> float:
        """The lowest frequency within the bend's range; below it is a rest."""
        return frequency(self.centre - self.bend_semitones)

    @property
    def highest_hz(self) -> float:
        """The highest frequency within the bend's range."""
        return frequency(self.centre + self.bend_semitones)


@dataclass(frozen=True, slots=True)
class Preset:
    """How the hand's control becomes notes. The fields are the keys of the TOML file.

    Parameters
    ----------
    range : tuple of float
        The control's value at 0 and at 1 of the scaled axis; the first may be the greater.
    zones : tuple of Zone
        In ascending order; empty if `continuous` is given.
    """

    name: str
    title: str
    control: str
    range: tuple[float, float]
    curve: str
    onset: str
    velocity: int
    program: int
    zones: tuple[Zone, ...] = ()
    continuous: Continuous | None = None

    def scaled(self, value: float) -> float:
        """The control on the scaled axis: 0 and 1 at the ends of `range`, not clipped."""
        low, high = (self._axis(v) for v in self.range)
        return (self._axis(value) - low) / (high - low)

    def unscaled(self, scaled: float) -> float:
        """The control's value at `scaled`, the inverse of `scaled()`."""
        low, high = (self._axis(v) for v in self.range)
        value = low + scaled * (high - low)
        return math.exp(value) if self.curve == "log" else value

    def _axis(self, value: float) -> float:
        return math.log(max(value, 1e-9)) if self.curve == "log" else value

    def to_dict(self) -> dict[str, Any]:
        """The preset as it plays: ``{"name", "control", "zones": [{"low", "high", "pitch"}]}``.

        `low` and `high` are in the control's own unit. The zone that has no far end says
        None there: `high`, or `low` where the control runs downwards.
        """
        edges = [round(self.unscaled(zone.at), 6) for zone in self.zones] + [None]
        down = self.range[0] > self.range[1]
        rows = []
        for zone, near, far in zip(self.zones, edges, edges[1:], strict=False):
            low, high = (far, near) if down else (near, far)
            rows.append({"low": low, "high": high, "pitch": zone.pitch})
        return {"name": self.name, "control": self.control, "zones": rows}


def from_pitches(name: str, title: str, pitches: Sequence[int]) -> Preset:
    """A preset that offers just these notes, low to high as the hand comes nearer.

    The zones are equally wide on the logarithm of the area: every step is the same
    relative change of distance.

    Raises
    ------
    ValueError
        If there is no note.
    """
    notes = sorted(set(pitches))
    if not notes:
        raise ValueError("a preset needs at least one note")
    first = 0.2
    width = (1 - first) / len(notes)
    zones = tuple(Zone(round(first + i * width, 6), pitch) for i, pitch in enumerate(notes))
    return Preset(name, title, "area", RANGES["area"], "log", "settle", 96, 80, zones)


def library() -> dict[str, Path]:
    """The presets that can be named: the user's own, the current folder's, and ours."""
    found: dict[str, Path] = {}
    for folder in reversed(paths.preset_folders()):
        found.update({p.stem: p for p in sorted(folder.glob("*.toml"))})
    return dict(sorted(found.items()))


def load_preset(name: str) -> Preset:
    """Load a preset by name, or from a TOML file.

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
    return parse_preset(path.stem, table, str(path))


def parse_preset(name: str, table: dict[str, Any], origin: str) -> Preset:
    """Make a preset of a parsed TOML table.

    Raises
    ------
    PresetError
        Lists every mistake in one line, each with its key; `origin` is named first.
    """
    check = Checker(table)
    control = check.choice("control", CONTROLS, "area")
    curve = check.choice("curve", CURVES, "linear")
    ends = check.pair("range", RANGES[control])
    least, most = LIMITS[control]
    if not all(least <= end <= most for end in ends):
        check.wrong("range", f"must lie within {least:g} and {most:g} for {control}")
        ends = RANGES[control]
    if (curve == "log" or control == "area") and min(ends) <= 0:
        check.wrong("range", "must be above 0 for an area or a log curve")
    zones = _zones(check, table.get("zones"))
    continuous = _continuous(check, check.table("continuous"))
    if not zones and not continuous and "zones" not in check.mistaken:
        check.wrong("zones", "is missing: write at least one [[zones]] or a [continuous]")
    if zones and continuous:
        check.wrong("continuous", "cannot stand beside zones: keep one of them")
    preset = Preset(
        name=name,
        title=check.text("title", name),
        control=control,
        range=ends,
        curve=curve,
        onset=check.choice("onset", ONSETS, "continuous" if continuous else "settle"),
        velocity=check.whole("velocity", 1, 127, 96),
        program=check.whole("program", 0, 127, 80),
        zones=zones,
        continuous=continuous,
    )
    if bool(continuous) != (preset.onset == "continuous"):
        check.wrong("onset", 'is "continuous" just where there is a [continuous] table')
    if control == "area" and any(preset.unscaled(zone.at) <= 0 for zone in zones):
        check.wrong("zones", "reach an area of 0: move them or the range")
    if continuous and continuous.lowest_hz >= continuous.top_hz:
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
        zones.append(Zone(at, pitch))
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
    return Continuous(top_hz, centre, bend)
