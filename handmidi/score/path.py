"""The best way to pair two sequences of notes without crossing: a banded global alignment.

In the manner of Needleman and Wunsch (1970): of all pairings that run forward in both
sequences, the one with the greatest sum of gains. A note that is left alone gains nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

MOST_CELLS = 1_000_000
"""Above this many pairs of notes, only a band of them is looked at."""

LEAST_BAND = 64
"""Narrowest band, in notes of the second sequence."""


def band(played_s: np.ndarray, expected_s: np.ndarray) -> tuple[np.ndarray, int]:
    """The cells worth looking at: for each row, columns around its expected time.

    Parameters
    ----------
    played_s : ndarray, shape (m,)
        Onsets of the columns, ascending but for chords; m > 0.
    expected_s : ndarray, shape (n,)
        When each row's note is to be expected, on the same clock; n > 0.

    Returns
    -------
    low : ndarray of int, shape (n,)
        First column of each row, never falling.
    width : int
        Columns in a row: all m of them up to a million cells, above that a share, 64 at least.
    """
    n, m = len(expected_s), len(played_s)
    width = min(m, max(MOST_CELLS // n, LEAST_BAND))
    centre = np.searchsorted(np.maximum.accumulate(played_s), expected_s)
    return np.clip(np.maximum.accumulate(centre) - width // 2, 0, m - width), width


def best_path(
    blocks: Iterable[np.ndarray], low: np.ndarray, width: int, m: int
) -> tuple[np.ndarray, float]:
    """The pairing with the greatest gain.

    Parameters
    ----------
    blocks : iterable of ndarray, shape (rows, width)
        Gains, row by row in blocks of any height, n rows in all. Row i's cells are the
        columns from ``low[i]`` on; -inf forbids a pair.
    low : ndarray of int, shape (n,)
        Never falling.
    width, m : int
        Cells in a row, and columns in all.

    Returns
    -------
    pairs : ndarray of int, shape (p, 2)
        Row and column of each pair, both ascending.
    gain : float
    """
    n = len(low)
    best = np.zeros(m + 1)  # after i rows: best[j] is the most to be had from j columns
    skips_row, pairs_up = np.empty((n, width), bool), np.empty((n, width), bool)
    reached = width
    for i, gain in enumerate(row for block in blocks for row in block):
        first, last = int(low[i]), int(low[i]) + width
        if last > reached:
            best[reached + 1 : last + 1] = best[reached]
            reached = last
        above, paired = best[first + 1 : last + 1], best[first:last] + gain
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
