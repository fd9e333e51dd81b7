"""Hands that a test makes up: traces whose every reach is known."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from handmidi.hand import Hand, HandFrame

FPS = 30.0
DELAY_S = 0.02
NOISE = 0.005
"""Relative standard deviation of the area of a hand at rest."""

_STAY_S = 0.8


@dataclass(frozen=True)
class Reaches:
    """A trace, and the notes its hand meant: (onset_s, pitch), the arrivals of its reaches."""

    frames: list[HandFrame]
    notes: list[tuple[float, int]]


def hand(area, side="right", x=0.5, y=0.5, openness=1.0):
    """A hand that is surely there."""
    return Hand(side, 0.99, area, x, y, openness)


def frames_of(areas, fps=FPS, delay_s=DELAY_S, start_s=0.0):
    """One frame for each area; None is a frame without a hand."""
    times = (start_s + i / fps for i in range(len(areas)))
    return [
        HandFrame(t, t + delay_s, () if area is None else (hand(area),))
        for t, area in zip(times, areas, strict=True)
    ]


def resting(area, seconds, rng, noise=NOISE):
    """Areas of a hand that stays where it is, as a tracker would measure them."""
    return list(area * np.exp(rng.normal(0, noise, round(seconds * FPS))))


def centre_area(preset, index):
    """Area at the middle of zone `index`, on the logarithm; -1 is the rest below the first."""
    edges = np.log([preset.main.by.unscaled(zone.at) for zone in preset.main.zones])
    edges = [np.log(preset.main.by.range[0]), *edges, 2 * edges[-1] - edges[-2]]
    return float(np.exp((edges[index + 1] + edges[index + 2]) / 2))


def melody_of(preset, seed, count=30):
    """Zones that a player might ask for: mostly steps, some leaps, never twice the same."""
    rng = np.random.default_rng([seed, 1])
    zones, last = [], -1
    while len(zones) < count:
        step = int(rng.choice([1, 1, 1, 2, 2, 3, 4]) * rng.choice([-1, 1]))
        if 0 <= last + step < len(preset.main.zones):
            last += step
            zones.append(last)
    return zones


def reach_for(preset, zones, seed, beat_s=0.5):
    """A hand that reaches for each zone in turn, to arrive once every `beat_s`.

    Each reach is a minimum-jerk move (Flash and Hogan, 1985) in the logarithm of the
    distance, from centre to centre, and lasts longer for a wider leap. Players differ, by
    `seed`, in speed, timing and aim.
    """
    rng = np.random.default_rng([seed, 2])
    pace = rng.uniform(0.85, 1.15)
    log_areas = [np.log(centre_area(preset, index)) for index in (-1, *zones)]
    begins, notes = [], []
    for i, (start, end) in enumerate(pairwise((-1, *zones))):
        leap = 0.085 + 0.055 * np.log2(1 + abs(end - start))
        duration_s = pace * leap * np.exp(rng.normal(0, 0.1))
        arrival_s = _STAY_S + i * beat_s + rng.normal(0, 0.02)
        begins.append((arrival_s - duration_s, duration_s))
        if preset.main.zones[end].pitch is not None:
            notes.append((arrival_s, preset.main.zones[end].pitch))
    times = rng.uniform(0, 1 / FPS) + np.arange(0, _STAY_S + (len(zones) + 1) * beat_s, 1 / FPS)
    log_area = np.full(len(times), log_areas[0])
    for (begin_s, duration_s), (start, end) in zip(begins, pairwise(log_areas), strict=True):
        u = np.clip((times - begin_s) / duration_s, 0, 1)
        log_area += (end - start) * u**3 * (10 - 15 * u + 6 * u * u)
    areas = np.exp(log_area + rng.normal(0, NOISE, len(times)))
    frames = [
        HandFrame(float(t), float(t) + DELAY_S, (hand(float(area)),))
        for t, area in zip(times, areas, strict=True)
    ]
    return Reaches(frames, notes)


def notes_on(messages):
    """(time_s, pitch) of every note-on."""
    return [(m.time_s, m.message.note) for m in messages if m.message.type == "note_on"]


def compare(meant, played, window_s=0.15):
    """F-measure of the played notes, and the onset errors in seconds of those that fit."""
    free, errors = list(played), []
    for onset_s, pitch in meant:
        near = [p for p in free if p[1] == pitch and abs(p[0] - onset_s) <= window_s]
        if near:
            best = min(near, key=lambda p: abs(p[0] - onset_s))
            free.remove(best)
            errors.append(best[0] - onset_s)
    return 2 * len(errors) / (len(meant) + len(played)), np.array(errors)
