"""Songs: a MIDI file whose melody the hand plays and whose other tracks are the backing."""

from __future__ import annotations

import difflib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from handmidi import paths
from handmidi.errors import SongError
from handmidi.midifile import MidiData, TempoMap, read_midi, text_of
from handmidi.notes import Note, TimedMessage

MELODY_TRACK = "melody"
_SUFFIXES = (".mid", ".midi")
_MAJOR = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
_FIFTHS = {name: fifths for fifths, name in enumerate(_MAJOR, -7)}


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


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature from `beat` (in quarter notes) on, such as 6/8."""

    beat: float
    numerator: int
    denominator: int

    @property
    def bar_beats(self) -> float:
        """Quarter notes in a bar."""
        return self.numerator * 4 / self.denominator


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

    @property
    def length_s(self) -> float:
        """Seconds to the end of the last bar."""
        return self.tempo.seconds(self.length_beats)

    @property
    def bars(self) -> list[float]:
        """Beats at which bars begin, a pick-up's first, and the end of the last bar."""
        return _bar_lines(self.meters, self.pickup_beats, self.length_beats)

    def meter_at(self, beat: float) -> Meter:
        """The time signature in force at `beat`."""
        return _meter_at(self.meters, beat)


def library() -> dict[str, Path]:
    """The songs that can be named: the user's own, the current folder's, and ours."""
    found: dict[str, Path] = {}
    for folder in reversed(paths.song_folders()):
        files = (p for p in sorted(folder.iterdir()) if p.suffix.lower() in _SUFFIXES)
        found.update({p.stem: p for p in files})
    return dict(sorted(found.items()))


def find_song(name: str) -> Path:
    """The file of a song: a name from the library, or a path.

    Raises
    ------
    SongError
        If there is neither; the message offers the nearest name.
    """
    path = Path(name)
    songs = library()
    if name in songs:
        return songs[name]
    if path.is_file():
        return path
    if path.suffix.lower() in _SUFFIXES or len(path.parts) > 1:
        raise SongError(f"no such file: {name}")
    near = difflib.get_close_matches(name.lower(), songs, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else "`handmidi songs` lists what there is"
    raise SongError(f"no song is called {name!r}: {hint}")


def load_song(name: str, melody_track: int | None = None) -> Song:
    """Load a song from the library or any MIDI file.

    Parameters
    ----------
    name : str
        Name from the library, or a path.
    melody_track : int, optional
        Number of the melody's track, from 0. By default the track called "Melody", else
        the only one with notes.

    Raises
    ------
    SongError
        If the file is unreadable, has no notes, or its melody cannot be told.
    """
    path = find_song(name)
    data = read_midi(path)
    track = _melody_track(path, data, melody_track)
    melody = tuple(
        SongNote(n.onset_s, n.pitch, n.duration_s, n.velocity, beat=beat, beats=beats)
        for n, beat, beats in data.notes(track)
    )
    meters = _meters(data)
    meta = {e.message.type: e.message for e in reversed(data.events) if e.message.is_meta}
    texts = [text_of(e.message.text) for e in data.events if e.message.type == "text"]
    tagged = dict(t.split(":", 1) for t in texts if ":" in t)
    pickup = _number(tagged.get("pickup", "")) % meters[0].bar_beats
    end = max(e.beat for e in data.events)
    title = data.tracks[0] if track != 0 and data.tracks[0] else path.stem
    return Song(
        name=path.stem,
        title=tagged.get("title", title).strip(),
        composer=tagged.get("composer", "").strip(),
        melody=melody,
        backing=_backing(data, track),
        tempo=data.tempo,
        meters=meters,
        fifths=_fifths(meta["key_signature"].key) if "key_signature" in meta else 0,
        pickup_beats=pickup,
        length_beats=_bar_lines(meters, pickup, end)[-1] or meters[0].bar_beats,
        difficulty=int(_number(tagged.get("difficulty", ""))) or None,
    )


def _meter_at(meters: Sequence[Meter], beat: float) -> Meter:
    return meters[max(bisect_right(meters, beat + 1e-6, key=lambda m: m.beat) - 1, 0)]


def _bar_lines(meters: Sequence[Meter], pickup_beats: float, end_beat: float) -> list[float]:
    lines, beat = [0.0] if pickup_beats else [], pickup_beats
    while beat < end_beat - 1e-6:
        lines.append(beat)
        beat += _meter_at(meters, beat).bar_beats
    return [*lines, beat]


def _melody_track(path: Path, data: MidiData, wanted: int | None) -> int:
    counts = {n: 0 for n in range(len(data.tracks))}
    for event in data.events:
        if event.message.type == "note_on" and event.message.velocity:
            counts[event.track] += 1
    with_notes = [n for n, count in counts.items() if count]
    if not with_notes:
        raise SongError(f"{path} has no notes: choose a MIDI file with a melody")
    listed = ", ".join(f"{n} {data.tracks[n] or '(no name)'}" for n in with_notes)
    if wanted is not None:
        if wanted not in with_notes:
            raise SongError(f"{path}: track {wanted} has no notes; these have: {listed}")
        return wanted
    named = [n for n in with_notes if data.tracks[n].lower() == MELODY_TRACK]
    if named:
        return named[0]
    if len(with_notes) == 1:
        return with_notes[0]
    raise SongError(f"{path} has no track called Melody: add --melody-track N, of {listed}")


def _backing(data: MidiData, melody: int) -> tuple[TimedMessage, ...]:
    return tuple(
        TimedMessage(e.time_s, e.message)
        for e in data.events
        if e.track != melody and not e.message.is_meta and e.message.type != "sysex"
    )


def _meters(data: MidiData) -> tuple[Meter, ...]:
    found = [
        Meter(e.beat, e.message.numerator, e.message.denominator)
        for e in data.events
        if e.message.type == "time_signature"
        and e.message.numerator
        and e.message.denominator <= 64
    ]
    if not found or found[0].beat > 0:
        found.insert(0, Meter(0.0, 4, 4))
    return tuple(found)


def _fifths(key: str) -> int:
    """Sharps or flats of a key name as mido writes it; a minor key ends in m."""
    if key.endswith("m"):  # three fifths flatter than the major key of the same tonic
        sharper = {"D#": 3, "A#": 4, "G#": 2}
        tonic = key[:-1]
        return _FIFTHS.get(tonic, sharper.get(tonic, 0) + 6) - 3
    return _FIFTHS.get(key, 0)


def _number(text: str) -> float:
    """A finite number from 0 up; 0 where there is none."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value < 1e6 else 0.0
