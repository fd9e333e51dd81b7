"""What to write for what was played: notes on the page's grid, without overlaps.

A played note that has a partner in the melody is written where the melody writes it: its
timing error belongs into the timing plot, not into the notation. Notes without a partner
go to the likeliest free step of their bar between their neighbours, or make a chord with one
of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import NamedTuple

from handmidi.notes import Note
from handmidi.report.extras import place_extras
from handmidi.report.grid import Grid
from handmidi.report.values import cut, needed_tuplets
from handmidi.score import Score
from handmidi.song import Song

_ARTICULATION = 0.3  # a gap up to this part of a note's space is how it is played, not a rest
_GAP_BEATS, _EXACT_BEATS = 0.19, 0.013  # shorter than a sixteenth; a file's rounding


class Head(NamedTuple):
    """A note head: MIDI key number, verdict, index of the reference or played note, and tier."""

    pitch: int
    verdict: str
    index: int
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A note or chord on the page.

    Parameters
    ----------
    step, length : int
        Place and length on the grid.
    heads : tuple of Head
        Lowest first.
    held : tuple of int
        Later steps inside the note at which the melody has another one that was not struck.
    """

    step: int
    length: int
    heads: tuple[Head, ...]
    held: tuple[int, ...] = ()


def write_melody(song: Song, score: Score, grid: Grid) -> list[Written]:
    """The reference staff: every note of the melody, with its verdict.

    Notes that begin together become a chord; where notes overlap, the earlier one ends when
    the later one begins. An ending that lies just before the next note is written up to it.
    """
    verdicts = {v.reference: v.verdict for v in score.verdicts}
    placed = [
        Written(grid.step(n.beat), length, (Head(n.pitch, verdicts.get(i, "missed"), i),))
        for i, (n, length) in enumerate(zip(song.melody, _lengths(song, grid), strict=True))
    ]
    return _one_voice(placed, grid.end)


def write_played(
    song: Song, notes: Sequence[Note], score: Score, grid: Grid
) -> tuple[list[Written], int]:
    """The played staff, and the number of extra notes for which it has no room.

    Parameters
    ----------
    song : Song
    notes : sequence of Note
        What was played, in song seconds, ordered by (onset, pitch).
    score : Score
        Its `played` and `extras` are indices into `notes`.
    grid : Grid
    """
    paired = _paired(song, notes, score, grid)
    steps = place_extras(song, notes, score, grid, paired)
    extras = []
    for i, step in steps.items():
        n = notes[i]
        sounded = song.tempo.beat(n.onset_s + n.duration_s) - song.tempo.beat(n.onset_s)
        length = _short(sounded * grid.per_quarter, step, grid)
        extras.append(Written(step, length, (Head(n.pitch, "extra", i),)))
    return _one_voice([*paired.values(), *extras], grid.end), len(score.extras) - len(extras)


def extra_steps(song: Song, notes: Sequence[Note], score: Score, grid: Grid) -> dict[int, int]:
    """The step at which each extra note is written, by its index; without those without room.

    Parameters
    ----------
    song, notes, score, grid
        As for `write_played`.
    """
    return place_extras(song, notes, score, grid, _paired(song, notes, score, grid))


def _paired(song: Song, notes: Sequence[Note], score: Score, grid: Grid) -> dict[int, Written]:
    """The played notes that have a partner in the melody, by their index."""
    lengths = _lengths(song, grid)
    paired: dict[int, Written] = {}
    for v in score.verdicts:
        if v.played is None:
            continue
        step, length = grid.step(song.melody[v.reference].beat), lengths[v.reference]
        note = notes[v.played]
        if v.verdict == "held":
            # Struck so early that it has no partner: it is written where it was held through.
            earlier = paired.get(v.played)
            paired[v.played] = (
                replace(earlier, length=step + length - earlier.step, held=(*earlier.held, step))
                if earlier
                else Written(step, length, (Head(note.pitch, "held", v.played),))
            )
            continue
        end = grid.place(song.tempo.beat(note.onset_s + note.duration_s))
        sounded = end - grid.place(song.tempo.beat(note.onset_s))
        if 2 * sounded < length:
            length = min(_short(sounded, step, grid), length)
        tier = None if score.waited else v.tier
        paired[v.played] = Written(step, length, (Head(note.pitch, v.verdict, v.played, tier),))
    return paired


def _lengths(song: Song, grid: Grid) -> list[int]:
    """Written lengths of the melody's notes, in steps."""
    starts = sorted({grid.step(n.beat) for n in song.melody} | {grid.end})
    following = dict(pairwise(starts))
    out = []
    for n in song.melody:
        start = grid.step(n.beat)
        end = _end(start, grid.place(n.beat + n.beats), following.get(start, grid.end), grid)
        out.append(end - start if end > start else grid.next_step(start) - start)
    return out


def _end(start: int, place: float, following: int, grid: Grid) -> int:
    """Where a note is written to end that sounds until `place`: full, if only a little short."""
    end = min(round(place), grid.end) if place >= grid.end else grid.nearest(place)
    if abs(end - place) < _EXACT_BEATS * grid.per_quarter:
        return following if 0 < following - place < _GAP_BEATS * grid.per_quarter else end
    beats = (s for s in grid.between(place, place + 2 * grid.per_quarter) if not grid.offbeat(s))
    for full in (following, next(beats, following)):
        gap = full - place
        if gap > 0 and gap < max(_GAP_BEATS * grid.per_quarter, _ARTICULATION * (full - start)):
            return full
    return end


def _short(steps: float, start: int, grid: Grid) -> int:
    """The note value nearest to `steps` that can be written at `start` without a tie.

    At least an eighth or the third of a triplet, if there is room: how short a short note
    is belongs to its articulation.
    """
    bar = grid.bar_at(start)
    tuplet = bar.tuplet_at(start)
    least = tuplet.length // 3 if tuplet and tuplet.start != start else grid.per_quarter // 2
    best = grid.next_step(start) - start
    last = min(start + 2 * steps + least, bar.end - 1)
    for end in (*grid.between(start + 1, last), bar.end):
        single = len(cut(bar, start, end, needed_tuplets(bar, (start, end)))) == 1
        if single and (best < least or abs(end - start - steps) < abs(best - steps)):
            best = end - start
    return best


def _one_voice(notes: Iterable[Written], end: int) -> list[Written]:
    """One voice: chords joined, each note cut where the next begins, all inside the song."""
    ordered = sorted(
        (n for n in notes if 0 <= n.step < end), key=lambda n: (n.step, n.heads[0].pitch)
    )
    chords = []
    for step, group in groupby(ordered, key=lambda n: n.step):
        together = list(group)
        heads: dict[int, Head] = {}
        for n in together:
            heads.setdefault(n.heads[0].pitch, n.heads[0])
        held = tuple(sorted({s for n in together for s in n.held}))
        meant = [n for n in together if n.heads[0].verdict != "extra"] or together
        chords.append(Written(step, max(n.length for n in meant), tuple(heads.values()), held))
    limits = [*(n.step for n in chords), end][1:]
    out = []
    for n, limit in zip(chords, limits, strict=True):
        held = tuple(step for step in n.held if step < limit)
        out.append(replace(n, length=min(n.length, limit - n.step), held=held))
    return out
