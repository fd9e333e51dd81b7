"""Reading a table of settings so that all its mistakes are found at once."""

from __future__ import annotations

import math
import re
import reprlib
import tomllib
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from textwrap import shorten
from typing import Any

from handmidi.errors import HandMidiError

_LONGEST = 200
"""Signs of a text."""
_MOST_TOML = 256 << 10
"""Bytes of a file; of ours, none has a hundredth."""
_MOST_PARTS = 16
"""Names with dots between them, in a key of TOML."""
_NAME = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+"""
_LONG_KEY = re.compile(rf"(?<![\w-]){_NAME}(?:\.[ \t]*+{_NAME}){{{_MOST_PARTS}}}")
_MOST_LISTED = 240
"""Signs of a list of names in a message."""


class Checker:
    """Takes values out of a table and notes each mistake with its key.

    Every reader returns a usable value even after a mistake, so that reading goes on.

    Parameters
    ----------
    table : dict
        As ``tomllib`` gives it.
    prefix : str
        Put before each key in a message, such as ``zones[2].``.
    mistakes : list of str, optional
        Where to add mistakes; a fresh list by default.
    """

    def __init__(
        self, table: dict[str, Any], prefix: str = "", mistakes: list[str] | None = None
    ) -> None:
        self._table, self._prefix, self._asked = table, prefix, []
        self.mistakes = [] if mistakes is None else mistakes
        self.mistaken: set[str] = set()

    def wrong(self, key: str, why: str) -> None:
        """Note a mistake."""
        self.mistaken.add(key)
        shown = key if key.isprintable() and len(key) < 50 else _brief(key)
        self.mistakes.append(f"{self._prefix}{shown}: {why}")

    def unknown(self, *known: str) -> None:
        """Note every key that nobody asked for, but for those that are `known`."""
        allowed = list(dict.fromkeys([*self._asked, *known]))
        for key in self._table:
            if key not in allowed:
                self.wrong(key, f"is no key here ({suggest(key, allowed)})")

    def text(self, key: str, default: str) -> str:
        """A string."""
        value = self._get(key, default)
        if not isinstance(value, str):
            self.wrong(key, f"must be text in quotes, not {_brief(value)}")
        elif len(value) > _LONGEST or not value.isprintable():
            self.wrong(key, f"must be one line of at most {_LONGEST} signs")
        else:
            return value
        return default

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self._get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(key, f"must be true or false, not {_brief(value)}")
        return default

    def choice(self, key: str, choices: Sequence[str], default: str) -> str:
        """One of `choices`."""
        value = self._get(key, default)
        if value in choices:
            return value
        hint = suggest(value if isinstance(value, str) else "", choices)
        self.wrong(key, f"{_brief(value)} is unknown ({hint})")
        return default

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """A number within `low`..`high`; without a default the key must be there."""
        value = self._get(key, default)
        if _is_number(value) and low <= value <= high:
            return float(value)
        if value is None:
            self.wrong(key, f"is missing: a number, {low:g} to {high:g}")
        else:
            self.wrong(key, f"must be a number, {low:g} to {high:g}, not {_brief(value)}")
        return low if default is None else default

    def whole(self, key: str, low: int, high: int, default: int) -> int:
        """A whole number within `low`..`high`."""
        value = self._get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.wrong(key, f"must be a whole number, {low} to {high}, not {_brief(value)}")
        return default

    def pair(self, key: str, default: tuple[float, float]) -> tuple[float, float]:
        """Two different numbers."""
        value = self._get(key, default)
        if isinstance(value, (list, tuple)) and len(value) == 2 and all(map(_is_number, value)):
            if value[0] != value[1]:
                return float(value[0]), float(value[1])
            self.wrong(key, "must be two different numbers")
        else:
            self.wrong(key, f"must be two numbers in brackets, not {_brief(value)}")
        return default

    def table(self, key: str) -> dict[str, Any] | None:
        """A table, or None if there is none."""
        value = self._get(key, None)
        if value is None or isinstance(value, dict):
            return value
        self.wrong(key, f"must be a table: write [{key}]")
        return None

    def within(self, key: str) -> Checker | None:
        """A checker of the table [key], or None if there is none."""
        table = self.table(key)
        return None if table is None else Checker(table, f"{self._prefix}{key}.", self.mistakes)

    def rows(self, key: str, most: int) -> list[Checker]:
        """A checker of each table [[key]]; at most `most` are looked at."""
        rows = self._get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.wrong(key, f"must be tables: write [[{key}]] before each")
            return []
        if len(rows) > most:
            self.wrong(key, f"are too many: {most} at most, not {len(rows)}")
        return [
            Checker(row, f"{self._prefix}{key}[{i}].", self.mistakes)
            for i, row in enumerate(rows[:most])
        ]

    def texts(self, key: str, most: int) -> list[str]:
        """Different texts in brackets, 1 to `most`; empty after a mistake."""
        value = self._get(key, None)
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            if 1 <= len(value) <= most and len(set(value)) == len(value):
                return value
            self.wrong(key, f"must be 1 to {most} different ones, not {_brief(value)}")
        else:
            self.wrong(key, f"must be texts in brackets, not {_brief(value)}")
        return []

    def wholes(self, key: str, low: int, high: int) -> tuple[int, ...]:
        """Whole numbers within `low`..`high`, ascending; empty if there are none."""
        value = self._get(key, None)
        if value is None:
            return ()
        whole = isinstance(value, list) and all(type(v) is int and low <= v <= high for v in value)
        if whole and value and all(a < b for a, b in pairwise(value)):
            return tuple(value)
        what = f"ascending whole numbers in brackets, {low} to {high}"
        self.wrong(key, f"must be {what}, not {_brief(value)}")
        return ()

    def finish(self, origin: str, error: type[HandMidiError]) -> None:
        """Raise `error` with all mistakes in one line, if there are any; `origin` is the file."""
        if self.mistakes:
            count = len(self.mistakes)
            many = "a mistake" if count == 1 else f"{count} mistakes"
            raise error(f"{origin} has {many}: {'; '.join(self.mistakes)}")

    def holds(self, key: str, kind: type) -> bool:
        """Whether the table writes `key` with a value of this kind."""
        return isinstance(self._table.get(key), kind)

    def has(self, *keys: str) -> list[str]:
        """Those of `keys` that the table writes."""
        return [key for key in keys if key in self._table]

    def _get(self, key: str, default: Any) -> Any:
        self._asked.append(key)
        return self._table.get(key, default)


def suggest(name: str, allowed: Iterable[str], listing: str = "") -> str:
    """What to say of an unknown name: the nearest that is allowed, and all of them.

    Parameters
    ----------
    name : str
    allowed : iterable of str
    listing : str, optional
        The command that lists them, where they are too many for a line: with it, the nearest
        three are named instead.
    """
    names = list(allowed)
    if not names:
        return "there is none"
    near = get_close_matches(name[:40], names, n=3 if listing else 1, cutoff=0.5)
    meant = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    if listing:
        return f"{meant}{listing} lists all"
    return f"{meant}allowed: {shorten(', '.join(names), _MOST_LISTED, placeholder=' …')}"


def read_toml(path: Path, what: str, error: type[HandMidiError]) -> dict[str, Any]:
    """The table of a TOML file.

    Parameters
    ----------
    path : Path
    what : str
        What the file is, for the message: "preset".
    error : type
        Raised, with one line, if the file cannot be read or is no TOML.
    """
    try:
        with open(path, "rb") as stream:
            data = stream.read(_MOST_TOML + 1)
        if len(data) > _MOST_TOML:
            raise ValueError(f"it has more than {_MOST_TOML >> 10} kB")
        text = data.decode()
        if _LONG_KEY.search(text):  # tomllib keeps each beginning of a key: gigabytes of them
            raise ValueError(f"a key has more than {_MOST_PARTS} parts")
        return tomllib.loads(text)
    except OSError as reason:
        raise error(
            f"cannot read the {what} {path}: {reason.strerror}; name a file that can be read"
        ) from reason
    except (ValueError, RecursionError) as reason:  # also a number too long, and no UTF-8
        raise error(f"{path} is no valid TOML: {reason}") from reason


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value) if isinstance(value, float) else abs(value) < 1e15


def _brief(value: Any) -> str:
    """A value as a person may read it in one line."""
    try:
        return reprlib.repr(value)
    except ValueError:  # Python writes no number of thousands of digits
        return "so long a number"
