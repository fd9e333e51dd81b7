"""Reading presets from TOML files; ``docs/presets.md`` is the reference of their keys."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from handmidi import paths
from handmidi.checks import Checker, read_toml, suggest
from handmidi.errors import PresetError
from handmidi.instrument.preset import Part, Preset
from handmidi.instrument.presetpart import KEYS, read_part
from handmidi.instrument.routing import DRUMS

HANDS = ("any", "right", "left")

GRIDS = {
    f"1/{parts}{triplet}": float(Fraction(4, parts) * (Fraction(2, 3) if triplet else 1))
    for parts in (1, 2, 4, 8, 16, 32)
    for triplet in ("", "t")
}
"""Beats between two lines of a grid, by its name; "t" is a triplet."""


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
        Calibrated ranges of controls: the values at 0 and at 1 of the scaled axis. They are
        used where the preset writes no range.

    Raises
    ------
    PresetError
        If there is none of that name (the nearest are offered), or the file has mistakes
        (all are listed, with their keys).
    """
    presets = library()
    path = presets.get(name, Path(name))
    if name not in presets and path.suffix != ".toml":
        hint = suggest(name.lower(), presets, "`handmidi presets`")
        raise PresetError(f"no preset is called {name!r}: {hint}")
    return parse_preset(path.stem, read_toml(path, "preset", PresetError), str(path), ranges)


def parse_preset(
    name: str,
    table: dict[str, Any],
    origin: str,
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> Preset:
    """Make a preset of a parsed TOML table.

    Parameters
    ----------
    name : str
    table : dict
        As ``tomllib`` gives it.
    origin : str
        The file, for messages.
    ranges : mapping, optional
        As for `load_preset`.

    Raises
    ------
    PresetError
        Lists every mistake in one line, each with its key; `origin` is named first.
    """
    check = Checker(table)
    title, mpe = check.text("title", name), check.flag("mpe", False)
    main = read_part(check, ranges or {}, mpe)
    inner, other = check.within("other"), None
    if inner:
        other = read_part(inner, ranges or {}, mpe, main)
        inner.unknown(*KEYS, "transpose")
        _agree(inner, main, other, mpe)
    hand = check.choice("hand", HANDS, "right" if inner else "any")
    if inner and hand == "any":
        check.wrong("hand", 'must be "right" or "left" where there is an [other] hand')
    grid_beats, bpm = _quantise(check, main, other)
    check.unknown(*KEYS)
    check.finish(origin, PresetError)
    return Preset(name, title, main, other, hand, grid_beats, bpm, mpe)


def _agree(check: Checker, main: Part, other: Part, mpe: bool) -> None:
    """Note where two hands would spoil each other's sound."""
    share = main.channel == other.channel and not mpe
    if main.plays and other.plays and share and main.channel != DRUMS:
        check.wrong("channel", f"must not be {main.channel + 1}, where the first hand plays")
    taken = {(each.to, each.number) for each in main.controllers if each.to != "bend"}
    for i, each in enumerate(other.controllers):
        if (share or not other.plays) and (each.to, each.number) in taken:
            check.wrong(f"controllers[{i}].to", "is where the first hand's goes already")


def _quantise(check: Checker, main: Part, other: Part | None) -> tuple[float | None, float]:
    inner = check.within("quantise")
    if inner is None:
        return None, 120.0
    grid = inner.choice("grid", tuple(GRIDS), "1/8")
    bpm = inner.number("bpm", 20.0, 400.0, 120.0)
    inner.unknown()
    if not main.zones and not (other and other.zones) and not check.mistakes:
        check.wrong("quantise", "needs zones or a scale: other notes have no onsets to move")
    return GRIDS[grid], bpm
