"""``setup``, ``songs`` and ``presets``."""

from __future__ import annotations

import argparse
from pathlib import Path

from handmidi.cli.parser import names
from handmidi.cli.parser.base import Program
from handmidi.cli.parser.shared import add_command, add_json, add_melody_track


def add_setup(program: Program) -> None:
    """Add ``setup``."""
    setup = add_command(
        program,
        "library:setup",
        "setup [--force]",
        "get the hand model and a SoundFont",
        "handmidi setup",
    )
    setup.add_argument("--force", action="store_true", help="fetch them even if they are there")


def add_songs(program: Program) -> None:
    """Add ``songs``."""
    songs = add_command(
        program,
        "songs:songs",
        "songs [SONG] [FLAGS]",
        "list the songs, show one, or import a MIDI file",
        "handmidi songs",
        "handmidi songs greensleeves",
        "handmidi songs --exercises blues",
        "handmidi songs --import my-song.mid --name my-song",
        "handmidi songs my-song --melody-track 2 --keep",
        "handmidi songs --remove my-song",
    )
    add = songs.add_argument
    add("song", nargs="?", metavar="SONG", help="show this one").completer = names.songs
    exercises = add(
        "--exercises",
        nargs="?",
        const="",
        metavar="PRESET",
        help="list the exercises instead, all or those for a preset",
    )
    exercises.completer = names.presets
    add_melody_track(songs)
    add_json(songs, "a list of songs, or one with its tracks")
    _add_own_songs(songs)


def _add_own_songs(songs: argparse.ArgumentParser) -> None:
    add = songs.add_argument_group("your own songs").add_argument
    source = add("--import", dest="source", metavar="FILE", help="take a MIDI file as a song")
    source.completer = names.songs
    add("--name", help="what it is called (as the file)")
    add("--title", help="its title (as the file says)")
    add("--composer", help="its composer (as the file says)")
    preset = add("--preset", metavar="P", help="the preset to practise it with")
    preset.completer = names.presets
    add("--force", action="store_true", help="replace a song of that name")
    add("--keep", action="store_true", help="write --melody-track and the like into SONG")
    add("--remove", metavar="NAME", help="delete one").completer = names.own_songs


def add_presets(program: Program) -> None:
    """Add ``presets``."""
    presets = add_command(
        program,
        "presets:presets",
        "presets [NAME] [FLAGS]",
        "list the presets, or show how one is played",
        "handmidi presets",
        "handmidi presets blues",
        "handmidi presets blues --picture blues.png",
        "handmidi presets mama --json",
        "handmidi presets --scales",
    )
    add = presets.add_argument
    add("name", nargs="?", metavar="NAME", help="show this one").completer = names.presets
    add("--scales", action="store_true", help="list the scales instead")
    add("--picture", type=Path, metavar="FILE", help="draw its zones into a PNG file")
    ranges = add("--camera", default="0", metavar="SRC", help="whose calibrated ranges to show (0)")
    ranges.completer = names.videos
    add_json(presets, "a list of presets or of scales, or one preset with its zones")
