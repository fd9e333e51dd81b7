"""How well a played note and a reference note go together, and the best pairing by that.

What a pair gains is the logarithm of a likelihood: how much likelier the two notes are as
one note, played at a normally distributed distance from its expected time, than as one that
was missed and one that sounded by chance, anywhere and at any pitch.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from handmidi.score.arrays import NoteArrays
from handmidi.score.path import band, best_path

# Natural logarithms, for a player who makes 5 to 15 % of errors.
_SAME, _WRONG = 8.0, 3.0
_NEIGHBOUR, _NEIGHBOURHOOD = 0.7, 2  # a wrong note is likelier next to the right one
_PASSING = 3.0  # what a note that sounded in passing has against it
_MOST_AWAY = 7.0  # an outlier is no worse than that

_BLOCK_CELLS = 1_000_000


def pair_notes(
    expected_s: np.ndarray,
    pitch: np.ndarray,
    played: NoteArrays,
    spread_s: float,
    reach_s: np.ndarray | None = None,
    doubt: np.ndarray | None = None,
) -> tuple[np.ndarray, float]:
    """The monotone pairing with the greatest gain, at given expected times.

    A pair of equal pitch gains 8, of neighbours (two semitones at most) 3.7, of others 3;
    less (deviation ÷ spread)² ÷ 2, which is 7 at most; less 3 if the played note sounded
    in passing (`NoteArrays.passing`).

    Parameters
    ----------
    expected_s : ndarray, shape (n,)
        When each reference note is to be expected, on the clock of the played notes.
    pitch : ndarray, shape (n,)
        Pitches of the reference notes.
    played : NoteArrays of m notes
        In chord order.
    spread_s : float
        Standard deviation of the player's onsets; more than 0.
    reach_s : ndarray, shape (n,), optional
        Pairs farther apart than this many seconds are forbidden.
    doubt : ndarray, shape (n,), optional
        What a pair of each reference note gains less.

    Returns
    -------
    pairs : ndarray of int, shape (p, 2)
    gain : float
    """
    if not len(pitch) or not len(played.pitch):
        return np.empty((0, 2), int), 0.0
    low, width = band(played.onset_s, expected_s)
    variance = spread_s**2
    farthest_s = float(np.sqrt(2 * variance * _MOST_AWAY))
    against = _PASSING * played.passing()

    def blocks() -> Iterator[np.ndarray]:
        height = max(_BLOCK_CELLS // width, 1)
        for start in range(0, len(pitch), height):
            rows = slice(start, start + height)
            columns = low[rows, None] + np.arange(width)
            away_s = np.abs(played.onset_s[columns] - expected_s[rows, None])
            interval = np.abs(played.pitch[columns] - pitch[rows, None])
            gain = np.where(interval <= _NEIGHBOURHOOD, _WRONG + _NEIGHBOUR, _WRONG)
            gain[interval == 0] = _SAME
            gain -= np.square(np.minimum(away_s, farthest_s)) / (2 * variance) + against[columns]
            if doubt is not None:
                gain -= doubt[rows, None]
            if reach_s is not None:
                gain[away_s > reach_s[rows, None]] = -np.inf
            yield gain

    return best_path(blocks(), low, width, len(played.pitch))
