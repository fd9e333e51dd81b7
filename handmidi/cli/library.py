"""``setup``, ``songs`` and ``devices``: what there is."""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial

from handmidi.cli.tables import table
from handmidi.errors import HandMidiError


def setup(args: argparse.Namespace) -> None:
    """``handmidi setup``."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    from handmidi.assets import ASSETS, install, is_installed

    console = Console()
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    fetched: set = set()
    for asset in ASSETS:
        if asset in fetched or (is_installed(asset) and not args.force):
            print(f"{asset.title}: is there ({asset.path})")
            continue
        print(f"{asset.title}: fetching {asset.package} …", flush=True)
        with Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        ) as progress:
            task = progress.add_task(asset.title, total=None)
            fetched |= set(install(asset, partial(_advance, progress, task)))
        print(f"{asset.title}: {asset.path} ({asset.licence})", flush=True)


def _advance(progress, task, done: int, total: int) -> None:
    progress.update(task, completed=done, total=total or None)


def songs(args: argparse.Namespace) -> None:
    """``handmidi songs``."""
    from handmidi.song import library, load_song

    rows = []
    for name, path in library().items():
        try:
            song = load_song(str(path))
        except HandMidiError as error:
            print(f"handmidi: {error}", file=sys.stderr)
            continue
        rows.append(
            {
                "name": name,
                "title": song.title,
                "composer": song.composer,
                "difficulty": song.difficulty,
                "notes": len(song.melody),
                "bpm": round(song.tempo.bpm, 1),
                "length_s": round(song.length_s, 1),
            }
        )
    rows.sort(key=lambda row: (row["difficulty"] or 99, row["name"]))
    if args.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    columns = ("name", "title", "composer", "difficulty", "notes", "bpm", "length_s")
    table(columns, [[str(row[c] if row[c] is not None else "") for c in columns] for row in rows])


def devices(args: argparse.Namespace) -> None:
    """``handmidi devices``."""
    from handmidi.assets import find_model, find_soundfont
    from handmidi.screen import has_display
    from handmidi.vision.tracker import ABOUT

    rows = _cameras()
    rows += [("MIDI", _try(_midi)), ("audio", _try(_audio))]
    rows += [("hand model", _try(lambda: str(find_model())))]
    rows += [("SoundFont", _try(lambda: str(find_soundfont())))]
    rows += [(f"tracker {name}", _tracker(name)) for name in ABOUT]
    rows += [("window", "can be shown" if has_display() else "no display")]
    rows += [("mail", _try(_mail))]
    table(("what", "here"), rows)


def _try(ask) -> str:
    try:
        return ask()
    except HandMidiError as error:
        return str(error)


def _tracker(name: str) -> str:
    from importlib.util import find_spec

    from handmidi.vision.tracker import ABOUT

    if name == "mediapipe" and find_spec("mediapipe") is None:
        return f"not installed: pip install 'handmidi[mediapipe]'; {ABOUT[name]}"
    return ABOUT[name]


def _mail() -> str:
    from handmidi.mail.settings import load_settings

    settings = load_settings()
    return f"{settings.host}, port {settings.port}"


def _cameras() -> list[tuple[str, str]]:
    from handmidi.cli.calibrate import camera_line
    from handmidi.vision.webcams import list_webcams

    rows = [
        (f"camera {webcam.index}", f"{webcam.name}; {camera_line(str(webcam.index))}")
        for webcam in list_webcams()
    ]
    return rows or [("camera", "none; try --camera demo")]


def _midi() -> str:
    from handmidi.outputs.midi import list_ports, midi_systems

    found = list_ports()
    if not found:
        return f"none of {', '.join(midi_systems())} runs here"
    return "; ".join(f"{name}: {', '.join(ports) or 'no ports'}" for name, ports in found.items())


def _audio() -> str:
    from handmidi.practice.recorder import microphone_name

    return f"microphone: {microphone_name() or 'none'}"
