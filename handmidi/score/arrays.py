"""Notes as columns of numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

CHORD_S = 0.03
"""Notes this close count as struck together; the order among them means nothing."""

_PASSING_S, _PASSING_SHARE = 0.12, 0.4


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

    def chord_order(self) -> np.ndarray:
        """Indices that order the notes of a chord, at most 0.03 s apart, by pitch."""
        apart = np.abs(np.diff(self.onset_s, prepend=self.onset_s[:1])) > CHORD_S
        return np.lexsort((self.pitch, np.cumsum(apart)))

    def passing(self) -> np.ndarray:
        """Which notes only sounded as the hand passed them, shape (n,), bool.

        They last less than 0.12 s and less than two fifths of the usual (median) length, and
        within 0.12 s the next one begins. So nothing is in passing where all is short.
        """
        if not len(self.pitch):
            return np.zeros(0, bool)
        length_s = self.end_s - self.onset_s
        limit_s = min(_PASSING_S, _PASSING_SHARE * float(np.median(length_s)))
        return (length_s < limit_s) & (np.diff(self.onset_s, append=np.inf) < _PASSING_S)
