"""``songs --import``, ``--keep`` and ``--remove``: the user's own songs."""

from __future__ import annotations

import argparse
from pathlib import Path

from handmidi.cli.terminal import caution, print_json, say


def keep(args: argparse.Namespace) -> str:
    """Import a file, or change a song of one's own; the song's name.

    The melody's track is in the file then: `show_song` needs not be told which it is.
    """
    from handmidi.session.suiting import own_preset
    from handmidi.song import load_song

    path = _kept(args)
    args.melody_track = None
    if args.preset and own_preset(load_song(str(path))) != args.preset:
        caution(
            f"preset {args.preset} is not used: it must be one that `handmidi presets` lists, and "
            "have all the notes of the melody"
        )
    return path.stem


def _kept(args: argparse.Namespace) -> Path:
    from handmidi.instrument.presetfile import load_preset
    from handmidi.song.importing import change_song, import_song

    if args.preset:
        load_preset(args.preset)
    changes = {
        "title": args.title,
        "composer": args.composer,
        "melody_track": args.melody_track,
        "preset": args.preset,
    }
    if args.source is None:
        path = change_song(args.song, **changes)
        say(f"changed: {path}")
        return path
    was_guessed = _guess(args)
    path = import_song(args.source, args.name, force=args.force, **changes)
    say(f"imported: {path}")
    if was_guessed:
        say(
            f"melody guessed: {was_guessed}; to choose another: "
            f"handmidi songs {path.stem} --melody-track N --keep"
        )
    return path


def remove(args: argparse.Namespace) -> None:
    """Delete a song of one's own."""
    from handmidi.song.importing import remove_song

    path = remove_song(args.remove)
    say(f"removed: {path}")
    if args.json:
        print_json({"removed": str(path)})


def _guess(args: argparse.Namespace) -> str:
    from handmidi.song import load_song

    return load_song(args.source, args.melody_track).guessed
