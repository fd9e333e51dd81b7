"""Chords: their notes are written in one order and may be struck in any.

A monotone pairing knows one order only. What it left over of a chord that was broken the
other way, or called wrong for that, is paired here.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from handmidi.score.align import Alignment
from handmidi.score.arrays import CHORD_S, NoteArrays

_MOST_NEAR = 64
"""Notes looked at for one of a chord: more are no music, and must not cost hours."""


def with_chords(
    reference: NoteArrays, played: NoteArrays, alignment: Alignment, reach_s: np.ndarray
) -> Alignment:
    """Pair the notes of chords in whatever order they were struck.

    A reference note that is alone at its time stays as it is: notes of a line that were
    swapped are a mistake. A chord's notes keep partners of their pitch. Each of the others
    takes the nearest played note of its pitch that is left within reach; then each the
    nearest one of any pitch, which is a wrong note.

    Parameters
    ----------
    reference, played : NoteArrays
        `reference` ordered by onset.
    alignment : Alignment
    reach_s : ndarray, shape (n,)
        As for `align.align`.

    Returns
    -------
    Alignment
        With other pairs; their played indices may descend within a chord.
    """
    pairs = alignment.pairs
    chord = np.diff(reference.onset_s) <= CHORD_S
    chord = np.append(chord, False) | np.append(False, chord)
    same = reference.pitch[pairs[:, 0]] == played.pitch[pairs[:, 1]]
    kept = pairs[same | ~chord[pairs[:, 0]]]
    left, free = chord.copy(), np.ones(len(played.pitch), bool)
    for some in (kept, alignment.astray):
        left[some[:, 0]], free[some[:, 1]] = False, False
    rows, spare = np.flatnonzero(left), np.flatnonzero(free)
    if not len(rows) or not len(spare):
        return alignment
    spare = spare[np.argsort(played.onset_s[spare], kind="stable")]
    reach_s = reach_s[rows] * alignment.slope
    found = _pairs(reference.take(rows), played.take(spare), alignment.expected_s[rows], reach_s)
    more = np.array([(rows[i], spare[j]) for i, j in found], int).reshape(-1, 2)
    pairs = np.concatenate([kept, more])
    return replace(alignment, pairs=pairs[np.argsort(pairs[:, 0], kind="stable")])


def _pairs(
    reference: NoteArrays, played: NoteArrays, expected_s: np.ndarray, reach_s: np.ndarray
) -> list[tuple[int, int]]:
    low = np.searchsorted(played.onset_s, expected_s - reach_s)
    high = np.searchsorted(played.onset_s, expected_s + reach_s, side="right")
    high = np.minimum(high, low + _MOST_NEAR)
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for any_pitch in (False, True):
        for i in range(len(expected_s)):
            near = [
                j
                for j in range(low[i], high[i])
                if j not in taken and (any_pitch or played.pitch[j] == reference.pitch[i])
            ]
            if i not in partner and near:
                partner[i] = min(near, key=lambda j: abs(played.onset_s[j] - expected_s[i]))
                taken.add(partner[i])
    return list(partner.items())
