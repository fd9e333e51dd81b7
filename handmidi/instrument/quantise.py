"""Notes that wait for the beat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from handmidi.beat import BeatLine

_AHEAD = 1.25
_LONGEST_S = 0.1


class Decision(NamedTuple):
    """What a voice shall sound from a session second on; no pitches are a rest."""

    due_s: float
    pitches: tuple[int, ...]
    velocity: int = 0


class Quantiser:
    """Holds back notes until a grid line, where the hand has not moved on by then.

    A note is let go as soon as its line comes before the next frame is likely to. A rest does
    not wait, and forgets the note that did.

    Parameters
    ----------
    step_beats : float
        Distance of the grid lines.
    line : BeatLine
    """

    def __init__(self, step_beats: float, line: BeatLine) -> None:
        self._step_beats, self.line = step_beats, line
        self._frame_s, self._ready_s = 1 / 30, None
        self._waiting: Decision | None = None

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
        line_s = self.line.next_s(self._waiting.due_s, self._step_beats)
        if line_s > until_s:
            return []
        decision, self._waiting = self._waiting, None
        return [decision._replace(due_s=max(line_s, ready_s))]
