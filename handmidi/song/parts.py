"""The parts of a MIDI file: its tracks, or the channels of a file that has but one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from handmidi.midifile import MidiData
from handmidi.notes import Note

MELODY, CHANNEL = "melody", "channel "
DRUMS = 9
_FAMILIES = (
    *("piano", "mallets", "organ", "guitar", "bass", "strings", "ensemble", "brass"),
    *("reeds", "flutes", "synth lead", "synth pad", "synth effects", "folk", "percussion"),
    "sound effects",
)


@dataclass(frozen=True, slots=True)
class Part:
    """Notes that belong together.

    Parameters
    ----------
    number : int
        Of its track, from 0.
    name : str
        May be empty.
    channels : tuple of int
        Of its notes, 0..15.
    program : int, optional
        The first that is called for on one of them, 0..127.
    notes : tuple of (Note, float, float)
        At least one, as `MidiData.notes` gives them: note, beat and length in beats.
    """

    number: int
    name: str
    channels: tuple[int, ...]
    program: int | None
    notes: tuple[tuple[Note, float, float], ...]

    @property
    def is_drums(self) -> bool:
        """Whether all of it is on General MIDI's channel of drums."""
        return self.channels == (DRUMS,)


def split_channels(data: MidiData) -> MidiData:
    """Where one track holds all notes, on several channels, each channel becomes a track.

    So it is in files of type 0. The channels with notes are counted from 0 and named after
    channel and General MIDI family, such as "channel 4, flutes". A track called "Melody" stays
    as it is, and so does every other file.
    """
    sounding = {
        (e.track, e.message.channel)
        for e in data.events
        if e.message.type == "note_on" and e.message.velocity
    }
    tracks = {track for track, _ in sounding}
    if len(tracks) != 1 or len(sounding) == 1:
        return data
    if data.tracks[tracks.pop()].lower() == MELODY:
        return data
    channels = sorted(channel for _, channel in sounding)
    numbers = {channel: number for number, channel in enumerate(channels)}
    programs = _programs(data)
    names = tuple(_name(channel, programs.get(channel, 0)) for channel in channels)
    events = (
        e._replace(track=0 if e.message.is_meta else numbers[e.message.channel])
        for e in data.events
        if e.message.is_meta or e.message.channel in numbers
    )
    return replace(data, events=tuple(events), tracks=names)


def parts_of(data: MidiData) -> list[Part]:
    """Every track with notes, in order."""
    channels: dict[int, set[int]] = {}
    for event in data.events:
        if event.message.type == "note_on" and event.message.velocity:
            channels.setdefault(event.track, set()).add(event.message.channel)
    programs = _programs(data)
    return [
        Part(
            number,
            data.tracks[number],
            tuple(sorted(channels[number])),
            next((programs[c] for c in sorted(channels[number]) if c in programs), None),
            tuple(notes),
        )
        for number, notes in data.notes_by_track().items()
    ]


def _programs(data: MidiData) -> dict[int, int]:
    """The first program of each channel."""
    found: dict[int, int] = {}
    for event in data.events:
        if event.message.type == "program_change":
            found.setdefault(event.message.channel, event.message.program)
    return found


def _name(channel: int, program: int) -> str:
    return f"{CHANNEL}{channel + 1}, {'drums' if channel == DRUMS else _FAMILIES[program // 8]}"
