"""What a simulated player wants to play: zones, and when the hand should be there."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

REST = -1

STEP_ODDS = {1: 0.44, 2: 0.24, 3: 0.14, 4: 0.10, 5: 0.06, 6: 0.02}
"""Zones between a note and the next. Melodies mostly step (Vos and Troost, 1989; Huron,
2006); leaps are commoner here than in their counts, since a scale's neighbours may be more
than a zone apart."""

BEATS = {0.5: 0.22, 1.0: 0.48, 1.5: 0.10, 2.0: 0.15, 3.0: 0.05}
"""Time from a note to the next in beats, and how common it is."""

LEAST_GAP_S, GREATEST_GAP_S = 0.26, 1.6
RUN_GAP_S = 0.22
"""Least time between two notes, the same within a run of steps, and the greatest."""

RUN_NOTES = (3, 5)
AGAIN_GAP_S = 0.9
"""A note that is repeated by way of the rest needs at least this long."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A zone that a player wants to be in.

    Parameters
    ----------
    arrival_s : float
        When the hand should have arrived there.
    zone : int
        `REST` for the rest.
    beat_at_s : float
        What the arrival scatters about: its beat, or the moment that a song and the player's
        habit give it.
    """

    arrival_s: float
    zone: int
    beat_at_s: float


@dataclass(frozen=True, slots=True)
class Mix:
    """How common the events of a phrase are, each as a chance per note.

    Parameters
    ----------
    rest : float
        The hand goes to rest.
    again : float
        The note is repeated.
    run : float
        A run of fast steps begins.
    slow : float
        A reach to a neighbour is slow.
    hesitate : float
        A reach over two zones or more halts on its way.
    border : float
        A rest is taken close by the border of the first zone.
    correct : float or None
        A reach misses its aim and is corrected; None: the player's own chance.
    steps : dict
        Zones to the next note, and how common that is.
    """

    rest: float = 0.08
    again: float = 0.03
    run: float = 0.03
    slow: float = 0.05
    hesitate: float = 0.006
    border: float = 0.25
    correct: float | None = None
    steps: tuple[tuple[int, float], ...] = tuple(STEP_ODDS.items())


STYLES = {
    "mixed": Mix(),
    "steps": replace(Mix(), steps=((1, 1.0),)),
    "leaps": replace(Mix(), steps=((3, 0.3), (4, 0.3), (5, 0.25), (6, 0.15))),
    "runs": replace(Mix(), run=0.25),
    "slow": replace(Mix(), slow=0.5, steps=((1, 0.8), (2, 0.2))),
    "missing": replace(Mix(), correct=0.7),
    "hesitant": replace(Mix(), hesitate=0.2),
    "border": replace(Mix(), rest=0.25, border=1.0),
    "again": replace(Mix(), again=0.2),
}
"""Mixes by name: the usual one, and ones that stress an engine in one way."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How a player keeps time.

    Parameters
    ----------
    beat_s : float
    jitter_s : float
        Standard deviation of each arrival about its beat.
    rubato : float
        How far the tempo sways to either side, as a fraction.
    """

    beat_s: float
    jitter_s: float
    rubato: float


def phrase(
    zones: int, notes: int, timing: Timing, mix: Mix, through_rest: bool, rng: np.random.Generator
) -> list[Wish]:
    """A made-up melody as a player wants it.

    Parameters
    ----------
    zones, notes : int
        How many there are of each; rests come on top.
    timing : Timing
    mix : Mix
    through_rest : bool
        Whether a repeated note goes by way of the rest, as it must where only a new zone
        sounds. Otherwise it is simply wished for again.
    rng : numpy.random.Generator
    """
    score = _Score(timing, rng)
    zone, run, turn, played = REST, 0, 1, 0
    while played < notes:
        if run:
            run -= 1
            turn = turn if 0 <= zone + turn < zones else -turn
            zone = zone + turn
            score.add(zone, fast=True)
        elif zone != REST and rng.random() < mix.rest:
            zone = REST
            score.add(zone)
            continue
        elif zone != REST and rng.random() < mix.again:
            if through_rest:
                score.add(REST, least_s=AGAIN_GAP_S / 2)
            score.add(zone, least_s=AGAIN_GAP_S / 2 if through_rest else LEAST_GAP_S)
        else:
            zone = _next_zone(zone, zones, mix, rng)
            score.add(zone)
            if zones > 2 and rng.random() < mix.run:
                run, turn = int(rng.integers(RUN_NOTES[0], RUN_NOTES[1] + 1)), rng.choice((-1, 1))
        played += 1
    return score.wishes


class _Score:
    """Wishes as they are written, on a grid of beats that sways."""

    def __init__(self, timing: Timing, rng: np.random.Generator) -> None:
        self.wishes: list[Wish] = []
        self._timing, self._rng = timing, rng
        self._beat_s, self._grid_s, self._sway = timing.beat_s, 1.0, 0.0

    def add(self, zone: int, least_s: float = LEAST_GAP_S, fast: bool = False) -> None:
        rng = self._rng
        # The tempo sways slowly, as phrases do, and each note misses its beat by a little.
        self._sway = 0.8 * self._sway + 0.6 * self._timing.rubato * rng.normal()
        beat_s = self._beat_s * (1 + min(max(self._sway, -0.3), 0.3))
        self._grid_s += _fast_gap_s(beat_s) if fast else _gap_s(beat_s, least_s, rng)
        least_s = RUN_GAP_S if fast else least_s
        arrival_s = self._grid_s + self._timing.jitter_s * rng.normal()
        if self.wishes:
            arrival_s = max(arrival_s, self.wishes[-1].arrival_s + least_s)
        self.wishes.append(Wish(float(arrival_s), int(zone), float(self._grid_s)))


def _gap_s(beat_s: float, least_s: float, rng: np.random.Generator) -> float:
    greatest_s = max(GREATEST_GAP_S, 2 * least_s)
    odds = {n: p for n, p in BEATS.items() if least_s <= n * beat_s <= greatest_s}
    if not odds:
        return max(least_s, beat_s)
    chances = np.array(list(odds.values()))
    return float(rng.choice(list(odds), p=chances / chances.sum())) * beat_s


def _fast_gap_s(beat_s: float) -> float:
    """The shortest usual part of a beat that a hand can follow."""
    return beat_s * min((p for p in (1 / 4, 1 / 3, 1 / 2, 1) if p * beat_s >= RUN_GAP_S), default=1)


def _next_zone(zone: int, zones: int, mix: Mix, rng: np.random.Generator) -> int:
    if zones == 1:
        return 0
    if zone == REST:
        return int(rng.integers(zones))
    sizes, odds = zip(*mix.steps, strict=True)
    reachable = [s for s in sizes if s <= max(zone, zones - 1 - zone)]
    weights = np.array([p for s, p in zip(sizes, odds, strict=True) if s in reachable])
    if not reachable:
        return zone + 1 if zone + 1 < zones else zone - 1
    step = int(rng.choice(reachable, p=weights / weights.sum()))
    ways = [zone + s for s in (step, -step) if 0 <= zone + s < zones]
    return int(rng.choice(ways))
