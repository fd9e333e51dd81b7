"""Standard MIDI files: read with checks, written so that a crash costs nothing.

`read_midi` turns any file into messages at absolute seconds and beats, and pairs note-ons
with note-offs. `PerformanceWriter` grows a file of played notes that is a
complete MIDI file after every call.
"""

from __future__ import annotations

import math
import os
from collections import defaultdict, deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import mido

from handmidi.errors import SongError
from handmidi.files import GrowingFile
from handmidi.midibytes import MidiBytes, parse_midi, text_of
from handmidi.notes import Note
from handmidi.tempomap import TempoMap

MAX_BYTES = 32 << 20
MAX_SECONDS = 6 * 3600.0
_SONG_MARK = "song "
_LONGEST_DELTA = 0x0FFFFFFF
_USUAL_TEMPO = 500_000
_SMPTE_FRAMES = {24: 24.0, 25: 25.0, 29: 30_000 / 1001, 30: 30.0}  # 29 is drop-frame


class Event(NamedTuple):
    """A message with its place in the file: seconds, quarter notes, and track number."""

    time_s: float
    beat: float
    track: int
    message: mido.Message | mido.MetaMessage


@dataclass(frozen=True)
class MidiData:
    """A MIDI file in absolute time, all tracks merged in order."""

    events: tuple[Event, ...]
    tracks: tuple[str, ...]
    tempo: TempoMap

    def notes(self, track: int | None = None) -> list[tuple[Note, float, float]]:
        """Notes of one track (default: all) as (note, beat, length in beats), by (onset, pitch)."""
        by_track = _pair(e for e in self.events if track is None or e.track == track)
        return sorted(chain.from_iterable(by_track.values()))

    def notes_by_track(self) -> dict[int, list[tuple[Note, float, float]]]:
        """`notes` of every track that has some, by its number."""
        return _pair(self.events)


def read_midi(path: Path) -> MidiData:
    """Read a MIDI file of type 0 or 1, or of type 2 with one track; also inside RIFF (RMID).

    A file in SMPTE time has seconds and no beats: its beats are those of its first tempo, 120
    a minute if it has none.

    Raises
    ------
    SongError
        If the file is missing, no MIDI file, damaged, of type 2 with several tracks, longer
        than six hours, larger than 32 MiB, or holds more than `midibytes.MAX_EVENTS`.
    """
    data = _load(path)
    if data.type == 2 and data.tracks > 1:
        raise SongError(f"{path} is a type 2 MIDI file (independent patterns): save it as type 1")
    changes = [(p.tick, p.message.tempo) for p in data.placed if p.message.type == "set_tempo"]
    changes = [(tick, tempo) for tick, tempo in changes if tempo]
    per_beat: float = data.division
    if data.division >= 0x8000:
        changes = [(0, changes[0][1] if changes else _USUAL_TEMPO)]
        per_beat = _smpte_ticks_per_s(path, data.division) * changes[0][1] / 1e6
    elif not data.division:
        raise SongError(f"{path} says nothing of its ticks per beat: export it again")
    tempo = TempoMap((tick / per_beat, tempo) for tick, tempo in changes)
    if tempo.seconds(data.placed[-1].tick / per_beat) > MAX_SECONDS:
        raise SongError(f"{path} lasts longer than six hours: cut it into songs")
    events = tuple(
        Event(tempo.seconds(t / per_beat), t / per_beat, n, m) for t, n, m in data.placed
    )
    names = [""] * data.tracks
    for event in events:
        if event.message.type == "track_name" and not names[event.track]:
            names[event.track] = text_of(event.message.name).strip()
    return MidiData(events, tuple(names), tempo)


def _smpte_ticks_per_s(path: Path, division: int) -> float:
    frames, ticks = 0x100 - (division >> 8), division & 0xFF
    if frames not in _SMPTE_FRAMES or not ticks:
        raise SongError(f"{path} is in SMPTE time of no known kind: export it in ticks per beat")
    return _SMPTE_FRAMES[frames] * ticks


def _load(path: Path) -> MidiBytes:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise SongError(
            f"cannot read {path}: {error.strerror or error}; name another file"
        ) from error
    if len(data) > MAX_BYTES:
        raise SongError(f"{path} has {size >> 20} MiB, which no song needs: is it a MIDI file?")
    try:
        return parse_midi(data)
    except ValueError as error:
        raise SongError(
            f"{path} is no MIDI file that can be read: {error}; choose another, or export it again"
        ) from error


def _pair(events: Iterable[Event]) -> dict[int, list[tuple[Note, float, float]]]:
    """Notes by track; those without an end last to the last event."""
    open_notes: dict[tuple[int, int, int], deque[Event]] = defaultdict(deque)
    notes: dict[int, list[tuple[Note, float, float]]] = defaultdict(list)
    last = None

    def close(start: Event, end: Event) -> None:
        m = start.message
        note = Note(start.time_s, m.note, max(end.time_s - start.time_s, 0.0), m.velocity)
        notes[start.track].append((note, start.beat, max(end.beat - start.beat, 0.0)))

    for last in events:
        m = last.message
        if m.type not in ("note_on", "note_off"):
            continue
        key = (last.track, m.channel, m.note)
        if m.type == "note_on" and m.velocity:
            open_notes[key].append(last)
        elif open_notes[key]:
            close(open_notes[key].popleft(), last)
    for starts in open_notes.values():  # a crash, or a careless file: they end with the file
        for start in starts:
            close(start, last)
    return {track: sorted(found) for track, found in sorted(notes.items())}


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
