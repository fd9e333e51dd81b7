"""Performances as hand traces, and what a row of one costs the instrument."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from handmidi.hand import Hand, HandFrame
from handmidi.instrument import Instrument, Preset, load_preset
from handmidi.instrument.controls import CONTROLS
from handmidi.instrument.preset import Controller, Velocity
from handmidi.instrument.scaling import Scaling

from .board import HAND_AREA_M2, Board
from .players import play
from .takes import Take

MEAN_US, P99_US = 60.0, 300.0
"""What a row may cost, on average and in the 99th percentile."""

_FIRST_CC = 20


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hand in one frame costs, from `Hand` to messages, in microseconds.

    Parameters
    ----------
    mean_us, median_us, p99_us : float
    rows, messages : int
        How many rows were fed, and what came of them.
    """

    mean_us: float
    median_us: float
    p99_us: float
    rows: int
    messages: int

    @property
    def met(self) -> bool:
        """Whether it is within `MEAN_US` and `P99_US`."""
        return self.mean_us <= MEAN_US and self.p99_us <= P99_US


def busy_preset(name: str = "chromatic") -> Preset:
    """A preset with every control at work: each drives a controller, speed the velocity too."""
    preset = load_preset(name)
    scalings = [Scaling(control.name, control.range) for control in CONTROLS.values()]
    controllers = tuple(
        Controller(by, "cc", _FIRST_CC + k, (0.0, 127.0)) for k, by in enumerate(scalings)
    )
    velocity = Velocity(40, 120, next(by for by in scalings if by.control == "speed"))
    return replace(preset, main=replace(preset.main, velocity=velocity, controllers=controllers))


def board_of(preset: Preset) -> Board:
    """The zones of a preset that plays by area, as a player's board.

    Raises
    ------
    ValueError
        If it plays by another control.
    """
    part = preset.main
    if part.by.control != "area" or not part.zones:
        raise ValueError(f"{preset.name} has no zones along the area")
    edges = [part.by.unscaled(zone.at) for zone in part.zones]
    edges.append(edges[-1] ** 2 / edges[-2] if len(edges) > 1 else 2 * edges[-1])
    return Board("area", "log", tuple(math.sqrt(HAND_AREA_M2 / edge) for edge in edges))


def frames_of(take: Take) -> list[HandFrame]:
    """A take as a trace; what the player does not control sways a little."""
    frames = []
    for time_s, ready_s, area, x, y, opened in take.samples:
        sway = math.sin(2 * math.pi * 0.3 * time_s)
        tilt, pinch, fingers = 8 * sway, 0.2 + 0.1 * sway, round(5 * opened)
        hand = Hand("right", 0.98, area, x, y, opened, tilt, pinch, fingers)
        frames.append(HandFrame(time_s, ready_s, (hand,)).rounded())
    return frames


def cost(seeds: range, preset: Preset | None = None) -> Cost:
    """Time `Instrument.feed` on a performance for each seed, in the preset's own zones.

    Parameters
    ----------
    seeds : range
    preset : Preset, optional
        `busy_preset` if not given.
    """
    preset = preset or busy_preset()
    board, spent_us, messages = board_of(preset), [], 0
    for seed in seeds:
        instrument = Instrument(preset)
        for frame in frames_of(play(seed, board=board)):
            begun_ns = time.perf_counter_ns()
            said = instrument.feed(frame)
            spent_us.append((time.perf_counter_ns() - begun_ns) / 1000)
            messages += len(said)
    mean, median, p99 = np.mean(spent_us), *np.percentile(spent_us, (50, 99))
    return Cost(float(mean), float(median), float(p99), len(spent_us), messages)
