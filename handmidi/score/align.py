"""Which played note was meant for which reference note.

A global alignment in the manner of Needleman and Wunsch (1970): of all monotone pairings,
the one with the greatest sum of gains, where a pair gains by equal pitch and by nearness
to the time at which the reference note is to be expected. That time is estimated from the
pairs, and the pairs again from it, a few times over. Since this can settle on a wrong
answer, it runs from two starts, one led by time and one by pitch, and the better one is
kept. Equal input gives equal output.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from handmidi.score.timemap import follow, lag

CHORD_S = 0.03
"""Notes this close count as struck together; the order among them means nothing."""

_PAIR = 2.0  # what a perfect pair gains over leaving both notes alone
_WRONG_PITCH = 1.2  # less than _PAIR: a wrong note in time still pairs
_FAR = 3.0
_PASSES = 6
_LEAST_PAIRS = 3
_MOST_CELLS = 1_000_000
_LEAST_BAND = 64


class Measure(NamedTuple):
    """How time counts when notes are paired.

    Parameters
    ----------
    scale_s : float
        Deviations beyond three of these count as three.
    weight : float
        What the farthest deviation costs; a perfect pair gains 2.
    by_time : bool
        In long songs, search around the expected times; if false, around the diagonal.
    """

    scale_s: float
    weight: float
    by_time: bool


_TIME_LED, _PITCH_LED = Measure(0.6, 0.6, True), Measure(1.0, 0.02, False)
_USUAL = Measure(0.2, 1.0, True)


class NoteArrays(NamedTuple):
    """Notes as columns, ordered by (onset, pitch): each an array of shape (n,)."""

    onset_s: np.ndarray
    end_s: np.ndarray
    pitch: np.ndarray

    def later(self, shift_s: float) -> NoteArrays:
        """The same notes `shift_s` seconds later."""
        return NoteArrays(self.onset_s + shift_s, self.end_s + shift_s, self.pitch)

    def slower(self, factor: float) -> NoteArrays:
        """The same notes on a clock that runs `factor` times faster: all seconds ÷ `factor`."""
        return NoteArrays(self.onset_s / factor, self.end_s / factor, self.pitch)

    def take(self, order: np.ndarray) -> NoteArrays:
        """The notes at the indices `order`."""
        return NoteArrays(*(column[order] for column in self))


@dataclass(frozen=True, slots=True)
class Alignment:
    """A monotone pairing and the time map behind it.

    Parameters
    ----------
    pairs : ndarray of int, shape (k, 2)
        Reference index and played index of each pair, by reference index. Each index
        occurs once at most.
    expected_s : ndarray, shape (n,)
        When each reference note was to be expected, going by the notes before it, on the
        clock of the played notes.
    slope : float
        Played seconds per reference second.
    gain : float
        Sum of the gains of the pairs; higher is better.
    """

    pairs: np.ndarray
    expected_s: np.ndarray
    slope: float
    gain: float


def align(
    reference: NoteArrays,
    played: NoteArrays,
    reach_s: np.ndarray,
    most_lag_s: np.ndarray | None = None,
) -> Alignment:
    """Pair played notes with reference notes.

    Parameters
    ----------
    reference, played : NoteArrays
        In seconds.
    reach_s : ndarray, shape (n,)
        For each reference note, how far from its expected time a partner may lie, in
        seconds at the reference's tempo.
    most_lag_s : ndarray, shape (n,), optional
        Given if both ran on one clock: the most that latency and drift may shift the
        expected time. By default the player is the clock and is followed anywhere.

    Returns
    -------
    Alignment
        With fewer than three pairs of equal pitch there is no time map: notes are
        expected at the reference's own seconds.
    """
    rows, columns = _chord_order(reference), _chord_order(played)
    by_row, by_column = reference.take(rows), played.take(columns)
    most = None if most_lag_s is None else most_lag_s[rows]
    starts = (_TIME_LED, _PITCH_LED) if most is None else (_TIME_LED,)
    found = [_refine(by_row, by_column, reach_s[rows], most, start) for start in starts]
    best = max(found, key=lambda alignment: alignment.gain)
    pairs = np.stack([rows[best.pairs[:, 0]], columns[best.pairs[:, 1]]], axis=1)
    expected_s = np.empty_like(best.expected_s)
    expected_s[rows] = best.expected_s
    return Alignment(pairs[np.argsort(pairs[:, 0])], expected_s, best.slope, best.gain)


def _chord_order(notes: NoteArrays) -> np.ndarray:
    apart = np.abs(np.diff(notes.onset_s, prepend=notes.onset_s[:1])) > CHORD_S
    return np.lexsort((notes.pitch, np.cumsum(apart)))


def _refine(
    reference: NoteArrays,
    played: NoteArrays,
    reach_s: np.ndarray,
    most_lag_s: np.ndarray | None,
    start: Measure,
) -> Alignment:
    expected_s, slope = reference.onset_s[None], 1.0
    pairs, _ = pair_notes(expected_s, reference.pitch, played, start)
    for _ in range(_PASSES):
        same = pairs[reference.pitch[pairs[:, 0]] == played.pitch[pairs[:, 1]]]
        if len(same) < _LEAST_PAIRS:
            break
        same = same[np.argsort(reference.onset_s[same[:, 0]], kind="stable")]
        x, y = reference.onset_s[same[:, 0]], played.onset_s[same[:, 1]]
        if most_lag_s is None:
            expected_s, slope = follow(x, y, reference.onset_s)
        else:
            expected_s = lag(x, y, reference.onset_s, most_lag_s)
        before = pairs
        pairs, _ = pair_notes(expected_s, reference.pitch, played, _USUAL)
        if np.array_equal(before, pairs):
            break
    pairs, gain = pair_notes(expected_s, reference.pitch, played, _USUAL, reach_s * slope)
    return Alignment(pairs, expected_s[0], slope, gain)


def pair_notes(
    expected_s: np.ndarray,
    pitch: np.ndarray,
    played: NoteArrays,
    measure: Measure,
    reach_s: np.ndarray | None = None,
) -> tuple[np.ndarray, float]:
    """The monotone pairing with the greatest gain, at given expected times.

    A pair gains 2, less 1.2 if the pitches differ, less weight × (deviation ÷ scale)² ÷ 9.
    Above one million cells the search keeps to a band.

    Parameters
    ----------
    expected_s : ndarray, shape (k, n)
        One or more times at which each reference note may be expected; the nearest counts.
    pitch : ndarray, shape (n,)
        Pitches of the reference notes.
    played : NoteArrays of m notes
    measure : Measure
    reach_s : ndarray, shape (n,), optional
        Pairs farther apart than this many seconds are forbidden.

    Returns
    -------
    pairs : ndarray of int, shape (p, 2)
    gain : float
    """
    n, m = len(pitch), len(played.pitch)
    if not n or not m:
        return np.empty((0, 2), int), 0.0
    low, width = _band(played.onset_s, expected_s[0], measure.by_time)
    columns = low[:, None] + np.arange(width)
    away_s = np.abs(played.onset_s[columns] - expected_s[:, :, None]).min(axis=0)
    gain = _PAIR - measure.weight * np.square(np.minimum(away_s / measure.scale_s, _FAR) / _FAR)
    gain -= _WRONG_PITCH * (played.pitch[columns] != pitch[:, None])
    if reach_s is not None:
        gain[away_s > reach_s[:, None]] = -np.inf
    return _best_path(gain, low, m)


def _band(played_s: np.ndarray, expected_s: np.ndarray, by_time: bool) -> tuple[np.ndarray, int]:
    n, m = len(expected_s), len(played_s)
    width = min(m, max(_MOST_CELLS // n, _LEAST_BAND))
    if by_time:
        centre = np.searchsorted(np.maximum.accumulate(played_s), expected_s)
    else:
        centre = np.arange(n) * m // n
    return np.clip(np.maximum.accumulate(centre) - width // 2, 0, m - width), width


def _best_path(gain: np.ndarray, low: np.ndarray, m: int) -> tuple[np.ndarray, float]:
    """Maximise over monotone paths; row i's cells are the columns from low[i] on."""
    n, width = gain.shape
    best = np.zeros(m + 1)  # after i rows: best[j] is the most to be had from j columns
    skips_row, pairs_up = np.empty((n, width), bool), np.empty((n, width), bool)
    reached = width
    for i in range(n):
        first, last = int(low[i]), int(low[i]) + width
        if last > reached:
            best[reached + 1 : last + 1] = best[reached]
            reached = last
        above, paired = best[first + 1 : last + 1], best[first:last] + gain[i]
        now = np.maximum.accumulate(np.maximum(above, paired))
        np.equal(now, above, out=skips_row[i])
        np.equal(now, paired, out=pairs_up[i])
        best[first + 1 : last + 1] = now
    return _trace(low, m, skips_row, pairs_up), float(best[reached])


def _trace(low: np.ndarray, m: int, skips_row: np.ndarray, pairs_up: np.ndarray) -> np.ndarray:
    n, width = skips_row.shape
    pairs = []
    i, j = n - 1, m - 1
    while i >= 0 and j >= 0:
        cell = j - int(low[i])
        if cell >= width:
            j = int(low[i]) + width - 1
        elif cell < 0 or skips_row[i, cell]:
            i -= 1
        else:
            if pairs_up[i, cell]:
                pairs.append((i, j))
                i -= 1
            j -= 1
    return np.array(pairs[::-1], int).reshape(-1, 2)
