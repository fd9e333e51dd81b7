"""The tempo that was played: over all, and along the song."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handmidi.score.timemap import robust_slope

_BARS_ASIDE = 1
_LEAST_NOTES, _LEAST_SPAN_S = 3, 1.0
_RATIOS = (0.1, 10.0)


def tempo_ratio(written_s: np.ndarray, played_s: np.ndarray) -> float | None:
    """Reference duration ÷ played duration, by the robust slope of paired onsets, shape (k,).

    None if no two onsets are a second apart.
    """
    slope = robust_slope(written_s, played_s)
    return 1 / slope if slope and slope > 0 else None


def tempo_curve(
    written_s: np.ndarray, played_s: np.ndarray, bars_s: Sequence[float]
) -> tuple[tuple[float, float], ...]:
    """Played tempo ÷ written tempo along the song, one point for each bar.

    Each point stands at the middle of a bar and is the least-squares line through the notes
    of that bar and its two neighbours: a few bars, as a listener takes tempo. There is no
    point where they hold fewer than three notes or span less than a second, nor beyond a
    tenth or ten times the tempo, which is no tempo any more.

    Parameters
    ----------
    written_s, played_s : ndarray, shape (k,)
        Onsets of the paired notes, `written_s` ascending.
    bars_s : sequence of float
        Where bars begin, and the end of the last, on the clock of `written_s`.

    Returns
    -------
    tuple of (float, float)
        Middle of the bar on the clock of `written_s`, and the ratio; 1.02 is 2 % faster.
    """
    lines_s = np.asarray(bars_s, float)
    count = len(lines_s) - 1
    if count < 1 or len(written_s) < _LEAST_NOTES:
        return ()
    bar = np.arange(count)
    low = np.searchsorted(written_s, lines_s[np.maximum(bar - _BARS_ASIDE, 0)] - 1e-6)
    high = np.searchsorted(written_s, lines_s[np.minimum(bar + 1 + _BARS_ASIDE, count)] - 1e-6)
    notes = high - low
    span_s = written_s[np.maximum(high - 1, 0)] - written_s[np.minimum(low, len(written_s) - 1)]
    # Centred first: sums of squares of large seconds would cancel.
    x, y = written_s - written_s.mean(), played_s - played_s.mean()
    sums = [np.append(0.0, np.cumsum(column)) for column in (x, y, x * x, x * y)]
    sum_x, sum_y, sum_xx, sum_xy = (column[high] - column[low] for column in sums)
    along = notes * sum_xx - sum_x**2
    across = notes * sum_xy - sum_x * sum_y
    usable = (notes >= _LEAST_NOTES) & (span_s >= _LEAST_SPAN_S) & (along > 0) & (across > 0)
    ratio = np.divide(along, across, out=np.zeros(count), where=usable)
    usable &= (ratio >= _RATIOS[0]) & (ratio <= _RATIOS[1])
    middle_s = (lines_s[:-1] + lines_s[1:]) / 2
    return tuple(zip(middle_s[usable].tolist(), ratio[usable].tolist(), strict=True))
