"""Where to write played notes that have no partner in the melody."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from handmidi.notes import Note
from handmidi.report.grid import Grid
from handmidi.score import Score
from handmidi.score.bars import extra_beats
from handmidi.song import Song

if TYPE_CHECKING:
    from handmidi.report.notation import Written

_ONSET_SD_S = 0.07  # of a played onset around the step that was meant
_TOGETHER_S = 0.06  # notes nearer than this were struck together
_UNWRITTEN = 30.0  # cost of leaving an extra note out; above that of any nearby step


def place_extras(
    song: Song, notes: Sequence[Note], score: Score, grid: Grid, paired: dict[int, Written]
) -> dict[int, int]:
    """The step of each extra note, from that of the written note before it to that of the next.

    Parameters
    ----------
    song : Song
    notes : sequence of Note
        What was played, in song seconds, ordered by (onset, pitch).
    score : Score
        Its `extras` are indices into `notes`.
    grid : Grid
    paired : dict of int to Written
        The played notes that have a partner, by their index.

    Returns
    -------
    dict of int to int
        By the index of the note; without those for which there is no room.
    """
    taken = [paired[i].step if i in paired else None for i in range(len(notes))]
    before = accumulate((-1 if s is None else s for s in taken), max)
    after = accumulate((grid.end if s is None else s for s in reversed(taken)), min)
    bounds = list(zip(before, reversed(list(after)), strict=True))
    beats = dict(zip(score.extras, extra_beats(song, score.extras_s), strict=True))
    there: dict[int, set[int]] = {}
    for note in paired.values():
        there.setdefault(note.step, set()).add(note.heads[0].pitch)
    out = {}
    for (low, high), group in groupby(sorted(score.extras), key=bounds.__getitem__):
        indices = list(group)
        first = beats[indices[0]]
        step_s = (song.tempo.seconds(first + 1) - song.tempo.seconds(first)) / grid.per_quarter
        choices = [
            _choices(grid.place(beats[i]), notes[i].pitch, low, high, grid, step_s, there)
            for i in indices
        ]
        for i, step in zip(indices, _rising(choices), strict=True):
            if step is not None:
                out[i] = step
                there.setdefault(step, set()).add(notes[i].pitch)
    return out


def _choices(
    place: float,
    pitch: int,
    low: int,
    high: int,
    grid: Grid,
    step_s: float,
    there: dict[int, set[int]],
) -> dict[int, float]:
    """Where an extra note may be written, and what it costs.

    The steps of its bar within a quarter note of where it sounded. It makes a chord with
    the note before or after it (at `low`, `high`) if both were struck together, or no other
    step is as near, and is nowhere written if that has its pitch, for it was no note of its
    own; free steps are likelier on beats.
    """
    bar = grid.bar_at(place + 1e-6)
    nearest = grid.nearest(place)
    first = max(round(place) - grid.per_quarter, low, bar.start)
    last = min(round(place) + grid.per_quarter, high, bar.end - 1)
    out = {}
    for step in grid.between(first, last):
        apart_s = (step - place) * step_s
        if step in (low, high):
            together = abs(apart_s) <= _TOGETHER_S or step == nearest
            if not together:
                continue
            if pitch in there.get(step, ()):
                return {}
            unlikely = 0.0
        else:
            unlikely = grid.offbeat(step)
        out[step] = min((apart_s / _ONSET_SD_S) ** 2 / 2, _UNWRITTEN - 5) + unlikely
    return out


def _rising(choices: Sequence[dict[int, float]]) -> list[int | None]:
    """The cheapest rising steps, one from each of `choices`; None for no room.

    Dynamic programming over the last step used. A path is a chain of (earlier path, step).
    """
    best = {-1: (0.0, ())}
    for costs in choices:
        first = min(costs, default=-1)
        passed = [last for last in best if last < first]
        if passed:  # all the same to what follows: keep the cheapest
            cheapest = min(passed, key=lambda last: best[last][0])
            best = {k: v for k, v in best.items() if k >= first or k == cheapest}
        new = {last: (cost + _UNWRITTEN, (path, None)) for last, (cost, path) in best.items()}
        for step, own in costs.items():
            reached = [(cost, last) for last, (cost, _) in best.items() if last < step]
            if not reached:
                continue
            cost, last = min(reached)
            if step not in new or cost + own < new[step][0]:
                new[step] = (cost + own, (best[last][1], step))
        best = new
    path = min(best.values(), key=lambda item: item[0])[1]
    steps = []
    while path:
        path, step = path
        steps.append(step)
    return steps[::-1]
