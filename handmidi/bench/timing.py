"""Calls, measured in turn and without a sound."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from handmidi.bench.film import FPS

WARM_UP = 20
"""Pictures that are seen and not counted."""

Look = Callable[[np.ndarray, float], int]
"""Takes a picture and its time in seconds, and returns how many hands it saw."""


def in_turn(
    looks: Mapping[str, Look], pictures: Sequence[np.ndarray]
) -> tuple[dict[str, list[float]], dict[str, list[int]], float]:
    """Show every picture to every look, picture by picture, so that all meet the same machine.

    Who comes first changes from picture to picture. The first `WARM_UP` pictures do not count.

    Parameters
    ----------
    looks : mapping
        By name; at least one.
    pictures : sequence of ndarray
        More than `WARM_UP`; stamped as if they came at `FPS`.

    Returns
    -------
    wall_ms : dict
        By name, how long each picture took, milliseconds.
    seen : dict
        By name, how many hands were seen in it.
    cpu_ms : float
        Processor time of the whole process for each picture, all looks together, milliseconds.
    """
    names, took, seen = list(looks), {name: [] for name in looks}, {name: [] for name in looks}
    began_s = 0.0
    for number, picture in enumerate(pictures):
        if number == WARM_UP:
            gc.collect()
            began_s = time.process_time()
        for turn in range(len(names)):
            name = names[(number + turn) % len(names)]
            look = looks[name]
            start_s = time.perf_counter()
            hands = look(picture, number / FPS)
            wall_s = time.perf_counter() - start_s
            if number >= WARM_UP:
                took[name].append(wall_s * 1e3)
                seen[name].append(hands)
    cpu_s = time.process_time() - began_s
    return took, seen, cpu_s * 1e3 / (len(pictures) - WARM_UP)


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """The middle of some values, and what 95 and 99 of a hundred do not exceed."""
    points = np.percentile(values, (50, 95, 99))
    return {name: round(float(v), 3) for name, v in zip(("p50", "p95", "p99"), points, strict=True)}
