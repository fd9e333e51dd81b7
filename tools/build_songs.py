"""Write the song library: ``python tools/build_songs.py [FOLDER]``.

Every song is a type 1 MIDI file of 480 ticks a quarter note, the same bytes each time:
track 0 says what the song is, the track "Melody" is for the hand, the rest is the backing.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import mido
from arranger import Strike, arrange
from grading import level
from notation import Bar, Part, Tune, bars_of
from songbook import TUNES
from songbook.exercises import exercises

TICKS_PER_BEAT = 480
LICENCE = "CC0-1.0"
SONGS = Path(__file__).resolve().parent.parent / "songs"


def song_file(tune: Tune) -> mido.MidiFile:
    """The MIDI file of a tune.

    Raises
    ------
    ValueError
        If the text of the tune has a mistake.
    """
    melody, parts = arrange(tune)
    bars = bars_of(tune)
    end = _ticks(bars[-1].beat + bars[-1].beats)
    lead = Part("Melody", "line", tune.channel, tune.program, volume=110)
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT, charset="utf-8")
    file.tracks.append(_meta_track(tune, bars, end, level(melody, tune.bpm)))
    file.tracks.append(_track(lead, melody, end))
    for part, notes in parts.items():
        quieter = replace(part, volume=min(127, round(part.volume * tune.loudness)))
        file.tracks.append(_track(quieter, notes, end))
    return file


def _meta_track(tune: Tune, bars: Sequence[Bar], end: int, difficulty: int) -> mido.MidiTrack:
    texts = {
        "title": tune.title,
        "composer": tune.composer,
        "source": tune.source,
        "year": tune.year,
        "origin": tune.origin,
        "licence": LICENCE,
        "difficulty": str(difficulty),
        "pickup": f"{tune.pickup:g}",
        "key": tune.mode,
        "preset": tune.preset,
    }
    track = mido.MidiTrack(
        [
            mido.MetaMessage("track_name", name=tune.title),
            *(mido.MetaMessage("text", text=f"{k}:{v}") for k, v in texts.items() if v),
            mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(tune.bpm)),
            _signature(tune.meter),
            mido.MetaMessage("key_signature", key=tune.key),
        ]
    )
    now = 0
    for index, meter in sorted(tune.changes.items()):
        if index:
            tick = _ticks(bars[index].beat)
            track.append(_signature(meter, tick - now))
            now = tick
    track.append(mido.MetaMessage("end_of_track", time=end - now))
    return track


def _signature(meter: tuple[int, int], time: int = 0) -> mido.MetaMessage:
    numerator, denominator = meter
    return mido.MetaMessage(
        "time_signature",
        numerator=numerator,
        denominator=denominator,
        # A click of the metronome: the dotted quarter in 6/8, else the quarter.
        clocks_per_click=36 if denominator == 8 else 24,
        time=time,
    )


def _track(part: Part, notes: Iterable[Strike], end: int) -> mido.MidiTrack:
    channel = part.channel
    events = []
    for note in notes:
        on, off = _ticks(note.beat), _ticks(note.beat + note.beats)
        for tick, kind, velocity in ((on, "note_on", note.velocity), (off, "note_off", 0)):
            message = mido.Message(kind, channel=channel, note=note.pitch, velocity=velocity)
            events.append((tick, message))
    # At the same tick a note ends before the next begins: a synth would cut the new one.
    events.sort(key=lambda event: (event[0], event[1].type != "note_off", event[1].note))
    controls = {7: part.volume, 10: part.pan, 91: part.reverb}
    track = mido.MidiTrack(
        [
            mido.MetaMessage("track_name", name=part.name),
            mido.Message("program_change", channel=channel, program=part.program),
            *(
                mido.Message("control_change", channel=channel, control=number, value=value)
                for number, value in controls.items()
            ),
        ]
    )
    now = 0
    for tick, message in events:
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=end - now))
    return track


def _ticks(beat: float) -> int:
    return round(beat * TICKS_PER_BEAT)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write every song into a folder, by default the project's."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=SONGS)
    folder = parser.parse_args(arguments).folder
    (folder / "exercises").mkdir(parents=True, exist_ok=True)
    for tune in TUNES:
        song_file(tune).save(folder / f"{tune.name}.mid")
    for tune in exercises():
        song_file(tune).save(folder / "exercises" / f"{tune.name}.mid")


if __name__ == "__main__":
    main()
