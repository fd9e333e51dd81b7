"""How long a report takes, as a player waits for it: ``handmidi report`` from start to end."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import mido

from handmidi.midifile import PerformanceWriter
from handmidi.song import Song
from handmidi.take import Take

from .notation import melody

_LIMITS_S = {32: 1.5, 500: 15.0}
_BARS = (8, 32, 125, 500)
_TICKS = 480
_LATE_S = 0.03
_WAIT_S = 120.0


def section(bars: Sequence[int] = _BARS) -> list[list[list[str]]]:
    """One table, as rows of texts with the heads first."""
    rows = [["bars", "handmidi report", "a bar", "limit"]]
    for count in bars:
        took_s = seconds(count)
        limit_s = _LIMITS_S.get(count)
        limit = f"{limit_s:g} s" if limit_s else ""
        rows.append([str(count), f"{took_s:.2f} s", f"{1000 * took_s / count:.1f} ms", limit])
    return [rows]


def seconds(bars: int) -> float:
    """Wall seconds of the whole command for a melody of so many bars; the better of two."""
    with tempfile.TemporaryDirectory() as folder:
        take = write_take(Path(folder, "take"), melody(1, bars, triplets=0.1))
        return min(_report(take) for _ in range(2))


def _report(take: Take) -> float:
    command = [sys.executable, "-m", "handmidi", "report", str(take.folder)]
    began_s = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, timeout=_WAIT_S)
    return time.perf_counter() - began_s


def write_take(folder: Path, song: Song) -> Take:
    """A take in which a song was played over its backing, each note a little late."""
    take = Take(folder)
    folder.mkdir(parents=True)
    track = [(note.beat, "note_on", note.pitch) for note in song.melody]
    track += [(note.beat + note.beats, "note_off", note.pitch) for note in song.melody]
    file, at = mido.MidiFile(ticks_per_beat=_TICKS), 0
    file.tracks.append(mido.MidiTrack([mido.MetaMessage("track_name", name="Melody")]))
    for beat, kind, pitch in sorted(track, key=lambda item: (item[0], item[1] == "note_on")):
        tick = round(beat * _TICKS)
        file.tracks[0].append(mido.Message(kind, note=pitch, time=tick - at))
        at = tick
    file.save(take.song)
    writer = PerformanceWriter(take.notes)
    writer.mark_song(0.0, 0.0)
    for note in song.melody:
        start_s = note.onset_s + _LATE_S
        writer.write(start_s, [mido.Message("note_on", note=note.pitch)])
        end_s = start_s + 0.9 * note.duration_s
        writer.write(end_s, [mido.Message("note_off", note=note.pitch)])
    writer.mark_song(song.length_s, song.length_s)
    writer.close()
    about = {"name": "melody", "title": f"{song.length_beats / 4:.0f} bars"}
    length_s = round(song.length_s, 3)
    take.info.write_text(json.dumps({"song": about, "length_s": length_s}), encoding="utf-8")
    return take
