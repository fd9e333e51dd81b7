"""``history``: what was practised, and how well."""

from __future__ import annotations

import argparse
import difflib
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from handmidi.cli.plot import bar_plot
from handmidi.cli.tables import table
from handmidi.cli.terminal import aside, print_json, result, warn
from handmidi.errors import TakeError
from handmidi.history import Entry, Summary, read_history, summaries
from handmidi.take import Take, find_takes

_SONGS = ("song", "title", "takes", "last", "accuracy", "best", "trend")
_TAKES = (
    "date",
    "preset",
    "tempo",
    "how",
    "accuracy",
    "F",
    "bias ms",
    "corrected",
    "spread",
    "streak",
    "notes",
    "report",
)


def history(args: argparse.Namespace) -> None:
    """``handmidi history [SONG]``."""
    entries = read_history(args.out, warn, args.rebuild)
    _tell_damaged(args.out)
    if not entries:
        raise TakeError(
            f"no takes of songs in {args.out}: practise one, or name a folder with --out"
        )
    if args.song is None:
        _show_songs(summaries(entries), args.json)
    else:
        _show_takes(_named(entries, args.song), args.out, args.json)


def _tell_damaged(parent: Path) -> None:
    """A take that cannot be read is in no table: say which."""
    for take in find_takes(parent):
        try:
            take.read_info()
        except TakeError as error:
            warn(f"{error}; left out")


def _named(entries: Sequence[Entry], song: str) -> list[Entry]:
    """The takes of a song, by its name or title."""
    wanted = song.casefold()
    found = [e for e in entries if wanted in (e.song.casefold(), e.title.casefold())]
    if not found:
        names = sorted({entry.song for entry in entries})
        near = difflib.get_close_matches(song.lower(), names, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else "handmidi history lists the songs"
        raise TakeError(f"no take of a song called {song!r}: {hint}")
    return found


def _show_songs(songs: Sequence[Summary], as_json: bool) -> None:
    if as_json:
        print_json([asdict(song) for song in songs])
        return
    table(
        _SONGS,
        [
            (s.song, s.title, str(s.takes), _day(s.date), *map(_share, (s.last, s.best)), trend)
            for s in songs
            for trend in ["" if s.trend is None else f"{100 * s.trend:+.0f} %"]
        ],
    )
    if any(s.best is None for s in songs):
        aside("accuracy and trend are of whole songs; handmidi history SONG shows all takes")


def _show_takes(entries: Sequence[Entry], parent: Path, as_json: bool) -> None:
    reports = [Take(parent / entry.take).report for entry in entries]
    found = [str(report) if report.is_file() else None for report in reports]
    if as_json:
        rows = [{**asdict(e), "report": report} for e, report in zip(entries, found, strict=True)]
        print_json(rows)
        return
    rows = [(*_row(e), report or "") for e, report in zip(entries, found, strict=True)]
    shown = len(_TAKES) - sys.stdout.isatty()  # paths would leave a terminal no room for figures
    table(_TAKES[:shown], [row[:shown] for row in rows])
    for title in dict.fromkeys(entry.title for entry in entries):
        _plot(title, [entry for entry in entries if entry.title == title])
    if found[-1]:
        result(f"\nlast report: {found[-1]}")


def _plot(title: str, entries: Sequence[Entry]) -> None:
    width = shutil.get_terminal_size((80, 24)).columns
    result(f"\n{title}: accuracy from {_day(entries[0].date)} to {_day(entries[-1].date)}")
    print("\n".join(bar_plot([entry.accuracy for entry in entries], min(width, 120))))


def _row(entry: Entry) -> tuple[str, ...]:
    how = [f"bars {entry.loop}"] if entry.loop else []
    how += ["waited"] if entry.waited else []
    how += [] if entry.whole else ["stopped"]
    return (
        datetime.fromisoformat(entry.date).strftime("%Y-%m-%d %H:%M"),
        entry.preset,
        f"{entry.tempo:g} %",
        ", ".join(how),
        _share(entry.accuracy),
        "" if entry.f_measure is None else f"{entry.f_measure:.2f}",
        _ms(entry.bias_ms, "+"),
        _ms(entry.corrected_bias_ms, "+"),
        _ms(entry.spread_ms),
        _count(entry.streak),
        _count(entry.notes),
    )


def _day(date: str) -> str:
    return datetime.fromisoformat(date).strftime("%Y-%m-%d")


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def _ms(value: float | None, sign: str = "") -> str:
    return "" if value is None else f"{value:{sign}.0f}"


def _count(value: int | None) -> str:
    return "" if value is None else str(value)
