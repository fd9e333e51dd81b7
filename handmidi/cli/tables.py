"""What people read: tables and a score in words."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from handmidi.cli.terminal import console
from handmidi.score import Break, Score, Strict, astray_runs
from handmidi.score.bars import numbers_at
from handmidi.song import Song
from handmidi.text import printable

_MOST_TOLD = 3
_LEAST_STOP_S = 0.3
_STRICT_MS = 50.0
_GAP = "  "
_UNBROKEN, _LONGEST = 9, 17
"""Cells and words up to this width stay in one line."""


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], spare: Sequence[str] = ()) -> None:
    """Print a table: tabs in a pipe, aligned on a terminal.

    What is too wide for the terminal loses its spare columns, the first of them first, until
    each row is a line. What is too wide even then is broken between words, and columns move
    closer; where that leaves no room, each row becomes lines of its own, one for each cell.
    There, and on a terminal, what is empty is left out.
    """
    rows = [tuple(map(printable, row)) for row in rows]
    if not sys.stdout.isatty():
        for row in (columns, *rows):
            print("\t".join(row))
        return
    kept = [i for i in range(len(columns)) if not rows or any(row[i] for row in rows)]
    out = console(sys.stdout)
    for name in spare:
        if sum(_width(columns[i], rows, i) + len(_GAP) for i in kept) - len(_GAP) > out.width:
            kept = [i for i in kept if columns[i] != name]
    columns, rows = [columns[i] for i in kept], [[row[i] for i in kept] for row in rows]
    cells = [[name, *(row[i] for row in rows)] for i, name in enumerate(columns)]
    widths = _widths(cells, out.width)
    if widths is None:
        _print_singly(columns, rows)
        return
    from rich.table import Table
    from rich.text import Text

    near = sum(widths) + len(_GAP) * (len(widths) - 1) > out.width
    shown = Table(box=None, header_style="bold", pad_edge=False, collapse_padding=near)
    for name, width in zip(columns, widths, strict=True):
        shown.add_column(name, width=width, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    out.print(shown)


def _width(name: str, rows: Sequence[Sequence[str]], column: int) -> int:
    from rich.cells import cell_len

    return max(map(cell_len, [name, *(row[column] for row in rows)]))


def _widths(columns: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """How wide the columns are, each with its heading first; None where they find no room."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, cells)) for cells in columns]
    least = [_least(name, cells) for name, *cells in columns]
    gaps = len(columns) - 1
    if sum(least) + gaps > room:
        return None
    gap = 1 if sum(least) + len(_GAP) * gaps > room else len(_GAP)
    while sum(widths) + gap * gaps > room:
        widest = max(
            (i for i in range(len(widths)) if widths[i] > least[i]), key=widths.__getitem__
        )
        widths[widest] -= 1
    return widths


def _least(name: str, cells: Sequence[str]) -> int:
    """How narrow a column may be: figures stay whole, words too unless they are very long."""
    from rich.cells import cell_len

    width = max(map(cell_len, cells), default=0)
    if width > _UNBROKEN:
        width = min(max(cell_len(word) for cell in cells for word in cell.split()), _LONGEST)
    return max(width, *map(cell_len, name.split()))


def _print_singly(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    width = max(map(len, columns))
    for row in rows:
        for name, cell in zip(columns, row, strict=True):
            if cell:
                print(f"{name:{width}}{_GAP}{cell}")
        print()


def score_lines(song: Song, score: Score) -> list[str]:
    """A score in words: seven lines at most, and none that has nothing to say.

    The strict figure is left out after a break: by the recording's clock all would be late.
    """
    if score.precision is None:
        return [f"nothing was played: {len(score.verdicts)} missed"]
    lines = [_counts(score), _timing(score), _lost(song, score), _broken(song, score)]
    if score.streak > 1:
        pitches = f"{score.coverage:.0%} of the pitches"
        lines.append(f"longest run {score.streak} of {len(score.verdicts)} notes, {pitches}")
    if score.practise:
        lines.append(f"practise next: {_bars(score.practise)}")
    if score.strict is not None and not score.breaks:
        lines.append(_strict(score.strict, score.timing_bias_ms or 0.0))
    return [line for line in lines if line]


def _counts(score: Score) -> str:
    counts = Counter(verdict.verdict for verdict in score.verdicts)
    tiers = ", ".join(f"{count} {tier}" for tier, count in score.tiers.items() if count)
    kinds = ["correct", "wrong", "missed", "held"]
    parts = [f"{counts[kind]} {kind}" for kind in kinds if counts[kind] or kind != "held"]
    if tiers:
        parts[0] += f" ({tiers})"
    return f"accuracy {score.accuracy:.0%}: {', '.join(parts)}, {len(score.extras)} extra"


def _strict(exact: Strict, late_ms: float) -> str:
    """The figure that forgives nothing, and what it is most sensitive to."""
    shares = f"precision {exact.precision:.0%}, recall {exact.recall:.0%}, F {exact.f_measure:.0%}"
    why = f", for all is {_late(late_ms)}" if abs(late_ms) > _STRICT_MS else ""
    return f"strict (within 50 ms, as recorded): {shares}{why}"


def _timing(score: Score) -> str:
    """Raw and corrected timing, and where the latency came from."""
    raw_ms, fair_ms, latency = score.timing_bias_ms, score.corrected_bias_ms, score.latency
    if raw_ms is None or fair_ms is None:
        return ""
    if score.waited:
        return f"the song waited {max(raw_ms, 0.0):.0f} ms for a note (median)"
    told = f"timing {_late(raw_ms)}, spread {score.timing_spread_ms or 0.0:.0f} ms"
    if latency.source == "none":
        return f"{told}, the machine's latency included"
    source = latency.source if latency.date is None else f"{latency.source} {latency.date[:10]}"
    return f"{told}; {_late(fair_ms)} without {latency.ms:.0f} ms of latency ({source})"


def _lost(song: Song, score: Score) -> str:
    """Where the player was not with the backing."""
    parts = []
    for run in astray_runs(song, score):
        side = "behind" if run.ms >= 0 else "ahead"
        parts.append(f"{_span(run.first_bar, run.last_bar)}, {abs(run.ms) / 1000:.1f} s {side}")
    return f"lost the backing: {_first(parts)}" if parts else ""


def _broken(song: Song, score: Score) -> str:
    """Where the player stopped, skipped or went back."""
    numbers = numbers_at(song, [note.beat for note in song.melody]).tolist()
    return _first([_break(numbers, one) for one in score.breaks])


def _break(numbers: Sequence[int], one: Break) -> str:
    bar = numbers[one.reference]
    begins = not one.reference or numbers[one.reference - 1] != bar
    stop = f"stopped {one.pause_s:.1f} s"
    if not one.skipped:
        place = f"{'before' if begins else 'in'} {_span(bar, bar)}"
        early = f"came in {-one.pause_s:.1f} s too early {place}"
        return early if one.pause_s < 0 else f"{stop} {place}"
    if one.skipped > 0:
        count = "1 note" if one.skipped == 1 else f"{one.skipped} notes"
        skipped = _span(numbers[one.reference - one.skipped], numbers[one.reference - 1])
        told = f"left out {count} ({skipped})"
    else:
        told = f"went back to {_span(bar, bar)}"
    return f"{stop} and {told}" if one.pause_s >= _LEAST_STOP_S else told


def _span(first: int, last: int) -> str:
    """A bar or a run of bars; 0 is the pick-up."""
    if first == last:
        return f"bar {last}" if last else "the pick-up"
    return f"bars {first}–{last}" if first else f"the pick-up to bar {last}"


def _first(parts: Sequence[str]) -> str:
    more = [f"{len(parts) - _MOST_TOLD} times more"] if len(parts) > _MOST_TOLD else []
    return "; ".join([*parts[:_MOST_TOLD], *more])


def _late(late_ms: float) -> str:
    return f"{abs(late_ms):.0f} ms {'late' if late_ms >= 0 else 'early'}"


def _bars(numbers: Sequence[int]) -> str:
    """Bars by number; 0 is the pick-up."""
    bars = [str(number) for number in numbers if number]
    parts = ["the pick-up"] if 0 in numbers else []
    if bars:
        parts.append(f"bar{'s' if len(bars) > 1 else ''} {', '.join(bars)}")
    return " and ".join(parts)
