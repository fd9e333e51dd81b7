"""Notes as a receiver heard them: which sounded when, and whether each ended once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import dropwhile
from typing import NamedTuple


class Heard(NamedTuple):
    """A note message: when it came (monotonic seconds), on or off, and which note."""

    time_s: float
    is_on: bool
    note: tuple[int, int]
    """Channel and pitch."""


@dataclass(frozen=True)
class Ledger:
    """The messages that one receiver heard, in their order."""

    heard: tuple[Heard, ...]

    @classmethod
    def of(cls, heard: Iterable[Heard], came_late: bool = False) -> Ledger:
        """From messages in the order in which they came.

        Who came late may hear the end of a note first that began before: it is left out.
        """
        kept = dropwhile(lambda each: not each.is_on, heard) if came_late else heard
        return cls(tuple(kept))

    def sounding(self, at_s: float) -> dict[tuple[int, int], float]:
        """The notes that sounded at a moment, and when each had begun."""
        begun: dict[tuple[int, int], float] = {}
        for each in self.heard:
            if each.time_s > at_s:
                break
            if each.is_on:
                begun[each.note] = each.time_s
            else:
                begun.pop(each.note, None)
        return begun

    @property
    def unpaired(self) -> int:
        """How many messages break "one off for each on, in order"; what hangs at the end counts."""
        return len(self.broken)

    @property
    def broken(self) -> list[Heard]:
        """The messages that break it."""
        sounding: dict[tuple[int, int], Heard] = {}
        wrong = []
        for each in self.heard:
            if each.is_on == (each.note in sounding):
                wrong.append(each)
            if each.is_on:
                sounding[each.note] = each
            else:
                sounding.pop(each.note, None)
        return [*wrong, *sounding.values()]

    def silent_after_s(self, at_s: float) -> float | None:
        """How long the last of the notes that sounded at `at_s` went on; None if one never ended.

        0 if none sounded.
        """
        open_ = set(self.sounding(at_s))
        end_s = at_s
        for each in self.heard:
            if each.time_s > at_s and not each.is_on and each.note in open_:
                open_.discard(each.note)
                end_s = each.time_s
        return None if open_ else end_s - at_s

    def ons_after(self, at_s: float) -> int:
        """How many notes began later than `at_s`."""
        return sum(each.is_on and each.time_s > at_s for each in self.heard)
