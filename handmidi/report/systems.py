"""How many bars stand in each system of the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise
from statistics import median

_ROUNDING = 1e-6


def even_systems(widths: Sequence[float], full: Sequence[int]) -> list[int]:
    """Spread bars over systems so that all are about equally wide, the last one, too.

    An engraver who fills each system leaves what is left over to the last one, often a single
    bar. As in the line breaking of Knuth and Plass (1981), the sum of the squared distances
    from the mean width is least instead; the cost grows with the bars, not with their square.

    Parameters
    ----------
    widths : sequence of float
        Of each bar where nothing is stretched, in any unit; the first with clef and key.
    full : sequence of int
        Bars in each system where each is filled: as much as there is room for.

    Returns
    -------
    list of int
        Bars in each system; no system is wider than the widest filled one.
    """
    # Clef and key stand in every system; only the first bar's width has them in it.
    own = [min(widths[0], median(widths)), *widths[1:]]
    sums = [0.0, *accumulate(own)]
    edges = [0, *accumulate(full)]
    filled = [sums[b] - sums[a] for a, b in pairwise(edges)]
    room, mean = max(filled) * (1 + _ROUNDING), sums[-1] / len(full)
    best, since = [0.0], [0]
    for end in range(1, len(sums)):
        cost, start = math.inf, end - 1
        for first in range(end - 1, -1, -1):
            wide = sums[end] - sums[first]
            if wide > room and first < end - 1:
                break
            new = best[first] + (wide - mean) ** 2
            if new < cost:
                cost, start = new, first
        best.append(cost)
        since.append(start)
    counts, end = [], len(own)
    while end:
        counts.append(end - since[end])
        end = since[end]
    return counts[::-1]
