"""The user's own songs: taken over from any MIDI file, changed, and removed.

A song is written as a type 1 file in the data folder, one track for each that `load_song`
counts, with what is known of it in text events. The melody's number is one of them, ``melody:``,
so that it is guessed once and can be changed without the file that it came from.
"""

from __future__ import annotations

import io
import re
import unicodedata
from pathlib import Path

import mido

from handmidi import paths
from handmidi.errors import SongError
from handmidi.files import replace_file
from handmidi.midifile import MidiData, read_midi
from handmidi.song.headings import TAGS, tags_of
from handmidi.song.library import find_song, nameable
from handmidi.song.melody import Ranked, rank_parts
from handmidi.song.parts import parts_of, split_channels
from handmidi.song.song import Song, load_song

TICKS_PER_BEAT = 480
LONGEST_NAME = 60
"""Characters of a song's name."""
_TAKEN_BY_SYSTEMS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)$")


def import_song(
    source: str,
    name: str | None = None,
    *,
    title: str | None = None,
    composer: str | None = None,
    melody_track: int | None = None,
    preset: str | None = None,
    force: bool = False,
) -> Path:
    """Make any MIDI file a song of the user's library.

    Parameters
    ----------
    source : str
        A file, or the name of a song.
    name : str, optional
        By default made of the file's: small letters, digits and hyphens.
    title, composer : str, optional
        By default what the file says.
    melody_track : int, optional
        By default as `load_song` chooses it.
    preset : str, optional
        The preset to practise it with.
    force : bool
        Replace a song of the user's, or hide one of ours.

    Returns
    -------
    Path
        The new file.

    Raises
    ------
    SongError
        If the file cannot be used, the name is none or taken, or the file cannot be written.
    """
    path = find_song(source)
    name = _checked_name(name if name is not None else _name_of(path.stem))
    if name in nameable() and not force:
        raise SongError(
            f"there is a song {name!r} already: choose another --name, or replace it with --force"
        )
    tags = _tags(load_song(str(path), melody_track), title, composer, preset)
    target = _folder() / f"{name}.mid"
    _write(target, split_channels(read_midi(path)), tags)
    return target


def change_song(
    name: str,
    *,
    title: str | None = None,
    composer: str | None = None,
    melody_track: int | None = None,
    preset: str | None = None,
) -> Path:
    """Change what a song of the user's says of itself; None leaves it as it is.

    Raises
    ------
    SongError
        If it is none of the user's own, has no such track, or cannot be written.
    """
    path = own_song(name, "import it first: handmidi songs --import FILE")
    tags = _tags(load_song(str(path), melody_track), title, composer, preset)
    target = path.with_suffix(".mid")
    _write(target, split_channels(read_midi(path)), tags)
    if target != path:
        path.unlink(missing_ok=True)
    return target


def remove_song(name: str) -> Path:
    """Delete a song of the user's own.

    Raises
    ------
    SongError
        If it is none of the user's own, or cannot be deleted.
    """
    path = own_song(name, "only imported songs can be removed")
    try:
        path.unlink()
    except OSError as error:
        raise SongError(f"cannot remove {path}: {error.strerror or error}") from error
    return path


def own_song(name: str, otherwise: str) -> Path:
    """The file of a song in the user's library; `otherwise` is the next step if there is none.

    Raises
    ------
    SongError
        If it lies elsewhere, or is not there.
    """
    path = nameable().get(name)
    if path is None or path.parent != _folder():
        raise SongError(f"{name!r} is no song of your own: {otherwise}")
    return path


def candidates(name: str) -> list[Ranked]:
    """The tracks of a song that may be its melody, the likeliest first.

    Raises
    ------
    SongError
        If there is no such song, or it cannot be read.
    """
    data = split_channels(read_midi(find_song(name)))
    return rank_parts(parts_of(data), data)


def _folder() -> Path:
    return paths.data_folder() / "songs"


def _tags(
    song: Song, title: str | None, composer: str | None, preset: str | None
) -> dict[str, str]:
    """What the file shall say; None is what the song says by itself."""
    return {
        "title": song.title if title is None else title,
        "composer": song.composer if composer is None else composer,
        "melody": str(next(track.number for track in song.tracks if track.is_melody)),
        "preset": song.preset if preset is None else preset,
    }


def _name_of(stem: str) -> str:
    plain = unicodedata.normalize("NFKC", stem).lower()
    return re.sub(r"[\W_]+", "-", plain)[:LONGEST_NAME].strip("-")


def _checked_name(name: str) -> str:
    """A name that is safe as a file's everywhere, and cannot leave its folder."""
    if (
        name != _name_of(name)
        or not name
        or len(name) > LONGEST_NAME
        or _TAKEN_BY_SYSTEMS.match(name)
    ):
        near = _name_of(name)
        near = near if near and not _TAKEN_BY_SYSTEMS.match(near) else "my-song"
        raise SongError(
            f"a song cannot be called {name[:LONGEST_NAME]!r}: small letters, digits and hyphens "
            f"make a name, such as --name {near}"
        )
    return name


def _write(path: Path, data: MidiData, tags: dict[str, str]) -> None:
    stream = io.BytesIO()
    _file(data, tags).save(file=stream)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, stream.getvalue())
    except OSError as error:
        raise SongError(f"cannot write {path}: {error.strerror or error}") from error


def _file(data: MidiData, tags: dict[str, str]) -> mido.MidiFile:
    """The file anew: tempo from the map, tags and names first, the rest in its place."""
    tags = {key: value for key, value in (tags_of(data) | tags).items() if value.strip()}
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT)
    timed: list[list[tuple[int, mido.Message | mido.MetaMessage]]] = [[] for _ in data.tracks]
    timed[0] += [(0, _text(f"{key}:{value.strip()}")) for key, value in tags.items()]
    for beat, tempo in data.tempo.changes:
        timed[0].append((_ticks(beat), mido.MetaMessage("set_tempo", tempo=round(tempo))))
    for event in data.events:
        message = event.message
        is_tag = message.type == "text" and message.text.split(":")[0] in TAGS
        if message.type not in ("track_name", "set_tempo", "end_of_track") and not is_tag:
            timed[event.track].append((_ticks(event.beat), message))
    end = _ticks(data.events[-1].beat)
    for name, messages in zip(data.tracks, timed, strict=True):
        file.tracks.append(_track(name, messages, end))
    return file


def _track(
    name: str, timed: list[tuple[int, mido.Message | mido.MetaMessage]], end: int
) -> mido.MidiTrack:
    track = mido.MidiTrack()
    if name:
        track.append(mido.MetaMessage("track_name", name=_bytes(name)))
    now = 0
    for tick, message in sorted(timed, key=lambda each: each[0]):
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=end - now))
    return track


def _text(text: str) -> mido.MetaMessage:
    return mido.MetaMessage("text", text=_bytes(text))


def _bytes(text: str) -> str:
    """UTF-8 as mido writes it, which takes each character for a byte."""
    return text.encode("utf-8", "replace").decode("latin1")


def _ticks(beat: float) -> int:
    return round(beat * TICKS_PER_BEAT)
