"""What becomes of each reference note, once the notes are paired."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handmidi.score.align import Alignment
from handmidi.score.arrays import NoteArrays
from handmidi.score.timing import Timing
from handmidi.song import Song

CORRECT, WRONG, MISSED, HELD = "correct", "wrong", "missed", "held"
PERFECT, GOOD, EARLY, LATE = "perfect", "good", "early", "late"
TIERS = (PERFECT, GOOD, EARLY, LATE)

PERFECT_MS = 30.0
"""Nearer to its time than this nobody hears a note off it."""
GOOD_MS = 80.0
"""Farther from its time than this a note is early or late."""

_REACH_S = (0.15, 0.5)
_MOST_LAG_S, _MOST_LAG_BEATS = 0.25, 0.4
_HELD_S = 0.1


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on one reference note.

    Parameters
    ----------
    reference : int
        Index of the reference note.
    verdict : {"correct", "wrong", "missed", "held"}
        ``correct``: played, in time, at its pitch. ``wrong``: another pitch was played in
        its place. ``held``: an earlier note of its pitch sounded through it, instead of
        being struck again. ``missed``: none of these.
    played : int or None
        Index of the played note; None if missed.
    timing_ms : float or None
        How much later (positive) than written it was played; None if missed or held.
        Raw: the machine's latency is in it.
    tier : {"perfect", "good", "early", "late"} or None
        How well in time a correct note was, going by its fair timing (`timing.Timing`):
        within 30 ms, within 80 ms, or beyond on either side. None unless correct.
    """

    reference: int
    verdict: str
    played: int | None = None
    timing_ms: float | None = None
    tier: str | None = None


def tier_of(fair_ms: float) -> str:
    """The tier of a correct note that came `fair_ms` milliseconds late (negative: early)."""
    if abs(fair_ms) <= PERFECT_MS:
        return PERFECT
    if abs(fair_ms) <= GOOD_MS:
        return GOOD
    return EARLY if fair_ms < 0 else LATE


def reach_s(song: Song, pace: float = 1.0) -> np.ndarray:
    """How far off a note may be and still count as that note, shape (n,), in seconds.

    `pace` is song seconds per second: 0.5 where the song ran at half its tempo.

    Half a beat (an eighth note), or the distance to the next or previous onset of the
    melody where that is shorter; never less than 0.15 s, which fast runs need, nor more
    than 0.5 s, which nobody plays by accident.
    """
    onsets = np.unique([note.onset_s for note in song.melody]) / pace
    gaps = np.diff(onsets, prepend=-np.inf, append=np.inf)
    nearest = dict(zip(onsets, np.minimum(gaps[:-1], gaps[1:]), strict=True))
    gap = [nearest[note.onset_s / pace] for note in song.melody]
    half_beat = [_seconds(song, note.beat, 0.5) / pace for note in song.melody]
    return np.clip(np.minimum(half_beat, gap), *_REACH_S)


def most_lag_s(song: Song, pace: float = 1.0) -> np.ndarray:
    """The most latency and drift forgiven where a backing ran, shape (n,), in seconds.

    `pace` is song seconds per second.

    0.25 s, which covers a camera and wireless headphones, or 0.4 beats if that is shorter.
    Together with `reach_s` it stays below a beat (at tempi below 240), so that a note that
    came a whole beat late is never correct.
    """
    lags = [_seconds(song, note.beat, _MOST_LAG_BEATS) / pace for note in song.melody]
    return np.minimum(lags, _MOST_LAG_S)


def _seconds(song: Song, beat: float, beats: float) -> float:
    return song.tempo.seconds(beat + beats) - song.tempo.seconds(beat)


def judge(
    reference: NoteArrays, played: NoteArrays, alignment: Alignment, timing: Timing | None = None
) -> tuple[tuple[Verdict, ...], tuple[int, ...]]:
    """Judge every note.

    Parameters
    ----------
    reference, played : NoteArrays
        Both in seconds on the same clock.
    alignment : Alignment
        With `expected_s` on that clock, too.
    timing : Timing, optional
        Of each pair of `alignment`. By default as the clock has it, and nothing to forgive.

    Returns
    -------
    verdicts : tuple of Verdict
        One per reference note, in order.
    extras : tuple of int
        Played notes that no verdict names, ascending.
    """
    pairs = alignment.pairs
    if timing is None:
        raw_ms = (played.onset_s[pairs[:, 1]] - reference.onset_s[pairs[:, 0]]) * 1000
        timing = Timing(raw_ms, raw_ms)
    same = reference.pitch[pairs[:, 0]] == played.pitch[pairs[:, 1]]
    columns = (*pairs.T, same, timing.raw_ms, timing.fair_ms)
    told = zip(*(column.tolist() for column in columns), strict=True)
    verdicts = {
        i: Verdict(i, CORRECT, j, raw, tier_of(fair)) if right else Verdict(i, WRONG, j, raw)
        for i, j, right, raw, fair in told
    }
    for i, j in _held(reference, played, alignment).items():
        verdicts[i] = Verdict(i, HELD, j)
    ordered = tuple(verdicts.get(i) or Verdict(i, MISSED) for i in range(len(reference.pitch)))
    named = {verdict.played for verdict in ordered}
    return ordered, tuple(j for j in range(len(played.pitch)) if j not in named)


def _held(reference: NoteArrays, played: NoteArrays, alignment: Alignment) -> dict[int, int]:
    """For unpaired reference notes, the played note of its pitch that sounds through its onset.

    Through means 0.1 s on, or half the note if that is shorter: a note that was held to
    its full length and let go a little late is no second note. A note that was meant for a
    later one holds nothing, nor does one astray. Of several it is the one that ends last.
    """
    pairs, expected_s = alignment.pairs, alignment.expected_s
    meant_for = np.full(len(played.pitch), -1)
    alone = np.ones(len(reference.pitch), bool)
    meant_for[pairs[:, 1]] = pairs[:, 0]
    meant_for[alignment.astray[:, 1]] = len(alone)  # off its place it holds nothing
    for some in (pairs, alignment.astray):
        alone[some[:, 0]] = False
    until_s = expected_s + np.minimum(_HELD_S, (reference.end_s - reference.onset_s) / 2)
    held = {}
    for pitch in np.intersect1d(reference.pitch[alone], played.pitch):
        strikes = np.flatnonzero(played.pitch == pitch)
        strikes = strikes[np.argsort(played.onset_s[strikes], kind="stable")]
        onset_s, end_s = played.onset_s[strikes], played.end_s[strikes]
        latest_end_s = np.maximum.accumulate(end_s)
        for i in np.flatnonzero(alone & (reference.pitch == pitch)):
            before = np.searchsorted(onset_s, expected_s[i])
            if not before or latest_end_s[before - 1] < until_s[i]:
                continue
            through = (end_s[:before] >= until_s[i]) & (meant_for[strikes[:before]] < i)
            if through.any():
                held[int(i)] = int(strikes[np.argmax(np.where(through, end_s[:before], -np.inf))])
    return held
