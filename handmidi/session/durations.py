"""How long something took, again and again, for a whole night in the same few bytes."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

_LEAST_MS, _MOST_MS = 1e-3, 1e6
_STEP = math.log(1.002)  # a bin is 0.2 % wide: percentiles are right within 0.1 %
_BINS = math.ceil(math.log(_MOST_MS / _LEAST_MS) / _STEP)
_LATELY = 90


class Durations:
    """Counts durations in narrow bins; keeps the newest as they are.

    One thread adds, others may look.
    """

    def __init__(self) -> None:
        self._counts = np.zeros(_BINS, np.int64)
        self._lately: deque[float] = deque(maxlen=_LATELY)
        self._count = 0

    def add(self, ms: float) -> None:
        """Count one, milliseconds; less than a microsecond counts as one."""
        self._lately.append(ms)
        place = int(math.log(max(ms, _LEAST_MS) / _LEAST_MS) / _STEP)
        self._counts[min(place, _BINS - 1)] += 1
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def lately(self, count: int = _LATELY) -> list[float]:
        """The newest, at most 90 of them, milliseconds."""
        kept = list(self._lately)
        return kept[max(len(kept) - count, 0) :]

    def percentiles(self) -> dict[str, float] | None:
        """`p50`, `p95` and `p99` in milliseconds, right within 0.1 %; None without any."""
        if not self._count:
            return None
        reached = np.cumsum(self._counts)
        wanted = np.array((0.50, 0.95, 0.99)) * (reached[-1] - 1)
        places = np.searchsorted(reached, wanted, side="right")
        values = _LEAST_MS * np.exp((places + 0.5) * _STEP)
        return {
            name: round(float(v), 2) for name, v in zip(("p50", "p95", "p99"), values, strict=True)
        }
