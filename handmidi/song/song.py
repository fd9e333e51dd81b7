"""Songs: a MIDI file whose melody the hand plays and whose other tracks are the backing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import mido

from handmidi.errors import SongError
from handmidi.midifile import MidiData, read_midi
from handmidi.notes import Note, TimedMessage
from handmidi.song.headings import (
    fifths_of,
    key_in_words,
    meters_of,
    number_of,
    tags_of,
    without_short_first,
)
from handmidi.song.library import find_song
from handmidi.song.meter import Meter, bar_lines, meter_at
from handmidi.song.parts import Part, parts_of, split_channels
from handmidi.song.tracks import SongTrack, choose_melody, list_tracks, muted_tracks
from handmidi.tempomap import TempoMap

_TOLD = ("preset", "source", "year", "origin", "licence")


@dataclass(frozen=True, slots=True, order=True)
class SongNote(Note):
    """A note of the melody, with its place in the score.

    Parameters
    ----------
    beat : float
        Onset in quarter notes from the start of the song.
    beats : float
        Length in quarter notes.
    """

    beat: float = 0.0
    beats: float = 1.0


@dataclass(frozen=True)
class Song:
    """A song to practise.

    Parameters
    ----------
    name : str
        Short name, as typed on the command line.
    title, composer : str
        As printed on the report; `composer` may be empty.
    melody : tuple of SongNote
        Ordered by (onset, pitch), in song seconds.
    backing : tuple of TimedMessage
        Every channel message of the other tracks, in song seconds.
    tempo : TempoMap
    meters : tuple of Meter
        At least one; the first at beat 0.
    fifths : int
        Key signature: sharps (positive) or flats (negative), -7..7.
    pickup_beats : float
        Length of an incomplete first bar in quarter notes; 0 if the first bar is whole.
    length_beats : float
        To the end of the last bar.
    difficulty : int, optional
        1 (easiest) to 6, where the file says so.
    guide : tuple of TimedMessage
        Every channel message of the melody's track, in song seconds.
    tracks : tuple of SongTrack
        The file's tracks.
    guessed : str
        Why this track is the melody, where nobody said so; else empty.
    numbers : tuple of int
        Printed number of each bar; empty where they simply count, as in a file.
    preset : str
        The preset that the file names; may be empty, or unknown here.
    key : str
        In words, such as ``D dorian``; empty where the file has no key.
    source, year, origin, licence : str
        What the file says of where the song comes from; may be empty.
    """

    name: str
    title: str
    composer: str
    melody: tuple[SongNote, ...]
    backing: tuple[TimedMessage, ...]
    tempo: TempoMap
    meters: tuple[Meter, ...]
    fifths: int
    pickup_beats: float
    length_beats: float
    difficulty: int | None = None
    guide: tuple[TimedMessage, ...] = ()
    tracks: tuple[SongTrack, ...] = ()
    guessed: str = ""
    numbers: tuple[int, ...] = ()
    preset: str = ""
    key: str = ""
    source: str = ""
    year: str = ""
    origin: str = ""
    licence: str = ""

    @property
    def length_s(self) -> float:
        """Seconds to the end of the last bar."""
        return self.tempo.seconds(self.length_beats)

    @property
    def bars(self) -> list[float]:
        """Beats at which bars begin, a pick-up's first, and the end of the last bar."""
        return bar_lines(self.meters, self.pickup_beats, self.length_beats)

    @property
    def bar_numbers(self) -> tuple[int, ...]:
        """Printed number of each bar of `bars`: 0 for a pick-up; a loop repeats numbers."""
        count = len(self.bars) - 1
        if self.numbers:
            return self.numbers[:count]
        first = 0 if self.pickup_beats else 1
        return tuple(range(first, first + count))

    def meter_at(self, beat: float) -> Meter:
        """The time signature in force at `beat`."""
        return meter_at(self.meters, beat)


def load_song(name: str, melody_track: int | None = None, mute: Sequence[int | str] = ()) -> Song:
    """Load a song from the library or any MIDI file.

    Parameters
    ----------
    name : str
        Name from the library, or a path.
    melody_track : int, optional
        Number of the melody's track, from 0. By default the one that the file's text event
        ``melody:`` names, else the track called "Melody", else the only one with notes, else
        the likeliest (`handmidi.song.melody`). Where all notes are in one track, on several
        channels, each channel counts as a track (`split_channels`).
    mute : sequence of int or str
        Numbers or names of the tracks that the backing leaves out.

    Raises
    ------
    SongError
        If the file is unreadable, has no notes or too many, has no such track, or its melody
        cannot be told.
    """
    path = find_song(name)
    whole = read_midi(path)
    data = split_channels(whole)
    parts = parts_of(data)
    tagged = tags_of(data)
    if melody_track is None:
        melody_track = _stored_melody(tagged, parts)
    melody, guessed = choose_melody(path, parts, data, melody_track)
    silent = muted_tracks(path, parts, data.tracks, mute)
    meta = {e.message.type: e.message for e in reversed(data.events) if e.message.is_meta}
    meters = meters_of(data)
    if "pickup" in tagged:
        pickup = number_of(tagged["pickup"]) % meters[0].bar_beats
    else:
        meters, pickup = without_short_first(meters)
    is_split = data is not whole
    title = whole.tracks[0] if (is_split or melody.number) and whole.tracks[0] else path.stem
    return Song(
        name=path.stem,
        title=tagged.get("title", title).strip(),
        composer=tagged.get("composer", "").strip(),
        melody=tuple(
            SongNote(n.onset_s, n.pitch, n.duration_s, n.velocity, beat=beat, beats=beats)
            for n, beat, beats in melody.notes
        ),
        backing=_messages(data, lambda track: track != melody.number and track not in silent),
        tempo=data.tempo,
        meters=meters,
        fifths=fifths_of(meta["key_signature"].key) if "key_signature" in meta else 0,
        key=_key(tagged, meta),
        pickup_beats=pickup,
        length_beats=_length(path, data, meters, pickup),
        difficulty=int(number_of(tagged.get("difficulty", ""))) or None,
        guide=_messages(data, lambda track: track == melody.number),
        tracks=list_tracks(data, parts, melody),
        guessed=guessed,
        **{name: tagged.get(name, "").strip() for name in _TOLD},
    )


def _stored_melody(tagged: Mapping[str, str], parts: Sequence[Part]) -> int | None:
    """The melody's track as an import has stored it; None where there is no such track."""
    stored = tagged.get("melody", "").strip()
    return next((part.number for part in parts if str(part.number) == stored), None)


def _key(tagged: Mapping[str, str], meta: Mapping[str, mido.MetaMessage]) -> str:
    named = tagged.get("key", "").strip()
    return named or (key_in_words(meta["key_signature"].key) if "key_signature" in meta else "")


def _messages(data: MidiData, wanted: Callable[[int], bool]) -> tuple[TimedMessage, ...]:
    """Channel messages of some tracks."""
    return tuple(
        TimedMessage(e.time_s, e.message)
        for e in data.events
        if not e.message.is_meta and wanted(e.track)
    )


def _length(path: Path, data: MidiData, meters: Sequence[Meter], pickup: float) -> float:
    """Quarter notes to the end of the last bar; at least one bar."""
    try:
        return bar_lines(meters, pickup, data.events[-1].beat)[-1] or meters[0].bar_beats
    except ValueError as error:
        raise SongError(f"{path} cannot be practised: {error}, unlike any song") from error
