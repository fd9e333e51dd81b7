"""Where in the played time each reference note is to be expected.

Two maps, both from pairs of reference and played onsets. `follow` goes wherever the player
goes; it serves where there is no clock but the player. `lag` removes a constant latency and
a slow drift up to a limit; it serves where a backing was the clock.
"""

from __future__ import annotations

import numpy as np

NEAREST = 7
"""Pairs in a running median: up to three stray notes leave it alone."""

_NEIGHBOURS = 8  # slopes over few notes: a pause then spoils only the few that cross it
_SLOPES = (0.5, 2.0)
_MOST_POINTS = 400
_LEAST_SPAN_S = 1.0


def robust_slope(x_s: np.ndarray, y_s: np.ndarray, neighbours: int | None = None) -> float | None:
    """Slope of y over x: the median over pairs of points (Theil 1950, Sen 1968).

    Only points at least one second apart in x count, since the jitter of closer ones
    swamps the slope.

    Parameters
    ----------
    x_s, y_s : ndarray, shape (n,)
        Seconds; x ascending.
    neighbours : int, optional
        Compare each point only with that many following ones. By default with all; of
        more than 400 points an even choice of 400 is then taken.

    Returns
    -------
    float or None
        None if no two points are a second apart.
    """
    if neighbours is None:
        if len(x_s) > _MOST_POINTS:
            chosen = np.linspace(0, len(x_s) - 1, _MOST_POINTS).round().astype(int)
            x_s, y_s = x_s[chosen], y_s[chosen]
        neighbours = len(x_s)
    first, step = np.indices((len(x_s), neighbours)).reshape(2, -1)
    second = first + step + 1
    inside = second < len(x_s)
    first, second = first[inside], second[inside]
    run = x_s[second] - x_s[first]
    far = run >= _LEAST_SPAN_S
    if not far.any():
        return None
    return float(np.median((y_s[second] - y_s[first])[far] / run[far]))


def follow(x_s: np.ndarray, y_s: np.ndarray, at_s: np.ndarray) -> tuple[np.ndarray, float]:
    """Map reference seconds to played seconds, along with the player's tempo and pauses.

    A robust line, plus the median of the distances from it over the seven pairs up to a
    note, and again over the seven pairs from it on. Where the player paused or skipped a
    phrase the two differ, and either may be right; medians keep that step sharp.

    Parameters
    ----------
    x_s, y_s : ndarray, shape (n,)
        Reference and played onsets of the pairs, x ascending; n > 0.
    at_s : ndarray, shape (k,)
        Reference onsets to map.

    Returns
    -------
    expected_s : ndarray, shape (2, k)
        As it went before, and as it went on after.
    slope : float
        Played seconds per reference second, within 0.5..2.
    """
    slope = robust_slope(x_s, y_s, _NEIGHBOURS)
    slope = 1.0 if slope is None else float(np.clip(slope, *_SLOPES))
    residual = y_s - slope * x_s
    window = np.arange(min(NEAREST, len(x_s)))
    latest = len(x_s) - len(window)
    firsts = (np.searchsorted(x_s, at_s, side="right") - len(window), np.searchsorted(x_s, at_s))
    shifts = [
        np.median(residual[np.clip(first, 0, latest)[:, None] + window], axis=1) for first in firsts
    ]
    return slope * at_s + np.array(shifts), slope


def lag(x_s: np.ndarray, y_s: np.ndarray, at_s: np.ndarray, most_s: np.ndarray) -> np.ndarray:
    """Map reference seconds to played seconds, given that both ran on one clock.

    The robust line through the pairs gives latency and drift; what it adds to a note's own
    time is limited to `most_s`, so that a player who wanders off is not followed.

    Parameters
    ----------
    x_s, y_s, at_s : ndarray
        As for `follow`.
    most_s : ndarray, shape (k,)
        Largest shift, in seconds, either way.

    Returns
    -------
    ndarray, shape (1, k)
    """
    slope = robust_slope(x_s, y_s)
    drift = 0.0 if slope is None else slope - 1.0
    late = y_s - x_s
    constant = np.median(late - drift * x_s)
    return (at_s + np.clip(constant + drift * at_s, -most_s, most_s))[None]
