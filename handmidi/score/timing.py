"""How late notes came: as the clock has it, and as it is fair to say."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from handmidi.score.arrays import CHORD_S
from handmidi.score.timemap import robust_slope

_NEAR, _NEARER = 7, 3  # notes: up to three stray ones of seven leave their median alone
_UNFITNESS = np.array([[0.5], [1.0], [1.0]])  # a slow drift is least in the window about a note
_STEP_MS = 150.0  # seven notes with one as far off as notes are paired differ less
_LEAST_STEPS = 2
_NORMAL = 1.4826  # standard deviation of a normal distribution ÷ its median distance from 0


class Timing(NamedTuple):
    """How much later than written paired notes were played, each array of shape (k,).

    Parameters
    ----------
    raw_ms : ndarray
        By the clock; positive is late.
    fair_ms : ndarray
        Less what the player cannot mend: the machine's latency where a backing was the
        clock, and where the player was, the player's own lateness, tempo and pauses.
    """

    raw_ms: np.ndarray
    fair_ms: np.ndarray


def around_own(written_s: np.ndarray, raw_ms: np.ndarray) -> np.ndarray:
    """Timing against the player's own beat.

    The tempo is taken off first, by the robust slope of notes near each other; then what
    the notes near by have in common. For each note three windows of seven notes compete:
    those about it, those up to it, and those from it on. The one whose notes agree best
    tells how late the player was there (its median); those to one side must agree twice as
    well as those about it. So a pause or a skipped phrase, after which all is later, is a
    step between two windows and makes no note late; a single late note stays late. Where
    all three cross a step, windows of three are tried. The choice among windows is that of
    the edge-preserving filter of Kuwahara et al. (1976).

    Parameters
    ----------
    written_s : ndarray, shape (k,)
        Reference onsets of the paired notes, ascending.
    raw_ms : ndarray, shape (k,)
        How late they came.

    Returns
    -------
    ndarray, shape (k,)
    """
    drift = robust_slope(written_s, raw_ms, _NEAR)
    raw_ms = raw_ms - (drift or 0.0) * written_s
    if not len(raw_ms):
        return raw_ms
    common_ms, apart_ms = _common(raw_ms, _NEAR)
    nearer_ms, _ = _common(raw_ms, _NEARER)
    return raw_ms - np.where(apart_ms > _STEP_MS, nearer_ms, common_ms)


def _common(raw_ms: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Median of the best window of each note, and how far its notes are from that on average."""
    width = min(width, len(raw_ms))
    windows = np.lib.stride_tricks.sliding_window_view(raw_ms, width)
    median_ms = np.median(windows, axis=1)
    apart_ms = np.mean(np.abs(windows - median_ms[:, None]), axis=1)
    at = np.arange(len(raw_ms))
    first = np.stack([at - width // 2, at - width + 1, at]).clip(0, len(median_ms) - 1)
    unfit = apart_ms[first] * _UNFITNESS
    best = first[np.argmin(unfit, axis=0), at]
    return median_ms[best], apart_ms[best]


def bias_ms(timing_ms: np.ndarray) -> float | None:
    """The median; None of fewer than two notes."""
    return float(np.median(timing_ms)) if len(timing_ms) > 1 else None


def spread_ms(timing_ms: np.ndarray) -> float | None:
    """Root mean square distance from the median; None of fewer than two notes."""
    if len(timing_ms) < 2:
        return None
    return float(np.sqrt(np.mean((timing_ms - np.median(timing_ms)) ** 2)))


def steadiness_ms(written_s: np.ndarray, raw_ms: np.ndarray) -> float | None:
    """How unevenly note follows note: spread of the inter-onset intervals' errors.

    The error of an interval is how much longer than written it was played. Its standard
    deviation about 0 is estimated from the median of its size (× 1.4826, as for a normal
    distribution), so that one pause does not count for the whole song. Neither latency nor
    constant lateness is in it; with independent errors of each note it is 1.4 times theirs.

    Parameters
    ----------
    written_s : ndarray, shape (k,)
        Reference onsets of the paired notes, ascending. Notes struck together make no
        interval.
    raw_ms : ndarray, shape (k,)

    Returns
    -------
    float or None
        None with fewer than two intervals.
    """
    apart = np.diff(written_s) > CHORD_S
    errors_ms = np.diff(raw_ms)[apart]
    if len(errors_ms) < _LEAST_STEPS:
        return None
    return float(_NORMAL * np.median(np.abs(errors_ms)))
