"""Beats in session time: what everything that keeps a tempo shares."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BeatLine:
    """A tempo, and where its beats lie. A beat is a quarter note.

    Parameters
    ----------
    origin_s : float
        Session second of beat 0.
    bpm : float
        Beats per minute, above 0.
    """

    origin_s: float
    bpm: float

    def beat(self, time_s: float) -> float:
        """The beat at a session second."""
        return (time_s - self.origin_s) * self.bpm / 60

    def time_s(self, beat: float) -> float:
        """The session second of a beat."""
        return self.origin_s + beat * 60 / self.bpm

    def next_s(self, time_s: float, step: float) -> float:
        """The first multiple of `step` beats at or after `time_s`, as a session second."""
        # A beat that is missed by less than a microsecond is that beat.
        return max(self.time_s(math.ceil(self.beat(time_s) / step - 1e-6) * step), time_s)


Beats = Callable[[float], BeatLine]
"""Where a tempo comes from: asked at a session second, it gives the line that holds there.

A fixed tempo, a song's backing and an Ableton Link session are the three sources.
"""
