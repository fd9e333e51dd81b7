"""Notes that wait for the beat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from handmidi.beat import BeatLine

_AHEAD = 1.25
_LONGEST_S = 0.1
_LATE, _LATE_S = 0.4, 0.09
_SHORTEST_S = 0.01


class Decision(NamedTuple):
    """What a voice shall sound from a session second on; no pitches are a rest."""

    due_s: float
    pitches: tuple[int, ...]
    velocity: int = 0


class Quantiser:
    """Holds back notes until a grid line, where the hand has not moved on by then.

    A note that comes shortly after a line was meant for it: it sounds at once, rather than a
    whole step late. Shortly is within 0.4 of a step, and at most 90 ms, about as far as players
    stray. Any other is early and waits for the next line. It is let go as soon as its line
    comes before the next frame is likely to.

    Until then a newer note takes its place. A note that has left already is replaced in the same
    way, at once or on the next line, but never before it has sounded for 10 ms. A rest does not
    wait, and forgets the note that did.

    Parameters
    ----------
    step_beats : float
        Distance of the grid lines.
    line : BeatLine
    forgives : bool
        Whether a late note sounds at once; else it waits for the next line.
    """

    def __init__(self, step_beats: float, line: BeatLine, forgives: bool = True) -> None:
        self._step_beats, self.line, self._forgives = step_beats, line, forgives
        self._frame_s = 1 / 30
        self._ready_s: float | None = None
        self._waiting: Decision | None = None
        self._free_s = -math.inf

    def reset(self) -> None:
        """Forget the note that waits."""
        self._waiting = self._ready_s = None

    def feed(self, ready_s: float, decisions: Sequence[Decision]) -> list[Decision]:
        """Take in a frame's decisions, in order; those that leave are due at or after `ready_s`."""
        if self._ready_s is not None:
            step_s = min(max(ready_s - self._ready_s, 0.0), _LONGEST_S)
            self._frame_s += 0.1 * (step_s - self._frame_s)
        self._ready_s = ready_s
        out = []
        for decision in decisions:
            out += self._let_go(ready_s, decision.due_s)
            self._waiting = decision if decision.pitches else None
            if not decision.pitches:
                out.append(decision)
        return out + self._let_go(ready_s, ready_s + _AHEAD * self._frame_s)

    def _let_go(self, ready_s: float, until_s: float) -> list[Decision]:
        if self._waiting is None:
            return []
        due_s = self._quantised_s(max(self._waiting.due_s, self._free_s))
        if due_s > until_s:
            return []
        decision, self._waiting = self._waiting, None
        due_s = max(due_s, ready_s)
        self._free_s = due_s + _SHORTEST_S
        return [decision._replace(due_s=due_s)]

    def _quantised_s(self, time_s: float) -> float:
        if self._forgives:
            steps = self.line.beat(time_s) / self._step_beats
            step_s = self.line.time_s(self._step_beats) - self.line.origin_s
            if (steps - math.floor(steps)) * step_s <= min(_LATE * step_s, _LATE_S):
                return time_s
        return self.line.next_s(time_s, self._step_beats)
