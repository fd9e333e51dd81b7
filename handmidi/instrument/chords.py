"""Chords: by their symbols, and stacked from a scale."""

from __future__ import annotations

import re

from handmidi.checks import suggest
from handmidi.instrument.scales import Scale, pitches
from handmidi.notes import parse_pitch

QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "5": (0, 7),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "mmaj7": (0, 3, 7, 11),
    "m7b5": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "7sus4": (0, 5, 7, 10),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
    "9": (0, 4, 7, 10, 14),
    "m9": (0, 3, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
}
"""Semitones above the root, by what follows it in the symbol."""

_ALSO = {
    "maj": "", "M": "", "min": "m", "-": "m", "o": "dim", "°": "dim", "+": "aug", "sus": "sus4",
    "M7": "maj7", "Δ": "maj7", "Δ7": "maj7", "min7": "m7", "-7": "m7", "mM7": "mmaj7",
    "ø": "m7b5", "ø7": "m7b5", "o7": "dim7", "°7": "dim7", "min6": "m6", "M9": "maj9",
    "min9": "m9",
}  # fmt: skip
_SYMBOL = re.compile(r"([A-Ga-g][#♯b♭]?)(-?\d)?([^/]*)(?:/([A-Ga-g][#♯b♭]?))?")


def parse_chord(symbol: str, octave: int | None = None) -> tuple[int, ...]:
    """Key numbers of a chord symbol, close above its root.

    Parameters
    ----------
    symbol : str
        A root, perhaps its octave, a quality, perhaps a bass: ``Am``, ``A3m``, ``F#m7b5``,
        ``C/E``. What may be a quality is one: ``A7`` is the seventh chord.
    octave : int, optional
        Of the root; 3 where neither it nor the symbol names one.

    Returns
    -------
    tuple of int
        Ascending. A bass is the nearest of its name below the root.

    Raises
    ------
    ValueError
        If `symbol` is no chord, names an octave beside `octave`, or leaves 0..127.
    """
    match = _SYMBOL.fullmatch(symbol.strip())
    if not match:
        raise ValueError(
            f"{symbol[:40]!r} is no chord: write a root and a quality, like Am7 or C/E"
        )
    root, own_octave, quality, bass = match.groups()
    whole = (own_octave or "") + quality
    if _intervals(whole) is not None:
        own_octave, quality = None, whole
    intervals = _intervals(quality)
    if intervals is None:
        raise ValueError(f"{symbol[:40]!r} is no chord: {_hint(quality)}")
    if own_octave is not None and octave is not None:
        raise ValueError(f"{symbol[:40]!r} names its octave: leave out `octave`")
    lowest = 3 if octave is None else octave
    root_pitch = parse_pitch(f"{root}{own_octave or lowest}")
    chord = tuple(root_pitch + interval for interval in intervals)
    if bass:
        chord = (root_pitch - ((root_pitch - parse_pitch(f"{bass}4")) % 12 or 12), *chord)
    if chord[0] < 0 or chord[-1] > 127:
        raise ValueError(f"{symbol[:40]!r} leaves MIDI's range there, C-1 to G9")
    return chord


def _intervals(quality: str) -> tuple[int, ...] | None:
    # In M7 and m7 the case is the chord; elsewhere it is taste.
    name = quality.strip().replace("♭", "b").replace("(", "").replace(")", "")
    for spelled in (name, name.lower()):
        if spelled in QUALITIES or spelled in _ALSO:
            return QUALITIES[_ALSO.get(spelled, spelled)]
    return None


def _hint(quality: str) -> str:
    return f"after its root, {suggest(quality, (name or '(major)' for name in QUALITIES))}"


def stacked(
    scale: Scale, key: int, lowest: int, highest: int, size: int
) -> tuple[tuple[int, ...], ...]:
    """A chord on every note of a scale: every other tone of the scale above it.

    In a scale of seven tones these are the diatonic triads or seventh chords; in others,
    the same rule gives chords of their own.

    Parameters
    ----------
    scale, key, lowest, highest
        As for `pitches`; they bound the lowest notes of the chords.
    size : int
        Notes of a chord: 3 for triads, 4 for seventh chords.

    Returns
    -------
    tuple of tuple of int
        Key numbers, each chord ascending; the upper ones may exceed 127.
    """
    tones = pitches(scale, key, lowest, highest + 2 * size * scale.octave)
    return tuple(tones[i : i + 2 * size - 1 : 2] for i, tone in enumerate(tones) if tone <= highest)
