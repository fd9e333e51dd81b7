"""A player's own scales, from ``scales.toml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from handmidi import paths
from handmidi.checks import Checker, read_toml
from handmidi.errors import PresetError
from handmidi.instrument.scales import SCALES, Scale, by_plain_name, find_scale, plain

LONGEST_OCTAVE = 60
"""The most semitones after which a scale may repeat."""


def scale_files() -> list[Path]:
    """Where a player may write scales, the first winning: the data folder, the current one."""
    return [paths.data_folder() / "scales.toml", Path("scales.toml")]


def user_scales() -> dict[str, Scale]:
    """The player's own scales by name.

    A line of the file is ``name = [0, 2, 3]``, or ``name = {intervals = [0, 5, 14], octave =
    19}`` where the scale repeats after other than 12 semitones.

    Raises
    ------
    PresetError
        Lists every mistake of a file in one line, each with its key.
    """
    found: dict[str, Scale] = {}
    for path in reversed(scale_files()):
        if path.is_file():
            table = read_toml(path, "scales", PresetError)
            check = Checker(table)
            found.update({name: _scale(check, name, value) for name, value in table.items()})
            check.finish(str(path), PresetError)
    return found


def named_scale(name: str) -> Scale:
    """One of our scales, or of the player's.

    Raises
    ------
    ValueError
        If there is none; the nearest name is offered.
    PresetError
        If it is not ours and the player's file cannot be read.
    """
    if plain(name) in by_plain_name(SCALES):
        return find_scale(name)
    return find_scale(name, SCALES | user_scales())


def read_intervals(check: Checker) -> tuple[tuple[int, ...], int]:
    """The keys `intervals` and `octave` of a table; no intervals if there are none."""
    octave = check.whole("octave", 1, LONGEST_OCTAVE, 12)
    intervals = check.wholes("intervals", 0, octave - 1)
    if intervals and intervals[0] != 0:
        check.wrong("intervals", "must begin with 0, the key note itself")
    return intervals, octave


def _scale(check: Checker, name: str, value: Any) -> Scale:
    if plain(name) in by_plain_name(SCALES):
        check.wrong(name, "is the name of a scale of ours: choose another")
    if not isinstance(value, (list, dict)):
        check.wrong(name, "must be tones in brackets, like [0, 2, 4, 7, 9]")
        return Scale(name, (0,))
    table = value if isinstance(value, dict) else {"intervals": value}
    inner = Checker(table, f"{name}.", check.mistakes)
    intervals, octave = read_intervals(inner)
    if "intervals" not in table:
        inner.wrong("intervals", "is missing: tones in brackets, like [0, 2, 4, 7, 9]")
    inner.unknown()
    return Scale(name, intervals or (0,), octave)
