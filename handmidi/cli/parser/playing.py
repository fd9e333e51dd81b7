"""``play`` and ``practice``."""

from __future__ import annotations

import argparse
from pathlib import Path

from handmidi.cli import arguments
from handmidi.cli.parser import names
from handmidi.cli.parser.base import Program
from handmidi.cli.parser.shared import (
    add_camera,
    add_command,
    add_hands,
    add_melody_track,
    add_preset,
    add_tracker,
)
from handmidi.cli.ways import add_ways

_END = "\nCtrl-C ends it, and q in the window, where h shows all keys"


def add_play(program: Program) -> None:
    """Add ``play``."""
    play = add_command(
        program,
        "live:play",
        "play [FLAGS]",
        "play the instrument",
        "handmidi play",
        "handmidi play --preset theremin",
        "handmidi play --preset blues --no-synth --osc supercollider",
        "handmidi play --camera demo --headless --seconds 10",
        note=_END,
    )
    tempo = _add_session(play)
    tempo(
        "--bpm",
        type=arguments.bpm,
        metavar="BPM",
        help="tempo of clock, metronome and quantised onsets",
    )
    tempo(
        "--learn",
        type=arguments.learnable,
        metavar="CC",
        help="no hand: move this controller alone, so that a DAW can map it (0 to 119, or a name "
        "like brightness, pressure, bend)",
    )


def add_practice(program: Program) -> None:
    """Add ``practice``."""
    practice = add_command(
        program,
        "live:practice",
        "practice SONG [FLAGS]",
        "play a song's melody over its backing, and get it scored",
        "handmidi practice mama",
        "handmidi practice mama --camera demo",
        "handmidi practice greensleeves --tempo 70 --loop 5-8 --rise 5",
        "handmidi practice my-song.mid --melody-track 2 --wait",
        note=_END,
    )
    song = practice.add_argument("song", metavar="SONG", help="a song's name, or a MIDI file")
    song.completer = names.songs
    ways = practice.add_argument_group("practice")
    add_ways(ways)
    add_melody_track(ways)
    _add_session(practice)
    practice.session.add_argument(
        "--email", type=arguments.addresses, metavar="ADDRESS", help="mail report and recording"
    )


def _add_session(command: argparse.ArgumentParser):
    """What both take, in groups; the function that adds to the outputs."""
    instrument = command.add_argument_group("instrument")
    add_preset(instrument)
    add_hands(instrument)
    _add_sound(instrument.add_argument)
    outputs = command.add_argument_group("outputs").add_argument
    _add_midi(outputs)
    _add_osc(outputs)
    picture = command.add_argument_group("picture")
    add_camera(picture)
    add_tracker(picture)
    add = picture.add_argument
    add("--no-calibration", dest="calibrated", action="store_false", help="use the usual ranges")
    add("--headless", action="store_true", help="no window")
    command.session = command.add_argument_group("session and take")
    add = command.session.add_argument
    add("--seconds", type=arguments.positive, metavar="S", help="end after so long")
    add("--stats", action="store_true", help="print speeds at the end")
    out = add(
        "--out", type=Path, default=Path("takes"), metavar="DIR", help="where takes go (takes)"
    )
    out.completer = names.folders
    return outputs


def _add_sound(add) -> None:
    add("--soundfont", metavar="FILE", help="for the internal synth").completer = names.soundfonts
    add("--no-synth", action="store_true", help="do not sound the hand here: a DAW does")
    add(
        "--program",
        type=arguments.program,
        metavar="N",
        help="General MIDI program of the hand, 0 to 127",
    )
    add("--metronome", action="store_true", help="sound the beats")


def _add_midi(add) -> None:
    add("--port", default="handmidi", metavar="NAME", help="name of the MIDI port (handmidi)")
    add("--channel", type=arguments.channel, metavar="N", help="MIDI channel of the hand, 1 to 16")
    add("--mpe", action="store_true", help="a MIDI channel for each note (MPE)")
    add("--clock", action="store_true", help="send MIDI clock, start and stop")
    add(
        "--active-sensing",
        action="store_true",
        help="tell the receiver all the time that we live, so that it ends notes if we do not",
    )
    add("--link", action="store_true", help="follow an Ableton Link session (an extra)")


def _add_osc(add) -> None:
    target = add(
        "--osc",
        type=arguments.target,
        action="append",
        default=[],
        metavar="TARGET",
        help="also send OSC to HOST:PORT, supercollider, puredata, surge, or KIND@HOST:PORT; "
        "may be given again",
    )
    target.completer = names.targets
    add(
        "--osc-in",
        type=arguments.listen,
        metavar="[HOST:]PORT",
        help="obey OSC sent to this port, of this machine only unless HOST says otherwise",
    )
