"""What falls silent without a word: a sound card that is pulled out, a server that ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

STILL_S = 1.0
"""How long something may stand still that moves on by itself, seconds."""
_AGAIN_S, _RARELY_S = 1.0, 4.0
_ASLEEP_S = 0.5

Mend = Callable[[float], str | None]


@dataclass
class _Watched:
    reading: Callable[[], float | None]
    line: str
    mend: Mend | None = None
    value: float | None = None
    moved_s: float | None = None
    is_lost: bool = False


class Losses:
    """Looks at what moves on by itself, says once that it stands still, and has it mended.

    Parameters
    ----------
    clock : callable
        Gives session seconds.
    warn : callable
        Takes one line for the user; in any thread.
    """

    def __init__(self, clock: Callable[[], float], warn: Callable[[str], None]) -> None:
        self._clock, self._warn = clock, warn
        self._watched: list[_Watched] = []
        self._looked_s: float | None = None
        self._ended = threading.Event()

    def watch(
        self, reading: Callable[[], float | None], line: str, mend: Mend | None = None
    ) -> None:
        """Watch something.

        Parameters
        ----------
        reading : callable
            A value that changes several times a second; None while it is not begun.
        line : str
            What to say once it has not changed for `STILL_S`.
        mend : callable, optional
            Called then every few seconds, in a thread of its own, with the seconds since the
            call before, or since the value moved. Returns what to say once it has helped.
        """
        self._watched.append(_Watched(reading, line, mend))

    def look(self) -> None:
        """Look at everything; to be called often."""
        now_s = self._clock()
        if self._looked_s is None or now_s - self._looked_s > _ASLEEP_S:
            for each in self._watched:  # we stood still ourselves
                each.moved_s = None
        self._looked_s = now_s
        for each in self._watched:
            if each.is_lost and each.mend:
                continue
            value = each.reading()
            if value != each.value or each.moved_s is None or value is None:
                each.value, each.moved_s, each.is_lost = value, now_s, False
            elif not each.is_lost and now_s - each.moved_s > STILL_S:
                each.is_lost = True
                self._warn(each.line)
                if each.mend:
                    name = "losses"
                    args = (each, each.mend, each.moved_s)
                    threading.Thread(target=self._mend, args=args, name=name, daemon=True).start()

    def close(self) -> None:
        """Mend nothing any more; waits for nobody."""
        self._ended.set()

    def _mend(self, each: _Watched, mend: Mend, stood_s: float) -> None:
        """Try again and again; `look` passes it by meanwhile."""
        said, pause_s = None, _AGAIN_S
        while not said and not self._ended.wait(pause_s):
            if each.reading() != each.value:  # it moves on by itself
                break
            now_s = self._clock()
            said = mend(now_s - stood_s)
            each.value, stood_s = each.reading(), now_s
            pause_s = min(2 * pause_s, _RARELY_S)
        if said:
            self._warn(said)
        each.moved_s, each.is_lost = None, False
