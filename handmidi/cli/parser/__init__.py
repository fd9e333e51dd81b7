"""Commands and flags. Imports nothing heavy: help must come at once."""

from __future__ import annotations

import handmidi
from handmidi.cli.parser.base import Program
from handmidi.cli.parser.libraries import add_presets, add_setup, add_songs
from handmidi.cli.parser.machine import add_bench, add_calibrate, add_completion, add_devices
from handmidi.cli.parser.playing import add_play, add_practice
from handmidi.cli.parser.shared import add_general
from handmidi.cli.parser.takes import add_history, add_report, add_score, add_send
from handmidi.cli.parser.traces import add_map, add_track

_DESCRIPTION = "Play any instrument with a bare hand before a webcam; practise songs with it."
_FIRST = """\
try first:
  handmidi setup                         # get hand model and SoundFont, once
  handmidi practice mama --camera demo   # watch a hand play, without a webcam
  handmidi play                          # play with your own hand"""
_GROUPS = {
    "play": (add_play, add_practice),
    "learn": (add_songs, add_presets, add_history),
    "files": (add_track, add_map, add_score, add_report, add_send),
    "machine": (add_setup, add_devices, add_calibrate, add_bench, add_completion),
}


def build_parser() -> Program:
    """The parser of the whole command line.

    `run` of its result is ``module:function``; there is none where no command was given.
    """
    program = Program(prog="handmidi", description=_DESCRIPTION, epilog=_FIRST)
    program.add_argument("--version", action="version", version=f"handmidi {handmidi.__version__}")
    add_general(program.add_argument, False)
    for title, every in _GROUPS.items():
        before = len(program.commands)
        for add in every:
            add(program)
        program.groups[title] = list(program.commands)[before:]
    return program
