"""Mode "gate": one control says when a note is struck, another which."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from handmidi.instrument.gate import Gate
from handmidi.instrument.onset import REST

_HYSTERESIS, _MOST = 3.0, 0.25


class StruckZones:
    """Decides on zones as the gate strikes: the note is that of the zone where the hand is then.

    It sounds until the gate closes, wherever the hand goes; the next strike takes the next
    zone, or the same again.

    Parameters
    ----------
    edges : sequence of float, length n + 1, ascending
        Zone k lies from ``edges[k]`` to ``edges[k + 1]``; below the first edge is a rest.
    noise : float
        Standard deviation of a still hand. By three of it, but at most a quarter of a zone,
        must a hand leave its zone: one on a border repeats its note.
    gate : Gate
    """

    def __init__(self, edges: Sequence[float], noise: float, gate: Gate) -> None:
        self._edges, self._gate = list(edges), gate
        narrowest = min(b - a for a, b in pairwise(edges))
        self._margin = min(_HYSTERESIS * noise, _MOST * narrowest)
        self._here = REST

    def reset(self) -> None:
        """The hand was lost: nothing sounds."""
        self._gate.reset()
        self._here = REST

    def feed(self, time_s: float, ready_s: float, x: float, gate: float) -> list[tuple[float, int]]:
        """Take in a sample of both controls and return what it decides.

        Returns
        -------
        list of (float, int)
            Due time, not before `ready_s`, and zone; `REST` where the gate closes.
        """
        low, high = x - self._margin, x + self._margin
        if not self._zone_at(low) <= self._here <= self._zone_at(high):
            self._here = self._zone_at(x)
        events = self._gate.feed(time_s, ready_s, gate)
        return [(due_s, self._here if is_on else REST) for due_s, is_on in events]

    def _zone_at(self, x: float) -> int:
        return min(bisect_right(self._edges, x) - 1, len(self._edges) - 2)
