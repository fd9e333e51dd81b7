"""The key that a melody is written in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from handmidi.song import SongNote

# Krumhansl and Kessler (1982): how well each step of the scale fits a key, from its tonic up.
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_LAST_NOTE = 0.3  # correlation that ending on the tonic is worth
_NEEDED = 0.34  # accidentals that another signature must leave at most, of those without one


class Key(NamedTuple):
    """A key signature, -7 (flats) to 7 (sharps), and whether it is the minor key of it."""

    fifths: int
    minor: bool = False

    @property
    def tonic(self) -> int:
        """Pitch class of the tonic, 0 (C) to 11."""
        return (7 * self.fifths + (9 if self.minor else 0)) % 12


def key_of(melody: Sequence[SongNote], fifths: int) -> Key:
    """The key of a melody: the signature of its file, and whether it is major or minor.

    A file without a signature says the same as one in C major. So if `fifths` is 0, the best
    signature by the method of Krumhansl and Schmuckler (Krumhansl, 1990) is taken instead,
    where it saves two thirds of the accidentals.
    """
    if not melody:
        return Key(fifths)
    weights = np.zeros(12)
    for note in melody:
        weights[note.pitch % 12] += max(note.beats, 0.1)
    given = max(Key(fifths), Key(fifths, True), key=lambda k: _fit(weights, k, melody[-1].pitch))
    if fifths:
        return given
    choices = [Key(n, minor) for n in range(-6, 7) for minor in (False, True)]
    best = max(choices, key=lambda k: _fit(weights, k, melody[-1].pitch) - 1e-6 * abs(k.fifths))
    without = _accidentals(weights, given)
    saves = without > 0 and _accidentals(weights, best) <= _NEEDED * without
    return best if saves else given


def _fit(weights: np.ndarray, key: Key, last_pitch: int) -> float:
    """Correlation of the melody's pitch classes with a key's profile, -1..1, and its ending."""
    profile = np.roll(_MINOR if key.minor else _MAJOR, key.tonic)
    spread = weights.std() * profile.std()
    together = np.mean((weights - weights.mean()) * (profile - profile.mean()))
    fit = float(together / spread) if spread else 0.0
    return fit + _LAST_NOTE * (last_pitch % 12 == key.tonic)


def _accidentals(weights: np.ndarray, key: Key) -> float:
    """How much of a melody lies outside the signature, the raised seventh of minor aside."""
    own = {(7 * (key.fifths + n)) % 12 for n in range(-1, 6)}
    if key.minor:
        own.add((key.tonic - 1) % 12)
    return float(sum(w for pitch_class, w in enumerate(weights) if pitch_class not in own))
