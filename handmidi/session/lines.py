"""What the window says about a session, in words."""

from __future__ import annotations

from collections.abc import Iterable

from handmidi.notes import pitch_name
from handmidi.song import Song


def note_line(sounding: Iterable[tuple[int, int]]) -> str:
    """Names of the notes that sound.

    Parameters
    ----------
    sounding : iterable of (int, int)
        Channel and key number.
    """
    return " ".join(pitch_name(pitch) for _, pitch in sounding) or "–"


def song_line(song: Song, song_s: float) -> str:
    """Where a song stands at `song_s` of its own seconds; negative is the count-in."""
    if song_s < 0:
        return f"{song.title}: count-in"
    beat = min(int(song.tempo.beat(song_s)) + 1, round(song.length_beats))
    return f"{song.title}: beat {beat} of {song.length_beats:.0f}"
