"""Performances with known mistakes: does the score find them, and no others?

A case is a short melody, played evenly but for one kind of mistake at one kind of place, or
but for one of each kind. It is right if every verdict, its partner, every extra, and
whether each note came early, late or in time are as they were made. Two mistakes that a
teacher could not tell from another one are not put together: a missed note with an extra
one beside it is a wrong note.

Run it with ``python -m tools.scoring.verdicts``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from handmidi.midifile import Performance, TempoMap
from handmidi.notes import Note
from handmidi.score import CORRECT, HELD, MISSED, NO_LATENCY, WRONG, Latency, score_performance
from handmidi.score.judge import EARLY, LATE
from handmidi.song import Meter, Song, SongNote

EXTRA, MIXED = "extra", "mixed"
SINGLE = (WRONG, MISSED, EXTRA, HELD, EARLY, LATE)
KINDS = (*SINGLE, MIXED)
PLACES = ("alone", "start", "end", "neighbours", "repeated", "chords")
_RATES = {"backing": 1.0, "half tempo": 0.5, "own": 1.0}  # song seconds a second
CLOCKS = tuple(_RATES)
TEMPI = (60, 90, 120, 160)
"""Beats per minute, as played."""

SEEDS = range(1000, 1010)
"""Nothing was tuned on these."""

_SCALE = (60, 62, 64, 65, 67, 69, 71, 72)
_STEPS = 28
_JITTER_S, _MOST_JITTER_S = 0.012, 0.025
_LATENCY = Latency(60.0, "calibrated")
_OFF_S = (0.1, 0.13)  # beyond the border of good at 80 ms, short of the nearest reach, 150 ms
_COUNT_IN_S = 2.0
_OWN_LATE_S = (0.15, 0.3)
_OWN_TEMPO = 0.05


@dataclass(frozen=True)
class Step:
    """What is to be struck at one beat: its place, length, and keys, ascending."""

    beat: float
    beats: float
    pitches: tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """One performance and the truth about it.

    `kind`, `place` and `clock` are of `KINDS`, `PLACES` and `CLOCKS`; `truth` has for each
    reference note the verdict, the played note, and early, late or None.
    """

    kind: str
    place: str
    clock: str
    bpm: int
    song: Song
    performance: Performance
    latency: Latency
    truth: tuple[tuple[str, int | None, str | None], ...]
    extras: tuple[int, ...]

    def right(self) -> bool:
        """Whether the score says all of it, and nothing else."""
        score = score_performance(self.song, self.performance, self.latency)
        told = tuple(
            (v.verdict, v.played, v.tier if v.tier in (EARLY, LATE) else None)
            for v in score.verdicts
        )
        return told == self.truth and score.extras == self.extras


def cases(seeds: Iterable[int]) -> Iterator[Case]:
    """Every kind at every place where it can be, on every clock and at every tempo."""
    for seed in seeds:
        for number, (kind, place, clock, bpm) in enumerate(product(KINDS, PLACES, CLOCKS, TEMPI)):
            if kind == MIXED and place in ("start", "end", "neighbours"):
                continue
            if kind == HELD and place == "start":  # nothing sounds before the first note
                continue
            yield make_case(kind, place, clock, bpm, np.random.default_rng([seed, number]))


def right_share(found: Iterable[Case]) -> dict[tuple[str, str], tuple[int, int]]:
    """Cases right and cases in all, by kind and place and by kind and clock."""
    right: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    for case in found:
        keys = [(case.kind, case.place), (case.kind, case.clock)]
        total.update(keys)
        if case.right():
            right.update(keys)
    return {key: (right[key], total[key]) for key in total}


def section(seeds: Iterable[int] = SEEDS) -> list[list[list[str]]]:
    """One table, as rows of texts with the heads first: shares of cases that were right."""
    shares = right_share(cases(seeds))
    columns = (*PLACES, *CLOCKS)
    rows = [["mistakes", *columns, "all", "cases"]]
    whole = np.zeros(2, int)
    for kind in KINDS:
        own = np.sum([shares[kind, clock] for clock in CLOCKS], axis=0)
        cells = [_percent(*shares.get((kind, column), (0, 0))) for column in columns]
        rows.append([kind, *cells, _percent(*own), str(own[1])])
        whole += own
    rows.append(["all", *[""] * len(columns), _percent(*whole), str(whole[1])])
    return [rows]


def _percent(right: int, total: int) -> str:
    return f"{100 * right / total:.1f} %" if total else "–"


def make_case(kind: str, place: str, clock: str, bpm: int, rng: np.random.Generator) -> Case:
    """One case."""
    keys = _line(rng, chords=place == "chords")
    mistakes = _mistakes(keys, kind, place, rng)
    lengths = rng.choice([1.0, 1.0, 1.0, 2.0, 0.5], _STEPS)
    for i, what in sorted(mistakes.items()):
        if i and (place == "repeated" or what == HELD):
            keys[i] = keys[i - 1]
        if what == EXTRA:  # in the middle of an eighth it might as well be the next note
            lengths[i] = max(lengths[i], 1.0)
    beats = np.cumsum(lengths) - lengths
    steps = [Step(*step) for step in zip(beats.tolist(), lengths.tolist(), keys, strict=True)]
    song = _song(steps, bpm / _RATES[clock])
    return _case(song, _plan(steps, mistakes, bpm, rng), (kind, place, clock, bpm), rng)


def _line(rng: np.random.Generator, chords: bool) -> list[tuple[int, ...]]:
    """Keys of each step: a walk along the scale, with thirds on some steps if `chords`."""
    degree, keys = 3, []
    for _ in range(_STEPS):
        degree = int(np.clip(degree + rng.integers(-3, 4), 0, len(_SCALE) - 3))
        third = chords and rng.random() < 0.6
        keys.append((_SCALE[degree], _SCALE[degree + 2]) if third else (_SCALE[degree],))
    return keys


def _mistakes(
    keys: list[tuple[int, ...]], kind: str, place: str, rng: np.random.Generator
) -> dict[int, str]:
    """Which step suffers what; an extra note follows its step."""
    last = len(keys) - 1
    if kind == MIXED:
        apart = np.arange(2, last - 2, 4)
        return dict(zip(rng.permutation(apart).tolist(), SINGLE, strict=False))
    if place in ("start", "end"):
        return {0 if place == "start" else last: kind}
    inner = [i for i in range(2, last - 2) if place != "chords" or len(keys[i]) > 1]
    first = int(rng.choice(inner))
    return {first + k: kind for k in range(2 if place == "neighbours" else 1)}


def _song(steps: list[Step], bpm: float) -> Song:
    tempo, end = TempoMap([(0.0, round(60e6 / bpm))]), steps[-1].beat + steps[-1].beats
    notes = tuple(
        SongNote(tempo.seconds(s.beat), pitch, s.beats * 54 / bpm, beat=s.beat, beats=s.beats)
        for s in steps
        for pitch in s.pitches
    )
    bars = float(4 * np.ceil(end / 4))
    return Song("line", "Line", "", notes, (), tempo, (Meter(0.0, 4, 4),), 0, 0.0, bars)


@dataclass
class _Take:
    """What is to be played, and the truth with indices into it."""

    notes: list[Note]
    truth: list[tuple[str, int | None, str | None]]


def _plan(steps: list[Step], mistakes: dict[int, str], bpm: int, rng: np.random.Generator) -> _Take:
    take = _Take([], [])
    for i, step in enumerate(steps):
        what, voice = mistakes.get(i), int(rng.integers(len(step.pitches)))
        for k, pitch in enumerate(step.pitches):
            note = Note(step.beat * 60 / bpm, pitch, step.beats * 54 / bpm)
            _strike(take, note, what if k == voice else None, step, rng)
        if what == EXTRA:
            after_s = (step.beat + step.beats / 2) * 60 / bpm
            take.notes.append(Note(after_s, int(rng.choice(_SCALE)), 0.1))
    return take


def _strike(
    take: _Take, note: Note, what: str | None, step: Step, rng: np.random.Generator
) -> None:
    if what == MISSED:
        take.truth.append((MISSED, None, None))
        return
    if what == HELD:  # the note that it should have followed sounds on instead
        k = max(k for k, earlier in enumerate(take.notes) if earlier.pitch == note.pitch)
        onset_s = take.notes[k].onset_s
        through_s = note.onset_s + note.duration_s - onset_s
        take.notes[k] = Note(onset_s, note.pitch, through_s)
        take.truth.append((HELD, k, None))
        return
    onset_s, pitch = note.onset_s, note.pitch
    if what == WRONG:
        pitch = int(rng.choice([p for p in _SCALE if p not in step.pitches]))
    if what in (EARLY, LATE):
        onset_s += rng.uniform(*_OFF_S) * (1 if what == LATE else -1)
    else:
        onset_s += np.clip(rng.normal(0, _JITTER_S), -_MOST_JITTER_S, _MOST_JITTER_S)
    verdict, side = WRONG if what == WRONG else CORRECT, what if what in (EARLY, LATE) else None
    take.truth.append((verdict, len(take.notes), side))
    take.notes.append(Note(onset_s, pitch, note.duration_s))


def _case(song: Song, take: _Take, name: tuple[str, str, str, int], rng) -> Case:
    clock = name[2]
    slower, later_s = 1.0, _COUNT_IN_S + _LATENCY.ms / 1000
    marks: tuple[tuple[float, float], ...] = ()
    if clock == "own":
        slower, later_s = 1 + rng.uniform(-_OWN_TEMPO, _OWN_TEMPO), rng.uniform(*_OWN_LATE_S)
    else:
        marks = ((0.0, -_COUNT_IN_S * _RATES[clock]), (_COUNT_IN_S, 0.0))
    notes = [Note(n.onset_s * slower + later_s, n.pitch, n.duration_s * slower) for n in take.notes]
    order = sorted(range(len(notes)), key=notes.__getitem__)
    place = {k: j for j, k in enumerate(order)}
    truth = tuple((v, None if k is None else place[k], side) for v, k, side in take.truth)
    performance = Performance(tuple(notes[k] for k in order), marks)
    named = {j for _, j, _ in truth}
    extras = tuple(j for j in range(len(notes)) if j not in named)
    latency = _LATENCY if marks else NO_LATENCY
    return Case(*name, song, performance, latency, truth, extras)


if __name__ == "__main__":
    for table in section():
        for row in table:
            print(" | ".join(row))
