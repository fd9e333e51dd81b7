"""What may be known of a player before a reach, as chances: its shape, its duration, its time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from .performing import LEAST_STAY_S, SLOW_S
from .phrases import BEATS, STYLES
from .reaching import FAMILIES, PEAK_RANGE, Profile, Reach
from .takes import Take
from .traits import FAMILY_ODDS, FITTS_A_S, FITTS_B_S, FREE_S, PEAK, PEAK_SD, REACH_S

PEAKS = np.linspace(*PEAK_RANGE, 13)
DURATIONS_S = np.geomspace(0.09, 0.65, 32)
SHAPES = tuple(Profile(family, peak) for family in FAMILIES for peak in PEAKS.tolist())

_ANYBODY_SD = 0.32
"""Scatter of the logarithm of durations about a mean Fitts' law, all players together."""

_RUN_BEATS = {1 / 4: 0.02, 1 / 3: 0.02}
_STRAY = 0.05
"""Chance of a part of a beat in a run; and of an arrival that keeps no time, as when the way is
too long for the beat, within a second."""

_LEAST = 1e-9
"""Nothing is ruled out: a grid is coarse."""

_MEANS = np.linspace(*PEAK, 7)

_CDF = np.vectorize(NormalDist().cdf, otypes=[float])


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of a player, besides the zone that is meant.

    Parameters
    ----------
    name : str
    shape : {"any", "learned", "own"}
        The family and the mean peak of the player's speed: as common among players, as well as
        the reaches so far could teach them (`Shapes`), or as they are.
    time : bool
        The beat, or the song's onsets with the player's habit, and the scatter about them.
    durations : bool
        How long the player takes for a way, and the scatter of that.
    """

    name: str
    shape: str = "any"
    time: bool = False
    durations: bool = False


STATES = (
    Knowledge("zone"),
    Knowledge("+ shape learned", shape="learned"),
    Knowledge("+ time", shape="learned", time=True),
    Knowledge("everything", shape="own", time=True, durations=True),
)
"""Each knows what the one before it knows, and more."""


class Shapes:
    """Chances of `SHAPES` for one player, and what the reaches so far teach about them.

    Parameters
    ----------
    take : Take
    """

    def __init__(self, take: Take) -> None:
        self._around = np.array([_normal(PEAKS, mean, PEAK_SD) for mean in _MEANS])
        self._around /= self._around.sum(axis=1, keepdims=True)
        self._habit = np.outer(FAMILY_ODDS, np.full(len(_MEANS), 1 / len(_MEANS)))
        own = _normal(PEAKS, take.traits.peak, PEAK_SD)
        is_own = [float(family == take.traits.family) for family in FAMILIES]
        any_one = (self._habit @ self._around).ravel()
        self.odds = {"any": any_one, "learned": any_one,
                     "own": np.outer(is_own, own / own.sum()).ravel()}  # fmt: skip

    def learn(self, fit: np.ndarray) -> None:
        """Take a finished reach into account: how well each shape fits it."""
        likelihood = fit.reshape(len(FAMILIES), -1) @ self._around.T
        self._habit = self._habit * (likelihood / likelihood.max() + _LEAST)
        self._habit /= self._habit.sum()
        self.odds["learned"] = (self._habit @ self._around).ravel()


def duration_odds(take: Take, reach: Reach, arrivals_s: np.ndarray, known: bool) -> np.ndarray:
    """Chances of `DURATIONS_S` for each arrival: the earlier it is, the less room there was.

    Parameters
    ----------
    take : Take
    reach : Reach
    arrivals_s : ndarray
    known : bool
        Whether the player's own pace is known, or only that of all players.

    Returns
    -------
    ndarray, shape (arrivals, durations)
    """
    ends_s = np.sqrt(DURATIONS_S[1:] * DURATIONS_S[:-1])
    usual_s, sd = _pace(take, reach, known)
    below = np.mean([_CDF(np.log(ends_s / mean_s) / sd) for mean_s in usual_s], axis=0)
    below = np.where(ends_s < REACH_S[0], 0, np.where(ends_s > REACH_S[1], 1, below))
    room_s = arrivals_s[:, None] - reach.before_s - LEAST_STAY_S
    below = np.where(ends_s > np.maximum(room_s, REACH_S[0]), 1, below)
    odds = np.diff(below, axis=1, prepend=0, append=1)
    if abs(reach.wish.zone - reach.from_zone) == 1:
        slow = np.clip((ends_s - SLOW_S[0]) / (SLOW_S[1] - SLOW_S[0]), 0, 1)
        share = STYLES["mixed"].slow * (room_s > np.mean(SLOW_S))
        odds = (1 - share) * odds + share * np.diff(slow, prepend=0, append=1)
    return odds + _LEAST


def time_odds(take: Take, number: int, arrivals_s: np.ndarray) -> np.ndarray:
    """Density of arrivals as the beat, or the song, has it; even for the first of a melody."""
    reaches, timing = take.hand.reaches, take.timing
    if take.song:
        beats = [(reaches[number].wish.beat_at_s, timing.jitter_s, 1.0)]
    elif number:
        last_s, sway_s = reaches[number - 1].wish.beat_at_s, timing.rubato * timing.beat_s
        beats = [
            (last_s + count * timing.beat_s, math.hypot(timing.jitter_s, count * sway_s), chance)
            for count, chance in (_RUN_BEATS | BEATS).items()
        ]
    else:
        return np.ones_like(arrivals_s)
    kept = sum(chance * _normal(arrivals_s, at_s, sd_s) for at_s, sd_s, chance in beats)
    return _STRAY + (1 - _STRAY) * kept


def _pace(take: Take, reach: Reach, known: bool) -> tuple[list[float], float]:
    """Usual durations, equally common, and the scatter of their logarithms."""
    traits, zone = take.traits, reach.wish.zone
    ways = abs(take.board.middle_m(zone) - reach.from_m) / take.board.width_m(zone)
    bits = math.log2(ways + 1)
    if not known:
        return [sum(FITTS_A_S) / 2 + sum(FITTS_B_S) / 2 * bits], _ANYBODY_SD
    if traits.pace == "fitts":
        return [traits.a_s + traits.b_s * bits], traits.scatter
    usual_s = [traits.even_s] if traits.pace == "even" else np.linspace(*FREE_S, 12).tolist()
    return usual_s, traits.scatter


def _normal(x: np.ndarray, mean: float, sd: float) -> np.ndarray:
    return np.exp(-(((x - mean) / sd) ** 2) / 2) / (sd * math.sqrt(2 * math.pi))
