"""The backing of a song, its count-in, and the song's clock.

Where there is sound, the backing plays on FluidSynth's own clock and the song's position is
read from it; else the session's clock stands in for it. Either way `Backing` maps session
seconds to song seconds.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator
from itertools import pairwise

import mido

from handmidi.notes import TimedMessage
from handmidi.outputs.schedule import Schedule
from handmidi.outputs.synth import Synth
from handmidi.song import Song

_DRUMS = 9
_LISTEN_S = 0.25
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
        yield from _click(i * step_s - length_s, i % meter.numerator == 0)


def pulse(song: Song) -> Iterator[TimedMessage]:
    """A click on every beat, in song seconds: the backing of a song that has none."""
    for start, end in pairwise(song.bars):
        step = 4 / song.meter_at(start).denominator
        is_upbeat = start == 0 and song.pickup_beats > 0
        for i in range(math.ceil((end - start) / step - 1e-6)):
            yield from _click(song.tempo.seconds(start + i * step), i == 0 and not is_upbeat)


def _click(at_s: float, accent: bool) -> Iterator[TimedMessage]:
    key, velocity = (_HIGH_CLICK, 115) if accent else (_LOW_CLICK, 90)
    for time_s, kind in ((at_s, "note_on"), (at_s + 0.1, "note_off")):
        message = mido.Message(kind, channel=_DRUMS, note=key, velocity=velocity)
        yield TimedMessage(time_s, message)


def accompaniment(song: Song, rate: float = 1.0, start_s: float = 0.0) -> list[TimedMessage]:
    """Count-in, then backing or pulse: song second 0 at `start_s`, `rate` times the tempo.

    Parameters
    ----------
    song : Song
    rate : float
        1.0 is the song's own tempo.
    start_s : float
        In the unit of the result.
    """
    has_notes = any(timed.message.type == "note_on" for timed in song.backing)
    every = [*count_in(song), *(song.backing if has_notes else pulse(song))]
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
        self._song_at_s = self._start_s = self._position_s = 0.0
        self._offsets: deque[float] = deque(maxlen=100)
        self._next_mark_s = 0.0

    def listen(self, clock: Callable[[], float]) -> None:
        """Learn how the audio's clock stands to the session's, before `start`.

        The audio moves on in blocks of up to 20 ms: whoever looks once is off by as much.
        Takes a quarter of a second where there is sound.
        """
        if self._synth:
            self._schedule = Schedule(self._synth)
            pause, end_s = threading.Event(), clock() + _LISTEN_S
            while (now_s := clock()) < end_s:
                self._look(now_s)
                pause.wait(0.002)

    def start(self, now_s: float) -> None:
        """Begin with the count-in at session second `now_s`."""
        self._start_s = now_s + count_in_s(self.song, self.rate)
        if self._synth:
            self._schedule = self._schedule or Schedule(self._synth)
            offset_s = min(self._offsets, default=now_s)
            self._song_at_s = self._start_s - offset_s
            self._schedule.add(accompaniment(self.song, self.rate, self._song_at_s))

    def _look(self, now_s: float) -> None:
        """Compare the clocks, if the audio's has moved: where it has died, the song goes on."""
        if self._schedule and (position_s := self._schedule.position_s) != self._position_s:
            self._position_s = position_s
            self._offsets.append(now_s - position_s)

    def observe(self, now_s: float) -> float | None:
        """Look at the audio's clock; returns the song second to mark, if one is due."""
        self._look(now_s)
        if self._offsets:  # the least is the freshest: it was taken just after a block
            self._start_s = min(self._offsets) + self._song_at_s
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
