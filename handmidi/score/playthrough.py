"""The reference written out as it was played: its stretches one after the other.

What was skipped is left out, what was played again stands there again. So one monotone
alignment serves however the player went through the song.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from handmidi.score.arrays import NoteArrays
from handmidi.score.stretches import LEAST_PAIRS, Stretch
from handmidi.score.timemap import common_slope, follow, spread_s

Points = tuple[np.ndarray, np.ndarray]
"""Reference and played onsets of a stretch's pairs, in seconds, the first ascending."""

_BETWEEN_S = 0.3
_MOST_BETWEEN = 64
_DOUBT = 0.5


@dataclass(frozen=True)
class Playthrough:
    """The reference as it was played, and the time maps of its stretches.

    Parameters
    ----------
    row : ndarray of int, shape (r,)
        The reference note of each row.
    part : ndarray of int, shape (r,)
        Its stretch; never falling.
    points : tuple of (x_s, y_s)
        Of each stretch.
    slope : float
        Played seconds per reference second.
    doubt : ndarray, shape (r,)
        What pairs of a row have against them, natural logarithms. The note on which a player
        landed may also be the one that was due if both have one pitch; it is taken as the
        next stretch's, so the last row of a stretch, and what was due then, are in doubt.
    """

    row: np.ndarray
    part: np.ndarray
    points: tuple[Points, ...]
    slope: float
    doubt: np.ndarray

    def expected_s(self, reference: NoteArrays) -> np.ndarray:
        """When each row is to be expected, on the clock of the played notes, shape (r,)."""
        return self._expected_s(self.part, reference.onset_s[self.row])

    def expected_once_s(self, reference: NoteArrays) -> np.ndarray:
        """When each reference note is to be expected, shape (n,).

        By the last stretch that begins at or before it. What was skipped is so expected where
        it would have come, had the player not skipped it.
        """
        part = np.zeros(len(reference.pitch), int)
        for k, (x_s, _) in enumerate(self.points):
            part[np.searchsorted(reference.onset_s, x_s[0]) :] = k
        return self._expected_s(part, reference.onset_s)

    def _expected_s(self, part: np.ndarray, at_s: np.ndarray) -> np.ndarray:
        expected_s = np.empty(len(at_s))
        for k, (x_s, y_s) in enumerate(self.points):
            here = part == k
            expected_s[here] = follow(x_s, y_s, at_s[here], self.slope)
        return expected_s

    def spread_s(self) -> float:
        """Standard deviation of the played onsets about the time maps, in seconds."""
        away_s = [y_s - follow(x_s, y_s, x_s, self.slope) for x_s, y_s in self.points]
        return spread_s(np.concatenate(away_s))

    def fitted(self, reference: NoteArrays, played: NoteArrays, pairs: np.ndarray) -> Playthrough:
        """The same rows with time maps from `pairs` of row and played note."""
        same = pairs[reference.pitch[self.row[pairs[:, 0]]] == played.pitch[pairs[:, 1]]]
        parts, points = self.part[same[:, 0]], list(self.points)
        for k in range(len(points)):
            own = same[parts == k]
            if len(own) >= LEAST_PAIRS:
                points[k] = _points(reference, played, self.row[own[:, 0]], own[:, 1])
        return replace(self, points=tuple(points), slope=common_slope(points, self.slope))

    def last_time(self, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of row and played note as pairs of reference and played note.

        Where stretches overlap, the later one counts from its first pair on, so that pairs
        run forward. The second array holds those that do not count.
        """
        least = int(self.row.max()) + 1
        counts = np.zeros(len(pairs), bool)
        for k in range(len(pairs) - 1, -1, -1):
            row = int(self.row[pairs[k, 0]])
            if row < least:
                counts[k], least = True, row
        named = np.stack([self.row[pairs[:, 0]], pairs[:, 1]], axis=1)
        return named[counts], named[~counts]


def write_out(
    reference: NoteArrays, played: NoteArrays, stretches: list[Stretch], slope: float
) -> Playthrough:
    """Write the reference out, stretch by stretch.

    A stretch takes the notes from its first to its last pair, and around those the ones
    that were to be expected before the next stretch or after the one before; the first and
    the last take all to the song's beginning and end. A stretch that went back begins with
    its first pair.

    Parameters
    ----------
    reference, played : NoteArrays
        In chord order.
    stretches : list of ndarray, shape (k, 2)
        At least one.
    slope : float
        Where the stretches do not tell it.
    """
    points = tuple(_points(reference, played, s[:, 0], s[:, 1]) for s in stretches)
    slope = common_slope(points, slope)
    rows, doubts = [], []
    for k, (stretch, own) in enumerate(zip(stretches, points, strict=True)):
        first, last = int(stretch[0, 0]), int(stretch[-1, 0])
        low, high = 0, len(reference.pitch)
        if k:
            before, at = (int(index) for index in stretches[k - 1][-1])
            earlier_s = reference.onset_s[max(before + 1, first - _MOST_BETWEEN) : first]
            expected_s = follow(*own, earlier_s, slope)
            low = first - int((expected_s > played.onset_s[at] - _BETWEEN_S).sum())
        if k + 1 < len(stretches):
            next_s = played.onset_s[int(stretches[k + 1][0, 1])]
            later_s = reference.onset_s[last + 1 : last + 1 + _MOST_BETWEEN]
            high = last + 1 + int((follow(*own, later_s, slope) < next_s + _BETWEEN_S).sum())
        rows.append(np.arange(low, high))
        doubts.append(np.where((rows[-1] >= last) & (k + 1 < len(stretches)), _DOUBT, 0.0))
    part = np.repeat(np.arange(len(rows)), [len(r) for r in rows])
    return Playthrough(np.concatenate(rows), part, points, slope, np.concatenate(doubts))


def _points(
    reference: NoteArrays, played: NoteArrays, rows: np.ndarray, columns: np.ndarray
) -> Points:
    order = np.argsort(reference.onset_s[rows], kind="stable")
    return reference.onset_s[rows[order]], played.onset_s[columns[order]]
