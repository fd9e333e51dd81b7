"""Standard MIDI files: read with checks, written so that a crash costs nothing.

`read_midi` turns any file into messages at absolute seconds and beats; `notes_of` pairs
note-ons with note-offs. `PerformanceWriter` grows a file of played notes that is a
complete MIDI file after every call.
"""

from __future__ import annotations

import math
import os
from bisect import bisect_right
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import mido

from handmidi.errors import SongError
from handmidi.files import GrowingFile
from handmidi.notes import Note

MAX_BYTES = 32 << 20
MAX_SECONDS = 6 * 3600.0
_SONG_MARK = "song "
_LONGEST_DELTA = 0x0FFFFFFF


class Event(NamedTuple):
    """A message with its place in the file: seconds, quarter notes, and track number."""

    time_s: float
    beat: float
    track: int
    message: mido.Message | mido.MetaMessage


class TempoMap:
    """Quarter notes to seconds, piecewise linear.

    Parameters
    ----------
    changes : iterable of (float, int)
        Beat and microseconds per quarter note, in order of beats.
    """

    def __init__(self, changes: Iterable[tuple[float, int]] = ()) -> None:
        self._beats, self._seconds, self._rates = [0.0], [0.0], [0.5]
        for beat, tempo in changes:
            if beat > self._beats[-1]:
                self._seconds.append(self.seconds(beat))
                self._beats.append(beat)
                self._rates.append(tempo / 1e6)
            else:
                self._rates[-1] = tempo / 1e6

    @property
    def bpm(self) -> float:
        """Quarter notes per minute at the start."""
        return 60 / self._rates[0]

    def seconds(self, beat: float) -> float:
        """Seconds from the start to `beat`."""
        i = bisect_right(self._beats, beat) - 1
        return self._seconds[i] + (beat - self._beats[i]) * self._rates[i]

    def beat(self, seconds: float) -> float:
        """Quarter notes from the start to `seconds`."""
        i = max(bisect_right(self._seconds, seconds) - 1, 0)
        return self._beats[i] + (seconds - self._seconds[i]) / self._rates[i]


@dataclass(frozen=True)
class MidiData:
    """A MIDI file in absolute time, all tracks merged in order."""

    events: tuple[Event, ...]
    tracks: tuple[str, ...]
    tempo: TempoMap

    def notes(self, track: int | None = None) -> list[tuple[Note, float, float]]:
        """Notes of one track (default: all) as (note, beat, length in beats), by (onset, pitch)."""
        return _pair(e for e in self.events if track is None or e.track == track)


def read_midi(path: Path) -> MidiData:
    """Read a MIDI file of type 0 or 1.

    Raises
    ------
    SongError
        If the file is missing, no MIDI file, damaged, of type 2, in SMPTE time, longer
        than six hours, or larger than 32 MiB.
    """
    data = _load(path)
    if data.type == 2:
        raise SongError(f"{path} is a type 2 MIDI file (independent patterns): save it as type 1")
    if data.ticks_per_beat <= 0 or data.ticks_per_beat >= 0x8000:
        raise SongError(f"{path} counts SMPTE frames, not beats: export it in ticks per beat")
    placed = []
    for number, track in enumerate(data.tracks):
        ticks = 0
        for message in track:
            ticks += message.time
            placed.append((ticks, number, message))
    placed.sort(key=lambda item: item[0])
    per_beat = data.ticks_per_beat
    tempo = TempoMap(
        (t / per_beat, m.tempo) for t, _, m in placed if m.type == "set_tempo" and m.tempo
    )
    if placed and tempo.seconds(placed[-1][0] / per_beat) > MAX_SECONDS:
        raise SongError(f"{path} lasts longer than six hours: cut it into songs")
    events = tuple(Event(tempo.seconds(t / per_beat), t / per_beat, n, m) for t, n, m in placed)
    return MidiData(events, tuple(text_of(track.name).strip() for track in data.tracks), tempo)


def text_of(text: str) -> str:
    """A text of a MIDI file as it was meant: mido reads Latin-1, most programs write UTF-8."""
    try:
        return text.encode("latin1").decode("utf-8")
    except UnicodeError:
        return text


def _load(path: Path) -> mido.MidiFile:
    try:
        size = os.path.getsize(path)
        if size > MAX_BYTES:
            raise SongError(f"{path} has {size >> 20} MiB, which no song needs: is it a MIDI file?")
        return mido.MidiFile(path, clip=True)
    except OSError as error:
        if error.errno is None:  # mido's own word for a bad header
            raise SongError(f"{path} is no MIDI file: {error}") from error
        raise SongError(f"cannot read {path}: {error.strerror or error}") from error
    except (
        EOFError,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        mido.KeySignatureError,
    ) as error:
        detail = str(error) or "it ends in the middle"
        raise SongError(f"{path} is no readable MIDI file: {detail}") from error


def _pair(events: Iterable[Event]) -> list[tuple[Note, float, float]]:
    open_notes: dict[tuple[int, int, int], list[Event]] = {}
    notes = []
    last = None

    def close(start: Event, end: Event) -> None:
        m = start.message
        note = Note(start.time_s, m.note, max(end.time_s - start.time_s, 0.0), m.velocity)
        notes.append((note, start.beat, max(end.beat - start.beat, 0.0)))

    for last in events:
        m = last.message
        if m.type not in ("note_on", "note_off"):
            continue
        key = (last.track, m.channel, m.note)
        if m.type == "note_on" and m.velocity:
            open_notes.setdefault(key, []).append(last)
        elif open_notes.get(key):
            close(open_notes[key].pop(0), last)
    for starts in open_notes.values():  # a crash, or a careless file: they end with the file
        for start in starts:
            close(start, last)
    return sorted(notes)


@dataclass(frozen=True)
class Performance:
    """What was played, read back from a file.

    Parameters
    ----------
    notes : tuple of Note
        In session seconds, ordered by (onset, pitch).
    song_marks : tuple of (float, float)
        Pairs of session second and song second; empty if the file says nothing of a song.
    """

    notes: tuple[Note, ...]
    song_marks: tuple[tuple[float, float], ...] = ()


def read_performance(path: Path) -> Performance:
    """Read a file of played notes: any MIDI file, or `PerformanceWriter`'s."""
    data = read_midi(path)
    marks = []
    for event in data.events:
        m = event.message
        if m.type == "marker" and m.text.startswith(_SONG_MARK):
            with suppress(ValueError):
                song_s = float(m.text[len(_SONG_MARK) :])
                if math.isfinite(song_s):
                    marks.append((event.time_s, song_s))
    return Performance(tuple(n for n, _, _ in data.notes()), tuple(marks))


class PerformanceWriter:
    """Writes messages at session seconds into a type 0 MIDI file as they come.

    The file runs at 60 bpm and 10,000 ticks a beat: a tick is 0.1 ms. After every call it
    is complete: the end of the track is written behind the messages, then the length.

    Parameters
    ----------
    path : Path
        Created anew.
    name : str
        Name of the track.

    Raises
    ------
    OSError
        Here and in `write`, if the disk refuses; the next `write` tries again.
    """

    TICKS_PER_S = 10_000
    _LENGTH_AT = 18
    _END = b"\x00\xff\x2f\x00"

    def __init__(self, path: Path, name: str = "handmidi") -> None:
        self._file, self._tick = GrowingFile(path), 0
        header = b"MThd" + (6).to_bytes(4, "big") + b"\0\0\0\1"
        self._file.append(header + self.TICKS_PER_S.to_bytes(2, "big") + b"MTrk\0\0\0\0")
        self._append(
            self._bytes(0, mido.MetaMessage("track_name", name=name))
            + self._bytes(0, mido.MetaMessage("set_tempo", tempo=1_000_000))
        )

    def write(self, time_s: float, messages: Iterable[mido.Message | mido.MetaMessage]) -> None:
        """Append messages at `time_s`, which is moved up to the last one's if it lies before it."""
        data = b"".join(self._bytes(time_s, message) for message in messages)
        self._append(data)

    def mark_song(self, time_s: float, song_s: float) -> None:
        """Note that at `time_s` the song stood at `song_s`."""
        self.write(time_s, [mido.MetaMessage("marker", text=f"{_SONG_MARK}{song_s:.4f}")])

    def _bytes(self, time_s: float, message: mido.Message | mido.MetaMessage) -> bytes:
        # Rounded up: a file must not say that a message left before the frame it came from.
        tick = max(self._tick, math.ceil(time_s * self.TICKS_PER_S - 1e-6))
        delta, self._tick = tick - self._tick, tick
        filler = b""
        while delta > _LONGEST_DELTA:  # hours of silence
            filler += _variable_length(_LONGEST_DELTA) + b"\xff\x01\x00"  # an empty text
            delta -= _LONGEST_DELTA
        return filler + _variable_length(delta) + bytes(message.bytes())

    def flush(self) -> None:
        """Try again to write what the disk refused."""
        self._append(b"")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _append(self, data: bytes) -> None:
        length = self._file.size + len(data) + len(self._END) - self._LENGTH_AT - 4
        self._file.append(data, self._END, (self._LENGTH_AT, length.to_bytes(4, "big")))


def _variable_length(value: int) -> bytes:
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))
