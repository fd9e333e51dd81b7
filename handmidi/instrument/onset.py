"""The onset engine: which zone will the hand stop in, and when?

Zones that the hand only passes stay silent. While the hand moves, `reach.Reach` weighs
where the move will end; the note of the winning zone is due at its arrival, and goes out
when that falls before the next camera result and the zone is sure enough. A hand that
comes to rest elsewhere plays what it rests in.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from handmidi.instrument.reach import Grid, Habits, Reach, Reading, Targets

REST = -1
"""Index of the rest below the first zone."""

_AIM = 0.12
_SURE, _SURE_AGAIN = 0.85, 0.95
_OVERSHOOT, _OVERSHOOT_AT, _OVERSHOOT_SD = 0.18, 1.09, 0.05
_CORRECTION_S, _CORRECTION_ODDS = 0.12, 10.0
_GAP_S = 0.3


class Sample(NamedTuple):
    """A time in seconds and a place on the axis."""

    time_s: float
    x: float


class OnsetEngine:
    """Decides on zones from samples of one control.

    Causal and final: an event follows from the samples so far, is due at or after the
    `ready_s` of the last of them, and is never taken back. Events are in order of time.

    Parameters
    ----------
    edges : sequence of float, length n + 1, ascending
        Zone k lies from ``edges[k]`` to ``edges[k + 1]`` on the engine's axis (the
        logarithm of a size, or a position). Below the first edge is a rest.
    floor : float
        Where the hand comes to rest below the first edge, at the lowest.
    noise : float
        Standard deviation of a resting hand's samples, in axis units.
    """

    def __init__(self, edges: Sequence[float], floor: float, noise: float = 0.008) -> None:
        self._edges, self._noise = list(edges), noise
        self._widths = [b - a for a, b in pairwise(edges)]
        rest = max(edges[0] - floor, 0.5 * self._widths[0])
        # Row 0 is the rest, row k + 1 zone k. The outer two have no far end: aims scatter there.
        self._centres = np.array(
            [edges[0] - 0.5 * rest] + [(a + b) / 2 for a, b in pairwise(edges)]
        )
        self._aims = np.array([0.25 * rest] + [_AIM * w for w in self._widths])
        self._aims[-1] = max(self._aims[-1], 0.3 * self._widths[-1])
        self._grid, self._habits = Grid(), Habits()
        self._zone, self._fired_s, self._frame_s = REST, -9.0, 1 / 30
        self.reset()

    @property
    def zone(self) -> int:
        """The zone that sounds."""
        return self._zone

    def reset(self, silence: bool = False) -> None:
        """The hand was lost: forget its track; with `silence`, nothing sounds any more."""
        self._recent: deque[Sample] = deque(maxlen=24)
        self._reach: Reach | None = None
        self._rest: float | None = None
        self._end_s, self._leap, self._hold_until_s, self._settled_s = -9.0, 0, -9.0, 0.0
        if silence:
            self._zone = REST

    def feed(self, time_s: float, ready_s: float, x: float) -> list[tuple[float, int]]:
        """Take in a sample and return what it decides.

        Parameters
        ----------
        time_s, ready_s : float
            When the frame was taken, and when its result was there.
        x : float
            The control on the engine's axis.

        Returns
        -------
        list of (float, int)
            Due time, not before `ready_s`, and zone (`REST` for the rest).
        """
        if self._recent and time_s - self._recent[-1].time_s > _GAP_S:
            self.reset()
        if self._recent:
            step_s = min(time_s - self._recent[-1].time_s, 0.05)
            self._frame_s += 0.1 * (step_s - self._frame_s)
        self._recent.append(Sample(time_s, x))
        if self._rest is None:
            self._rest, self._settled_s = x, time_s
            return []
        still = self._is_still(time_s, x)
        if self._reach is None:
            return self._at_rest(time_s, ready_s, x, still)
        return self._moving(time_s, ready_s, x, still)

    # ---- where the hand is

    def _zone_at(self, x: float) -> int:
        return min(bisect_right(self._edges, x) - 1, len(self._widths) - 1)

    def _width_at(self, x: float) -> float:
        return self._widths[max(self._zone_at(x), 0)]

    def _is_inside(self, x: float, zone: int, margin: float) -> bool:
        """Whether `x` lies in `zone`, `margin` zone widths away from its ends."""
        if zone == REST:
            return x < self._edges[0] - margin * self._widths[0]
        far = margin * self._widths[zone]
        is_last = zone == len(self._widths) - 1
        return x > self._edges[zone] + far and (is_last or x < self._edges[zone + 1] - far)

    def _is_still(self, time_s: float, x: float) -> bool:
        """Slower than 1.2 zones a second, as far as the noise lets one tell."""
        for past in reversed(list(self._recent)[:-1]):
            if time_s - past.time_s > 0.028:
                slow = 1.2 * self._width_at(x) * (time_s - past.time_s)
                return abs(x - past.x) < slow + 1.5 * self._noise
        return False

    def _threshold(self, x: float) -> float:
        return max(4.5 * self._noise, 0.12 * self._width_at(x))

    # ---- resting

    def _at_rest(self, time_s: float, ready_s: float, x: float, still: bool):
        drift = x - self._rest
        creeping = still and abs(drift) < 0.3 * self._width_at(x)
        if abs(drift) > self._threshold(x) and not creeping:
            self._begin(time_s, x)
            return self._decide(time_s, ready_s, x, still)
        self._rest += min(1.0, (time_s - self._recent[-2].time_s) / 0.08) * drift
        return self._settle(time_s, ready_s, self._rest)

    def _settle(self, time_s: float, ready_s: float, x: float) -> list[tuple[float, int]]:
        """A hand at rest well inside another zone plays it, and later one clearly off its own."""
        zone = self._zone_at(x)
        if zone == self._zone or time_s < self._hold_until_s:
            return []
        if time_s - self._settled_s > 0.12:  # more than noise leads over a border: no flicker
            margin = max(0.04, 2 * self._noise / self._width_at(x))
            may_play = not self._is_inside(x, self._zone, -margin)
        else:
            may_play = self._is_inside(x, zone, 0.2)
        return self._play(ready_s, zone) if may_play else []

    def _play(self, due_s: float, zone: int) -> list[tuple[float, int]]:
        due_s = max(due_s, self._fired_s)
        self._zone, self._fired_s = zone, due_s
        return [(due_s, zone)]

    # ---- moving

    def _moving(self, time_s: float, ready_s: float, x: float, still: bool):
        if (x - self._extreme.x) * self._direction > 0:
            self._extreme = Sample(time_s, x)
        if (self._extreme.x - x) * self._direction > self._threshold(x):  # it turned back
            self._rest, self._settled_s = self._extreme.x, self._extreme.time_s
            self._begin(time_s, x)
        else:
            self._reach.update(time_s, x)
        return self._decide(time_s, ready_s, x, still)

    def _begin(self, time_s: float, x: float) -> None:
        """A reach leaves the place of rest."""
        self._direction = 1.0 if x > self._rest else -1.0
        self._extreme, self._begun_s, self._still = Sample(time_s, x), time_s, 0
        self._from = self._zone_at(self._rest) + 1
        off_centre = self._centres[self._from] - self._rest
        # A start soon after a leap, off the zone's centre: a correction, whose note is due at once.
        self._correction = (
            time_s - self._end_s < _CORRECTION_S
            and self._leap >= 2
            and self._from > 0
            and abs(off_centre) > 0.25 * self._widths[self._from - 1]
        )
        self._reach = Reach(
            self._grid,
            self._habits,
            self._targets(off_centre),
            self._rest,
            time_s,
            time_s - self._recent[-2].time_s,
            self._noise,
            self._frame_s,
            use_rhythm=not self._correction,
        )
        for past in list(self._recent)[-4:]:
            if past.time_s >= self._settled_s:
                self._reach.update(*past)

    def _targets(self, off_centre: float) -> Targets:
        """Every zone on the side the hand moves to; leaps may overshoot."""
        last = len(self._widths)
        rows = np.arange(self._from, last + 1) if self._direction > 0 else np.arange(self._from + 1)
        amplitude, sd = self._centres[rows] - self._rest, self._aims[rows]
        steps, log_prior = np.abs(rows - self._from), np.zeros(len(rows))
        leaps = (steps >= 2) & (rows > 0)
        if leaps.any():
            wide = np.hypot(sd[leaps], _OVERSHOOT_SD * amplitude[leaps])
            rows = np.concatenate([rows, rows[leaps]])
            amplitude = np.concatenate([amplitude, amplitude[leaps] * _OVERSHOOT_AT])
            sd, steps = np.concatenate([sd, wide]), np.concatenate([steps, steps[leaps]])
            log_prior = np.concatenate([log_prior, np.full(leaps.sum(), math.log(_OVERSHOOT))])
        if self._correction:
            home = 0 if off_centre * self._direction > 0 else 1
            log_prior = log_prior + np.where(steps == home, math.log(_CORRECTION_ODDS), 0.0)
        return Targets(rows, amplitude, sd, steps, log_prior)

    def _decide(self, time_s: float, ready_s: float, x: float, still: bool):
        reading = self._reach.read()
        zone = reading.zone - 1
        due_s = ready_s if self._correction else reading.arrival_s
        fired = self._fired_s > self._begun_s
        need = 1 - (1 - _SURE) * math.sqrt(min(1.0, 30 * self._frame_s))
        is_sure = reading.probability > (_SURE_AGAIN if fired else need)
        is_elsewhere = still and self._zone_at(x) != zone  # it leapt, and already rests
        is_due = due_s <= ready_s + self._frame_s - 0.006
        events = []
        if zone != self._zone and is_sure and is_due and not is_elsewhere:
            events = self._play(max(ready_s, due_s), zone)
        if self._has_ended(time_s, reading, still):
            events += self._finish(time_s, ready_s, x, reading)
        return events

    def _has_ended(self, time_s: float, reading: Reading, still: bool) -> bool:
        self._still = self._still + 1 if still else 0
        if time_s > self._begun_s + 0.8:
            return True
        # A hand that pauses before the predicted arrival has not arrived yet.
        arrived = time_s > reading.arrival_s - 0.015 or time_s - self._extreme.time_s > 0.08
        rested = self._still * self._frame_s > 0.07
        return still and time_s > self._begun_s + 0.03 and (arrived or rested)

    def _finish(self, time_s: float, ready_s: float, x: float, reading: Reading):
        if reading.probability > 0.8 and self._zone_at(x) == reading.zone - 1:
            steps = abs(self._from - reading.zone)
            self._habits.learn(steps, reading.log_duration, reading.peak, reading.arrival_s)
        self._end_s = min(reading.arrival_s, time_s)
        self._leap = abs(self._from - reading.zone)
        row = self._zone + 1
        likely = row < len(reading.by_zone) and reading.by_zone[row] > 0.5
        held = likely and self._fired_s > self._begun_s
        self._hold_until_s = time_s + 0.2 if held else -9.0
        self._reach, self._rest, self._settled_s = None, x, self._recent[-2].time_s
        return self._settle(time_s, ready_s, x)
