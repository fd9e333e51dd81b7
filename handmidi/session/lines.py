"""What the window says about a session, in words."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from handmidi.notes import pitch_name
from handmidi.song import Song
from handmidi.song.arrangement import Arrangement


def note_line(sounding: Iterable[tuple[int, int]]) -> str:
    """Names of the notes that sound.

    Parameters
    ----------
    sounding : iterable of (int, int)
        Channel and key number.
    """
    return " ".join(pitch_name(pitch) for _, pitch in sounding) or "–"


def waiting_line(awaited: Sequence[int], flats: bool = False) -> str:
    """What a song waits for: any of these pitches; named with flats in a key that has some."""
    return f"waiting for {' or '.join(pitch_name(pitch, flats) for pitch in awaited)}"


class WaitingHint:
    """Tells a player without a window what the song waits for, once it has waited for long.

    Parameters
    ----------
    flats : bool
        Name what it waits for with flats.
    """

    AFTER_S = 5.0

    def __init__(self, flats: bool = False) -> None:
        self._flats = flats
        self._awaited: Sequence[int] = ()
        self._since_s = 0.0

    def line(self, now_s: float, awaited: Sequence[int]) -> str | None:
        """A line for the user, once for each wait; to be asked some times a second."""
        if awaited != self._awaited:
            self._awaited, self._since_s = awaited, now_s
        elif awaited and now_s - self._since_s > self.AFTER_S:
            self._since_s = math.inf
            return waiting_line(awaited, self._flats)
        return None


def melody_line(song: Song) -> str:
    """Which track was taken for the melody, where nobody had named it."""
    return f"melody: {song.guessed} (guessed); --melody-track N chooses another"


def ways_line(arrangement: Arrangement, whole: bool = True) -> str:
    """How a song was practised, where not as it is written; `whole` says that it was not stopped.

    It may be empty.
    """
    a, parts = arrangement, []
    if a.loop:
        first, last = a.loop
        parts.append(f"bars {first} to {last}" if last > first else f"bar {first}")
    if a.is_looped and a.passes != 1:
        parts.append(f"{a.passes} times" if a.passes else "again and again")
    if a.rise:
        parts.append(f"each pass {a.rise:g} % faster")
    if a.transpose:
        parts.append(f"transposed by {a.transpose:+d}")
    if a.wait:
        parts.append("the backing waited")
    if a.guide:
        parts.append("with the melody as a guide")
    if not whole:
        parts.append("stopped before the end")
    return ", ".join(parts)


class SongLine:
    """Where a song stands, in words: bar and beat, pass and tempo of a loop.

    Parameters
    ----------
    song : Song
        As it is practised.
    arrangement : Arrangement
        How it was made.
    """

    def __init__(self, song: Song, arrangement: Arrangement) -> None:
        self._song, self._arrangement = song, arrangement
        self._bars, self._numbers = song.bars[:-1], song.bar_numbers
        self._last = max(self._numbers)
        self._passes = self._numbers.count(self._numbers[0])

    def __call__(self, song_s: float, awaited: Sequence[int] = ()) -> str:
        """The line for second `song_s` of the song; negative is the count-in."""
        parts = [f"{self._song.title}: {self.place(song_s)}"]
        if passed := self.loop(song_s):
            parts.append(passed)
        if awaited:
            parts.append(waiting_line(awaited, self._song.fifths < 0))
        return " · ".join(parts)

    def place(self, song_s: float) -> str:
        """Bar and beat, or ``count-in``."""
        if song_s < 0:
            return "count-in"
        i, beat = self._bar(song_s)
        step = 4 / self._song.meter_at(self._bars[i]).denominator
        number = self._numbers[i]
        count = int((beat - self._bars[i]) / step + 1e-6) + 1
        where = f"bar {number} of {self._last}" if number else "pick-up"
        return f"{where}, beat {count}"

    def number(self, song_s: float) -> int:
        """Printed number of the bar at a song second; 0 for a pick-up."""
        return self._numbers[self._bar(max(song_s, 0.0))[0]]

    def _bar(self, song_s: float) -> tuple[int, float]:
        """Index of the bar, and the beat in the song; the last one stays after the end."""
        beat = min(self._song.tempo.beat(song_s), self._song.length_beats - 1e-3)
        return max(bisect_right(self._bars, beat + 1e-6) - 1, 0), beat

    def loop(self, song_s: float) -> str:
        """Pass and tempo of a loop; empty without one, and in its count-in."""
        if self._passes < 2 or song_s < 0:
            return ""
        done = self._numbers[: self._bar(song_s)[0] + 1].count(self._numbers[0])
        where = f"pass {done} of {self._passes}"
        if self._arrangement.loop:
            first, last = self._arrangement.loop
            bars = f"bars {first}–{last}" if last > first else f"bar {first}"
            where = f"{bars}, {where}"
        if not self._arrangement.rise:
            return where
        return f"{where}, {self._arrangement.tempi(done)[-1]:g} %"
