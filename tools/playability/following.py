"""How a simulated player follows a song."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .phrases import LEAST_GAP_S, REST, Wish

BIAS_S = (-0.020, 0.060)
JITTER_S = (0.012, 0.030)
BEHIND_ODDS = 0.15
"""How late players are as a rule, how they scatter about it, and how many fall behind."""


@dataclass(frozen=True, slots=True)
class Companion:
    """How a player follows a song.

    Parameters
    ----------
    bias_s : float
        How late the player is as a rule.
    jitter_s : float
        Standard deviation about it.
    wrong, skipped : float
        Chance that a note is played in a neighbouring zone, or not at all.
    behind : bool
        Whether the player falls a beat behind for a while.
    """

    bias_s: float
    jitter_s: float
    wrong: float = 0.05
    skipped: float = 0.05
    behind: bool = False


def draw_companion(rng: np.random.Generator) -> Companion:
    """A player who follows."""
    return Companion(
        bias_s=rng.uniform(*BIAS_S),
        jitter_s=rng.uniform(*JITTER_S),
        behind=bool(rng.random() < BEHIND_ODDS),
    )


def along(
    song: Sequence[tuple[float, int]], zones: int, companion: Companion, rng: np.random.Generator
) -> list[Wish]:
    """What a player who follows a song wants: its notes, in their own time and with mistakes.

    A note that is too close to the one before, or asks for the zone that the hand is in, is
    left out, as a player leaves out what the hand cannot do.

    Parameters
    ----------
    song : sequence of (float, int)
        Onset in seconds and zone, ascending.
    zones : int
    companion : Companion
    rng : numpy.random.Generator
    """
    onsets = [onset_s for onset_s, _ in song]
    beat_s = float(np.median(np.diff(onsets))) if len(song) > 1 else 0.5
    start = int(rng.integers(max(len(song) - 6, 1)))
    late = range(start, start + int(rng.integers(4, 9))) if companion.behind else range(0)
    wishes: list[Wish] = []
    for i, (onset_s, zone) in enumerate(song):
        slips = rng.random(2)
        beat_at_s = onset_s + companion.bias_s
        arrival_s = beat_at_s + companion.jitter_s * rng.normal()
        arrival_s += beat_s * (i in late)
        beat_at_s += beat_s * (i in late)
        if slips[0] < companion.skipped:
            continue
        if slips[1] < companion.wrong and zones > 1:
            zone = int(rng.choice([z for z in (zone - 1, zone + 1) if 0 <= z < zones]))
        last = wishes[-1] if wishes else Wish(0.3, REST, 0.3)
        if arrival_s - last.arrival_s >= LEAST_GAP_S and zone != last.zone:
            wishes.append(Wish(float(arrival_s), zone, float(beat_at_s)))
    return wishes
