"""Ways to turn a hand into notes that the onset engine is compared with.

Each has the engine's interface: ``feed(time_s, ready_s, x) -> [(due_s, zone)]``, with `REST`
below the first edge. They play as soon as they know: ``due_s`` is always ``ready_s``.
"""

from __future__ import annotations

import math
import sys
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

REST = -1
_SKETCHES = Path(__file__).resolve().parents[3] / "shared" / "sketches"


class Player(Protocol):
    """What is compared: the onset engine, and everything here."""

    def feed(self, time_s: float, ready_s: float, x: float) -> list[tuple[float, int]]:
        """Take in a sample; the notes that it decides."""


class NaiveMap:
    """Every zone sounds as soon as the hand is in it.

    Parameters
    ----------
    edges : sequence of float
        Borders of the zones on the engine's axis, ascending.
    """

    def __init__(self, edges: Sequence[float]) -> None:
        self._edges, self._now = list(edges), REST

    def feed(self, time_s: float, ready_s: float, x: float) -> list[tuple[float, int]]:
        """Take in a sample; the notes that it decides."""
        return self._change(ready_s, self._zone_at(x))

    def _zone_at(self, x: float) -> int:
        return min(bisect_right(self._edges, x) - 1, len(self._edges) - 2)

    def _width_at(self, zone: int) -> float:
        zone = max(zone, 0)
        return self._edges[zone + 1] - self._edges[zone]

    def _change(self, ready_s: float, zone: int) -> list[tuple[float, int]]:
        if zone == self._now:
            return []
        self._now = zone
        return [(ready_s, zone)]


class Hysteresis(NaiveMap):
    """A zone is left only when the hand is clearly out of it.

    Parameters
    ----------
    edges : sequence of float
        As for `NaiveMap`.
    margin : float, default 0.15
        How far out, in widths of the zone.
    """

    def __init__(self, edges: Sequence[float], margin: float = 0.15) -> None:
        super().__init__(edges)
        self._margin = margin

    def feed(self, time_s: float, ready_s: float, x: float) -> list[tuple[float, int]]:
        """Take in a sample; the notes that it decides."""
        out = self._margin * self._width_at(self._now)
        low = self._edges[self._now] - out if self._now != REST else -math.inf
        is_last = self._now == len(self._edges) - 2
        high = math.inf if is_last else self._edges[self._now + 1] + out
        return [] if low < x < high else self._change(ready_s, self._zone_at(x))


class EqualFrames(NaiveMap):
    """A zone sounds when several frames in a row lie in it.

    Parameters
    ----------
    edges : sequence of float
        As for `NaiveMap`.
    frames : int, default 3
    """

    def __init__(self, edges: Sequence[float], frames: int = 3) -> None:
        super().__init__(edges)
        self._recent: deque[int] = deque(maxlen=frames)

    def feed(self, time_s: float, ready_s: float, x: float) -> list[tuple[float, int]]:
        """Take in a sample; the notes that it decides."""
        self._recent.append(self._zone_at(x))
        full = len(self._recent) == self._recent.maxlen
        if not full or len(set(self._recent)) > 1:
            return []
        return self._change(ready_s, self._recent[0])


class SpeedGate(NaiveMap):
    """A zone sounds when the hand is slow in it.

    Parameters
    ----------
    edges : sequence of float
        As for `NaiveMap`.
    slow : float, default 3.5
        Zones a second.
    span_s : float, default 0.028
        Least time over which speed is measured.
    """

    def __init__(self, edges: Sequence[float], slow: float = 3.5, span_s: float = 0.028) -> None:
        super().__init__(edges)
        self._slow, self._span_s = slow, span_s
        self._recent: deque[tuple[float, float]] = deque(maxlen=32)

    def feed(self, time_s: float, ready_s: float, x: float) -> list[tuple[float, int]]:
        """Take in a sample; the notes that it decides."""
        past = next((p for p in reversed(self._recent) if time_s - p[0] > self._span_s), None)
        self._recent.append((time_s, x))
        if past is None:
            return []
        zone = self._zone_at(x)
        speed = abs(x - past[1]) / (time_s - past[0]) / self._width_at(zone)
        return self._change(ready_s, zone) if speed < self._slow else []


class SketchEngine:
    """The prototype that the onset engine began with, where it lies beside the checkout.

    Parameters
    ----------
    edges : sequence of float
        As for `NaiveMap`; logarithms of areas.
    """

    def __init__(self, edges: Sequence[float]) -> None:
        if str(_SKETCHES) not in sys.path:
            sys.path.append(str(_SKETCHES))
        from onset_engine import Onset

        self._engine = Onset([math.exp(edge) for edge in edges])

    def feed(self, time_s: float, ready_s: float, x: float) -> list[tuple[float, int]]:
        """Take in a sample; the notes that it decides."""
        events = self._engine.feed(time_s, ready_s, math.exp(x))
        return [(due_s, REST if zone is None else zone) for due_s, zone in events]


def has_sketch() -> bool:
    """Whether the prototype is there."""
    return (_SKETCHES / "onset_engine.py").is_file()
