"""A song in another key."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import mido

from handmidi.errors import SongError
from handmidi.notes import TimedMessage
from handmidi.song.parts import DRUMS
from handmidi.song.song import Song


def transposed(song: Song, semitones: int) -> Song:
    """A song so many semitones higher; its drums stay.

    A note of the backing that would leave MIDI's range goes to another octave.

    Raises
    ------
    SongError
        If the melody would leave it.
    """
    pitches = [note.pitch for note in song.melody]
    lowest, highest = -min(pitches, default=0), 127 - max(pitches, default=0)
    if not lowest <= semitones <= highest:
        raise SongError(
            f"{song.title} cannot be transposed by {semitones:+d}: its melody would leave MIDI's "
            f"range; {-lowest} semitones down and {highest} up are the most"
        )
    melody = (replace(note, pitch=note.pitch + semitones) for note in song.melody)
    return replace(
        song,
        melody=tuple(melody),
        backing=_moved(song.backing, semitones),
        guide=_moved(song.guide, semitones),
        fifths=_transposed_key(song.fifths, semitones),
    )


def _moved(timed: Sequence[TimedMessage], semitones: int) -> tuple[TimedMessage, ...]:
    """Notes of all but the drums; those that would leave MIDI's range go to another octave."""
    moved: dict[int, mido.Message] = {}
    for _, message in timed:
        if id(message) not in moved and hasattr(message, "note") and message.channel != DRUMS:
            note = message.note + semitones
            note += 12 * (math.ceil(max(-note, 0) / 12) - math.ceil(max(note - 127, 0) / 12))
            moved[id(message)] = message.copy(note=note)
    return tuple(TimedMessage(time_s, moved.get(id(m), m)) for time_s, m in timed)


def _transposed_key(fifths: int, semitones: int) -> int:
    """The key with the fewest signs; of six sharps and six flats, the side that it came from."""
    if semitones % 12 == 0:
        return fifths
    moved = (fifths + 7 * semitones) % 12
    return moved - 12 if moved > 6 or (moved == 6 and fifths < 0) else moved
