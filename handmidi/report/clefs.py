"""The clef in which a part needs the fewest ledger lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_COMPARED = 2.0  # ledger lines a note that equal clefs are worth
_STEPS = (0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 5, 6)  # letters from C, by pitch class


class Clef(NamedTuple):
    """A clef: sign, its line from below, octaves that it sounds higher, and its lowest line."""

    sign: str
    line: int
    octave: int
    lowest: int  # in letters from C-1
    unusual: float  # ledger lines a note that it must save to be chosen


TREBLE = Clef("G", 2, 0, 37, 0.0)
CLEFS = (
    TREBLE,
    Clef("F", 4, 0, 25, 0.2),
    Clef("G", 2, 1, 44, 1.5),
    Clef("G", 2, 2, 51, 2.5),
    Clef("G", 2, -1, 30, 1.5),
    Clef("F", 4, -1, 18, 1.5),
)


def clef_of(pitches: Iterable[int], other: Clef | None = None) -> Clef:
    """The clef for MIDI key numbers: treble or bass, or one of them an octave off, or
    the treble clef two octaves up.

    Parameters
    ----------
    pitches : iterable of int
    other : Clef, optional
        Of the part above, which is easier to compare in the same clef; it must cost two
        ledger lines a note for another one to be chosen. By default the treble clef is
        taken where there are no pitches.
    """
    letters = [7 * (pitch // 12) + _STEPS[pitch % 12] for pitch in pitches]
    if not letters:
        return other or TREBLE

    def cost(clef: Clef) -> float:
        lines = sum(_ledger_lines(letter - clef.lowest) for letter in letters)
        own = _COMPARED if clef == other else 0.0
        return lines / len(letters) + clef.unusual - own

    return min(CLEFS, key=cost)


def _ledger_lines(height: int) -> int:
    """Ledger lines of a note so many letters above the lowest line; the highest is 8."""
    return max(-height // 2, (height - 8) // 2, 0)
