"""What a shell offers when Tab is pressed.

It must come at once, so nothing heavy is imported: names are those of files. An argument's
completer gets the word so far as ``prefix``, and more that it may ignore.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from handmidi import paths

_SONGS = (".mid", ".midi", ".kar", ".rmi")
_VIDEOS = (".mp4", ".mov", ".avi", ".mkv", ".webm", ".gif", ".mpg", ".ts")
_SOUNDFONTS = (".sf2", ".sf3")


def presets(prefix: str, **_: object) -> list[str]:
    """Presets by name, and TOML files."""
    return _stems(paths.preset_folders(), (".toml",)) + files(prefix, (".toml",))


def songs(prefix: str, **_: object) -> list[str]:
    """Songs by name, and MIDI files."""
    return practised(prefix) + files(prefix, _SONGS)


def practised(prefix: str, **_: object) -> list[str]:
    """Songs and exercises by name only: what `history` tells about."""
    folders = paths.song_folders()
    return _stems([*folders, *(folder / "exercises" for folder in folders)], _SONGS)


def own_songs(prefix: str, **_: object) -> list[str]:
    """The user's own songs by name."""
    return _stems([paths.data_folder() / "songs"], _SONGS)


def videos(prefix: str, **_: object) -> list[str]:
    """Video files, and ``demo``."""
    return ["demo", *files(prefix, _VIDEOS)]


def targets(prefix: str, **_: object) -> list[str]:
    """Kinds of OSC targets by name."""
    ours = paths.PACKAGE / "outputs" / "osc_targets"
    return _stems([ours, Path("osc"), paths.data_folder() / "osc"], (".toml",))


def takes(prefix: str, **_: object) -> list[str]:
    """Take folders below ``takes/``, the newest first, and other folders."""
    found = [str(info.parent) for info in Path("takes").glob("*/take.json")]
    return sorted(found, reverse=True) + folders(prefix)


def scored(prefix: str, **_: object) -> list[str]:
    """What `score` takes: takes, MIDI files and recordings, songs by name."""
    return takes(prefix) + files(prefix, (*_SONGS, ".wav", ".flac", ".ogg", ".mp3")) + songs("")


def traces(prefix: str, **_: object) -> list[str]:
    """Hand traces, and takes."""
    return files(prefix, (".csv",)) + takes(prefix)


def soundfonts(prefix: str, **_: object) -> list[str]:
    """SoundFonts, also of the folders where handmidi looks for them."""
    kept = (path for folder in paths.soundfont_folders() for path in folder.iterdir())
    return [str(path) for path in kept if path.suffix.lower() in _SOUNDFONTS] + files(
        prefix, _SOUNDFONTS
    )


def folders(prefix: str, **_: object) -> list[str]:
    """Folders only."""
    return files(prefix, ())


def trackers(prefix: str, **_: object) -> list[str]:
    """Our own trackers."""
    return ["direct", "mediapipe", "skin"]


def files(prefix: str, suffixes: Sequence[str], **_: object) -> list[str]:
    """Files of some kinds that begin with `prefix`, and folders, which end with a slash."""
    folder = os.path.dirname(prefix)
    try:
        entries = list(os.scandir(os.path.expanduser(folder) or "."))
    except OSError:
        return []
    found = []
    for entry in sorted(entries, key=lambda entry: entry.name):
        if entry.name.startswith(".") and not os.path.basename(prefix).startswith("."):
            continue
        path = os.path.join(folder, entry.name)
        if entry.is_dir():
            found.append(path + "/")
        elif entry.name.lower().endswith(tuple(suffixes)) and suffixes:
            found.append(path)
    return found


def _stems(places: Iterable[Path], suffixes: Sequence[str]) -> list[str]:
    every = (path for folder in places if folder.is_dir() for path in folder.iterdir())
    return sorted({path.stem for path in every if path.suffix.lower() in suffixes})
