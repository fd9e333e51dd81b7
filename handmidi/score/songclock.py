"""Session seconds to song seconds, from the marks that a performance carries."""

from __future__ import annotations

import numpy as np

Marks = tuple[tuple[float, float], ...]

_SHORTEST_S = 1e-4  # a tick of the file of played notes: anything shorter has no slope
_STANDS = 0.01  # song seconds a second; whoever practises slower than that is waiting

GRAIN_S = 1e-3
"""Song seconds that marks may be off, being rounded: a song that stopped at a note reached it."""


def to_song_s(marks: Marks, session_s: np.ndarray) -> np.ndarray:
    """Song seconds at the given session seconds.

    The marks are joined by straight lines. Outside them the nearest line goes on; with one
    mark the song runs at its own pace. Where the song jumps (two marks at one session
    second, or a song second that steps back) it goes on as before until the later mark.

    Parameters
    ----------
    marks : tuple of (float, float)
        Pairs of session second and song second, in any order; at least one.
    session_s : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (n,)
    """
    at, song, rate = _lines(marks)
    k = np.clip(np.searchsorted(at, session_s, side="right") - 1, 0, len(at) - 1)
    return song[k] + (session_s - at[k]) * rate[k]


def song_start_s(marks: Marks) -> float:
    """Session second at which the song stood at second 0, extrapolated if need be."""
    at, song, rate = _lines(marks)
    crossings = np.flatnonzero((song[:-1] <= 0) & (song[1:] > 0))
    k = crossings[0] if len(crossings) else 0 if song[0] > 0 else len(at) - 1
    return float(at[k] - song[k] / rate[k]) if rate[k] > 0 else float(at[k])


def reached_s(marks: Marks, song_s: np.ndarray) -> np.ndarray:
    """Session seconds at which the song first stood at the given song seconds.

    The other way round from `to_song_s`. Where the song waited, it is the moment at which
    the waiting began; what a jump passed over was reached with the jump.

    Parameters
    ----------
    marks : tuple of (float, float)
        As for `to_song_s`.
    song_s : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (n,)
    """
    at, song, rate = _lines(marks)
    k = np.searchsorted(np.maximum.accumulate(song), song_s - GRAIN_S)
    line = np.maximum(k - 1, 0)
    run = np.where(rate > _STANDS, rate, np.inf)[line]
    there_s = at[line] + (song_s - song[line]) / run
    return np.minimum(there_s, np.append(at, np.inf)[k])


def song_pace(marks: Marks) -> float:
    """Song seconds per session second, over all: 0.5 at half the tempo; 1 if marks do not say."""
    if not marks:
        return 1.0
    _, _, rate = _lines(marks)
    moving = rate[rate > _STANDS]
    return float(np.median(moving)) if len(moving) else 1.0


def _lines(marks: Marks) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Marks in order, and the rate (song seconds per session second) from each one on."""
    at, song = np.array(sorted(marks, key=lambda mark: mark[0]), float).T
    steps_s, steps_song = np.diff(at), np.diff(song)
    usable = (steps_s >= _SHORTEST_S) & (steps_song >= 0)
    known = steps_song[usable] / steps_s[usable]
    if not len(known):
        return at, song, np.ones(len(at))
    nearest = np.maximum(np.cumsum(np.append(usable, False)) - 1, 0)
    return at, song, known[nearest]
