"""What becomes of each reference note, once the notes are paired."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handmidi.score.align import Alignment, NoteArrays
from handmidi.song import Song

CORRECT, WRONG, MISSED, HELD = "correct", "wrong", "missed", "held"

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
    """

    reference: int
    verdict: str
    played: int | None = None
    timing_ms: float | None = None


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
    reference: NoteArrays, played: NoteArrays, alignment: Alignment
) -> tuple[tuple[Verdict, ...], tuple[int, ...]]:
    """Judge every note.

    Parameters
    ----------
    reference, played : NoteArrays
        Both in seconds on the same clock.
    alignment : Alignment
        With `expected_s` on that clock, too.

    Returns
    -------
    verdicts : tuple of Verdict
        One per reference note, in order.
    extras : tuple of int
        Played notes that no verdict names, ascending.
    """
    partner = dict(alignment.pairs.tolist())
    meant_for = np.full(len(played.pitch), -1)
    meant_for[alignment.pairs[:, 1]] = alignment.pairs[:, 0]
    verdicts = []
    for i, pitch in enumerate(reference.pitch):
        j = partner.get(i)
        if j is not None:
            name = CORRECT if played.pitch[j] == pitch else WRONG
            late_ms = float(played.onset_s[j] - reference.onset_s[i]) * 1000
            verdicts.append(Verdict(i, name, j, late_ms))
            continue
        j = _sounding(reference, played, i, float(alignment.expected_s[i]), meant_for)
        verdicts.append(Verdict(i, MISSED if j is None else HELD, j))
    named = {v.played for v in verdicts}
    return tuple(verdicts), tuple(j for j in range(len(played.pitch)) if j not in named)


def _sounding(
    reference: NoteArrays, played: NoteArrays, i: int, expected_s: float, meant_for: np.ndarray
) -> int | None:
    """The last note of i's pitch, not meant for a later note, that sounds through its onset.

    Through means 0.1 s on, or half the note if that is shorter: a note that was held to
    its full length and let go a little late is no second note.
    """
    length_s = reference.end_s[i] - reference.onset_s[i]
    until_s = expected_s + min(_HELD_S, length_s / 2)
    held = (played.pitch == reference.pitch[i]) & (meant_for < i)
    held &= (played.onset_s < expected_s) & (played.end_s >= until_s)
    found = np.flatnonzero(held)
    return int(found[-1]) if len(found) else None
