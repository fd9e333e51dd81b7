"""When a reach will end, as far as the frames so far can tell: the simulator's laws by Bayes' rule.

A reach is a shape (`reaching.Profile`) stretched over a way and a duration. The frames show it
under the tracker's noise, the hand's tremor and its drift. Every shape, duration and arrival of
a grid is weighed by how well it explains the frames and by how common it is; the way and the
place of departure are integrated out in closed form.

Always known are the zone that is meant, where the hand comes from, how well the player aims and
how often it misses, and how strong noise, tremor and drift are. What else is known is for
`bound_knowledge.Knowledge` to say.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .board import HAND_AREA_M2
from .bound_knowledge import (
    DURATIONS_S,
    SHAPES,
    Knowledge,
    Shapes,
    duration_odds,
    time_odds,
)
from .filming import BLUR, NOISE_SHARE, NOISE_TAU_S, noise_level
from .reaching import Reach
from .takes import Take
from .traits import AIM_PER_WAY, DRIFT_HZ, MISS, MISS_LIMIT, TREMOR_HZ

ARRIVALS_S = np.arange(-0.090, 0.150, 0.003)
"""Arrivals that are weighed, from the moment when a frame's result is there."""

MEMORY_S, LEAST_FRAMES = 0.55, 4
"""How far back frames are looked at, and how many at the least."""

ASKED_S = (-0.085, 0.075)
"""Frames are asked whose result is there so long before or after the arrival."""

FINISHED_S = 0.088
FINISHED_ARRIVALS_S = np.arange(-0.200, 0.030, 0.005)
"""So long after its arrival a reach teaches its shape; arrivals that are weighed then."""

_STEPS = np.stack([shape.steps() for shape in SHAPES], axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Look:
    """What is known when a frame's result is there.

    Parameters
    ----------
    ready_s, next_s : float
        When it is there, and when the next one will be.
    odds : tuple of ndarray
        For each state of knowledge the chances of `ARRIVALS_S`, counted from `ready_s`.
    """

    ready_s: float
    next_s: float
    odds: tuple[np.ndarray, ...]


class Watcher:
    """Sees a player's frames and knows the laws.

    Parameters
    ----------
    take : Take
        Played by coming nearer (control "area").
    """

    def __init__(self, take: Take) -> None:
        self._take, self._shapes = take, Shapes(take)
        self._times_s, self._ready_s, self._log_area = np.array(take.axis_samples).T
        self._place_m = np.sqrt(HAND_AREA_M2 / np.exp(self._log_area))
        self._is_log = take.traits.log_path
        self._path = np.log(self._place_m) if self._is_log else self._place_m

    def looks(self, number: int, states: Sequence[Knowledge]) -> Iterator[Look]:
        """What each frame tells of a reach, from before its end until well after it.

        Parameters
        ----------
        number : int
            Of the reach in ``take.hand.reaches``; one that goes to a zone, not to rest.
        states : sequence of Knowledge
        """
        take, reach = self._take, self._take.hand.reaches[number]
        late_s = self._ready_s - reach.arrival_s
        asked = (late_s > ASKED_S[0]) & (late_s < ASKED_S[1])
        asked &= self._times_s > reach.arrival_s - reach.duration_s
        for last in np.flatnonzero(asked[:-1]).tolist():
            ready_s, next_s = self._ready_s[last : last + 2].tolist()
            fit = self._fit(reach, last, ARRIVALS_S)
            arrivals_s, odds = ready_s + ARRIVALS_S, []
            for state in states:
                durations = duration_odds(take, reach, arrivals_s, state.durations)
                chances = (fit @ self._shapes.odds[state.shape] * durations).sum(axis=1)
                chances *= time_odds(take, number, arrivals_s) if state.time else 1
                odds.append(chances / chances.sum())
            yield Look(ready_s, next_s, tuple(odds))

    def learn(self, number: int) -> None:
        """Learn the player's shapes from a reach that is over; not from one that was mended."""
        reach, *following = self._take.hand.reaches[number : number + 2]
        if not following or following[0].still_s > reach.arrival_s:
            return
        last = int(np.searchsorted(self._ready_s, reach.arrival_s + FINISHED_S)) - 1
        fit = self._fit(reach, last, FINISHED_ARRIVALS_S)
        arrivals_s = self._ready_s[last] + FINISHED_ARRIVALS_S
        durations = duration_odds(self._take, reach, arrivals_s, known=False)
        self._shapes.learn(np.tensordot(durations, fit, 2))

    def _fit(self, reach: Reach, last: int, arrivals_s: np.ndarray) -> np.ndarray:
        """Likelihood (arrival, duration, shape) of the frames up to one, the best being 1."""
        begin_s = max(reach.still_s, self._times_s[last] - MEMORY_S)
        first = min(int(np.searchsorted(self._times_s, begin_s)), last + 1 - LEAST_FRAMES)
        span = slice(max(first, 0), last + 1)
        white = np.linalg.inv(np.linalg.cholesky(self._covariance(span)))
        # Where the hand departs from is not known exactly: what all frames share tells nothing.
        level = white.sum(axis=1) / np.linalg.norm(white.sum(axis=1))
        white -= np.outer(level, level @ white)
        seen = white @ (self._path[span] - self._path[span][0])
        steps = _STEPS[self._steps(span, arrivals_s)].reshape(len(seen), -1)
        done = white.astype(np.float32) @ steps
        match = (seen.astype(np.float32) @ done).astype(float)
        power = np.einsum("fg,fg->g", done, done).astype(float)
        logs = [
            0.5 * ((match + way / sd**2) ** 2 / (power + sd**-2) - (way / sd) ** 2)
            - 0.5 * np.log(1 + power * sd**2)
            + math.log(chance)
            for way, sd, chance in self._ways(reach)
        ]
        best = np.max(logs)
        fit = sum(np.exp(log - best) for log in logs)
        return fit.reshape(len(arrivals_s), len(DURATIONS_S), len(SHAPES))

    def _steps(self, span: slice, arrivals_s: np.ndarray) -> np.ndarray:
        """Which of a shape's steps each frame shows, for each arrival and duration."""
        elapsed_s = (self._times_s[span] - self._ready_s[span][-1])[:, None, None]
        share = 1 + (elapsed_s - arrivals_s[:, None]) / DURATIONS_S
        return np.rint((len(_STEPS) - 1) * np.clip(share, 0, 1)).astype(np.int32)

    def _covariance(self, span: slice) -> np.ndarray:
        """What tracker, tremor and drift add to the path."""
        times_s, place_m, traits = self._times_s[span], self._place_m[span], self._take.traits
        apart_s, eye = times_s[:, None] - times_s, np.eye(len(times_s))
        speed = np.abs(np.gradient(self._log_area[span], times_s))
        # The area goes with the inverse square of the distance, so half of its noise is seen.
        noise = noise_level(traits) / 2 * (1 + BLUR * speed) * (1 if self._is_log else place_m)
        lasting = NOISE_SHARE * np.exp(-np.abs(apart_s) / NOISE_TAU_S)
        grain = np.outer(noise, noise) * (lasting + (1 - NOISE_SHARE) * eye)
        tremor = traits.tremor_m**2 * _correlation(apart_s, TREMOR_HZ)
        drift = traits.drift_m**2 * _correlation(apart_s, DRIFT_HZ)
        unit = 1 / float(np.median(place_m)) if self._is_log else 1.0
        return grain + unit**2 * (tremor + drift) + 1e-12 * eye

    def _ways(self, reach: Reach) -> tuple[tuple[float, float, float], ...]:
        """Mean, scatter and chance of ways that end as aimed, too far, too short."""
        board, traits, zone = self._take.board, self._take.traits, reach.wish.zone
        middle_m, width_m = board.middle_m(zone), board.width_m(zone)
        way_m = middle_m - reach.from_m
        way = math.log(middle_m / reach.from_m) if self._is_log else way_m
        unit = 1 / middle_m if self._is_log else 1.0
        aim = unit * math.hypot(traits.aim * width_m, AIM_PER_WAY * way_m)
        off = unit * way_m * min(sum(MISS) / 2, MISS_LIMIT * width_m / abs(way_m))
        missed = math.hypot(aim, unit * way_m * (MISS[1] - MISS[0]) / math.sqrt(12))
        far = traits.correct * traits.overshoot
        ends = ((way, aim, 1 - traits.correct), (way + off, missed, far))
        short = (way - off, missed, traits.correct - far)
        return tuple((mean, sd, chance + 1e-6) for mean, sd, chance in (*ends, short))


def _correlation(apart_s: np.ndarray, band_hz: tuple[float, float]) -> np.ndarray:
    """Of a waver within a band of frequencies: the mean of its cosines."""
    low, high = band_hz
    return np.cos(math.pi * (low + high) * apart_s) * np.sinc((high - low) * apart_s)
