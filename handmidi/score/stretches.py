"""Where a player went on, stopped, skipped or went back: a performance cut into stretches.

A stretch is a run of notes at a steady distance in time from the written ones. A pause, a
skipped phrase and a restart each end one and begin another, at another distance. The search
is Viterbi's (1967) over pairs of equal pitch, in the order in which they were played: a pair
either goes on from an earlier one, at nearly its distance, or begins a stretch, which costs
as much as two or three pairs bring in, the more the farther it is to jump. Every distance is
tried as a start, so that none needs to be guessed. Score followers treat jumps alike:
Nakamura, Nakamura and Sagayama, "Real-time audio-to-score alignment of music performances
containing errors and arbitrary repeats and skips" (IEEE/ACM Transactions on Audio, Speech,
and Language Processing 24(2), 2016).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from handmidi.score.arrays import NoteArrays
from handmidi.score.timemap import SLOPES, common_slope

LEAST_PAIRS = 3
"""With fewer pairs of equal pitch, a stretch is chance."""

# Natural logarithms of likelihood ratios, against a note that nobody meant.
_PAIR = 4.0
_JUMP = 6.0
_FAR_JUMP, _MOST_FAR = 1.5, 6.0  # times log(1 + notes left out or repeated), and at most
_MISSED, _MOST_MISSED = 0.5, 6.0  # for each written note passed over, and at most

_SPREAD_S, _REACH_S = 0.12, 0.35  # of the distance from one note to the next, and the most
_FOLLOW = 0.35  # share of a note's deviation that the stretch's distance takes over
_BIN_S, _MOST_BINS = 0.05, 1_000_000
_MOST_CELLS, _LEAST_WINDOW = 3_000_000, 64
_MOST_ROWS = 4  # written out, for each note written or played
_PROBE = 120  # played notes that tell the tempo
_STEP = 1.15  # between tempi tried: a search bears with players half a step off
_EXPLAINED = 0.6  # share of the most that could be had: with less, another tempo is tried
_CLOSE = 0.05

Stretch = np.ndarray
"""Indices of written and played notes of equal pitch, shape (k, 2), both ascending."""


def find_stretches(written: NoteArrays, played: NoteArrays) -> tuple[list[Stretch], float]:
    """Cut a performance into stretches.

    Parameters
    ----------
    written, played : NoteArrays
        In chord order.

    Returns
    -------
    stretches : list of ndarray of int, shape (k, 2)
        In the order played, of three pairs at least. Written indices ascend in each; a
        later stretch may begin before the end of an earlier one.
    slope : float
        Played seconds per written second, within 0.5..2.
    """
    if not len(written.pitch) or not len(played.pitch):
        return [], 1.0
    slope, (stretches, gain) = 1.0, _search(written, played, 1.0)
    if gain < _EXPLAINED * _PAIR * min(len(written.pitch), len(played.pitch)):
        slope = _likely_slope(written, played)
        stretches, gain = _search(written, played, slope)
    better = common_slope(
        [(written.onset_s[s[:, 0]], played.onset_s[s[:, 1]]) for s in stretches], slope
    )
    if abs(better / slope - 1) > _CLOSE:
        again, gain_again = _search(written, played, better)
        if gain_again >= gain:
            stretches, slope = again, better
    return _worth_keeping(stretches, _MOST_ROWS * (len(written.pitch) + len(played.pitch))), slope


def _worth_keeping(stretches: list[Stretch], most_rows: int) -> list[Stretch]:
    """Those that are no chance; of a file made to explode, the longest until the rows are full."""
    rows = [int(s[-1, 0] - s[0, 0]) + 1 for s in stretches]
    kept, total = set(), 0
    for k in sorted(range(len(stretches)), key=lambda k: -len(stretches[k])):
        if len(stretches[k]) >= LEAST_PAIRS and total + rows[k] <= most_rows:
            kept.add(k)
            total += rows[k]
    return [s for k, s in enumerate(stretches) if k in kept]


def _likely_slope(written: NoteArrays, played: NoteArrays) -> float:
    probe = NoteArrays(*(column[:_PROBE] for column in played))
    steps = int(np.log(SLOPES[1]) / np.log(_STEP))
    tempi = range(-steps, steps + 1)
    # The written tempo is the likeliest: each step away has to bring in a pair more.
    gains = [_search(written, probe, _STEP**k)[1] - _PAIR * abs(k) for k in tempi]
    return _STEP ** tempi[int(np.argmax(gains))]


class _Pairs(NamedTuple):
    """Pairs that one played note makes: columns of equal length, and the note's index."""

    number: int
    written: np.ndarray
    before: np.ndarray
    begins: np.ndarray


def _search(written: NoteArrays, played: NoteArrays, slope: float) -> tuple[list[Stretch], float]:
    """The stretches with the greatest gain, and that gain."""
    ends = Ends(written, played, slope)
    of_pitch = {int(p): np.flatnonzero(written.pitch == p) for p in np.unique(written.pitch)}
    window = max(_MOST_CELLS // len(played.pitch), _LEAST_WINDOW)
    made = []
    for j, pitch in enumerate(played.pitch.tolist()):
        candidates = of_pitch.get(pitch)
        if candidates is None:
            continue
        if window < len(written.pitch):
            centre = np.searchsorted(written.onset_s, ends.written_s(played.onset_s[j]))
            near = np.searchsorted(candidates, (centre - window // 2, centre + window // 2))
            candidates = candidates[near[0] : near[1]]
        if len(candidates):
            made.append(ends.extend(j, candidates, played.onset_s[j]))
    return _trace(made, ends.best), ends.gain


class Ends:
    """The ends of all stretches so far, by their distance from the written time.

    The distance is ``played_s - slope * written_s``. Of the ends in one bin of 0.05 s, the
    one with the most gain stays.

    Parameters
    ----------
    written, played : NoteArrays
    slope : float
    """

    def __init__(self, written: NoteArrays, played: NoteArrays, slope: float) -> None:
        self._written_s, self._slope = written.onset_s, slope
        distances = np.subtract.outer(
            [played.onset_s.min(), played.onset_s.max()],
            slope * np.array([written.onset_s.max(), written.onset_s.min()]),
        )
        span_s = distances.max() - distances.min()
        self._bin_s = max(_BIN_S, span_s / _MOST_BINS)
        margin = int(_REACH_S / self._bin_s) + 1
        self._around = np.arange(-margin, margin + 1)
        self._least_s = distances.min() - self._bin_s * (margin + 1)
        bins = int(span_s / self._bin_s) + 2 * margin + 3
        self._gain, self._distance_s = np.full(bins, -np.inf), np.zeros(bins)
        self._pair, self._written = np.full(bins, -1, np.int32), np.full(bins, -1, np.int32)
        self._count, self._last, self._since_s = 0, -1, played.onset_s[0]
        self.gain, self.best = 0.0, -1

    def written_s(self, played_s: float) -> float:
        """Where in the written time the best stretch stands."""
        last_s = self._written_s[max(self._last, 0)]
        return last_s + (played_s - self._since_s) / self._slope

    def extend(self, number: int, written: np.ndarray, played_s: float) -> _Pairs:
        """Pair played note `number` with each of the written notes of its pitch."""
        distance_s = played_s - self._slope * self._written_s[written]
        bins = self._bins(distance_s)[:, None] + self._around
        away_s = distance_s[:, None] - self._distance_s[bins]
        passed = written[:, None] - self._written[bins] - 1
        far = np.abs(away_s) > _REACH_S
        going_on = self._gain[bins] - np.minimum(_MISSED * passed, _MOST_MISSED)
        going_on -= np.square(np.where(far, 0.0, away_s)) / (2 * _SPREAD_S**2)
        going_on[far | (passed < 0)] = -np.inf
        rows = np.arange(len(written))
        choice = going_on.argmax(axis=1)
        bins, away_s, going_on = bins[rows, choice], away_s[rows, choice], going_on[rows, choice]
        anew, before = self._anew(written)
        begins = anew >= going_on
        before = np.where(begins, before, self._pair[bins])
        gain = np.where(begins, anew, going_on) + _PAIR
        distance_s = np.where(begins, distance_s, distance_s - (1 - _FOLLOW) * away_s)
        self._keep(written, gain, distance_s, played_s)
        return _Pairs(number, written.astype(np.int32), before.astype(np.int32), begins)

    def _bins(self, distance_s: np.ndarray) -> np.ndarray:
        return ((distance_s - self._least_s) / self._bin_s).astype(int)

    def _anew(self, written: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What is left when a stretch begins, after the best one or as the first of all."""
        far = _FAR_JUMP * np.log1p(np.stack([np.abs(written - self._last - 1), written]))
        after, first = -np.minimum(far, _MOST_FAR)
        if self.best < 0:
            return first, np.full(len(written), -1)
        after += self.gain - _JUMP
        return np.maximum(after, first), np.where(after > first, self.best, -1)

    def _keep(
        self, written: np.ndarray, gain: np.ndarray, distance_s: np.ndarray, played_s: float
    ) -> None:
        bins = self._bins(distance_s)
        order = np.argsort(gain, kind="stable")  # of two in one bin the last, the better, stays
        order = order[gain[order] > self._gain[bins[order]]]
        kept = bins[order]
        self._gain[kept], self._distance_s[kept] = gain[order], distance_s[order]
        self._pair[kept], self._written[kept] = self._count + order, written[order]
        top = int(gain.argmax())
        if gain[top] > self.gain:
            self.gain, self.best = float(gain[top]), self._count + top
            self._last, self._since_s = int(written[top]), played_s
        self._count += len(written)


def _trace(made: list[_Pairs], pair: int) -> list[Stretch]:
    firsts = np.cumsum([0] + [len(pairs.written) for pairs in made])
    stretches, here = [], []
    while pair >= 0:
        note = int(np.searchsorted(firsts, pair, side="right")) - 1
        pairs, k = made[note], pair - firsts[note]
        here.append((pairs.written[k], pairs.number))
        if pairs.begins[k]:
            stretches.append(np.array(here[::-1], int))
            here = []
        pair = int(pairs.before[k])
    return stretches[::-1]
