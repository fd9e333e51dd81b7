"""Mode "settle" for what is counted: a count plays when it has stood for a moment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from handmidi.instrument.aims import REST

HOLD_S = 0.09
"""How long a count must stand: fingers do not come out all at once."""

_GAP_S = 0.3


class Counted:
    """Decides on zones of a control that jumps. Causal and final, as `onset.OnsetEngine`.

    Parameters
    ----------
    edges : sequence of float, length n + 1, ascending
        Zone k lies from ``edges[k]`` to ``edges[k + 1]``; below the first edge is a rest, and
        the last zone has no upper end.
    """

    def __init__(self, edges: Sequence[float]) -> None:
        self._edges, self._last = list(edges), len(edges) - 2
        self._zone = REST
        self.reset()

    @property
    def zone(self) -> int:
        """The zone that sounds."""
        return self._zone

    def reset(self, silence: bool = False) -> None:
        """The hand was lost: forget what it showed; with `silence`, nothing sounds any more."""
        self._shown, self._since_s, self._time_s = REST, 0.0, float("-inf")
        if silence:
            self._zone = REST

    def feed(self, time_s: float, ready_s: float, x: float) -> list[tuple[float, int]]:
        """Take in a sample and return what it decides.

        Returns
        -------
        list of (float, int)
            `ready_s` and the zone, `REST` for the rest; empty if nothing changes.
        """
        shown = min(bisect_right(self._edges, x) - 1, self._last)
        if shown != self._shown or not 0 <= time_s - self._time_s < _GAP_S:
            self._shown, self._since_s = shown, time_s
        self._time_s = time_s
        if shown == self._zone or time_s - self._since_s < HOLD_S:
            return []
        self._zone = shown
        return [(ready_s, shown)]
