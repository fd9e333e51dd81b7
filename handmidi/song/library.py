"""Where songs are: the ones that can be named, and files."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from handmidi import paths
from handmidi.errors import SongError

EXERCISES = "exercises"
"""The folder of exercises within a folder of songs."""
_SUFFIXES = (".mid", ".midi", ".kar", ".rmi")


def library() -> dict[str, Path]:
    """The songs that can be named: the user's own, the current folder's, and ours."""
    return _named(paths.song_folders())


def exercises() -> dict[str, Path]:
    """The exercises that can be named, from the same places as the songs."""
    folders = (folder / EXERCISES for folder in paths.song_folders())
    return _named(folder for folder in folders if folder.is_dir())


def nameable() -> dict[str, Path]:
    """Songs and exercises; a song wins over an exercise of its name."""
    return exercises() | library()


def find_song(name: str) -> Path:
    """The file of a song: a name of the library or of an exercise, or a path.

    Raises
    ------
    SongError
        If there is neither; the message offers the nearest name.
    """
    path = Path(name)
    songs = nameable()
    if name in songs:
        return songs[name]
    if path.is_file():
        return path
    if path.suffix.lower() in _SUFFIXES or len(path.parts) > 1:
        raise SongError(f"no such file: {name}")
    near = difflib.get_close_matches(name.lower(), songs, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else "`handmidi songs` lists what there is"
    raise SongError(f"no song is called {name!r}: {hint}")


def _named(folders: Iterable[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in reversed(list(folders)):
        files = [p for p in sorted(folder.iterdir()) if p.suffix.lower() in _SUFFIXES]
        # Of files with one name .mid wins: that is how songs of one's own are written.
        files.sort(key=lambda path: path.suffix == ".mid")
        found.update({path.stem: path for path in files})
    return dict(sorted(found.items()))
