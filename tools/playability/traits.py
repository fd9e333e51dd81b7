"""Who plays: the traits of a practised player, and where their numbers come from."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .reaching import FAMILIES, PEAK_RANGE, Profile

PACES, PACE_ODDS = ("fitts", "even", "free"), (0.70, 0.15, 0.15)
FITTS_A_S, FITTS_B_S = (0.06, 0.11), (0.045, 0.085)
"""Duration = a + b · log2(way ÷ width + 1): Fitts (1954) in MacKenzie's form (1992). Short
ballistic moves take 0.1 to 0.2 s (Gan and Hoffmann, 1988)."""

EVEN_S, FREE_S = (0.13, 0.28), (0.11, 0.33)
"""Players who do not follow Fitts: each reach takes the same time about, whatever the way
(isochrony: Viviani and Terzuolo, 1982), or any time between these."""

SCATTER = (0.08, 0.15)
"""Standard deviation of the logarithm of a player's durations (in free ones, on top)."""

REACH_S = (0.10, 0.45)
"""What a usual reach takes, at the least and the most."""

FAMILY_ODDS = (0.30, 0.25, 0.30, 0.15)
PEAK, PEAK_SD = (0.39, 0.53), 0.03
"""How common each of `reaching.FAMILIES` is; where a player's speed peaks, and its scatter."""

LOG_PATH_ODDS = 0.3
"""Reaches are smooth in space (Morasso, 1981); some hands also tilt, so that their apparent
size is what moves smoothly."""

AIM, AIM_PER_WAY, AIM_LIMIT = (0.06, 0.11), 0.012, 0.38
"""Scatter of the aim: in zone widths, and growing with the way (Schmidt, Zelaznik, Hawkins,
Frank and Quinn, 1979); the aim stays within this many widths of the middle."""

CORRECT, MISS, MISS_LIMIT = (0.0, 0.25), (0.04, 0.12), 0.55
"""A player's chance to miss and correct, and by how much of the way; a first stroke ends at
most so many widths from the middle, which is just outside the zone. First strokes scatter
with speed, and a second one mends them (Meyer, Abrams, Kornblum, Wright and Smith, 1988)."""

OVERSHOOT = (0.5, 0.9)
"""Share of a player's misses that go too far."""

TREMOR_HZ, TREMOR_M = (6.0, 12.0), (0.0003, 0.0009)
"""Physiological tremor of an outstretched hand (Stiles, 1976; Elble and Koller, 1990)."""

DRIFT_HZ, DRIFT_M = (0.05, 0.6), (0.001, 0.004)
"""A hand drifts: by centimetres if it is not watched (Brown, Rosenbaum and Sainburg, 2003), by
millimetres if it listens to itself, as we suppose."""

REST_SHARE = (0.5, 0.8)


@dataclass(frozen=True, slots=True)
class Traits:
    """What makes a player.

    Parameters
    ----------
    pace : {"fitts", "even", "free"}
        Whether durations follow Fitts' law, are all alike, or any of `FREE_S`.
    a_s, b_s : float
        Constants of Fitts' law.
    even_s : float
        What all reaches take, of an even pace.
    scatter : float
        Standard deviation of the logarithm of the durations.
    family : str
        Of the velocity profile, see `reaching.Profile`.
    peak : float
        Where speed peaks, on average.
    log_path : bool
        Whether the way is smooth in the logarithm of the distance rather than in metres.
    aim : float
        Scatter of the aim, in zone widths.
    correct, overshoot : float
        Chance to miss and correct; share of the misses that go too far.
    tremor_m, drift_m : float
        Root mean square.
    noise : float
        How noisily a tracker sees the hand, from 0 to 1 through `filming.NOISE`.
    rest_share : float
        Where the hand rests, see `Board.rest_m`.
    """

    pace: str
    a_s: float
    b_s: float
    even_s: float
    scatter: float
    family: str
    peak: float
    log_path: bool
    aim: float
    correct: float
    overshoot: float
    tremor_m: float
    drift_m: float
    noise: float
    rest_share: float

    def duration_s(self, way_m: float, width_m: float, rng: np.random.Generator) -> float:
        """How long a reach takes if there is time."""
        free_s, slip = rng.uniform(*FREE_S), math.exp(self.scatter * rng.normal())
        fitts_s = self.a_s + self.b_s * math.log2(way_m / width_m + 1)
        usual_s = {"fitts": fitts_s, "even": self.even_s, "free": free_s}[self.pace]
        return min(max(usual_s * slip, REACH_S[0]), REACH_S[1])

    def profile(self, rng: np.random.Generator) -> Profile:
        """The shape of one reach."""
        peak = self.peak + PEAK_SD * rng.normal()
        return Profile(self.family, float(min(max(peak, PEAK_RANGE[0]), PEAK_RANGE[1])))


def draw_traits(rng: np.random.Generator) -> Traits:
    """A player."""
    return Traits(
        pace=str(rng.choice(PACES, p=PACE_ODDS)),
        a_s=rng.uniform(*FITTS_A_S),
        b_s=rng.uniform(*FITTS_B_S),
        even_s=rng.uniform(*EVEN_S),
        scatter=rng.uniform(*SCATTER),
        family=str(rng.choice(FAMILIES, p=FAMILY_ODDS)),
        peak=rng.uniform(*PEAK),
        log_path=bool(rng.random() < LOG_PATH_ODDS),
        aim=rng.uniform(*AIM),
        correct=rng.uniform(*CORRECT),
        overshoot=rng.uniform(*OVERSHOOT),
        tremor_m=rng.uniform(*TREMOR_M),
        drift_m=rng.uniform(*DRIFT_M),
        noise=rng.random(),
        rest_share=rng.uniform(*REST_SHARE),
    )
