"""How key numbers are spelled in a key, and when an accidental is printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from handmidi.report.keys import Key

_NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_LINE = "FCGDAEB"  # of fifths, without accidentals
# Places on the line of fifths, counted from the tonic of the major key of a signature: its own
# notes are -1 to 5. By default the chromatic ones are those of the related keys.
_LOWEST_MAJOR, _LOWEST_MINOR = -3, -2
_RAISED_FOURTH = 6  # stays one on its way down, too


class Spelling(NamedTuple):
    """A written pitch: letter, semitones of alteration, and octave (C4 is middle C)."""

    letter: str
    alter: int
    octave: int


def key_alterations(fifths: int) -> dict[str, int]:
    """Alteration of each letter in a key signature of -7 (flats) to 7 (sharps)."""
    sharps = _LINE[: max(fifths, 0)]
    flats = _LINE[::-1][: max(-fifths, 0)]
    return {letter: (letter in sharps) - (letter in flats) for letter in _NATURALS}


def spell(pitch: int, key: Key, after: int | None = None, around: Sequence[int] = ()) -> Spelling:
    """Spell a key number by its place on the line of fifths.

    A note of the key is spelled as such, in minor also the raised sixth and seventh. Any other
    is spelled as what it leads to wants it: a semitone below the next note it is raised, a
    semitone above it lowered. Else it takes the place nearest to those of its neighbours, so
    that no interval is augmented or diminished without need (Temperley, 2001); of equal ones
    the one with fewer accidentals, then that of the related keys (in C major F♯, C♯, G♯, B♭, E♭).

    Parameters
    ----------
    pitch : int
        MIDI key number.
    key : Key
    after : int, optional
        The next note's key number.
    around : sequence of int
        Key numbers of other neighbours: the note before, and those of its chord.
    """
    usual = _usual_place(pitch, key)
    place = usual
    if not -1 <= usual <= 5 and not (key.minor and usual in (6, 8)):
        other = usual - 12 if usual > 0 else usual + 12
        raised, lowered = max(usual, other), min(usual, other)
        if after == pitch + 1:
            place = raised
        elif after == pitch - 1:
            place = usual if usual == _RAISED_FOURTH else lowered
        else:
            near = [_usual_place(p, key) for p in (after, *around) if p is not None]
            place = min(
                (usual, other),
                key=lambda p: (sum(abs(p - n) for n in near), abs(_alter(p, key)), p != usual),
            )
        if abs(_alter(place, key)) > 1:
            place = usual
    letter, alter = _LINE[(place + key.fifths + 1) % 7], _alter(place, key)
    return Spelling(letter, alter, (pitch - alter) // 12 - 1)


def _usual_place(pitch: int, key: Key) -> int:
    """The place of a pitch among those of the key and its related keys."""
    lowest = _LOWEST_MINOR if key.minor else _LOWEST_MAJOR
    # A fifth is 7 semitones, and 7 · 7 = 49 is 1 modulo 12.
    return (7 * (pitch - 7 * key.fifths) - lowest) % 12 + lowest


def _alter(place: int, key: Key) -> int:
    return (place + key.fifths + 1) // 7


class Accidentals:
    """Which accidentals are in force within a bar.

    Parameters
    ----------
    fifths : int
        Key signature, -7..7.
    """

    def __init__(self, fifths: int) -> None:
        self._key = key_alterations(fifths)
        self._seen: dict[tuple[str, int], int] = {}

    def shows(self, note: Spelling, tied: bool = False) -> bool:
        """Whether `note` needs its accidental printed; a note tied from before never does."""
        if tied:
            return False
        place = (note.letter, note.octave)
        in_force = self._seen.get(place, self._key[note.letter])
        self._seen[place] = note.alter
        return note.alter != in_force
