"""The song that is practised, live and out of a take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from handmidi.errors import PresetError
from handmidi.instrument import Preset
from handmidi.notes import pitch_name
from handmidi.practice.waiting import halts
from handmidi.song import Song, load_song
from handmidi.song.arrangement import Arrangement, arrange
from handmidi.take import Take


@dataclass(frozen=True)
class Practised:
    """A song as it is practised.

    Parameters
    ----------
    song : Song
        With loop, transposition and guide.
    whole : Song
        Transposed, but not looped: its notes are those that the hand must find, so that they
        lie where they lie when the whole song is played.
    arrangement : Arrangement
    """

    song: Song
    whole: Song
    arrangement: Arrangement

    @property
    def rate(self) -> float:
        """Tempo at its beginning; 1.0 is the song's own."""
        return self.arrangement.tempo / 100


def practise(name: str, melody_track: int | None, arrangement: Arrangement) -> Practised:
    """Load a song and arrange it.

    Raises
    ------
    SongError
        If there is no such song, or the arrangement asks for what it does not have.
    """
    loaded = load_song(name, melody_track, arrangement.mute)
    whole = arrange(loaded, Arrangement(transpose=arrangement.transpose))
    return Practised(arrange(loaded, arrangement), whole, arrangement)


def practised_of(take: Take, info: dict[str, Any]) -> Practised | None:
    """The song of a take as its settings had it; None if it has none.

    Raises
    ------
    SongError
        As `practise`.
    """
    about = info.get("song")
    if not isinstance(about, dict):
        return None
    track = about.get("melody_track")
    carried = take.song if take.song.is_file() else about.get("name", "")
    number = track if isinstance(track, int) else None
    found = practise(str(carried), number, arrangement_of(info))
    named = {key: about[key] for key in ("name", "title") if isinstance(about.get(key), str)}
    return replace(found, song=replace(found.song, **named))


def arrangement_of(info: dict[str, Any]) -> Arrangement:
    """How the song of a take was practised.

    Raises
    ------
    SongError
        If take.json has settings without sense.
    """
    settings = info.get("settings")
    return Arrangement.from_settings(settings if isinstance(settings, dict) else {})


def check_waits(preset: Preset, song: Song) -> None:
    """Refuse a preset with which a song that waits would not go on.

    Raises
    ------
    PresetError
        If the preset lacks notes of the song, has no steps, or puts its notes on beats.
    """
    parts = [part for part in preset.parts if part.plays]
    if preset.grid_beats or any(part.continuous for part in parts):
        why = "puts notes on the beat" if preset.grid_beats else "has no steps"
        raise PresetError(f"preset {preset.name} {why}: leave out --wait, or choose another")
    pitches = {pitch for part in parts for zone in part.zones for pitch in zone.pitches}
    for halt in halts(song):
        if not halt.pitches & pitches:
            missing = pitch_name(min(halt.pitches))
            raise PresetError(
                f"preset {preset.name} has no {missing}, for which {song.title} would wait: "
                "leave out --wait or --preset"
            )
