"""Where in the played time each reference note is to be expected.

Two maps, both from pairs of reference and played onsets. `follow` goes along with a stretch
of the player's; it serves where there is no clock but the player. `lag` removes a constant
latency and a slow drift up to a limit; it serves where a backing was the clock.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

NEAREST = 11
"""Pairs in a running median: up to five stray notes leave it alone."""

SLOPES = (0.5, 2.0)
"""Played seconds per reference second that are followed: twice as fast to half as fast."""

_NEIGHBOURS = 8  # slopes over few notes: a rubato then spoils only the few that cross it
_MOST_POINTS = 400
_LEAST_SPAN_S = 1.0
_OUTLYING = 1.5  # Huber's (1964) usual limit, in standard deviations
_MAD_TO_SD = 1.4826  # of a normal distribution


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
    slopes = _slopes(x_s, y_s, neighbours)
    return float(np.median(slopes)) if len(slopes) else None


def common_slope(runs: Sequence[tuple[np.ndarray, np.ndarray]], usual: float) -> float:
    """The slope that stretches of one performance have in common.

    Parameters
    ----------
    runs : sequence of (x_s, y_s)
        Reference and played onsets of each stretch; x ascending but for chords.
    usual : float
        The answer where no two notes of a stretch are a second apart.

    Returns
    -------
    float
        Median over each pair and the eight after it, within 0.5..2.
    """
    slopes = np.concatenate([np.empty(0), *(_slopes(x, y, _NEIGHBOURS) for x, y in runs)])
    return float(np.clip(np.median(slopes), *SLOPES)) if len(slopes) else usual


def _slopes(x_s: np.ndarray, y_s: np.ndarray, neighbours: int) -> np.ndarray:
    first, step = np.indices((len(x_s), neighbours)).reshape(2, -1)
    second = first + step + 1
    inside = second < len(x_s)
    first, second = first[inside], second[inside]
    run = x_s[second] - x_s[first]
    far = run >= _LEAST_SPAN_S
    return (y_s[second] - y_s[first])[far] / run[far]


def follow(x_s: np.ndarray, y_s: np.ndarray, at_s: np.ndarray, slope: float) -> np.ndarray:
    """Map reference seconds to played seconds, along with a stretch of playing.

    The line of the given slope, plus how far the eleven pairs around a note lie from it:
    their mean, where what lies beyond 1.5 standard deviations of their median counts as at
    that limit (Huber 1964).

    Parameters
    ----------
    x_s, y_s : ndarray, shape (n,)
        Reference and played onsets of the stretch's pairs, x ascending; n > 0.
    at_s : ndarray, shape (k,)
        Reference onsets to map; before and after the stretch, its ends count.
    slope : float
        Played seconds per reference second.

    Returns
    -------
    ndarray, shape (k,)
    """
    residual_s = y_s - slope * x_s
    window = np.arange(min(NEAREST, len(x_s)))
    first = np.searchsorted(x_s, at_s) - len(window) // 2
    around_s = residual_s[np.clip(first, 0, len(x_s) - len(window))[:, None] + window]
    middle_s = np.median(around_s, axis=1, keepdims=True)
    limit_s = _OUTLYING * _MAD_TO_SD * np.median(np.abs(around_s - middle_s), axis=1, keepdims=True)
    return slope * at_s + np.clip(around_s, middle_s - limit_s, middle_s + limit_s).mean(axis=1)


def spread_s(deviation_s: np.ndarray) -> float:
    """Standard deviation of the bulk, from the median of the absolute deviations, in seconds.

    0 if there is none.
    """
    return float(_MAD_TO_SD * np.median(np.abs(deviation_s))) if len(deviation_s) else 0.0


def lag(x_s: np.ndarray, y_s: np.ndarray, at_s: np.ndarray, most_s: np.ndarray) -> np.ndarray:
    """Map reference seconds to played seconds, given that both ran on one clock.

    The robust line through the pairs gives latency and drift; what it adds to a note's own
    time is limited to `most_s`, so that a player who wanders off is not followed.

    Parameters
    ----------
    x_s, y_s : ndarray, shape (n,)
        Reference and played onsets of the pairs, x ascending; n > 0.
    at_s : ndarray, shape (k,)
        Reference onsets to map.
    most_s : ndarray, shape (k,)
        Largest shift, in seconds, either way.

    Returns
    -------
    ndarray, shape (k,)
    """
    slope = robust_slope(x_s, y_s)
    drift = 0.0 if slope is None else slope - 1.0
    late = y_s - x_s
    constant = np.median(late - drift * x_s)
    return at_s + np.clip(constant + drift * at_s, -most_s, most_s)
