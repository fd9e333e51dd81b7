"""The onset engine: which zone will the hand stop in, and when?

Zones that the hand only passes stay silent. While the hand moves, `reach.Reach` weighs
where the move will end; the note of the winning zone is due at its arrival, and goes out
when that falls before the next camera result and the zone is sure enough. A hand that
comes to rest elsewhere plays what it rests in.
"""

from __future__ import annotations

from collections.abc import Sequence

from handmidi.instrument.aims import REST, Aims
from handmidi.instrument.expected import Expected
from handmidi.instrument.frames import FrameClock
from handmidi.instrument.habits import Habits
from handmidi.instrument.profiles import Grid
from handmidi.instrument.reach import Reach, Reading
from handmidi.instrument.rhythm import Rhythm
from handmidi.instrument.track import Sample, Track

__all__ = ["REST", "OnsetEngine"]

_SURE, _SURE_AHEAD, _SURE_AT_REST = 0.82, 0.9, 0.62
_SURE_CORRECTED, _SURE_AGAIN = 0.65, 0.95
"""How sure a zone must be to sound: where the hand is in it already, is still on its way, has
stopped, mends a leap, or has made another zone sound in the same reach."""

_LATER_S, _WAIT_S = 0.0028, 0.006
"""A note is due so much after its expected arrival, since a constant that players can adapt to
buys certainty; and the next result is waited for if it comes at most so much after that."""

_SPAN = 2.3
"""How long an axis of places or angles is made: about as long as the logarithm of an area."""

_BEFORE = 4
_CORRECTION_S, _CORRECTION_LEAP, _CORRECTION_OFF = 0.12, 2, 0.25
_GAP_S, _LONGEST_S = 0.3, 0.8
_SETTLED_S, _CREEPS_S, _HOLD_S = 0.12, 0.35, 0.2


Events = list[tuple[float, int]]
"""Due time and zone of each decision."""


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
    noise : float, default 0.008
        Standard deviation of a resting hand's samples, in axis units; a first guess, which
        resting hands correct.
    is_ratio : bool, default True
        Whether the axis is the logarithm of a size. If not, its unit is of no account.
    """

    def __init__(
        self, edges: Sequence[float], floor: float, noise: float = 0.008, is_ratio: bool = True
    ) -> None:
        # What is known of hands is known of sizes: other axes are made about as long.
        self._unit = 1.0 if is_ratio else _SPAN / (edges[-1] - edges[0])
        self._is_ratio = is_ratio
        self._aims = Aims([edge * self._unit for edge in edges], floor * self._unit)
        self._track, self._clock = Track(noise * self._unit), FrameClock()
        self._grid, self._habits, self._rhythm = Grid(), Habits(), Rhythm()
        self._expected = Expected(len(self._aims))
        self._zone, self._fired_s = REST, -9.0
        self.reset()

    @property
    def zone(self) -> int:
        """The zone that sounds."""
        return self._zone

    def reset(self, silence: bool = False) -> None:
        """The hand was lost: forget its track; with `silence`, nothing sounds any more."""
        self._track.clear()
        self._reach: Reach | None = None
        self._rest, self._has_rest = 0.0, False
        self._extreme, self._direction = Sample(-9.0, 0.0), 1.0
        self._end_s, self._leap, self._hold_until_s, self._settled_s = -9.0, 0, -9.0, 0.0
        if silence:
            self._zone = REST

    def expect(self, onsets: Sequence[tuple[float, int]]) -> None:
        """Practice: the song's coming onsets; a prior on when and where, never a note by itself.

        How this player keeps to the song is learned. May be called again at any time, with
        times that have shifted a little.

        Parameters
        ----------
        onsets : sequence of (float, int)
            Session second and zone, ascending. Empty: play freely again.
        """
        self._expected.renew(onsets)

    def feed(self, time_s: float, ready_s: float, x: float) -> Events:
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
        time_s, x = self._clock(time_s), self._aims.clipped(x * self._unit)
        newest = self._track.newest
        if newest and time_s - newest.time_s > _GAP_S:
            self.reset()
        self._track.add(Sample(time_s, x))
        if not self._has_rest:
            self._rest, self._has_rest, self._settled_s = x, True, time_s
            return []
        still = self._track.is_still(self._aims.width_at(x))
        if self._reach is None:
            return self._at_rest(time_s, ready_s, x, still)
        return self._moving(self._reach, time_s, ready_s, x, still)

    # ---- resting

    def _at_rest(self, time_s: float, ready_s: float, x: float, still: bool) -> Events:
        drift, width = x - self._rest, self._aims.width_at(x)
        creeping = still and abs(drift) < 0.3 * width
        if abs(drift) > self._track.start(width) and not creeping:
            return self._begin(time_s, ready_s, x, still)
        if time_s - self._settled_s > _SETTLED_S:
            self._track.learn_noise(drift)
        self._rest += min(1.0, self._track.step_s / 0.08) * drift
        return self._settle(time_s, ready_s, self._rest)

    def _settle(self, time_s: float, ready_s: float, x: float) -> Events:
        """A hand at rest well inside another zone plays it, and later one clearly off its own."""
        zone = self._aims.at(x)
        if zone == self._zone or time_s < self._hold_until_s:
            return []
        width, rested_s = self._aims.width_at(x), time_s - self._settled_s
        if rested_s > _SETTLED_S:  # more than noise leads over a border
            margin = max(0.04, 2 * self._track.noise / width)
            # One that creeps over a border has not come to rest.
            creeps = rested_s > _CREEPS_S and not self._track.has_stopped(width)
            may_play = not creeps and not self._aims.is_inside(x, self._zone, -margin)
        else:
            may_play = self._aims.is_inside(x, zone, 0.2)
        return self._play(ready_s, zone) if may_play else []

    def _play(self, due_s: float, zone: int) -> Events:
        due_s = max(due_s, self._fired_s)
        self._zone, self._fired_s = zone, due_s
        return [(due_s, zone)]

    # ---- moving

    def _moving(self, reach: Reach, time_s: float, ready_s: float, x: float, still: bool) -> Events:
        if (x - self._extreme.x) * self._direction > 0:
            self._extreme = Sample(time_s, x)
        back = (self._extreme.x - x) * self._direction
        if back > self._track.start(self._aims.width_at(x)):  # it turned back
            self._settled_s, self._rest = self._extreme
            return self._begin(time_s, ready_s, x, still)
        reach.update(Sample(time_s, x))
        return self._decide(reach, time_s, ready_s, x, still)

    def _begin(self, time_s: float, ready_s: float, x: float, still: bool) -> Events:
        """A reach leaves the place of rest."""
        left = self._track.place_left(self._settled_s)
        self._rest = rest = self._rest if left is None else left
        self._direction = 1.0 if x > rest else -1.0
        self._extreme, self._begun_s, self._still = Sample(time_s, x), time_s, 0
        # A start soon after a leap, off the zone's centre: a correction, whose note is due at once.
        self._correction = (
            time_s - self._end_s < _CORRECTION_S
            and self._leap >= _CORRECTION_LEAP
            and self._aims.at(rest) != REST
            and abs(self._aims.off_centre(rest)) > _CORRECTION_OFF * self._aims.width_at(rest)
        )
        self._reach = reach = Reach(
            self._grid,
            self._habits,
            self._aims.targets(rest, self._direction, self._correction),
            None if self._correction else self._expected or self._rhythm,
            Sample(time_s, rest),
            self._track.step_s,
            self._track.noise,
            self._track.frame_s,
            self._is_ratio,
        )
        reach.update(*self._track.last(_BEFORE, self._settled_s))
        # The first sample tells too little of the end, and may be the tracker's mistake.
        return self._decide(reach, time_s, ready_s, x, still) if self._correction else []

    def _decide(self, reach: Reach, time_s: float, ready_s: float, x: float, still: bool) -> Events:
        reading = reach.read()
        zone = reading.zone - 1
        due_s = ready_s if self._correction else reading.arrival_s + _LATER_S
        is_due = due_s <= ready_s + self._track.frame_s - _WAIT_S
        is_there, left_s = self._aims.at(x) == zone, reading.arrival_s - time_s
        is_sure = reading.probability > self._needed(still and left_s < 0, is_there)
        # It slows down towards its end: it will not get there if it would have to speed up.
        is_near = self._aims.gap(x, zone) <= abs(self._track.speed) * max(left_s, 0.0)
        is_elsewhere = still and not is_there  # it leapt, and already rests
        may_play = is_due and is_sure and is_near and not is_elsewhere
        events: Events = []
        if may_play and zone != self._zone:
            events = self._play(max(ready_s, due_s), zone)
        if self._has_ended(time_s, reading, still):
            events += self._finish(reach, time_s, ready_s, x, reading)
        return events

    def _needed(self, has_stopped: bool, is_there: bool) -> float:
        """How sure a zone must be to sound; a faster camera will soon tell more."""
        if self._fired_s > self._begun_s:
            return _SURE_AGAIN
        if self._correction and is_there:
            return _SURE_CORRECTED
        if has_stopped:
            return _SURE_AT_REST
        sure = _SURE if is_there else _SURE_AHEAD
        return 1 - (1 - sure) * min(1.0, 30 * self._track.frame_s) ** 0.5

    def _has_ended(self, time_s: float, reading: Reading, still: bool) -> bool:
        self._still = self._still + 1 if still else 0
        if time_s > self._begun_s + _LONGEST_S:
            return True
        # A hand that pauses before the predicted arrival has not arrived yet.
        arrived = time_s > reading.arrival_s - 0.015 or time_s - self._extreme.time_s > 0.08
        rested = self._still * self._track.frame_s > 0.07
        return still and time_s > self._begun_s + 0.03 and (arrived or rested)

    def _finish(
        self, reach: Reach, time_s: float, ready_s: float, x: float, reading: Reading
    ) -> Events:
        if reading.probability > 0.8 and self._aims.at(x) == reading.zone - 1:
            self._learn(reach, reading)
        self._end_s = min(reading.arrival_s, time_s)
        self._leap = abs(self._aims.at(self._rest) + 1 - reading.zone)
        row = self._zone + 1
        likely = row < len(reading.by_zone) and reading.by_zone[row] > 0.5
        held = likely and self._fired_s > self._begun_s
        self._hold_until_s = time_s + _HOLD_S if held else -9.0
        self._reach, self._rest, self._settled_s = None, x, time_s - self._track.step_s
        return self._settle(time_s, ready_s, x)

    def _learn(self, reach: Reach, reading: Reading) -> None:
        self._habits.learn(reach.course(reading.zone))
        self._rhythm.learn(reading.arrival_s)
        if self._expected and reading.zone > 0 and not self._correction:
            self._expected.learn(reading.arrival_s, reading.arrival_sd_s, reading.zone - 1)
