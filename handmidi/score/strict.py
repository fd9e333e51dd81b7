"""The strict figure of the literature: notes within ±50 ms, whatever was meant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_TOLERANCE_S = 0.05
_PER_S = 10_000  # mir_eval rounds distances to 0.1 ms, so that 50 ms are within 50 ms


@dataclass(frozen=True, slots=True)
class Strict:
    """Precision, recall and F-measure as `mir_eval.transcription` has them, each 0..1.

    Parameters
    ----------
    precision : float
        Matched notes ÷ played notes; 0 if nothing was played.
    recall : float
        Matched notes ÷ reference notes; 0 if there are none.
    f_measure : float
        Harmonic mean of both; 0 if both are 0.
    """

    precision: float
    recall: float
    f_measure: float


def strict(
    written_s: np.ndarray, written: np.ndarray, struck_s: np.ndarray, struck: np.ndarray
) -> Strict:
    """Note metrics by onset (±50 ms) and pitch (±50 cents, which is the same key).

    What `mir_eval.transcription.precision_recall_f1_overlap` (Raffel et al. 2014) gives
    with ``offset_ratio=None``: as many pairs as can be had, each note in one of them.

    Parameters
    ----------
    written_s, struck_s : ndarray, shapes (n,) and (m,)
        Onsets of the reference and of the played notes, in seconds on one clock.
    written, struck : ndarray of int, shapes (n,) and (m,)
        Their MIDI key numbers.
    """
    matched = count_matches(written_s, written, struck_s, struck)
    references, notes = len(written), len(struck)
    precision = matched / notes if notes else 0.0
    recall = matched / references if references else 0.0
    both = precision + recall
    return Strict(precision, recall, 2 * precision * recall / both if both else 0.0)


def count_matches(
    written_s: np.ndarray, written: np.ndarray, struck_s: np.ndarray, struck: np.ndarray
) -> int:
    """Size of a maximum matching of notes of one pitch whose onsets are within 50 ms.

    Within one pitch a note's partners lie next to each other in time, and do so for every
    note in turn. Then pairing the earliest two that fit is never worse than any other
    choice (Glover 1967), so one walk along both lists suffices.
    """
    matched = 0
    for pitch in np.intersect1d(written, struck):
        due_s = np.sort(written_s[written == pitch]).tolist()
        came_s = np.sort(struck_s[struck == pitch]).tolist()
        i = j = 0
        while i < len(due_s) and j < len(came_s):
            apart_s = came_s[j] - due_s[i]
            if round(abs(apart_s) * _PER_S) / _PER_S <= _TOLERANCE_S:
                matched, i, j = matched + 1, i + 1, j + 1
            elif apart_s < 0:
                j += 1
            else:
                i += 1
    return matched
