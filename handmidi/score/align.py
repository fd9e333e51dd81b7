"""Which played note was meant for which reference note.

Where a backing was the clock, there is one time map, which may only shift a little. Where
the player was the clock, the performance is first cut into stretches (`stretches`), each
with a time map of its own; the reference is written out as it was played (`playthrough`).
A global alignment (`gains`, `path`) then pairs the notes, wrong ones too; time maps and the
player's spread are estimated from the pairs, and the pairs again from those. Equal input
gives equal output.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from handmidi.score.arrays import CHORD_S, NoteArrays
from handmidi.score.breaks import ONE_RUN, Break, OwnClock, find_breaks
from handmidi.score.gains import pair_notes
from handmidi.score.playthrough import write_out
from handmidi.score.stretches import LEAST_PAIRS, find_stretches
from handmidi.score.timemap import lag, spread_s

__all__ = ["CHORD_S", "Alignment", "NoteArrays", "align"]

_UNKNOWN_SPREAD_S = 0.4  # latency and drift are in it
_SPREADS_S = (0.06, 0.12)
_ROUNDS, _CLOCKED_ROUNDS = 2, 6


@dataclass(frozen=True, slots=True)
class Alignment:
    """A monotone pairing and the time map behind it.

    Parameters
    ----------
    pairs : ndarray of int, shape (k, 2)
        Reference index and played index of each pair, by reference index. Each index
        occurs once at most.
    expected_s : ndarray, shape (n,)
        When each reference note was to be expected, going by the pairs around it or, where
        it was skipped, by those before it; on the clock of the played notes.
    slope : float
        Played seconds per reference second.
    gain : float
        Sum of the gains of the pairs, natural logarithm of a likelihood ratio.
    before : ndarray of int, shape (b, 2)
        What was paired in the times before, where a passage was played more than once, in the
        order played: the same reference notes with other played ones.
    astray : ndarray of int, shape (a, 2)
        As `pairs`, of equal pitch, but too far from a backing to count.
    breaks : tuple of Break
        Where the player stopped, skipped or went back, in the order played.
    clock : OwnClock
        The player's clock without the breaks.
    """

    pairs: np.ndarray
    expected_s: np.ndarray
    slope: float
    gain: float
    before: np.ndarray = field(default_factory=lambda: np.empty((0, 2), int))
    astray: np.ndarray = field(default_factory=lambda: np.empty((0, 2), int))
    breaks: tuple[Break, ...] = ()
    clock: OwnClock = ONE_RUN


def align(
    reference: NoteArrays,
    played: NoteArrays,
    reach_s: np.ndarray,
    most_lag_s: np.ndarray | None = None,
) -> Alignment:
    """Pair played notes with reference notes.

    Of a passage that was played more than once, the last time counts; the notes of the
    times before stay without a partner. Above a million pairs of notes, only those near each
    other in time are looked at; time and memory then grow with the number of notes alone.

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
    rows, columns = reference.chord_order(), played.chord_order()
    by_row, by_column = reference.take(rows), played.take(columns)
    if most_lag_s is None:
        found = _along(by_row, by_column, reach_s[rows])
    else:
        found = _clocked(by_row, by_column, reach_s[rows], most_lag_s[rows])
    pairs, before = (
        np.stack([rows[some[:, 0]], columns[some[:, 1]]], axis=1)
        for some in (found.pairs, found.before)
    )
    expected_s = np.empty_like(found.expected_s)
    expected_s[rows] = found.expected_s
    pairs = pairs[np.argsort(pairs[:, 0])]
    breaks = tuple(replace(b, reference=int(rows[b.reference])) for b in found.breaks)
    return replace(found, pairs=pairs, expected_s=expected_s, before=before, breaks=breaks)


def _along(reference: NoteArrays, played: NoteArrays, reach_s: np.ndarray) -> Alignment:
    """The player is the clock."""
    stretches, slope = find_stretches(reference, played)
    if not stretches:
        spread = _UNKNOWN_SPREAD_S
        pairs, gain = pair_notes(reference.onset_s, reference.pitch, played, spread, reach_s)
        return Alignment(pairs, reference.onset_s, 1.0, gain)
    through = write_out(reference, played, stretches, slope)
    pitch, reach_s, doubt = reference.pitch[through.row], reach_s[through.row], through.doubt
    for number in range(_ROUNDS):
        if number:
            through = through.fitted(reference, played, pairs)
        expected_s, spread = through.expected_s(reference), _limited(through.spread_s())
        allowed_s = reach_s * through.slope
        pairs, gain = pair_notes(expected_s, pitch, played, spread, allowed_s, doubt)
    once_s = through.expected_once_s(reference)
    once_s[through.row[pairs[:, 0]]] = expected_s[pairs[:, 0]]
    breaks, clock = find_breaks(reference, played, through.fitted(reference, played, pairs), pairs)
    last, before = through.last_time(pairs)
    return Alignment(last, once_s, through.slope, gain, before=before, breaks=breaks, clock=clock)


def _clocked(
    reference: NoteArrays, played: NoteArrays, reach_s: np.ndarray, most_lag_s: np.ndarray
) -> Alignment:
    """Both ran on one clock."""
    expected_s, spread = reference.onset_s, _UNKNOWN_SPREAD_S
    pairs, _ = pair_notes(expected_s, reference.pitch, played, spread)
    for _ in range(_CLOCKED_ROUNDS):
        same = pairs[reference.pitch[pairs[:, 0]] == played.pitch[pairs[:, 1]]]
        if len(same) < LEAST_PAIRS:
            break
        same = same[np.argsort(reference.onset_s[same[:, 0]], kind="stable")]
        at_s, there_s = reference.onset_s[same[:, 0]], played.onset_s[same[:, 1]]
        expected_s = lag(at_s, there_s, reference.onset_s, most_lag_s)
        spread = _limited(spread_s(there_s - expected_s[same[:, 0]]))
        before = pairs
        pairs, _ = pair_notes(expected_s, reference.pitch, played, spread)
        if np.array_equal(before, pairs):
            break
    pairs, gain = pair_notes(expected_s, reference.pitch, played, spread, reach_s)
    return Alignment(pairs, expected_s, 1.0, gain)


def _limited(spread: float) -> float:
    """A spread from few notes may be chance; a wide one would pair what has no relation."""
    return float(np.clip(spread, *_SPREADS_S))
