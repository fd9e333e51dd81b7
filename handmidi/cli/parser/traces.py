"""``track`` and ``map``."""

from __future__ import annotations

from pathlib import Path

from handmidi.cli import arguments
from handmidi.cli.parser import names
from handmidi.cli.parser.base import Program
from handmidi.cli.parser.shared import add_command, add_hands, add_json, add_tracker


def add_track(program: Program) -> None:
    """Add ``track``."""
    track = add_command(
        program,
        "files:track",
        "track VIDEO -o CSV [FLAGS]",
        "write the hand trace of a video",
        "handmidi track demo -o hand.csv",
        "handmidi track video.mp4 --hands 2 -o hand.csv",
    )
    video = track.add_argument("video", metavar="VIDEO", help="a video file, or demo")
    video.completer = names.videos
    track.add_argument(
        "-o", "--output", type=Path, required=True, metavar="CSV", help="the trace to write"
    )
    add_hands(track)
    add_tracker(track)
    add_json(track, "how many frames, in how many a hand was found, and the trace")


def add_map(program: Program) -> None:
    """Add ``map``."""
    play = add_command(
        program,
        "files:map_trace",
        "map TRACE --preset P -o MIDI [FLAGS]",
        "turn a hand trace into notes",
        "handmidi map hand.csv --preset blues -o notes.mid",
        "handmidi map takes/2026-11-22-120000-mama -o notes.mid",
    )
    trace = play.add_argument(
        "trace", type=Path, metavar="TRACE", help="hand.csv, or a take folder"
    )
    trace.completer = names.traces
    preset = play.add_argument(
        "--preset", metavar="P", help="a name, or a TOML file; only a take knows its own"
    )
    preset.completer = names.presets
    play.add_argument(
        "-o", "--output", type=Path, required=True, metavar="MIDI", help="the notes to write"
    )
    play.add_argument("--hands", type=int, choices=(1, 2), help="hands that play (1)")
    play.add_argument("--bpm", type=arguments.bpm, metavar="BPM", help="tempo of quantised onsets")
    camera = play.add_argument("--camera", metavar="SRC", help="use the ranges calibrated for it")
    camera.completer = names.videos
    add_json(play, "how many notes, and the file")
