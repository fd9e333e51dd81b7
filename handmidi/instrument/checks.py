"""Reading a table of settings so that all its mistakes are found at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any


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
        self.mistakes.append(f"{self._prefix}{key}: {why}")

    def unknown(self, *known: str) -> None:
        """Note every key that nobody asked for."""
        allowed = [*self._asked, *known]
        for key in self._table:
            if key not in allowed:
                near = get_close_matches(key, allowed, n=1, cutoff=0.5)
                hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(allowed)}"
                self.wrong(key, f"is no key here ({hint})")

    def text(self, key: str, default: str) -> str:
        """A string."""
        value = self._get(key, default)
        if isinstance(value, str):
            return value
        self.wrong(key, f"must be text in quotes, not {value!r}")
        return default

    def choice(self, key: str, choices: Sequence[str], default: str) -> str:
        """One of `choices`."""
        value = self._get(key, default)
        if value in choices:
            return value
        near = get_close_matches(str(value), choices, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(choices)}"
        self.wrong(key, f"{value!r} is unknown ({hint})")
        return default

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """A number within `low`..`high`; without a default the key must be there."""
        value = self._get(key, default)
        if _is_number(value) and low <= value <= high:
            return float(value)
        if value is None:
            self.wrong(key, f"is missing: a number, {low:g} to {high:g}")
        else:
            self.wrong(key, f"must be a number, {low:g} to {high:g}, not {value!r}")
        return low if default is None else default

    def whole(self, key: str, low: int, high: int, default: int) -> int:
        """A whole number within `low`..`high`."""
        value = self._get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.wrong(key, f"must be a whole number, {low} to {high}, not {value!r}")
        return default

    def pair(self, key: str, default: tuple[float, float]) -> tuple[float, float]:
        """Two different numbers."""
        value = self._get(key, default)
        if isinstance(value, (list, tuple)) and len(value) == 2 and all(map(_is_number, value)):
            if value[0] != value[1]:
                return float(value[0]), float(value[1])
            self.wrong(key, "must be two different numbers")
        else:
            self.wrong(key, f"must be two numbers in brackets, not {value!r}")
        return default

    def table(self, key: str) -> dict[str, Any] | None:
        """A table, or None if there is none."""
        value = self._get(key, None)
        if value is None or isinstance(value, dict):
            return value
        self.wrong(key, f"must be a table: write [{key}]")
        return None

    def _get(self, key: str, default: Any) -> Any:
        self._asked.append(key)
        return self._table.get(key, default)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value) if isinstance(value, float) else abs(value) < 1e15
