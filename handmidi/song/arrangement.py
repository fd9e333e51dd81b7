"""How a song is practised: transposed, looped with a rising tempo, with or without guide."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import mido

from handmidi.errors import SongError
from handmidi.midibytes import MAX_EVENTS
from handmidi.notes import TimedMessage
from handmidi.song.clicks import pulse
from handmidi.song.looping import notes_between, write_out
from handmidi.song.meter import MAX_BARS, MAX_BEATS
from handmidi.song.song import Song
from handmidi.song.tracks import MAX_MELODY
from handmidi.song.transposing import transposed

MAX_LOOP_S = 3600.0
"""Longest practice of a loop, seconds of the session."""
_USUAL_PASSES, _MAX_PASSES = 20, 1000
_GUIDE_LEVEL = 0.6
_RANGES = {
    "transpose": (-24, 24),
    "passes": (1, _MAX_PASSES),
    "rise": (0, 50),
    "tempo": (25, 200),
    "top": (25, 200),
    "count_in": (0, 4),
}


@dataclass(frozen=True)
class Arrangement:
    """What is practised of a song, and how.

    Parameters
    ----------
    transpose : int
        Semitones, -24..24; the drums stay.
    loop : (int, int), optional
        Printed numbers of the first and the last bar to repeat. By default the whole song, once.
    passes : int, optional
        How often the loop is played, 1..1000. By default 20 times; with `rise` until `top` is
        reached, and once more; and no longer than an hour.
    rise : float
        Percent of the song's tempo that each pass is faster than the one before, 0..50.
    tempo : float
        Percent of the song's tempo at the first pass, 25..200.
    top : float
        Percent of the song's tempo that no pass exceeds, 25..200; with `rise` from `tempo` on.
    guide : bool
        The melody sounds softly with the backing.
    metronome : bool
        Every beat clicks.
    mute : tuple of int or str
        Numbers or names of the tracks that the backing leaves out: for `load_song`.
    count_in : int
        Bars counted in, 0..4.
    wait : bool
        The backing waits for the player.

    Raises
    ------
    ValueError
        If one of them lies outside its range.
    """

    transpose: int = 0
    loop: tuple[int, int] | None = None
    passes: int | None = None
    rise: float = 0.0
    tempo: float = 100.0
    top: float = 100.0
    guide: bool = False
    metronome: bool = False
    mute: tuple[int | str, ...] = ()
    count_in: int = 1
    wait: bool = False

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ValueError(f"{name} must be in {low}..{high}, not {value:g}")
        if self.rise and self.top < self.tempo:
            raise ValueError(f"top must be at least tempo, {self.tempo:g}, not {self.top:g}")
        if self.loop and not 0 <= self.loop[0] <= self.loop[1]:
            raise ValueError(f"loop must be a first and a last bar, not {self.loop}")

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Arrangement:
        """The arrangement that a take's settings tell of; other keys are ignored.

        Raises
        ------
        SongError
            If a setting has no sense.
        """
        names = {field.name for field in fields(cls)}
        kept = {key: value for key, value in settings.items() if key in names}
        kept = {key: value for key, value in kept.items() if value is not None}
        try:
            if "loop" in kept:
                first, last = (int(number) for number in kept["loop"])
                kept["loop"] = (first, last)
            if "mute" in kept:
                kept["mute"] = tuple(n if isinstance(n, int) else str(n) for n in kept["mute"])
            for name in ("transpose", "passes", "count_in"):
                if name in kept:
                    kept[name] = int(kept[name])
            return cls(**kept)
        except (TypeError, ValueError, OverflowError) as error:
            raise SongError(f"the take's settings cannot be practised: {error}") from error

    def to_settings(self) -> dict[str, Any]:
        """The settings for take.json, named as the fields are: `from_settings` reads them."""
        kept = {field.name: getattr(self, field.name) for field in fields(self)}
        return kept | {"loop": list(self.loop) if self.loop else None, "mute": list(self.mute)}

    @property
    def is_looped(self) -> bool:
        """Whether something is played again: with `passes` or `rise` alone, the whole song."""
        return bool(self.loop or self.rise or (self.passes or 1) > 1)

    def tempi(self, passes: int) -> list[float]:
        """Tempo of each pass in percent of the song's."""
        top = max(self.top, self.tempo)
        return [min(self.tempo + self.rise * i, top) for i in range(passes)]


def arrange(song: Song, arrangement: Arrangement) -> Song:
    """The song that is practised: an ordinary song, with loop, transposition and guide in it.

    Parameters
    ----------
    song : Song
        Without the muted tracks already: `load_song` leaves them out.
    arrangement : Arrangement

    Returns
    -------
    Song
        Its tempo is the song's own in the first pass; `arrangement.tempo` is left to who plays
        it. Guide and metronome are in its backing.

    Raises
    ------
    SongError
        If the loop lies outside the song or is too long, or the melody leaves MIDI's range.
    """
    if arrangement.transpose:
        song = transposed(song, arrangement.transpose)
    if arrangement.is_looped:
        song = _looped(song, arrangement)
    has_notes = any(timed.message.type == "note_on" for timed in song.backing)
    more: list[TimedMessage] = []
    if arrangement.guide:
        more += (TimedMessage(t.time_s, _softly(t.message)) for t in song.guide)
    if arrangement.metronome or (arrangement.guide and not has_notes):
        more += pulse(song)
    if not more:
        return song
    return replace(song, backing=tuple(sorted([*song.backing, *more], key=lambda t: t.time_s)))


def _softly(message: mido.Message) -> mido.Message:
    if message.type != "note_on" or not message.velocity:
        return message
    return message.copy(velocity=max(1, round(message.velocity * _GUIDE_LEVEL)))


def _looped(song: Song, arrangement: Arrangement) -> Song:
    first, last = _places(song, arrangement.loop)
    start, end = song.bars[first], song.bars[last + 1]
    once_s = song.tempo.seconds(end) - song.tempo.seconds(start)
    notes = len(notes_between(song, start, end))
    if not notes:
        raise SongError(f"the melody of {song.title} has no note in those bars: choose others")
    passes = arrangement.passes or _usual_passes(arrangement, once_s)
    tempi = arrangement.tempi(passes)
    length_s = sum(once_s * 100 / tempo for tempo in tempi)
    messages = len(song.backing) + len(song.guide) + len(song.tempo.changes)
    beats = sum(song.meter_at(bar).numerator for bar in song.bars[first : last + 1])
    if (
        length_s > MAX_LOOP_S
        or passes * (last + 1 - first) > MAX_BARS
        or passes * beats > MAX_BEATS
        or passes * notes > MAX_MELODY
        or passes * messages > MAX_EVENTS
    ):
        raise SongError(
            f"{passes} passes are too much to practise at once ({length_s / 60:.0f} minutes, "
            f"{passes * notes:,} notes): choose fewer --passes, or fewer bars"
        )
    return write_out(song, first, last, [tempo / arrangement.tempo for tempo in tempi])


def _places(song: Song, loop: tuple[int, int] | None) -> tuple[int, int]:
    """Places in `song.bars` of a loop's first and last bar."""
    numbers = song.bar_numbers
    if loop is None:
        return 0, len(numbers) - 1
    if loop[0] not in numbers or loop[1] not in numbers:
        wanted = f"{loop[0]}-{loop[1]}" if loop[0] != loop[1] else str(loop[0])
        upbeat = " (0 is the pick-up)" if not numbers[0] else ""
        raise SongError(
            f"{song.title} has bars {numbers[0]} to {numbers[-1]}{upbeat}: no loop {wanted}"
        )
    return numbers.index(loop[0]), numbers.index(loop[1])


def _usual_passes(arrangement: Arrangement, once_s: float) -> int:
    passes = _USUAL_PASSES
    if arrangement.rise:
        passes = math.ceil((arrangement.top - arrangement.tempo) / arrangement.rise - 1e-9) + 2
    total_s, fit = 0.0, 0
    for tempo in arrangement.tempi(min(passes, _MAX_PASSES)):
        total_s += once_s * 100 / tempo
        fit += total_s <= MAX_LOOP_S
    return max(fit, 1)
