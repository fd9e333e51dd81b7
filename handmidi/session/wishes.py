"""What a player asks for by keys, and the options of the round that follows."""

from __future__ import annotations

from dataclasses import replace

from handmidi.session.options import Options

STEP = 5.0
"""Percent of the song's tempo by which a key changes it."""

_SLOWEST, _FASTEST = 25.0, 200.0
_TOGETHER_S = 0.8


class Wishes:
    """Gathers what shall be different in the next round.

    Parameters
    ----------
    options : Options
        Of the round that is played.
    """

    def __init__(self, options: Options) -> None:
        self._options, self._next = options, options
        self._from: int | None = None
        self._due_s: float | None = None

    def due(self, now_s: float) -> Options | None:
        """The next round's options, once it shall begin."""
        return self._next if self._due_s is not None and now_s >= self._due_s else None

    def forget(self) -> None:
        """The next round would be as this one; a preset that is played already stays."""
        self._next = replace(self._options, preset=self._next.preset)
        self._from = self._due_s = None

    def restart(self, now_s: float) -> str:
        """Play from the beginning; returns a line for the user, as all of them do."""
        self._due_s = now_s
        return "from the beginning"

    def tempo(self, change: float, now_s: float) -> str:
        """Change the tempo by so many percent of the song's; presses within 0.8 s are one."""
        o = self._next
        if o.link:
            return "Ableton Link sets the tempo: change it there"
        tempo = min(max(o.tempo + change, _SLOWEST), _FASTEST)
        if tempo == o.tempo:
            return f"tempo {tempo:g} %: it goes no {'faster' if change > 0 else 'slower'}"
        top = o.top if o.top is None else max(o.top, tempo)
        rise = o.rise if tempo < (100.0 if top is None else top) else 0.0
        self._next = replace(o, tempo=tempo, top=top, rise=rise)
        self._due_s = now_s + _TOGETHER_S
        return f"tempo {tempo:g} %"

    def loop(self, bar: int, last_bar: int, now_s: float) -> str:
        """Mark the first bar, then the last one; or play the whole song again.

        Parameters
        ----------
        bar : int
            Printed number of the bar where the song stands; 0, a pick-up, goes with bar 1.
        last_bar : int
            Of the song.
        now_s : float
        """
        bar = min(max(bar, 1), last_bar)
        if self._options.loop:
            self._next, self._due_s = replace(self._next, loop=None, passes=None, rise=0.0), now_s
            return "the whole song"
        if self._from is None:
            self._from = bar
            return f"loop from bar {bar}: l again in its last bar"
        return self.loop_bars((min(self._from, bar), max(self._from, bar)), now_s)

    def loop_bars(self, bars: tuple[int, int], now_s: float) -> str:
        """Repeat these bars."""
        self._next, self._due_s = replace(self._next, loop=bars, passes=None), now_s
        first, last = bars
        return f"loop: bars {first}–{last}" if last > first else f"loop: bar {first}"

    def preset(self, name: str | None) -> None:
        """Keep a preset for the rounds that follow."""
        self._next = replace(self._next, preset=name)
