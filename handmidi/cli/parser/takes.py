"""``score``, ``report``, ``send`` and ``history``."""

from __future__ import annotations

import argparse
from pathlib import Path

from handmidi.cli import arguments
from handmidi.cli.parser import names
from handmidi.cli.parser.base import Program
from handmidi.cli.parser.shared import add_command, add_json, add_melody_track

_ALL = "\nexit status: 0 only if every take could be worked on"


def add_score(program: Program) -> None:
    """Add ``score``."""
    score = add_command(
        program,
        "files:score",
        "score (NOTES SONG | TAKE…) [FLAGS]",
        "score played notes against a song",
        "handmidi score takes/2026-11-22-120000-mama",
        "handmidi score notes.mid mama --json",
        "handmidi score takes --jobs 2",
        note=_ALL,
    )
    score.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a MIDI file of played notes, or a recording of one voice, and its SONG (a name, or "
        "a MIDI file); or else takes, and folders of takes at any depth",
    ).completer = names.scored
    add_json(score, "the score; for many takes a list of take and score")
    add_melody_track(score)
    _add_many(score)


def add_report(program: Program) -> None:
    """Add ``report``."""
    report = add_command(
        program,
        "files:report",
        "report TAKE… [FLAGS]",
        "write the report of takes again",
        "handmidi report takes/2026-11-22-120000-mama",
        "handmidi report takes --html",
        note=_ALL,
    )
    named = "a take, or a folder of takes at any depth"
    takes = report.add_argument("takes", nargs="+", metavar="TAKE", help=named)
    takes.completer = names.takes
    report.add_argument("--html", action="store_true", help="write report.html, too")
    add_json(report, "a list of take, score and report")
    _add_many(report)


def add_send(program: Program) -> None:
    """Add ``send``."""
    send = add_command(
        program,
        "files:send",
        "send [TAKE --to ADDRESS]",
        "mail a take, or whatever waits in the outbox",
        "handmidi send takes/2026-11-22-120000-mama --to teacher@example.org",
        "handmidi send",
        note="\nexit status: 0 only if everyone took the mail, and none is left in the outbox",
    )
    take = send.add_argument("take", type=Path, nargs="?", metavar="TAKE", help="a take folder")
    take.completer = names.takes
    send.add_argument(
        "--to", type=arguments.addresses, metavar="ADDRESS", help="one or more, with commas"
    )
    send.add_argument(
        "--again",
        action="store_true",
        help="send also what may have arrived already, and what was refused",
    )


def add_history(program: Program) -> None:
    """Add ``history``."""
    history = add_command(
        program,
        "history:history",
        "history [SONG] [FLAGS]",
        "show what was practised, and how well",
        "handmidi history",
        "handmidi history mama",
        "handmidi history --json",
    )
    add = history.add_argument
    song = add(
        "song", nargs="?", metavar="SONG", help="every take of this one; by default all songs"
    )
    song.completer = names.practised
    out = add(
        "--out", type=Path, default=Path("takes"), metavar="DIR", help="where takes are (takes)"
    )
    out.completer = names.folders
    add("--rebuild", action="store_true", help="read all takes anew")
    add_json(history, "a list of songs, or of one song's takes")


def _add_many(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--mic", action="store_true", help="score what the microphone heard (an extra)")
    add("--jobs", type=arguments.jobs, metavar="N", help="takes at once (one for each core)")
    add(
        "--dask",
        metavar="ADDRESS",
        help="do it on the Dask cluster with its scheduler there (an extra); the takes' files "
        "are sent along",
    )
