"""How hard a melody is for a hand: a figure, and a level from 1 to 6.

A move of ``d`` zones carries log2(1 + d) bits (Fitts's law in Shannon's form, the zone's width
as the tolerance). Divided by the time from note to note it is what the move asks of the hand,
in bits a second. The figure is the mean of the hardest quarter of the moves, and grows with
the number of zones, which get narrower: by a tenth for each zone beyond five.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise

from arranger import Strike

LIMITS = (2.2, 2.8, 3.5, 4.7, 6.2)
"""Figures at which levels 2 to 6 begin."""


def demand(melody: Iterable[Strike], bpm: float) -> float:
    """What a melody asks of the hand, bits a second; 0 for a single note."""
    at: dict[float, list[int]] = {}
    for note in melody:
        at.setdefault(note.beat, []).append(note.pitch)
    zones = sorted({tuple(sorted(pitches)) for pitches in at.values()})
    place = {zone: i for i, zone in enumerate(zones)}
    steps = [(beat, place[tuple(sorted(pitches))]) for beat, pitches in sorted(at.items())]
    rates = sorted(
        math.log2(1 + max(abs(there - here), 1)) / ((later - beat) * 60 / bpm)
        for (beat, here), (later, there) in pairwise(steps)
    )
    hardest = rates[-max(len(rates) // 4, 1) :]
    return sum(hardest) / max(len(hardest), 1) * (1 + max(len(zones) - 5, 0) / 10)


def level(melody: Iterable[Strike], bpm: float) -> int:
    """The level of a melody, 1 (easiest) to 6."""
    return 1 + bisect_right(LIMITS, demand(melody, bpm))
