"""Mode "glide": every zone that the hand enters sounds, as it enters."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence

from handmidi.instrument.aims import REST

_MARGIN_BY_NOISE, _MOVING_BY_NOISE, _MOST_MARGIN = 4.0, 1.0, 0.25
_MOVES_BY_NOISE = 6.0
_GAP_S = 0.3


class Glide:
    """Decides on zones as the hand crosses their borders.

    A hand that moves clearly is followed ahead, as far as the next result of the camera, so
    that a zone sounds when it is entered and not when that was seen. Causal and final, as
    `onset.OnsetEngine`.

    Parameters
    ----------
    edges : sequence of float, length n + 1, ascending
        Zone k lies from ``edges[k]`` to ``edges[k + 1]``; below the first edge is a rest, and
        the last zone has no upper end.
    noise : float, default 0.008
        Standard deviation of a resting hand's samples, in axis units. A hand must be four of
        it beyond a border, but at most a quarter of a zone: one on a border does not flicker.
        One that moves clearly need be but one of it beyond.
    """

    def __init__(self, edges: Sequence[float], noise: float = 0.008) -> None:
        self._edges, self._noise = [float(edge) for edge in edges], noise
        self._far = 3 * (edges[-1] - edges[0])
        self._zone, self._fired_s, self._frame_s = REST, -math.inf, 1 / 30
        self.reset()

    @property
    def zone(self) -> int:
        """The zone that sounds."""
        return self._zone

    def reset(self, silence: bool = False) -> None:
        """The hand was lost: forget its track; with `silence`, nothing sounds any more."""
        self._last: deque[tuple[float, float]] = deque(maxlen=2)
        if silence:
            self._zone = REST

    def feed(self, time_s: float, ready_s: float, x: float) -> list[tuple[float, int]]:
        """Take in a sample and return what it decides.

        Parameters
        ----------
        time_s, ready_s : float
            When the frame was taken, and when its result was there.
        x : float
            The control on the axis of `edges`.

        Returns
        -------
        list of (float, int)
            Due time, not before `ready_s`, and zone (`REST` for the rest).
        """
        # No hand is farther than three boards away.
        x = min(max(x, self._edges[0] - self._far), self._edges[-1] + self._far)
        if not self._last:
            return self._appear(time_s, ready_s, x)
        speed = self._speed_at(time_s, x)
        until_s = ready_s + self._frame_s
        place = x + speed * (until_s - time_s)
        events = []
        while (border := self._next_border(place, speed)) is not None:
            edge, zone = border
            due_s = time_s + (edge - x) / speed if (place - x) * (edge - x) > 0 else ready_s
            self._fired_s = max(ready_s, self._fired_s, min(due_s, until_s))
            self._zone = zone
            events.append((self._fired_s, zone))
        return events

    def _appear(self, time_s: float, ready_s: float, x: float) -> list[tuple[float, int]]:
        """A hand that comes in sight has passed no zone on its way."""
        self._last.append((time_s, x))
        zone = min(bisect_right(self._edges, x) - 1, len(self._edges) - 2)
        if zone == self._zone:
            return []
        self._zone, self._fired_s = zone, max(ready_s, self._fired_s)
        return [(self._fired_s, zone)]

    def _speed_at(self, time_s: float, x: float) -> float:
        """How fast a hand that moves clearly will go on, in axis units a second; else 0."""
        last = self._last
        if last and not 0 < time_s - last[-1][0] < _GAP_S:
            last.clear()
        speed = 0.0
        if last:
            self._frame_s += 0.1 * (min(time_s - last[-1][0], 0.05) - self._frame_s)
        if len(last) == 2:
            (first_s, first), (middle_s, middle) = last
            before, now = (
                (middle - first) / (middle_s - first_s),
                (x - middle) / (time_s - middle_s),
            )
            if before * now > 0 and abs(x - first) > _MOVES_BY_NOISE * self._noise:
                # It goes on as it began to slow down; one that speeds up may stop doing so.
                speed = (x - first) / (time_s - first_s) * min(now / before, 1.0)
        last.append((time_s, x))
        return speed

    def _next_border(self, x: float, speed: float) -> tuple[float, int] | None:
        """The border towards `x` that is crossed for sure, and the zone beyond."""
        zone, edges = self._zone, self._edges
        if zone + 2 < len(edges) and x > edges[zone + 1] + self._margin(zone, zone + 1, speed > 0):
            return edges[zone + 1], zone + 1
        if zone > REST and x < edges[zone] - self._margin(zone - 1, zone, speed < 0):
            return edges[zone], zone - 1
        return None

    def _margin(self, low: int, high: int, moves: bool) -> float:
        widths = [self._edges[zone + 1] - self._edges[zone] for zone in (max(low, 0), high)]
        by_noise = _MOVING_BY_NOISE if moves else _MARGIN_BY_NOISE
        return min(by_noise * self._noise, _MOST_MARGIN * min(widths))
