"""Notes out of a contour of pitch; pure.

The most likely row of keys and rests is sought, with a price on each change, so that vibrato
and glides stay one note. The same key struck again shows as a rise out of a dip.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from handmidi.heard.contour import HIGHEST, HOP_S, LOWEST, Contour
from handmidi.notes import Note

_CHANGE = 4.0  # as dear as four frames a semitone off: a semitone lasts 80 ms or is none
_REST = 0.5
_FARTHEST = 1.4  # semitones; a frame farther off is a slip of the tracker, whatever its size
_SHORTEST_S = 0.06
_QUIET_DB = 40.0
_ATTACK, _SHARE, _RISE_DB = 0.45, 0.25, 4.5
_PLAIN_ATTACK, _PLAIN_RISE_DB = 3.0, 10.0
# In frames: an attack is sought so far to either side of where a pitch begins, and its peak
# comes so much late; the same key is struck again after so many at the earliest, out of a dip
# that is so narrow, and not so soon after the last weak one.
_LONG, _SHORT, _DELAY, _APART, _DIP, _TREMOLO = 8, 4, 2, 10, 6, 25
_VIBRATO = 20  # frames, its period


def find_notes(contour: Contour) -> list[Note]:
    """The notes of a contour, in seconds from its beginning."""
    key, loudness = contour.key, contour.loudness_db
    if not np.isfinite(key).any():
        return []
    audible = loudness > np.max(loudness) - _QUIET_DB
    tuned = np.where(audible, key, np.nan)
    tuned -= tuning(tuned)
    path = _path(tuned)
    runs = [
        (_onset(contour, start, bool(start and path[start - 1])), end, pitch)
        for start, end, pitch in _runs(path)
    ]
    notes = []
    for i, (start, end, pitch) in enumerate(runs):
        if i + 1 < len(runs):
            end = min(end, runs[i + 1][0])
        strikes = [start, *_struck_again(contour, start, end), end]
        for low, high in pairwise(strikes):
            if (high - low) * HOP_S >= _SHORTEST_S:
                velocity = int(np.clip(120 + 1.5 * loudness[low:high].max(), 1, 127))
                notes.append(Note(low * HOP_S, pitch, (high - low) * HOP_S, velocity))
    return notes


def tuning(key: np.ndarray) -> float:
    """How far a row of pitches lies from whole keys, -0.5..0.5 semitones.

    It is the circular mean of pitches averaged over a fifth of a second: in vibrato the single
    ones lie anywhere but at their middle.
    """
    if len(key) >= _VIBRATO:
        even = np.convolve(key, np.full(_VIBRATO, 1 / _VIBRATO), "valid")  # nan spreads: good
        if np.isfinite(even).any():
            key = even
    key = key[np.isfinite(key)]
    if not len(key):
        return 0.0
    return float(np.angle(np.mean(np.exp(2j * np.pi * key))) / (2 * np.pi))


def _path(key: np.ndarray) -> np.ndarray:
    """The key at each frame, 0 for a rest: the cheapest row (Viterbi).

    A frame costs the square of its distance from the key, in semitones; a rest or a missing
    pitch costs `_REST` where the other is; each change costs `_CHANGE`.
    """
    keys = np.arange(LOWEST - 1, HIGHEST + 2)
    voiced = np.isfinite(key)
    rest = len(keys)
    came = np.empty((len(key), rest + 1), np.uint8)
    total = np.zeros(rest + 1)
    stay = np.arange(rest + 1, dtype=np.uint8)
    for i, (pitch, sounds) in enumerate(zip(key, voiced, strict=True)):
        best = int(total.argmin())
        change = total[best] + _CHANGE
        moved = change < total
        came[i] = np.where(moved, best, stay)
        total = np.where(moved, change, total)
        if sounds:
            total[:rest] += np.minimum(np.abs(keys - pitch), _FARTHEST) ** 2
            total[rest] += _REST
        else:
            total[:rest] += _REST
        total -= total.min()
    states = np.empty(len(key), int)
    state = int(total.argmin())
    for i in range(len(key) - 1, -1, -1):
        states[i] = state
        state = came[i, state]
    return np.where(states == rest, 0, states + keys[0])


def _runs(path: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """First frame, frame after the last, and key of each run that is no rest."""
    edges = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), len(path)]
    for start, end in pairwise(edges):
        if start < end and path[start]:
            yield start, end, int(path[start])


def _onset(contour: Contour, start: int, slurred: bool) -> int:
    """Where the note began whose key is heard from frame `start` on: at the attack near by.

    The pitch is seen through a window of 85 ms. Where the last note rings on (`slurred`), the
    new one shows in the spectrum before its pitch does; after silence it mostly shows later.
    """
    low = max(start - (_LONG if slurred else _SHORT), 0)
    near = contour.attack[low : start + _LONG]
    top = int(near.argmax())
    return max(low + top - _DELAY, 0) if near[top] >= _ATTACK else start


def _struck_again(contour: Contour, start: int, end: int) -> Iterator[int]:
    """The frames in a run at which the same key was struck again.

    There the spectrum grows, if less than at the run's beginning, and the loudness rises out
    of a dip. What is no plain attack may
    be tremolo: it must dip at once on both sides, and there must not be another one near by.
    """
    attack, loudness = contour.attack, contour.loudness_db
    least = max(_ATTACK, _SHARE * attack[start : start + _APART].max(initial=0.0))
    found: list[tuple[int, bool]] = []
    for i in range(start + _APART + _DELAY, end - _SHORT):
        if attack[i] < least or attack[i] < attack[i - _SHORT : i + _SHORT + 1].max():
            continue
        low = i - _SHORT + int(loudness[i - _SHORT : i + _SHORT].argmin())
        rise = loudness[low : min(low + _DIP + 1, end)].max() - loudness[low]
        fall = loudness[low - _DIP : low].max() - loudness[low]
        plain = rise >= _PLAIN_RISE_DB or (rise >= _RISE_DB and attack[i] >= _PLAIN_ATTACK)
        if plain or min(rise, fall) >= _RISE_DB:
            found.append((i - _DELAY, plain))
    last = start
    for at, plain in found:
        alone = not any(0 < abs(at - other) <= _TREMOLO for other, _ in found)
        if (plain or alone) and at - last >= _APART:
            yield at
            last = at
