"""Notes of a player who lost the backing: known by their pitches, far from their place.

Where a backing was the clock, a note counts only near its time. Whoever stops, skips or runs
away plays right notes at the wrong time; paired by the clock alone they would be called wrong
ones. So where following the player explains plainly more notes, its pairs are taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from handmidi.score.align import Alignment, align
from handmidi.score.arrays import NoteArrays
from handmidi.score.bars import numbers_at

if TYPE_CHECKING:
    from handmidi.score.result import Score
    from handmidi.song import Song

# Chance gives an erring player two more pairs of equal pitch now and then, seldom three.
_LEAST_MORE, _LEAST_SHARE = 3, 0.05
_LEAST_EXPLAINED = 0.6  # of the notes; less can be had of any notes whatever
_LEAST_RUN = 3
_SAME_LAG_MS = 350.0


@dataclass(frozen=True, slots=True)
class Astray:
    """A note that was played, but too far from the backing to count.

    Parameters
    ----------
    reference : int
        The reference note it was meant for, whose verdict is ``missed``.
    played : int
        The played note, one of the extras.
    timing_ms : float
        How much later than written it came; negative is earlier. Raw, as `Verdict.timing_ms`.
    """

    reference: int
    played: int
    timing_ms: float


@dataclass(frozen=True, slots=True)
class AstrayRun:
    """Neighbouring notes that were about equally far from the backing.

    Parameters
    ----------
    first_bar, last_bar : int
        Printed numbers of the bars of its first and last note; 0 is a pick-up.
    notes : int
        How many they are.
    ms : float
        Median of their `timing_ms`; positive is behind the backing.
    """

    first_bar: int
    last_bar: int
    notes: int
    ms: float


def with_astray(
    reference: NoteArrays,
    played: NoteArrays,
    clocked: Alignment,
    reach_s: np.ndarray,
    most_lag_s: np.ndarray,
) -> Alignment:
    """The alignment by the backing, or where the player lost it, the one that follows.

    Of the pairs of the one that follows, those within `reach_s` and `most_lag_s` of the
    written time stay pairs. The others of equal pitch are astray. It is taken if it pairs more
    notes of equal pitch, three at least and a twentieth of the melody, and six of ten notes in
    all, and if three in a row are astray: single notes stray by jitter.

    Parameters
    ----------
    reference, played : NoteArrays
        On the backing's clock.
    clocked : Alignment
        By the backing.
    reach_s, most_lag_s : ndarray, shape (n,)
        As for `align.align`.

    Returns
    -------
    Alignment
    """
    count = len(reference.pitch)
    most = min(count, len(played.pitch))
    known = _equal(reference, played, clocked.pairs).sum()
    needed = max(known + max(_LEAST_MORE, _LEAST_SHARE * count), _LEAST_EXPLAINED * most)
    if needed > most:
        return clocked
    free = align(reference, played, reach_s)
    same = _equal(reference, played, free.pairs)
    rows, columns = free.pairs.T
    away_s = np.abs(played.onset_s[columns] - reference.onset_s[rows])
    near = away_s <= (reach_s + most_lag_s)[rows]
    if same.sum() < needed or _longest(~near[same]) < _LEAST_RUN:
        return clocked
    return replace(free, pairs=free.pairs[near], astray=free.pairs[same & ~near], breaks=())


def _equal(reference: NoteArrays, played: NoteArrays, pairs: np.ndarray) -> np.ndarray:
    return reference.pitch[pairs[:, 0]] == played.pitch[pairs[:, 1]]


def _longest(flags: np.ndarray) -> int:
    """Length of the longest run of True."""
    off = np.flatnonzero(~np.concatenate([[False], flags, [False]]))
    return int(np.diff(off).max()) - 1


def astray_runs(song: Song, score: Score) -> tuple[AstrayRun, ...]:
    """Where the player lost the backing, and by how much.

    A run ends where a note was played at its place, or where the next one is more than
    350 ms nearer to the backing or farther from it than the note before. Runs of fewer than
    three notes are left out.

    Parameters
    ----------
    song : Song
        As it was scored.
    score : Score

    Returns
    -------
    tuple of AstrayRun
        In the order of the melody.
    """
    numbers = numbers_at(song, [note.beat for note in song.melody])
    return tuple(
        AstrayRun(
            int(numbers[run[0].reference]),
            int(numbers[run[-1].reference]),
            len(run),
            float(np.median([note.timing_ms for note in run])),
        )
        for run in _runs(score)
        if len(run) >= _LEAST_RUN
    )


def _runs(score: Score) -> Iterator[list[Astray]]:
    at_place = [v.reference for v in score.verdicts if v.timing_ms is not None]
    run: list[Astray] = []
    for note in score.astray:
        if run and (
            abs(note.timing_ms - run[-1].timing_ms) > _SAME_LAG_MS
            or any(run[-1].reference < i < note.reference for i in at_place)
        ):
            yield run
            run = []
        run.append(note)
    if run:
        yield run
