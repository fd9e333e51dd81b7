"""From a hand in motion to what a tracker reports: frames, delay, noise, and what goes wrong."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from .board import Board
from .performing import Performance
from .reaching import waver
from .traits import Traits

NOISE = (0.0025, 0.0065)
"""Relative standard deviation of the area of a still hand; measured on clips of real hands."""

NOISE_TAU_S, NOISE_SHARE = 0.04, 0.5
"""Half of the noise's variance lasts and fades with this time constant: frames at 30 fps
correlate by 0.2, about as much as on clips of still hands."""

BLUR = 0.08
"""Noise grows with speed: by this factor times the relative change of area per second."""

OUTLIERS_PER_S, OUTLIER = 1 / 60, (0.05, 0.15)
"""How often one frame's area is plainly wrong, and by how much."""

DROPS, DROP_LENGTH = 0.01, 1.3
"""Share of frames that start a gap, and its mean length in frames."""

DELAY_SD_MS, HICCUP_ODDS, HICCUP_MS = 2.0, 0.01, (5.0, 25.0)
"""Scatter of the delay, and how often a result comes later still."""

X_NOISE = 0.0008
OPENNESS_NOISE = 0.02
ACROSS_AREA, FIST_AREA = 0.07, 0.55
"""Area of an open hand that plays across the picture; box of a fist divided by that."""

_SWAY_HZ, _SWAY = (0.05, 0.5), 0.01


class Sample(NamedTuple):
    """A tracked frame, in the units of ``hand.csv``."""

    time_s: float
    ready_s: float
    area: float
    x: float
    y: float
    openness: float


def film(
    hand: Performance, board: Board, fps: float, delay_ms: float, jitter_ms: float,
    noise: float | None, rng: np.random.Generator,
) -> tuple[Sample, ...]:  # fmt: skip
    """Film and track a performance.

    Parameters
    ----------
    hand : Performance
    board : Board
    fps, delay_ms, jitter_ms, noise
        As for `players.play`.
    rng : numpy.random.Generator
    """
    times_s = frame_times_s(hand.end_s, fps, rng)
    keep = _kept(len(times_s), rng)
    place_m, opened = hand.place_m(times_s), hand.openness(times_s)
    sway_x, sway_y = (waver(times_s, _SWAY_HZ, _SWAY, rng) for _ in range(2))
    level = noise_level(hand.traits) if noise is None else noise
    control = board.control_at(place_m)
    if board.control == "area":
        area, x = control, 0.5 + sway_x
    else:
        area, x = ACROSS_AREA * (FIST_AREA + (1 - FIST_AREA) * opened), control
    grain = _grain(times_s, np.log(area), level, rng) + _outliers(len(times_s), fps, rng)
    area = area * np.exp(grain)
    x = x + X_NOISE * level / NOISE[1] * rng.normal(size=len(times_s))
    opened = np.clip(opened + OPENNESS_NOISE * rng.normal(size=len(times_s)), 0, 1)
    stamps_s, ready_s = stamps(times_s, delay_ms, jitter_ms, rng)
    columns = (stamps_s, ready_s, area, x, 0.5 + sway_y, opened)
    return tuple(Sample(*row) for row in np.stack(columns, axis=1)[keep].tolist())


def noise_level(traits: Traits) -> float:
    """Relative standard deviation of the area of a player's still hand."""
    return NOISE[0] + traits.noise * (NOISE[1] - NOISE[0])


def frame_times_s(end_s: float, fps: float, rng: np.random.Generator) -> np.ndarray:
    """When a camera takes its frames, from its first one after 0 s."""
    return rng.uniform(0, 1 / fps) + np.arange(math.ceil(end_s * fps)) / fps


def _kept(count: int, rng: np.random.Generator) -> np.ndarray:
    """Which frames come through."""
    keep = np.ones(count, bool)
    for start in np.flatnonzero(rng.random(count) < DROPS):
        keep[start : start + rng.geometric(1 / DROP_LENGTH)] = False
    keep[:2] = True
    return keep


def _grain(
    times_s: np.ndarray, log_area: np.ndarray, level: float, rng: np.random.Generator
) -> np.ndarray:
    """Noise of the logarithm of the area: partly fresh in each frame, partly lasting."""
    count = len(times_s)
    white, lasting = rng.normal(size=(2, count))
    stay = math.exp(-(times_s[1] - times_s[0]) / NOISE_TAU_S)
    for i in range(1, count):
        lasting[i] = stay * lasting[i - 1] + math.sqrt(1 - stay * stay) * lasting[i]
    speed = np.abs(np.gradient(log_area, times_s))
    grain = math.sqrt(1 - NOISE_SHARE) * white + math.sqrt(NOISE_SHARE) * lasting
    return level * grain * (1 + BLUR * speed)


def _outliers(count: int, fps: float, rng: np.random.Generator) -> np.ndarray:
    strikes = rng.random(count) < OUTLIERS_PER_S / fps
    return strikes * rng.uniform(*OUTLIER, count) * rng.choice((-1, 1), count)


def stamps(
    times_s: np.ndarray, delay_ms: float, jitter_ms: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """What is written as each frame's time, and when its result is there; both never fall."""
    count = len(times_s)
    stamps_s = np.maximum(times_s + jitter_ms / 1000 * rng.normal(size=count), 0)
    stamps_s = np.maximum.accumulate(stamps_s + 1e-4 * np.arange(count)) - 1e-4 * np.arange(count)
    late_ms = delay_ms + DELAY_SD_MS * rng.normal(size=count)
    late_ms += (rng.random(count) < HICCUP_ODDS) * rng.uniform(*HICCUP_MS, count)
    ready_s = np.maximum.accumulate(times_s + np.maximum(late_ms, 1) / 1000)
    return stamps_s, np.maximum.accumulate(np.maximum(ready_s, stamps_s))
