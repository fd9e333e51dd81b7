"""What many commands take."""

from __future__ import annotations

import argparse

from handmidi.cli import arguments
from handmidi.cli.parser import names
from handmidi.cli.parser.base import GENERAL, Help, Program


class _Trackers(tuple):
    """Our trackers; a player's own, written ``module:Class``, is one, too."""

    def __contains__(self, name: object) -> bool:
        return ":" in str(name) or super().__contains__(name)


def add_command(
    program: Program, run: str, usage: str, text: str, *examples: str, note: str = ""
) -> argparse.ArgumentParser:
    """Add a command.

    Parameters
    ----------
    program : Program
    run : str
        ``module:function`` in `handmidi.cli`.
    usage : str
        Its name, and what it takes: ``send [TAKE --to ADDRESS]``.
    text : str
        What it does: one sentence, without its capital and its full stop.
    *examples : str
        Whole command lines, the most useful first.
    note : str
        What else must be known, such as the exit status; it stands after the examples.
    """
    name = usage.split()[0]
    command = program.subparsers.add_parser(
        name,
        help=text,
        usage=f"handmidi {usage}",
        description=f"{text[0].upper()}{text[1:]}.",
        epilog="\n".join(["examples:", *(f"  {each}" for each in examples), note]).rstrip(),
        formatter_class=Help,
        add_help=False,
    )
    command.set_defaults(run=run, usage_error=command.error)
    add = command.add_argument_group(GENERAL).add_argument
    add("-h", "--help", action="help", help="show this help and leave")
    add_general(add, argparse.SUPPRESS)
    program.commands[name] = command
    command.summary = text
    return command


def add_general(add, default: object) -> None:
    """Add what may stand before a command's name or after it."""
    add(
        "-q",
        "--quiet",
        action="store_true",
        default=default,
        help="print only what was asked for, warnings and errors",
    )
    add("--debug", action="store_true", default=default, help="show a traceback on errors")


def add_json(command: argparse.ArgumentParser, what: str) -> None:
    """Add ``--json``; `what` says what it prints."""
    command.add_argument("--json", action="store_true", help=f"print JSON: {what}")


def add_camera(group) -> None:
    """Which camera, and what is asked of it."""
    add = group.add_argument
    source = add(
        "--camera", default="0", metavar="SRC", help="index, device, video file, or demo (0)"
    )
    source.completer = names.videos
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


def add_hands(group) -> None:
    """How many hands are looked for."""
    group.add_argument("--hands", type=int, choices=(1, 2), default=1, help="how many hands (1)")


def add_tracker(group) -> None:
    """Which tracker, which hand model, and consent to mediapipe."""
    tracker = group.add_argument(
        "--tracker",
        choices=_Trackers(("direct", "mediapipe", "skin")),
        default="direct",
        metavar="T",
        help="direct, mediapipe (an extra; reports usage to Google), skin (goes by colour: needs "
        "no model, but even light and a plain background), or module:Class of your own (direct)",
    )
    tracker.completer = names.trackers
    add_model(group)


def add_model(group) -> None:
    """Which hand model, and consent to mediapipe."""
    group.add_argument(
        "--model",
        choices=("full", "lite"),
        default="full",
        help="lite takes half the time and is less steady (full)",
    )
    group.add_argument(
        "--accept", action="store_true", help="agree to mediapipe's report of usage to Google"
    )


def add_preset(group) -> None:
    """Which preset."""
    add = group.add_argument
    add("--preset", metavar="P", help="a preset's name, or a TOML file").completer = names.presets


def add_melody_track(group) -> None:
    """Which track of a song's file is its melody."""
    group.add_argument(
        "--melody-track",
        type=arguments.track,
        metavar="N",
        help="the melody's track in a MIDI file, from 0",
    )
