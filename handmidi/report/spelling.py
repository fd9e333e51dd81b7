"""How a key number is spelled in a key, and when its accidental is printed."""

from __future__ import annotations

from typing import NamedTuple

_NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHARP_LETTERS, _FLAT_LETTERS = "CCDDEFFGGAAB", "CDDEEFGGAABB"
_SHARP_ORDER = "FCGDAEB"


class Spelling(NamedTuple):
    """A written pitch: letter, semitones of alteration, and octave (C4 is middle C)."""

    letter: str
    alter: int
    octave: int


def key_alterations(fifths: int) -> dict[str, int]:
    """Alteration of each letter in a key signature of -7 (flats) to 7 (sharps)."""
    sharps = _SHARP_ORDER[: max(fifths, 0)]
    flats = _SHARP_ORDER[::-1][: max(-fifths, 0)]
    return {letter: (letter in sharps) - (letter in flats) for letter in _NATURALS}


def spell(pitch: int, fifths: int) -> Spelling:
    """Spell a key number: as the key's own note if it is one, else sharp or flat as the key is.

    A signature without accidentals spells with sharps.
    """
    own = {
        (_NATURALS[letter] + alter) % 12: (letter, alter)
        for letter, alter in key_alterations(fifths).items()
    }
    if pitch % 12 in own:
        letter, alter = own[pitch % 12]
    else:
        letter = (_SHARP_LETTERS if fifths >= 0 else _FLAT_LETTERS)[pitch % 12]
        alter = pitch % 12 - _NATURALS[letter]
    return Spelling(letter, alter, (pitch - alter) // 12 - 1)


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
