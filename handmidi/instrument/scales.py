"""Scales: which tones of the octave a player may want, and their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handmidi.checks import suggest
from handmidi.notes import parse_pitch


@dataclass(frozen=True, slots=True)
class Scale:
    """Tones that repeat after an octave.

    Parameters
    ----------
    name : str
    intervals : tuple of int
        Semitones above the key note, ascending, 0 first, all below `octave`.
    octave : int
        Semitones after which the scale repeats, 1..60.
    also : tuple of str
        Its other names.
    """

    name: str
    intervals: tuple[int, ...]
    octave: int = 12
    also: tuple[str, ...] = ()


# Sets of tones are common property of theory books; where books differ, the choice is said.
_TABLE = """
major                  0 2 4 5 7 9 11         ionian
dorian                 0 2 3 5 7 9 10
phrygian               0 1 3 5 7 8 10
lydian                 0 2 4 6 7 9 11
mixolydian             0 2 4 5 7 9 10
natural minor          0 2 3 5 7 8 10         minor, aeolian
locrian                0 1 3 5 6 8 10
harmonic minor         0 2 3 5 7 8 11
melodic minor          0 2 3 5 7 9 11         jazz minor, ascending melodic minor
harmonic major         0 2 4 5 7 8 11
dorian b2              0 1 3 5 7 9 10         phrygian #6
lydian augmented       0 2 4 6 8 9 11
lydian dominant        0 2 4 6 7 9 10         acoustic, overtone
mixolydian b6          0 2 4 5 7 8 10         aeolian dominant, hindu
locrian #2             0 2 3 5 6 8 10         half diminished
altered                0 1 3 4 6 8 10         super locrian
phrygian dominant      0 1 4 5 7 8 10         freygish, spanish
dorian #4              0 2 3 6 7 9 10         ukrainian dorian, romanian minor
major locrian          0 2 4 5 6 8 10         arabian
double harmonic        0 1 4 5 7 8 11         byzantine
hungarian minor        0 2 3 6 7 8 11         double harmonic minor
hungarian major        0 3 4 6 7 9 10
neapolitan minor       0 1 3 5 7 8 11
neapolitan major       0 1 3 5 7 9 11
persian                0 1 4 5 6 8 11
oriental               0 1 4 5 6 9 10
enigmatic              0 1 4 6 8 10 11
leading whole tone     0 2 4 6 8 10 11
todi                   0 1 3 6 7 8 11
marwa                  0 1 4 6 7 9 11
purvi                  0 1 4 6 7 8 11
major pentatonic       0 2 4 7 9              pentatonic
minor pentatonic       0 3 5 7 10
suspended pentatonic   0 2 5 7 10             egyptian
hirajoshi              0 2 3 7 8
kumoi                  0 2 3 7 9
in                     0 1 5 7 8              miyako bushi
in-sen                 0 1 5 7 10
iwato                  0 1 5 6 10
yo                     0 2 5 7 9              ritusen
pelog (tempered)       0 1 3 7 8              pelog
pelog 7 (tempered)     0 1 3 6 7 8 10         pelog 7
slendro (tempered)     0 2 5 7 10             slendro
minor blues            0 3 5 6 7 10           blues
major blues            0 2 3 4 7 9
whole tone             0 2 4 6 8 10
augmented              0 3 4 7 8 11
prometheus             0 2 4 6 9 10
tritone                0 1 4 6 7 10
diminished             0 2 3 5 6 8 9 11       whole half diminished, octatonic
half whole diminished  0 1 3 4 6 7 9 10       dominant diminished
bebop dominant         0 2 4 5 7 9 10 11      bebop
bebop major            0 2 4 5 7 8 9 11
bebop minor            0 2 3 4 5 7 9 10       bebop dorian
bebop melodic minor    0 2 3 5 7 8 9 11
spanish eight-tone     0 1 3 4 5 6 8 10
messiaen 3             0 2 3 4 6 7 8 10 11
chromatic              0 1 2 3 4 5 6 7 8 9 10 11
"""


def _scale(line: str) -> Scale:
    name, _, rest = line.partition("  ")
    tones, _, also = rest.strip().partition("  ")
    others = tuple(other.strip() for other in also.split(",") if other.strip())
    return Scale(name, tuple(map(int, tones.split())), also=others)


SCALES = {scale.name: scale for scale in map(_scale, _TABLE.strip().splitlines())}
"""Our scales by name. Pelog and slendro are only approached by the twelve tempered tones."""


def by_plain_name(scales: Mapping[str, Scale]) -> dict[str, Scale]:
    """The scales by all their names, without case, hyphens and brackets."""
    return {plain(name): scale for scale in scales.values() for name in (scale.name, *scale.also)}


def plain(name: str) -> str:
    """A scale's name as it is compared: "Half-Whole Diminished" is "half whole diminished"."""
    text = name.casefold().replace("♯", "#").replace("♭", "b")
    return re.sub(r"[-_\s()]+", " ", text).strip()


def find_scale(name: str, scales: Mapping[str, Scale] = SCALES) -> Scale:
    """The scale of a name, whatever its case and hyphens.

    Raises
    ------
    ValueError
        If there is none; the nearest names are offered.
    """
    known = by_plain_name(scales)
    if plain(name) in known:
        return known[plain(name)]
    hint = suggest(plain(name[:40]), known, "`handmidi presets --scales`")
    raise ValueError(f"{name[:40]!r} is no scale ({hint})")


def parse_key(name: str) -> int:
    """Pitch class of a key note such as ``A``, ``F#`` or ``B♭``: 0 (C) to 11 (B).

    Raises
    ------
    ValueError
        If `name` is no letter with at most one accidental.
    """
    if not re.fullmatch(r"[A-G][#♯b♭]?", name.strip(), re.IGNORECASE):
        raise ValueError(f"{name[:40]!r} is no key: write a letter A to G, with # or b if need be")
    return parse_pitch(f"{name.strip()}4") % 12


def flat_classes(key: str, notes: Iterable[int]) -> frozenset[int]:
    """Which pitch classes of a scale are written with a flat where they are black keys.

    On a key with a flat all are, on one with a sharp none. On a natural key it is those whose
    degree is a lowered one: the minor second, third, sixth and seventh, the fourth of F, and
    the tritone unless it takes the fourth's place, as in lydian.

    Parameters
    ----------
    key : str
        As for `parse_key`.
    notes : iterable of int
        Key numbers of the scale's notes.

    Returns
    -------
    frozenset of int
        0 (C) to 11 (B); white keys among them have no accidental anyway.
    """
    tonic, sign = parse_key(key), key.strip()[1:]
    if sign:
        return frozenset() if sign in "#♯" else frozenset(range(12))
    degrees = {(note - tonic) % 12 for note in notes}
    lowered = {1, 3, 5, 6, 8, 10} if 5 in degrees else {1, 3, 8, 10}
    return frozenset((tonic + degree) % 12 for degree in lowered)


def pitches(scale: Scale, key: int, lowest: int, highest: int) -> tuple[int, ...]:
    """The scale's notes from `lowest` to `highest`, both included.

    Parameters
    ----------
    scale : Scale
    key : int
        Pitch class of the key note, 0 (C) to 11 (B). The scale begins with the key note at
        or below `lowest`.
    lowest, highest : int
        Key numbers.

    Returns
    -------
    tuple of int
        Key numbers, ascending; empty if the scale has none there.
    """
    tonic = lowest - (lowest - key) % 12
    return tuple(
        pitch
        for pitch in range(lowest, highest + 1)
        if (pitch - tonic) % scale.octave in scale.intervals
    )
