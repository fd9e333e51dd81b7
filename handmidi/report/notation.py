"""What to write for what was played: notes on the page's grid, without overlaps.

A played note that has a partner in the melody is written where the melody writes it: its
timing error belongs into the timing plot, not into the notation. Notes without a partner
go to the likeliest free step between their neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise

from handmidi.notes import Note
from handmidi.report.grid import Grid, divide
from handmidi.score import Score
from handmidi.song import Song

_ONSET_SD_S = 0.07  # of a played onset around the step that was meant
_UNWRITTEN = 30.0  # cost of leaving an extra note out; above that of any nearby step
_ARTICULATION = 0.3  # a gap up to this part of a note's space is how it is played, not a rest


@dataclass(frozen=True, slots=True)
class Written:
    """A note or chord on the page.

    Parameters
    ----------
    step, length : int
        Place and length on the grid.
    pitches : tuple of (int, str)
        MIDI key number and verdict of each note, lowest first.
    held : tuple of int
        Later steps inside the note at which the melody has another one that was not struck.
    """

    step: int
    length: int
    pitches: tuple[tuple[int, str], ...]
    held: tuple[int, ...] = ()


def write_melody(song: Song, score: Score, grid: Grid) -> list[Written]:
    """The reference staff: every note of the melody, with its verdict.

    Notes that begin together become a chord; where notes overlap, the earlier one ends when
    the later one begins. An ending that lies just before the next note is written up to it.
    """
    verdicts = {v.reference: v.verdict for v in score.verdicts}
    placed = [
        Written(grid.step(n.beat), length, ((n.pitch, verdicts.get(i, "missed")),))
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
                else Written(step, length, ((note.pitch, "held"),))
            )
            continue
        sounded = _played_steps(song, note, grid)
        if 2 * sounded < length:
            length = _short(sounded, step, grid)
        paired[v.played] = Written(step, length, ((note.pitch, v.verdict),))
    extras = _place_extras(song, notes, score, grid, paired)
    return _one_voice([*paired.values(), *extras], grid.end), len(score.extras) - len(extras)


def _lengths(song: Song, grid: Grid) -> list[int]:
    """Written lengths of the melody's notes, in steps."""
    starts = sorted({grid.step(n.beat) for n in song.melody} | {grid.end})
    following = dict(pairwise(starts))
    out = []
    for n in song.melody:
        start, end = grid.step(n.beat), (n.beat + n.beats) * grid.per_quarter
        steps = max(round(end) - start, 1)
        space = following.get(start, start + steps) - start
        gap = start + space - end
        exact = abs(end - round(end)) < 0.05
        if 0 < gap < 0.75 or (not exact and 0 < gap <= _ARTICULATION * space):
            steps = space
        out.append(steps)
    return out


def _played_steps(song: Song, note: Note, grid: Grid) -> float:
    end = song.tempo.beat(note.onset_s + note.duration_s)
    return (end - song.tempo.beat(note.onset_s)) * grid.per_quarter


def _short(steps: float, start: int, grid: Grid) -> int:
    """The note value nearest to `steps` that can be written at `start` without a tie."""
    bar = grid.bar_at(start)
    values = [n for k in range(8) for n in (1 << k, 3 << k)]
    nearest = min(values, key=lambda n: (abs(n - steps), n))
    return divide(bar, start, min(start + nearest, bar.end))[0][1]


def _place_extras(
    song: Song, notes: Sequence[Note], score: Score, grid: Grid, paired: dict[int, Written]
) -> list[Written]:
    """Extra notes on free steps, between the written steps of those played before and after."""
    taken = [paired[i].step if i in paired else None for i in range(len(notes))]
    before = accumulate((-1 if s is None else s for s in taken), max)
    after = accumulate((grid.end if s is None else s for s in reversed(taken)), min)
    bounds = list(zip(before, reversed(list(after)), strict=True))
    late_s = (score.timing_bias_ms or 0.0) / 1000
    out = []
    for (low, high), group in groupby(sorted(score.extras), key=bounds.__getitem__):
        indices = list(group)
        wanted = [song.tempo.beat(notes[i].onset_s - late_s) * grid.per_quarter for i in indices]
        step_s = 60 / song.tempo.bpm / grid.per_quarter
        for i, step in zip(indices, _free_steps(wanted, low, high, grid, step_s), strict=True):
            if step is not None:
                length = _short(_played_steps(song, notes[i], grid), step, grid)
                out.append(Written(step, length, ((notes[i].pitch, "extra"),)))
    return out


def _free_steps(
    wanted: Sequence[float], low: int, high: int, grid: Grid, step_s: float
) -> list[int | None]:
    """The likeliest rising steps between `low` and `high`, both excluded; None for no room.

    Dynamic programming over the last step used; a note may choose among the steps within a
    quarter note of where it sounded. A path is a chain of (earlier path, step).
    """
    best = {low: (0.0, ())}
    for place in wanted:
        first = round(place) - grid.per_quarter
        passed = [last for last in best if last < first]
        if passed:  # all the same to what follows: keep the cheapest
            cheapest = min(passed, key=lambda last: best[last][0])
            best = {k: v for k, v in best.items() if k >= first or k == cheapest}
        new = {last: (cost + _UNWRITTEN, (path, None)) for last, (cost, path) in best.items()}
        for step in range(max(first, low + 1), min(first + 2 * grid.per_quarter + 1, high)):
            error = (step - place) * step_s / _ONSET_SD_S
            cost, last = min((cost, last) for last, (cost, _) in best.items() if last < step)
            cost += min(error**2 / 2, _UNWRITTEN - 5) + grid.offbeat(step)
            if step not in new or cost < new[step][0]:
                new[step] = (cost, (best[last][1], step))
        best = new
    path = min(best.values(), key=lambda item: item[0])[1]
    steps = []
    while path:
        path, step = path
        steps.append(step)
    return steps[::-1]


def _one_voice(notes: Iterable[Written], end: int) -> list[Written]:
    """One voice: chords joined, each note cut where the next begins, all inside the song."""
    ordered = sorted(
        (n for n in notes if 0 <= n.step < end), key=lambda n: (n.step, n.pitches[0][0])
    )
    chords = []
    for step, group in groupby(ordered, key=lambda n: n.step):
        together = list(group)
        pitches = {}
        for n in together:
            pitches.setdefault(n.pitches[0][0], n.pitches[0])
        held = tuple(sorted({s for n in together for s in n.held}))
        chords.append(Written(step, max(n.length for n in together), tuple(pitches.values()), held))
    limits = [*(n.step for n in chords), end][1:]
    out = []
    for n, limit in zip(chords, limits, strict=True):
        held = tuple(step for step in n.held if step < limit)
        out.append(replace(n, length=min(n.length, limit - n.step), held=held))
    return out
