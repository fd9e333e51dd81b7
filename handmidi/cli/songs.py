"""``songs``: the library, the exercises, or one song."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handmidi.cli.tables import table
from handmidi.cli.terminal import is_quiet, print_json, warn
from handmidi.errors import HandMidiError
from handmidi.notes import pitch_name

if TYPE_CHECKING:
    from handmidi.instrument import Preset
    from handmidi.song import Song, SongTrack

_COLUMNS = (
    *("level", "name", "title", "composer", "key", "metre", "bars", "notes", "length", "range"),
    "presets",
)
_SPARE = ("presets", "composer", "key", "bars", "metre", "range")
_TOLD = ("composer", "year", "origin", "source", "licence", "key")
_FIRST_NOTES, _MOST_PRESETS = 12, 3
_CHANGES = ("title", "composer", "preset", "melody_track")
_UNGRADED = 99


def songs(args: argparse.Namespace) -> None:
    """``handmidi songs``: all of them, or one; with --import, --keep or --remove, one's own."""
    _check(args)
    if args.remove is not None:
        from handmidi.cli.songimport import remove

        remove(args)
    elif args.source is not None or args.keep:
        from handmidi.cli.songimport import keep

        name = keep(args)
        if args.json or not is_quiet():
            show_song(args, name)
    elif args.song:
        show_song(args, args.song)
    else:
        _library(args)


def _check(args: argparse.Namespace) -> None:
    """Refuse flags that do not go together."""
    asked = [args.source is not None, args.remove is not None, args.exercises is not None]
    if sum(asked) > 1 or (any(asked) and args.song):
        args.usage_error("SONG, --import, --remove and --exercises do not go together")
    if args.keep and not args.song:
        args.usage_error("which SONG? --keep changes one of your own")
    if args.melody_track is not None and not args.song and args.source is None:
        args.usage_error("which SONG? --melody-track is one of its tracks")
    if (args.name is not None or args.force) and args.source is None:
        args.usage_error("--name and --force are for --import FILE")
    told = [name for name in ("title", "composer", "preset") if getattr(args, name) is not None]
    if told and args.source is None and not args.keep:
        args.usage_error(f"--{told[0]} is for --import FILE, or for SONG with --keep")
    if args.keep and all(getattr(args, name) is None for name in _CHANGES):
        args.usage_error("--keep what? give --melody-track, --title, --composer or --preset")


def _library(args: argparse.Namespace) -> None:
    from handmidi.session.suiting import suitable
    from handmidi.song import load_song
    from handmidi.song.library import exercises, library

    presets, rows = suitable(), []
    for name, path in (library() if args.exercises is None else exercises()).items():
        try:
            song = load_song(str(path))
            if not args.exercises or song.preset == args.exercises:
                rows.append(_about(name, song, presets) | {"flats": song.fifths < 0})
        except HandMidiError as error:
            warn(str(error))
    if args.exercises and not rows:
        from handmidi.instrument.presetfile import load_preset

        load_preset(args.exercises)
        raise HandMidiError(
            f"there is no exercise for the preset {args.exercises}: "
            "handmidi songs --exercises lists all"
        )
    rows.sort(key=lambda row: (row["difficulty"] or _UNGRADED, row["name"]))
    if args.json:
        print_json([{k: value for k, value in row.items() if k != "flats"} for row in rows])
    else:
        table(_COLUMNS, map(_listed, rows), _SPARE)


def _about(name: str, song: Song, presets: list[Preset]) -> dict[str, Any]:
    from handmidi.session.suiting import own_preset, suits

    own, pitches = own_preset(song), [note.pitch for note in song.melody]
    fitting = [
        preset.name
        for preset in presets
        if preset.name == own or suits(preset, song, may_bend=False)
    ]
    return {
        "name": name,
        "title": song.title,
        "composer": song.composer,
        "difficulty": song.difficulty,
        "key": song.key,
        "metres": [f"{meter.numerator}/{meter.denominator}" for meter in song.meters],
        "bars": [song.bar_numbers[0], song.bar_numbers[-1]],
        "notes": len(song.melody),
        "bpm": round(song.tempo.bpm, 1),
        "length_s": round(song.length_s, 1),
        "range": [min(pitches), max(pitches)],
        "preset": own,
        "presets": sorted(fitting, key=lambda each: (each != own, each)),
    }


def _listed(row: dict[str, Any]) -> tuple[str, ...]:
    metres = list(dict.fromkeys(row["metres"]))
    fitting = row["presets"]
    more = f" +{len(fitting) - _MOST_PRESETS}" if len(fitting) > _MOST_PRESETS else ""
    return (
        str(row["difficulty"] or ""),
        row["name"],
        row["title"],
        row["composer"],
        row["key"],
        " ".join(metres),
        str(row["bars"][-1]),
        str(row["notes"]),
        _clock(row["length_s"]),
        _span(*row["range"], flats=row["flats"]),
        ", ".join(fitting[:_MOST_PRESETS]) + more,
    )


def show_song(args: argparse.Namespace, name: str) -> None:
    """What a song is, its tracks, which of them is the melody, and how to practise it."""
    from dataclasses import asdict

    from handmidi.session.suiting import suitable
    from handmidi.song import load_song

    song = load_song(name, args.melody_track)
    about = _about(song.name, song, suitable())
    if args.json:
        about |= {key: getattr(song, key) for key in _TOLD}
        about |= {"guessed": song.guessed, "melody": _notes(song, len(song.melody))}
        about["tracks"] = [asdict(track) for track in song.tracks]
        print_json(about)
        return
    print(song.title)
    for key in _TOLD:
        if value := getattr(song, key):
            print(f"{key}: {value}")
    columns = ("track", "name", "channel", "notes", "range", "part")
    table(columns, (_row(track, song.fifths < 0) for track in song.tracks))
    print("\n".join(_melody_lines(song, name)))
    print(_practise_line(song, about, args.melody_track, name))


def _melody_lines(song: Song, name: str) -> list[str]:
    """Which track is the melody and why, its beginning, and what else it could be."""
    from handmidi.session.lines import melody_line
    from handmidi.song.importing import candidates

    track = next(track for track in song.tracks if track.is_melody)
    label = f" {track.name!r}" if track.name else ""
    lines = [melody_line(song) if song.guessed else f"melody: track {track.number}{label}"]
    last = song.bar_numbers[-1]
    level = f"level {song.difficulty}, " if song.difficulty else ""
    bars = f"{last} bar{'s' if last > 1 else ''}"
    span = _span(track.low or 0, track.high or 0, song.fifths < 0)
    lines.append(f"{level}{bars}, {_clock(song.length_s)}, {len(song.melody)} notes, {span}")
    lines.append(f"first notes: {' '.join(_notes(song, _FIRST_NOTES))}")
    if song.guessed:
        others = [each for each in candidates(name) if each.part.number != track.number]
        lines += [
            f"or track {each.part.number}{f' {each.part.name!r}' if each.part.name else ''}"
            f"{f': {each.why}' if each.why else ''}"
            for each in others[:_MOST_PRESETS]
        ]
    return lines


def _practise_line(song: Song, about: dict[str, Any], track: int | None, name: str) -> str:
    shown = song.name if not Path(name).suffix else name
    chosen = f" --melody-track {track}" if track is not None else ""
    if about["preset"]:
        return f"practise it: handmidi practice {shown}{chosen} (preset {about['preset']})"
    zones = len({note.pitch for note in song.melody})
    what = f"a zone for each of its {zones} notes" if zones > 1 else "one zone: it has one note"
    return f"practise it: handmidi practice {shown}{chosen} ({what})"


def _notes(song: Song, count: int) -> list[str]:
    return [pitch_name(note.pitch, song.fifths < 0) for note in song.melody[:count]]


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _span(low: int, high: int, flats: bool = False) -> str:
    return f"{pitch_name(low, flats)}–{pitch_name(high, flats)}"


def _row(track: SongTrack, flats: bool) -> tuple[str, ...]:
    from handmidi.song.parts import DRUMS

    if track.low is None or track.high is None:
        return str(track.number), track.name, "", "0", "", ""
    part = "drums" if track.channels == (DRUMS,) else "backing"
    return (
        str(track.number),
        track.name,
        ", ".join(str(channel + 1) for channel in track.channels),
        str(track.notes),
        _span(track.low, track.high, flats),
        "melody" if track.is_melody else part,
    )
