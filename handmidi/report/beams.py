"""Which notes share a beam."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from handmidi.report.grid import Bar
from handmidi.report.values import Value


def flags(length: int, per_quarter: int) -> int:
    """Flags of a plain or dotted note value: 0 from a quarter note up, 1 for an eighth."""
    plain = 4 * per_quarter  # a whole note
    while plain > length:
        plain /= 2
    return max(round(per_quarter / plain).bit_length() - 1, 0)


def beam(bar: Bar, notes: Sequence[Value]) -> list[list[str]]:
    """Beams of the notes of a bar.

    In metres of quarter notes, eighths are joined across half a bar of four beats, or a whole
    bar of two or three; in 5/8 and 7/8 by twos, with a last group of three. Shorter notes, and
    all notes in compound metre and in half notes, are joined within each beat, and those of a
    tuplet among themselves.

    Parameters
    ----------
    bar : Bar
    notes : sequence of Value
        Rests left out, in order.

    Returns
    -------
    list of list of str
        For each note, one of "start", "continue", "stop", "left" or "right" (a hook) for each
        of its beams, from the outermost; empty for a note that stands alone.
    """
    counts = [flags(note.shown, bar.per_quarter) for note in notes]
    out: list[list[str]] = [[] for _ in notes]
    for run in _runs(bar, notes, counts):
        if all(counts[i] == 1 for i in run):
            _join(out, run, counts)
            continue
        step = max(bar.beat, bar.per_quarter // 2)
        for _, part in groupby(run, key=lambda i: bar.place(notes[i].start) // step):
            _join(out, list(part), counts)
    return out


def _group(bar: Bar, note: Value) -> object:
    """Which group of a bar a note lies in; eighths are joined within a group."""
    tuplet = note.tuplet
    if tuplet and tuplet.length >= bar.per_quarter:
        long = tuplet.length > bar.per_quarter  # its thirds are beats of their own
        return tuplet, long and 3 * (note.start - tuplet.start) // tuplet.length
    beat = bar.place(note.start) // bar.beat
    if bar.compound or bar.meter.denominator < 4:
        return beat
    if bar.meter.denominator == 4:
        return beat // {2: 2, 3: 3, 4: 2}.get(bar.beats, 1)
    return min(beat // 2, max(bar.beats // 2 - 1, 0))


def _runs(bar: Bar, notes: Sequence[Value], counts: Sequence[int]) -> list[list[int]]:
    """Indices of neighbours with flags, without a rest between, inside a group."""
    runs: list[list[int]] = []
    for i, note in enumerate(notes):
        if not counts[i]:
            continue
        joined = (
            i > 0
            and counts[i - 1]
            and notes[i - 1].start + notes[i - 1].length == note.start
            and _group(bar, notes[i - 1]) == _group(bar, note)
        )
        if joined:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _join(out: list[list[str]], run: Sequence[int], counts: Sequence[int]) -> None:
    if len(run) < 2:
        return
    for level in range(1, max(counts[i] for i in run) + 1):
        for deep, part in groupby(run, key=lambda i, level=level: counts[i] >= level):
            members = list(part)
            if not deep:
                continue
            if len(members) == 1:
                out[members[0]].append("right" if members[0] == run[0] else "left")
                continue
            for i in members:
                ends = {members[0]: "start", members[-1]: "stop"}
                out[i].append(ends.get(i, "continue"))
