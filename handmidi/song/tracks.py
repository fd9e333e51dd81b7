"""Which tracks of a file are the melody, and which are silent."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from handmidi.errors import SongError
from handmidi.midifile import MidiData
from handmidi.song.melody import guess_melody
from handmidi.song.parts import MELODY, Part

MAX_MELODY = 20_000
"""Notes of a melody: an hour of five and a half a second."""
_MOST_LISTED, _LONGEST_NAME = 20, 40


@dataclass(frozen=True, slots=True)
class SongTrack:
    """A track of the file that a song came from.

    Parameters
    ----------
    number : int
        As `load_song` takes it, from 0.
    name : str
        May be empty.
    notes : int
        How many it has.
    is_melody : bool
    channels : tuple of int
        MIDI channels of its notes, 0..15.
    low, high : int, optional
        Its lowest and highest pitch; None without notes.
    """

    number: int
    name: str
    notes: int
    is_melody: bool = False
    channels: tuple[int, ...] = ()
    low: int | None = None
    high: int | None = None


def choose_melody(
    path: Path, parts: Sequence[Part], data: MidiData, wanted: int | None
) -> tuple[Part, str]:
    """The melody, and why it was guessed.

    Parameters
    ----------
    path : Path
        For the errors.
    parts : sequence of Part
        Of the file `data`.
    wanted : int, optional
        The number of its track.

    Returns
    -------
    Part, str
        As in "track 3 'Lead': highest, single notes". The words are empty where the melody was
        wanted by number, is called "Melody", or is all there is.

    Raises
    ------
    SongError
        If there is nothing to choose, or more notes than a melody has.
    """
    if not parts:
        raise SongError(f"{path} has no notes: choose a MIDI file with a melody")
    named = [part for part in parts if part.name.lower() == MELODY]
    why = ""
    if wanted is not None:
        chosen = next((part for part in parts if part.number == wanted), None)
        if not chosen:
            raise SongError(f"{path}: track {wanted} has no notes; these have: {_listed(parts)}")
    elif named or len(parts) == 1:
        chosen = (named or parts)[0]
    elif all(part.is_drums for part in parts):
        raise SongError(f"{path} has only drums: add --melody-track N, of {_listed(parts)}")
    else:
        chosen, clues = guess_melody(parts, data)
        name = f" {_short(chosen.name)!r}" if chosen.name else ""
        why = f"track {chosen.number}{name}: {clues}"
    if len(chosen.notes) > MAX_MELODY:
        raise SongError(
            f"{path}: track {chosen.number} has {len(chosen.notes):,} notes, no melody more than "
            f"{MAX_MELODY:,}: choose another with --melody-track N"
        )
    return chosen, why


def muted_tracks(
    path: Path, parts: Sequence[Part], names: Sequence[str], mute: Sequence[int | str]
) -> set[int]:
    """Numbers of the tracks to leave out.

    Parameters
    ----------
    path : Path
        For the errors.
    parts : sequence of Part
        The tracks with notes.
    names : sequence of str
        Of all tracks.
    mute : sequence of int or str
        Numbers, also as text, or names in any case; a name wins, and may be of several.

    Raises
    ------
    SongError
        If there is no such track; the message lists those with notes, and offers the nearest.
    """
    found: set[int] = set()
    for each in mute:
        text = str(each).strip().lower()
        numbers = {n for n, name in enumerate(names) if text and name.lower() == text}
        if not numbers and text.isascii() and text.isdigit() and int(text[:9]) < len(names):
            numbers = {int(text)}
        if not numbers:
            known = {part.name.lower(): part.name for part in parts}
            near = difflib.get_close_matches(text, known, n=1, cutoff=0.5)
            hint = f"did you mean {known[near[0]]!r}? These" if near and near[0] else "these"
            raise SongError(
                f"{path} has no track {each!r} to mute: {hint} have notes: {_listed(parts)}"
            )
        found |= numbers
    return found


def list_tracks(data: MidiData, parts: Sequence[Part], melody: Part) -> tuple[SongTrack, ...]:
    """Every track of a file, also those without notes."""
    sounding = {part.number: part for part in parts}
    found = []
    for number, name in enumerate(data.tracks):
        track = SongTrack(number, name, 0)
        if part := sounding.get(number):
            pitches = [note.pitch for note, _, _ in part.notes]
            track = replace(
                track,
                notes=len(pitches),
                is_melody=part is melody,
                channels=part.channels,
                low=min(pitches),
                high=max(pitches),
            )
        found.append(track)
    return tuple(found)


def _listed(parts: Sequence[Part]) -> str:
    listed = [f"{p.number} {_short(p.name) or '(no name)'}" for p in parts[:_MOST_LISTED]]
    more = len(parts) - len(listed)
    return ", ".join(listed) + (f" and {more} more" if more else "")


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
