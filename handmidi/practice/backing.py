"""The backing of a song, its count-in, and the song's clock.

Where there is sound, the backing plays on FluidSynth's own clock and the song's position is
read from it; else the session's clock stands in for it. Either way `Backing` maps session
seconds to song seconds.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from statistics import median

import mido

from handmidi.notes import TimedMessage
from handmidi.outputs.schedule import Schedule
from handmidi.outputs.synth import Synth
from handmidi.song import Song

_DRUMS = 9
_HIGH_CLICK, _LOW_CLICK = 76, 77  # General MIDI wood blocks


def count_in_beats(song: Song) -> float:
    """Quarter notes before the song: one bar, and after it what a pick-up leaves of its bar."""
    bar = song.meters[0].bar_beats
    return bar + (bar - song.pickup_beats if song.pickup_beats else 0.0)


def count_in_s(song: Song, rate: float = 1.0) -> float:
    """Length of the count-in in session seconds at `rate` times the song's tempo."""
    return count_in_beats(song) * 60 / song.tempo.bpm / rate


def count_in(song: Song) -> Iterator[TimedMessage]:
    """The clicks of the count-in, in song seconds (before 0): accented where a bar begins.

    They keep the tempo that the song begins with, one click for each beat of its first meter.
    """
    meter = song.meters[0]
    length_s, step_s = count_in_s(song), 4 / meter.denominator * 60 / song.tempo.bpm
    for i in range(math.ceil(length_s / step_s - 1e-6)):
        at = i * step_s - length_s
        key = _LOW_CLICK if i % meter.numerator else _HIGH_CLICK
        velocity = 90 if i % meter.numerator else 115
        yield TimedMessage(at, _drum("note_on", key, velocity))
        yield TimedMessage(at + 0.1, _drum("note_off", key, 0))


def _drum(kind: str, key: int, velocity: int) -> mido.Message:
    return mido.Message(kind, channel=_DRUMS, note=key, velocity=velocity)


def accompaniment(song: Song, rate: float = 1.0, start_s: float = 0.0) -> list[TimedMessage]:
    """Count-in and backing, with song second 0 at `start_s` and `rate` times the tempo.

    Parameters
    ----------
    song : Song
    rate : float
        1.0 is the song's own tempo.
    start_s : float
        In the unit of the result.
    """
    every = [*count_in(song), *song.backing]
    return [TimedMessage(start_s + t.time_s / rate, t.message) for t in every]


class Backing:
    """Plays a song's backing and says where the song stands.

    Parameters
    ----------
    song : Song
    rate : float
        1.0 is the song's own tempo.
    synth : Synth, optional
        Started; without one the song runs silently on the session's clock.
    """

    MARK_EVERY_S = 5.0
    """Song seconds between two marks for the take."""

    def __init__(self, song: Song, rate: float = 1.0, synth: Synth | None = None) -> None:
        self.song, self.rate = song, rate
        self._synth, self._schedule = synth, None
        self._lead_s = self._start_s = self._position_s = 0.0
        self._offsets: deque[float] = deque(maxlen=100)
        self._next_mark_s = 0.0

    def start(self, now_s: float) -> None:
        """Begin with the count-in at session second `now_s`."""
        self._lead_s = count_in_s(self.song, self.rate)
        if self._synth:
            timed = accompaniment(self.song, self.rate, self._lead_s)
            self._schedule = Schedule(self._synth)
            self._schedule.add(timed)
        self._start_s = now_s + self._lead_s

    def observe(self, now_s: float) -> float | None:
        """Look at the audio's clock; returns the song second to mark, if one is due."""
        if self._schedule and (position_s := self._schedule.position_s) != self._position_s:
            # Where the sound system has died its clock stands still; the song must go on.
            self._position_s = position_s
            self._offsets.append(now_s - position_s)
            self._start_s = median(self._offsets) + self._lead_s
        song_s = self.song_s(now_s)
        if song_s < self._next_mark_s:
            return None
        self._next_mark_s += self.MARK_EVERY_S
        return song_s

    def song_s(self, session_s: float) -> float:
        """Where the song stands, in seconds of its own tempo; negative in the count-in."""
        return (session_s - self._start_s) * self.rate

    def session_s(self, song_s: float) -> float:
        """When the song stands at `song_s`."""
        return self._start_s + song_s / self.rate

    def close(self) -> None:
        """Stop the backing."""
        if self._schedule:
            self._schedule.close()
            self._schedule = None
