"""Notes, their names, and messages in time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import mido

_SHARPS = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
_FLATS = ("C", "D♭", "D", "E♭", "E", "F", "G♭", "G", "A♭", "A", "B♭", "B")
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NAME = re.compile(r"([A-G])([#♯b♭]?)(-?\d+)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """A note that sounds.

    Parameters
    ----------
    onset_s : float
        When it begins, in seconds.
    pitch : int
        MIDI key number, 0..127 (60 is C4).
    duration_s : float
        How long it sounds, in seconds.
    velocity : int
        1..127.
    """

    onset_s: float
    pitch: int
    duration_s: float
    velocity: int = 96


class TimedMessage(NamedTuple):
    """A MIDI message and the session or song second at which it is due."""

    time_s: float
    message: mido.Message


def pitch_name(pitch: int, flats: bool = False) -> str:
    """Name of a MIDI key number, such as ``C♯5`` (or ``D♭5`` with `flats`)."""
    return f"{(_FLATS if flats else _SHARPS)[pitch % 12]}{pitch // 12 - 1}"


def parse_pitch(name: str) -> int:
    """MIDI key number of a note name: a letter, an optional ``#``/``♯``/``b``/``♭``, an octave.

    Raises
    ------
    ValueError
        If `name` is no note, or outside C-1..G9.
    """
    match = _NAME.match(name.strip())
    if not match:
        raise ValueError(f"{name!r} is no note name: write a letter and an octave, like C4 or G#4")
    letter, accidental, octave = match.groups()
    shift = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}[accidental.lower()]
    pitch = _STEPS[letter.upper()] + shift + 12 * (int(octave) + 1)
    if not 0 <= pitch <= 127:
        raise ValueError(f"{name!r} is outside MIDI's range, C-1 to G9")
    return pitch


def frequency(pitch: float) -> float:
    """Frequency in hertz of a (possibly fractional) key number; A4 = 69 = 440 Hz."""
    return 440.0 * 2 ** ((pitch - 69) / 12)
