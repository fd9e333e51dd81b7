"""A performance as it is handed to whatever turns it into notes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .board import Board
from .filming import Sample
from .performing import Intent, Performance
from .phrases import Timing
from .traits import Traits


class Note(NamedTuple):
    """A note that a song asks for: when, in seconds, and in which zone."""

    onset_s: float
    zone: int


@dataclass(frozen=True)
class Take:
    """One performance as a tracker saw it, and the truth.

    Parameters
    ----------
    samples : tuple of Sample
        One per frame: ``time_s, ready_s, area, x, y, openness``.
    board : Board
        The zones.
    hand : Performance
        What the hand did.
    timing : Timing
        How the player kept time; along a song `Timing.jitter_s` is about the player's habit.
    song : tuple of Note
        What the player followed; empty if nothing.
    """

    samples: tuple[Sample, ...]
    board: Board
    hand: Performance
    timing: Timing
    song: tuple[Note, ...] = ()

    @property
    def intents(self) -> tuple[Intent, ...]:
        """``arrival_s, zone`` of every note that was meant, ascending; rests are left out."""
        return self.hand.intents

    @property
    def floor(self) -> float:
        """Where the hand rests, at the lowest, in the control's unit."""
        return self.hand.floor

    @property
    def traits(self) -> Traits:
        """Who played."""
        return self.hand.traits

    @property
    def bpm(self) -> float:
        """Beats a minute."""
        return 60 / self.timing.beat_s

    @property
    def edges(self) -> tuple[float, ...]:
        """Zone k lies from ``edges[k]`` to ``edges[k + 1]``, ascending, in the control's unit."""
        return self.board.edges

    @property
    def axis_edges(self) -> list[float]:
        """`edges` on the engine's axis: the logarithm of an area, a position as it is."""
        return [self._axis(edge) for edge in self.edges]

    @property
    def axis_floor(self) -> float:
        """`floor` on the engine's axis."""
        return self._axis(self.floor)

    @property
    def axis_samples(self) -> list[tuple[float, float, float]]:
        """(time_s, ready_s, value) of every sample on the engine's axis."""
        return [(s.time_s, s.ready_s, self._axis(getattr(s, self.board.control)))
                for s in self.samples]  # fmt: skip

    @property
    def length_s(self) -> float:
        """From the first frame to the last."""
        return self.samples[-1].time_s - self.samples[0].time_s

    def _axis(self, value: float) -> float:
        return math.log(value) if self.board.control == "area" else value


@dataclass(frozen=True, slots=True)
class Scene:
    """A player at work, before any camera sees it.

    Parameters
    ----------
    board : Board
    hand : Performance
    timing : Timing
    song : tuple of Note
        What is followed; empty if nothing.
    """

    board: Board
    hand: Performance
    timing: Timing
    song: tuple[Note, ...] = ()

    def take(self, samples: Sequence[Sample]) -> Take:
        """The performance as it was seen."""
        return Take(tuple(samples), self.board, self.hand, self.timing, self.song)
