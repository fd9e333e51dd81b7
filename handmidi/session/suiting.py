"""Which presets have the notes of a song."""

from __future__ import annotations

from handmidi.errors import PresetError
from handmidi.instrument import Preset, load_preset
from handmidi.instrument.presetfile import library as presets
from handmidi.notes import frequency
from handmidi.song import Song


def suits(preset: Preset, song: Song, may_bend: bool = True) -> bool:
    """Whether every note of a song's melody can be played with a preset.

    Parameters
    ----------
    preset : Preset
    song : Song
    may_bend : bool
        Whether it may be one without steps: it has the notes, but none of them safely.
    """
    if not may_bend and any(part.continuous for part in preset.parts):
        return False
    wanted = {note.pitch for note in song.melody}
    for part in preset.parts:
        wanted -= {pitch for zone in part.zones for pitch in zone.pitches}
        if part.continuous:
            low_hz, high_hz = part.continuous.lowest_hz, part.continuous.highest_hz
            wanted -= {pitch for pitch in wanted if low_hz <= frequency(pitch) <= high_hz}
    return not wanted


def own_preset(song: Song) -> str | None:
    """The preset that a song names, or that has its name and steps, if it has the notes."""
    for name, may_bend in ((song.preset, True), (song.name, False)):
        if name in presets():
            try:
                preset = load_preset(name)
            except PresetError:  # told of by whoever asks for it
                continue
            if suits(preset, song, may_bend):
                return name
    return None


def suitable() -> list[Preset]:
    """The presets that can be loaded, for `suits`; those with mistakes are left out."""
    found = []
    for name in presets():
        try:
            found.append(load_preset(name))
        except PresetError:
            continue
    return found
