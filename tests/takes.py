"""Takes made without a session: a song, what was played of it, and take.json."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import mido

from handmidi.midifile import PerformanceWriter
from handmidi.take import Take

SONGS = Path(__file__).resolve().parent.parent / "songs"


def melody(song: str) -> list[tuple[float, float, int]]:
    """Onset and end in song seconds and pitch of a carried song's melody."""
    from handmidi.song import load_song

    notes = load_song(str(SONGS / f"{song}.mid")).melody
    return [(note.onset_s, note.onset_s + 0.9 * note.duration_s, note.pitch) for note in notes]


def make_take(
    folder: Path,
    song: str = "frere-jacques",
    started: str = "2026-11-22T12:00:00+00:00",
    missed: int = 0,
    late_s: float = 0.05,
    **info: Any,
) -> Take:
    """A take whose first `missed` notes were not played, and the others `late_s` late.

    More of take.json's keys may follow; one that is None is left out.
    """
    folder.mkdir(parents=True)
    take = Take(folder)
    shutil.copyfile(SONGS / f"{song}.mid", take.song)
    about = {
        "started": started,
        "song": {"name": song, "title": song.title()},
        "preset": "melody",
        "settings": {"tempo": 100.0},
        "length_s": 60.0,
    }
    take.info.write_text(json.dumps({k: v for k, v in {**about, **info}.items() if v is not None}))
    played = melody(song)[missed:]
    events = [(onset_s + late_s, "note_on", pitch) for onset_s, _, pitch in played]
    events += [(end_s + late_s, "note_off", pitch) for _, end_s, pitch in played]
    writer = PerformanceWriter(take.notes)
    writer.mark_song(0.0, -1.0)
    for song_s, kind, pitch in sorted(events):
        writer.write(song_s + 1.0, [mido.Message(kind, note=pitch)])
    writer.mark_song(100.0, 99.0)
    writer.close()
    return take
