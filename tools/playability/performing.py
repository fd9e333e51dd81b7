"""From what a player wants to what the hand does. Metres and seconds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from .board import Board
from .phrases import REST, Mix, Wish
from .reaching import Profile, Reach, Stroke, path, waver
from .traits import AIM_LIMIT, AIM_PER_WAY, DRIFT_HZ, MISS, MISS_LIMIT, REACH_S, TREMOR_HZ, Traits

SLOW_S = (0.35, 0.60)
LEAST_STAY_S = 0.09
"""A hand that arrives stays at least this long."""

CORRECT_AFTER_S, CORRECT_S = (-0.02, 0.06), (0.08, 0.16)
"""Corrections begin before or soon after the end (Novak, Miller and Houk, 2002)."""

HALT_AT, HALT_S = (0.35, 0.65), (0.04, 0.10)
"""After which share of its way a reach halts, and for how long."""

BORDER_SHARE = (0.10, 0.25)
"""How far from the border a hand rests that rests by it, as a share of the first zone."""

OPEN, CLOSED = (0.88, 1.0), (0.03, 0.20)
OPENING_S, CLOSING_S, THERE_S = (0.08, 0.14), (0.10, 0.18), (0.02, 0.07)
"""A hand opens and closes in about a tenth of a second; it is there a little before it is open."""


class Intent(NamedTuple):
    """A note that was meant: when the reach (in gate mode the opening) ended, and the zone."""

    arrival_s: float
    zone: int


@dataclass(frozen=True)
class Performance:
    """A hand in motion, before any camera sees it.

    Parameters
    ----------
    start_m : float
        Where the hand rests at first.
    strokes : tuple of Stroke
        Of the arm; in metres, or in the logarithm of metres if `traits.log_path`.
    fingers : tuple of Stroke
        Of the fingers, in openness.
    open_at_first : float
    intents : tuple of Intent
    floor : float
        Where the hand rests, at the lowest, in the control's unit.
    traits : Traits
    end_s : float
    shake_seed : int
        Of tremor and drift.
    reaches : tuple of Reach
        To every zone that was another one than before, rests too.
    """

    start_m: float
    strokes: tuple[Stroke, ...]
    fingers: tuple[Stroke, ...]
    open_at_first: float
    intents: tuple[Intent, ...]
    floor: float
    traits: Traits
    end_s: float
    shake_seed: int
    reaches: tuple[Reach, ...] = ()

    def place_m(self, times_s: np.ndarray) -> np.ndarray:
        """Where the hand is, with its tremor and drift."""
        is_log = self.traits.log_path and self.start_m > 0
        start = math.log(self.start_m) if is_log else self.start_m
        way = path(start, self.strokes, times_s)
        rng = np.random.default_rng(self.shake_seed)
        shake = waver(times_s, TREMOR_HZ, self.traits.tremor_m, rng)
        drift = waver(times_s, DRIFT_HZ, self.traits.drift_m, rng)
        return (np.exp(way) if is_log else way) + shake + drift

    def openness(self, times_s: np.ndarray) -> np.ndarray:
        """How far the hand is open, 0..1."""
        return path(self.open_at_first, self.fingers, times_s)


def perform(
    wishes: Sequence[Wish], board: Board, traits: Traits, mix: Mix, gate: bool,
    rng: np.random.Generator,
) -> Performance:  # fmt: skip
    """Reach for what is wanted.

    Parameters
    ----------
    wishes : sequence of Wish
        Ascending in time.
    board : Board
    traits : Traits
    mix : Mix
        How common slow reaches, halts and the like are.
    gate : bool
        Whether the hand moves as a fist and opens to strike.
    rng : numpy.random.Generator
    """
    arm, fingers, intents = _Arm(board, traits, mix, rng), _Fingers(rng) if gate else None, []
    for number, wish in enumerate(wishes):
        following = wishes[number + 1].arrival_s if number + 1 < len(wishes) else math.inf
        early_s = rng.uniform(*THERE_S) if gate else 0.0
        arrival_s = arm.reach(replace(wish, arrival_s=wish.arrival_s - early_s)) + early_s
        if fingers and wish.zone != REST:
            fingers.strike(arrival_s, following)
        if wish.zone != REST:
            intents.append(Intent(arrival_s, wish.zone))
    lowest_m = board.rest_m(1.0) if board.control == "area" else arm.start_m - 0.02
    return Performance(
        start_m=arm.start_m,
        strokes=tuple(arm.strokes),
        fingers=tuple(fingers.strokes) if fingers else (),
        open_at_first=fingers.level if fingers else rng.uniform(*OPEN),
        intents=tuple(intents),
        floor=float(board.control_at(np.array(lowest_m))),
        traits=traits,
        end_s=arm.arrived_s + 0.9,
        shake_seed=int(rng.integers(2**31)),
        reaches=tuple(arm.reaches),
    )


class _Arm:
    """Where the arm is, and the strokes that brought it there."""

    def __init__(self, board: Board, traits: Traits, mix: Mix, rng: np.random.Generator) -> None:
        self._board, self._traits, self._mix, self._rng = board, traits, mix, rng
        self.strokes: list[Stroke] = []
        self.reaches: list[Reach] = []
        self.start_m = self._place_m = board.rest_m(traits.rest_share)
        self._is_log = traits.log_path and self.start_m > 0
        self._zone, self.arrived_s, self._still_s = REST, 0.4, 0.0

    def reach(self, wish: Wish) -> float:
        """Go to a zone; returns when the reach ends."""
        rng, mix, zone = self._rng, self._mix, wish.zone
        goal_m, steps = self._goal(zone), abs(zone - self._zone)
        way_m, width_m = abs(goal_m - self._place_m), self._board.width_m(zone)
        usual_s, chances = self._traits.duration_s(way_m, width_m, rng), rng.random(3)
        slow_s, profile = rng.uniform(*SLOW_S), self._traits.profile(rng)
        room_s = wish.arrival_s - self.arrived_s - LEAST_STAY_S
        lasts_s = min(usual_s, max(room_s, REACH_S[0]))
        if steps == 1 and chances[0] < mix.slow and room_s > slow_s + 0.1:
            lasts_s = slow_s
        arrival_s = max(wish.arrival_s, self.arrived_s + LEAST_STAY_S + lasts_s)
        end_m = self._end(goal_m, zone)
        chance = self._traits.correct if mix.correct is None else mix.correct
        if chances[1] >= chance or not steps:
            end_m = goal_m
        halts = steps >= 2 and chances[2] < mix.hesitate and room_s > lasts_s + 0.25
        if steps:
            self._go(arrival_s, lasts_s, end_m, profile, halts)
            self._note(wish, arrival_s, lasts_s, halts)
            self._still_s = arrival_s
        if end_m != goal_m:
            after_s, takes_s = rng.uniform(*CORRECT_AFTER_S), rng.uniform(*CORRECT_S)
            way = self._way(goal_m) - self._way(end_m)
            self.strokes.append(Stroke(arrival_s + after_s, takes_s, way))
            self._still_s = max(arrival_s, self.strokes[-1].end_s)
        self._place_m, self._zone, self.arrived_s = goal_m, zone, arrival_s
        return arrival_s

    def _note(self, wish: Wish, arrival_s: float, lasts_s: float, halts: bool) -> None:
        origin = (self._zone, self._place_m, self.arrived_s, self._still_s)
        self.reaches.append(Reach(wish, arrival_s, lasts_s, *origin, halts))

    def _go(self, arrival_s: float, lasts_s: float, end_m: float, profile: Profile, halts: bool):
        way = self._way(end_m) - self._way(self._place_m)
        if not halts:
            self.strokes.append(Stroke(arrival_s - lasts_s, lasts_s, way, profile))
            return
        share, pause_s = self._rng.uniform(*HALT_AT), self._rng.uniform(*HALT_S)
        last_s = max(lasts_s * (1 - share), REACH_S[0])
        first_s = max(lasts_s * share, REACH_S[0])
        begin_s = arrival_s - last_s - pause_s - first_s
        self.strokes.append(Stroke(begin_s, first_s, share * way, profile))
        self.strokes.append(Stroke(arrival_s - last_s, last_s, (1 - share) * way, profile))

    def _way(self, place_m: float) -> float:
        return math.log(place_m) if self._is_log else place_m

    def _goal(self, zone: int) -> float:
        """Where the hand means to stop; its aim scatters."""
        rng, board = self._rng, self._board
        slip = self._rng.normal()
        by_border, share = rng.random() < self._mix.border, rng.uniform(*BORDER_SHARE)
        if zone == REST:
            return board.rest_m(share if by_border else self._traits.rest_share)
        if zone == self._zone:
            return self._place_m
        middle_m, width_m = board.middle_m(zone), board.width_m(zone)
        sd_m = math.hypot(self._traits.aim * width_m, AIM_PER_WAY * (middle_m - self._place_m))
        off_m = min(max(slip * sd_m, -AIM_LIMIT * width_m), AIM_LIMIT * width_m)
        return middle_m + off_m

    def _end(self, goal_m: float, zone: int) -> float:
        """Where a reach ends that misses."""
        rng = self._rng
        if zone == REST:
            return goal_m
        off_m = rng.uniform(*MISS) * (goal_m - self._place_m)
        off_m = off_m if rng.random() < self._traits.overshoot else -off_m
        middle_m, limit_m = self._board.middle_m(zone), MISS_LIMIT * self._board.width_m(zone)
        return min(max(goal_m + off_m, middle_m - limit_m), middle_m + limit_m)


class _Fingers:
    """Opens the hand to strike, and closes it before the next note."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng, self.strokes = rng, []
        self.level = self._now = rng.uniform(*CLOSED)

    def strike(self, arrival_s: float, following_s: float) -> None:
        """Be open at a time, and closed in time for the next note."""
        rng = self._rng
        opens_s, closes_s = rng.uniform(*OPENING_S), rng.uniform(*CLOSING_S)
        opened, closed = rng.uniform(*OPEN), rng.uniform(*CLOSED)
        hold_s = rng.uniform(0.3, 0.9) * (min(following_s, arrival_s + 1.2) - arrival_s)
        # The fist is there a moment before the next opening may begin.
        latest_s = following_s - OPENING_S[1] - 0.03 - closes_s
        begin_s = max(min(arrival_s + hold_s, latest_s), arrival_s + 0.02)
        closes_s = min(closes_s, max(following_s - OPENING_S[1] - begin_s, 0.05))
        self.strokes.append(Stroke(arrival_s - opens_s, opens_s, opened - self._now))
        self.strokes.append(Stroke(begin_s, closes_s, closed - opened))
        self._now = closed
