"""Commands and flags. Imports nothing heavy: help must come at once."""

from __future__ import annotations

import argparse
from pathlib import Path

import handmidi
from handmidi.cli import arguments

_DESCRIPTION = "Play any instrument with a bare hand before a webcam; practise songs with it."


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; `run` of its result is ``module:function``."""
    parser = argparse.ArgumentParser(prog="handmidi", description=_DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"handmidi {handmidi.__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_live(commands)
    _add_traces(commands)
    _add_takes(commands)
    _add_libraries(commands)
    _add_bench(commands)
    return parser


def _command(commands, name: str, run: str, text: str, example: str) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + ".", epilog=f"example: {example}"
    )
    command.add_argument("--debug", action="store_true", help="show a traceback on errors")
    command.set_defaults(run=run, usage_error=command.error)
    return command


def _add_live(commands) -> None:
    play = _command(
        commands, "play", "live:play", "play the instrument", "handmidi play --preset theremin"
    )
    practice = _command(
        commands,
        "practice",
        "live:practice",
        "play a song's melody over its backing, and get it scored",
        "handmidi practice mama --camera demo",
    )
    practice.add_argument("song", metavar="SONG", help="a song's name, or a MIDI file")
    practice.add_argument(
        "--tempo", type=arguments.percent, default=100.0, metavar="PERCENT", help="25 to 200 (100)"
    )
    _melody_track(practice)
    practice.add_argument(
        "--email", type=arguments.addresses, metavar="ADDRESS", help="mail report and recording"
    )
    for command in (play, practice):
        _add_flags(command)
    play.add_argument(
        "--bpm",
        type=arguments.bpm,
        metavar="BPM",
        help="tempo of clock, metronome and quantised onsets",
    )
    play.add_argument("--metronome", action="store_true", help="sound the beats")
    play.add_argument(
        "--learn",
        type=arguments.learnable,
        metavar="CC",
        help="no hand: move this controller alone, so that a DAW can map it (0 to 119, or a name "
        "like brightness, pressure, bend)",
    )


def _add_flags(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    _camera(command)
    _tracker(command)
    add("--preset", metavar="P", help="a preset's name, or a TOML file")
    add("--port", default="handmidi", metavar="NAME", help="name of the MIDI port (handmidi)")
    add("--channel", type=arguments.channel, metavar="N", help="MIDI channel of the hand, 1 to 16")
    add(
        "--program",
        type=arguments.program,
        metavar="N",
        help="General MIDI program of the hand, 0 to 127",
    )
    add("--mpe", action="store_true", help="a MIDI channel for each note (MPE)")
    add("--clock", action="store_true", help="send MIDI clock, start and stop")
    add("--link", action="store_true", help="follow an Ableton Link session (an extra)")
    add(
        "--osc",
        type=arguments.target,
        action="append",
        default=[],
        metavar="TARGET",
        help="also send OSC to HOST:PORT, supercollider, puredata, surge, or KIND@HOST:PORT; "
        "may be given again",
    )
    add(
        "--osc-in",
        type=arguments.listen,
        metavar="[HOST:]PORT",
        help="obey OSC sent to this port, of this machine only unless HOST says otherwise",
    )
    add("--no-calibration", dest="calibrated", action="store_false", help="use the usual ranges")
    add("--soundfont", metavar="FILE", help="for the internal synth")
    add("--no-synth", action="store_true", help="do not sound the hand here: a DAW does")
    add("--headless", action="store_true", help="no window")
    add("--seconds", type=arguments.positive, metavar="S", help="end after so long")
    add("--stats", action="store_true", help="print speeds at the end")
    add("--out", type=Path, default=Path("takes"), metavar="DIR", help="where takes go (takes)")


def _add_traces(commands) -> None:
    track = _command(
        commands,
        "track",
        "files:track",
        "write the hand trace of a video",
        "handmidi track video.mp4 -o hand.csv",
    )
    track.add_argument("video", metavar="VIDEO", help="a video file, or demo")
    track.add_argument("-o", "--output", type=Path, required=True, metavar="CSV")
    _tracker(track)
    play = _command(
        commands,
        "map",
        "files:map_trace",
        "turn a hand trace into notes",
        "handmidi map hand.csv --preset blues -o notes.mid",
    )
    play.add_argument("trace", type=Path, metavar="TRACE", help="hand.csv, or a take folder")
    play.add_argument(
        "--preset", metavar="P", help="a name, or a TOML file; only a take knows its own"
    )
    play.add_argument("--hands", type=int, choices=(1, 2), help="hands that play (1)")
    play.add_argument("--bpm", type=arguments.bpm, metavar="BPM", help="tempo of quantised onsets")
    play.add_argument("--camera", metavar="SRC", help="use the ranges calibrated for it")
    play.add_argument("-o", "--output", type=Path, required=True, metavar="MIDI")


def _add_takes(commands) -> None:
    score = _command(
        commands,
        "score",
        "files:score",
        "score played notes against a song",
        "handmidi score notes.mid mama --json",
    )
    score.add_argument("notes", type=Path, metavar="NOTES", help="a MIDI file, or a take folder")
    score.add_argument("song", nargs="?", metavar="SONG", help="a name, or a MIDI file")
    score.add_argument("--json", action="store_true", help="print JSON")
    _melody_track(score)
    report = _command(
        commands,
        "report",
        "files:report",
        "write the report of a take again",
        "handmidi report takes/2026-11-22-120000-mama",
    )
    report.add_argument("take", type=Path, metavar="TAKE", help="a take folder")
    send = _command(
        commands,
        "send",
        "files:send",
        "mail a take, or whatever waits in the outbox",
        "handmidi send takes/2026-11-22-120000-mama --to teacher@example.org",
    )
    send.add_argument("take", type=Path, nargs="?", metavar="TAKE", help="a take folder")
    send.add_argument(
        "--to", type=arguments.addresses, metavar="ADDRESS", help="one or more, with commas"
    )


def _add_libraries(commands) -> None:
    setup = _command(
        commands,
        "setup",
        "library:setup",
        "get the hand model and a SoundFont",
        "handmidi setup",
    )
    setup.add_argument("--force", action="store_true", help="fetch them even if they are there")
    songs = _command(commands, "songs", "library:songs", "list the songs", "handmidi songs")
    songs.add_argument("--json", action="store_true", help="print JSON")
    presets = _command(
        commands, "presets", "presets:presets", "list presets", "handmidi presets mama --json"
    )
    presets.add_argument("name", nargs="?", metavar="NAME", help="show this one")
    presets.add_argument("--scales", action="store_true", help="list the scales instead")
    presets.add_argument("--json", action="store_true", help="print JSON")
    presets.add_argument(
        "--camera", default="0", metavar="SRC", help="whose calibrated ranges to show (0)"
    )
    calibrate = _command(
        commands,
        "calibrate",
        "calibrate:calibrate",
        "measure how near, far, wide and high you reach before a camera, in ten seconds",
        "handmidi calibrate --camera 1",
    )
    add = calibrate.add_argument
    _camera(calibrate)
    _which_tracker(calibrate)
    add(
        "--seconds",
        type=arguments.positive,
        metavar="S",
        help="how long (10; the whole of a video)",
    )
    add("--headless", action="store_true", help="no window")
    add("--forget", action="store_true", help="go back to the usual ranges")
    _command(commands, "devices", "library:devices", "list what works here", "handmidi devices")


def _add_bench(commands) -> None:
    bench = _command(
        commands,
        "bench",
        "bench:bench",
        "measure how fast this machine plays: trackers, live sessions, start-up",
        "handmidi bench --quick",
    )
    add = bench.add_argument
    add("--quick", action="store_true", help="a first look: fewer pictures, 5 s live")
    add(
        "--trackers",
        default="direct,mediapipe,skin",
        metavar="T,T",
        help="which, with commas (direct,mediapipe,skin)",
    )
    _model(bench)
    add("--clip", default="demo", metavar="VIDEO", help="what they see (demo)")
    add("--live", type=float, metavar="S", help="length of each live session (20), 0 for none")
    add("--json", action="store_true", help="print JSON")
    add("-o", "--output", type=Path, metavar="FILE", help="write JSON, too")
    add("--docs", type=Path, metavar="FILE", help="rewrite the figures in docs/speed.md")


def _camera(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--camera", default="0", metavar="SRC", help="index, device, video file, or demo (0)")
    add(
        "--size",
        type=arguments.size,
        default=(640, 480),
        metavar="WxH",
        help="picture asked of a webcam (640x480)",
    )
    add(
        "--fps",
        type=arguments.fps,
        default=30.0,
        metavar="N",
        help="pictures a second asked of a webcam, 10 to 240 (30)",
    )
    add("--mirrored", action="store_true", help="the camera's pictures are mirrored already")


def _tracker(command: argparse.ArgumentParser) -> None:
    _which_tracker(command)
    command.add_argument("--hands", type=int, choices=(1, 2), default=1, help="how many hands (1)")


def _which_tracker(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--tracker",
        choices=("direct", "mediapipe", "skin"),
        default="direct",
        help="mediapipe is an extra and reports usage to Google; skin goes by colour and needs no "
        "model, but even light and a plain background (direct)",
    )
    _model(command)


def _model(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--model",
        choices=("full", "lite"),
        default="full",
        help="lite takes half the time and is less steady (full)",
    )
    command.add_argument(
        "--accept", action="store_true", help="agree to mediapipe's report of usage to Google"
    )


def _melody_track(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--melody-track", type=int, metavar="N", help="the melody's track in a MIDI file, from 0"
    )
