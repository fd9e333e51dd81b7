"""What stands above a bar: tempo, passes of a loop, swing."""

from __future__ import annotations

from typing import NamedTuple

from handmidi.report.grid import Bar, Grid
from handmidi.song import Song

_CHANGE = 0.02  # of the tempo, from which it is printed


class BarMarks(NamedTuple):
    """The marks of a bar.

    Parameters
    ----------
    bpm : float or None
        Beats of the bar a minute, where that is new.
    beat : float
        Quarter notes to a beat.
    words : tuple of str
    """

    bpm: float | None
    beat: float
    words: tuple[str, ...] = ()


def bar_marks(song: Song, grid: Grid, tempo_percent: float = 100.0) -> dict[int, BarMarks]:
    """What to print above bars, by the bar's first step; the first bar has its tempo always.

    A tempo that changes within a bar is printed at the next bar, if it lasts so long.

    Parameters
    ----------
    song : Song
    grid : Grid
    tempo_percent : float, default 100
        Speed of the practice, in percent of the song's tempo.
    """
    again = _pass_starts(song.bar_numbers)
    out: dict[int, BarMarks] = {}
    shown = 0.0
    for index, bar in enumerate(grid.bars):
        quarters = bar.beat / bar.per_quarter
        per_minute = _quarters_a_minute(song, bar) * tempo_percent / 100
        words = []
        if index == 0 and grid.swing:
            words.append("Swing")
        if index in again:
            words.append(f"pass {again[index]}")
        new = abs(per_minute - shown) > _CHANGE * shown
        if new:
            shown = per_minute
        if new or words:
            bpm = round(per_minute / quarters, 2) if new else None
            out[bar.start] = BarMarks(bpm, quarters, tuple(words))
    return out


def _quarters_a_minute(song: Song, bar: Bar) -> float:
    beat = bar.start / bar.per_quarter
    return 60 / ((song.tempo.seconds(beat + 0.01) - song.tempo.seconds(beat)) / 0.01)


def _pass_starts(numbers: tuple[int, ...]) -> dict[int, int]:
    """Index of the first bar of each pass of a loop, and the pass's number; empty for no loop."""
    starts = [i for i, n in enumerate(numbers) if i == 0 or n <= numbers[i - 1]]
    return {index: n for n, index in enumerate(starts, 1)} if len(starts) > 1 else {}
