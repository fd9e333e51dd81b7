"""What falls silent without a word: a sound card that is pulled out, a server that ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

STILL_S = 1.0
"""How long something may stand still that moves on by itself, seconds."""


@dataclass
class _Watched:
    reading: Callable[[], float | None]
    line: str
    value: float | None = None
    moved_s: float | None = None
    is_lost: bool = False


class Losses:
    """Looks at what moves on by itself, and says once that it stands still.

    Parameters
    ----------
    warn : callable
        Takes one line for the user.
    """

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._watched: list[_Watched] = []

    def watch(self, reading: Callable[[], float | None], line: str) -> None:
        """Watch something.

        Parameters
        ----------
        reading : callable
            A value that changes several times a second; None while it is not begun.
        line : str
            What to say once it has not changed for `STILL_S`.
        """
        self._watched.append(_Watched(reading, line))

    def look(self, now_s: float) -> None:
        """Look at everything; to be called often, with session seconds."""
        for each in self._watched:
            value = each.reading()
            if value != each.value or each.moved_s is None or value is None:
                each.value, each.moved_s, each.is_lost = value, now_s, False
            elif not each.is_lost and now_s - each.moved_s > STILL_S:
                each.is_lost = True
                self._warn(each.line)
