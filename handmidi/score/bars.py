"""Bar by bar: how it went, and which bars to practise next."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handmidi.score.judge import CORRECT, GOOD_MS, MISSED, Verdict
from handmidi.song import Song

_BEAT_GRAIN = 1e-6
_UPBEAT = 0.25  # beats before a bar line: nearer than that, an extra was meant for the next bar
_MOST_BARS = 3
_DOUBT = 2
_ASIDE = 0.1


@dataclass(frozen=True, slots=True)
class BarScore:
    """How one bar was played; if a loop brought it several times, in all of them together.

    Parameters
    ----------
    number : int
        As printed: 0 is a pick-up.
    notes : int
        Reference notes that begin in it.
    correct : int
        Those of them that were played correctly.
    extras : int
        Played notes without a partner that fell into it.
    accuracy : float
        Correct notes ÷ (reference notes + extras), 0..1.
    off_time : int
        Correct notes that came more than 80 ms off the beat, and more than 80 ms off the
        player's usual lateness.
    bias_ms : float or None
        Median of the fair timing (`timing.Timing`) of its correct and wrong notes,
        positive is late; None if there are none.
    run : (int, int) or None
        First and last bar of a run that one fault makes of this bar and its neighbours: notes
        missed, or off time in the same direction, on both sides of each bar line. None if
        there is no such run.
    """

    number: int
    notes: int
    correct: int
    extras: int
    accuracy: float
    off_time: int
    bias_ms: float | None
    run: tuple[int, int] | None = None


def extra_beats(song: Song, extras_s: Sequence[float]) -> list[float]:
    """Where extra notes belong, in quarter notes.

    Parameters
    ----------
    song : Song
    extras_s : sequence of float
        Where in the song they fell, in song seconds, as `Score.extras_s`.

    Returns
    -------
    list of float
        The beat at which each fell; on the next bar line if that is less than a quarter of
        a beat away (of the metre's denominator), since whoever strikes it means that bar.
    """
    lines = song.bars[:-1]
    out = []
    for at_s in extras_s:
        beat = song.tempo.beat(at_s)
        following = bisect_right(lines, beat)
        if following < len(lines):
            line = lines[following]
            upbeat = _UPBEAT * 4 / song.meter_at(line).denominator
            beat = line if line - beat < upbeat else beat
        out.append(beat)
    return out


def numbers_at(song: Song, beats: Sequence[float]) -> np.ndarray:
    """Printed number of the bar at each beat, shape (n,); beyond the song, its nearest bar."""
    lines, numbers = np.array(song.bars), np.array(song.bar_numbers or (1,))
    place = np.searchsorted(lines, np.asarray(beats, float) + _BEAT_GRAIN, side="right") - 1
    return numbers[np.clip(place, 0, len(numbers) - 1)]


def score_bars(
    song: Song, verdicts: Sequence[Verdict], fair_ms: np.ndarray, extras_s: Sequence[float]
) -> tuple[tuple[BarScore, ...], tuple[int, ...]]:
    """Score each bar, and choose those to practise.

    Parameters
    ----------
    song : Song
    verdicts : sequence of Verdict
        One per melody note.
    fair_ms : ndarray, shape (n,)
        Fair timing of each melody note; NaN where it was not played.
    extras_s : sequence of float
        Where in the song extra notes fell, in song seconds.

    Returns
    -------
    bars : tuple of BarScore
        Those with notes or extras, by number.
    practise : tuple of int
        See `worst_bars`.
    """
    in_bar = numbers_at(song, [note.beat for note in song.melody])
    extra_in = numbers_at(song, extra_beats(song, extras_s))
    numbers, place = np.unique(np.append(in_bar, extra_in), return_inverse=True)
    note_place, extra_place = place[: len(in_bar)], place[len(in_bar) :]

    def counted(places: np.ndarray) -> np.ndarray:
        return np.bincount(places, minlength=len(numbers))

    right = np.array([verdict.verdict == CORRECT for verdict in verdicts], bool)
    timed = np.isfinite(fair_ms)
    usual_ms = np.median(fair_ms[timed]) if timed.any() else 0.0
    apart_ms = fair_ms - usual_ms
    astray = right & (np.abs(fair_ms) > GOOD_MS) & (np.abs(apart_ms) > GOOD_MS)
    missed = np.array([verdict.verdict == MISSED for verdict in verdicts], bool)
    fault = np.where(missed, 2, np.where(astray, np.sign(apart_ms), 0))
    notes, extras = counted(note_place), counted(extra_place)
    correct, off_time = counted(note_place[right]), counted(note_place[astray])
    runs = _runs(numbers, note_place, fault)
    bars = tuple(
        BarScore(
            number=int(numbers[k]),
            notes=int(notes[k]),
            correct=int(correct[k]),
            extras=int(extras[k]),
            accuracy=float(correct[k] / (notes[k] + extras[k])),
            off_time=int(off_time[k]),
            bias_ms=float(np.median(own)) if len(own) else None,
            run=runs[k],
        )
        for k, own in enumerate(_split(fair_ms, note_place, len(numbers)))
    )
    return bars, worst_bars(bars)


def _split(fair_ms: np.ndarray, places: np.ndarray, count: int) -> list[np.ndarray]:
    """The finite timings of each bar."""
    order = np.argsort(places, kind="stable")
    cuts = np.searchsorted(places[order], np.arange(1, count))
    return [own[np.isfinite(own)] for own in np.split(fair_ms[order], cuts)]


def _runs(
    numbers: np.ndarray, places: np.ndarray, fault: np.ndarray
) -> list[tuple[int, int] | None]:
    """First and last bar of the run that each bar is part of.

    Parameters
    ----------
    numbers : ndarray of int, shape (n,)
        Bar numbers, ascending.
    places : ndarray of int, shape (m,)
        Of each note, where its bar is in `numbers`.
    fault : ndarray, shape (m,)
        Of each note: 0 for none; notes of equal fault on either side of a bar line join it.
    """
    last, following = places[:-1], places[1:]
    across = (following == last + 1) & (fault[:-1] == fault[1:]) & (fault[1:] != 0)
    joined = np.zeros(len(numbers), bool)
    joined[following[across]] = True
    joined[1:] &= np.diff(numbers) == 1
    first = np.flatnonzero(~joined)
    sizes = np.diff(np.append(first, len(numbers)))
    return [
        (int(numbers[k]), int(numbers[k + size - 1])) if size > 1 else None
        for k, size in zip(first, sizes, strict=True)
        for _ in range(size)
    ]


def worst_bars(bars: Sequence[BarScore]) -> tuple[int, ...]:
    """Up to three bars to practise next, worst first.

    What a teacher would pick: where most went wrong. Bars with a wrong, missed, held or extra
    note come before those in which notes were only off time. A bar's trouble is its faults ÷
    (its notes + 2), as if two more notes had gone well: one wrong note in a bar of one is 1/3,
    four wrong of eight are 4/10. Bars on either side add a tenth of their faults and of their
    notes, since trouble at a bar line belongs to both. Bars without a fault of their own are
    never picked, and of a run of bars that share one fault (`BarScore.run`) only the worst.

    Parameters
    ----------
    bars : sequence of BarScore
        By number.

    Returns
    -------
    tuple of int
        Empty if nothing went wrong. Of equal bars the earlier comes first.
    """
    troubles = [_trouble(bars, k) for k in range(len(bars))]
    worst = sorted(range(len(bars)), key=lambda k: troubles[k], reverse=True)
    out: dict[object, int] = {}
    for k in worst:
        if troubles[k] > (0.0, 0.0):
            out.setdefault(bars[k].run or bars[k].number, bars[k].number)
    return tuple(out.values())[:_MOST_BARS]


def _trouble(bars: Sequence[BarScore], k: int) -> tuple[float, float]:
    """How much went wrong in a bar and about it, and how much was only off time."""
    near = [
        (1.0 if i == k else _ASIDE, bar)
        for i, bar in enumerate(bars[max(k - 1, 0) : k + 2], max(k - 1, 0))
        if abs(bar.number - bars[k].number) <= 1
    ]
    weight = _DOUBT + sum(share * (bar.notes + bar.extras) for share, bar in near)
    wrong = sum(share * (bar.notes - bar.correct + bar.extras) for share, bar in near)
    late = sum(share * bar.off_time for share, bar in near)
    own = bars[k]
    return (
        wrong / weight if own.correct < own.notes or own.extras else 0.0,
        late / weight if own.off_time else 0.0,
    )
