"""The backing of a song, its count-in, and the song's clock.

Where there is sound, the backing plays on FluidSynth's own clock and the song's position is
read from it; else the session's clock stands in for it. Either way `Backing` maps session
seconds to song seconds. It can follow another tempo, such as Ableton Link's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

import mido

from handmidi.beat import BeatLine, Beats
from handmidi.notes import TimedMessage
from handmidi.outputs.schedule import Schedule
from handmidi.outputs.synth import Synth
from handmidi.practice.course import Course, nearest_bar
from handmidi.song import Song
from handmidi.song.clicks import click, pulse

_MOMENT_S = 0.001
_AHEAD_S = 10.0
_LEAD_S = 0.1  # what is scheduled must be there before it sounds

Mark = tuple[float, float]
"""A session second, and where the song stood then."""


def count_in_beats(song: Song, bars: int = 1) -> float:
    """Quarter notes before the song: whole bars, and after them what a pick-up leaves of its bar.

    Without bars there is no count-in at all.
    """
    return bars * song.meters[0].bar_beats + _rest_beats(song) if bars else 0.0


def _rest_beats(song: Song) -> float:
    """Quarter notes from a bar line to a pick-up."""
    return song.meters[0].bar_beats - song.pickup_beats if song.pickup_beats else 0.0


def count_in_s(song: Song, rate: float = 1.0, bars: int = 1) -> float:
    """Length of the count-in in session seconds at `rate` times the song's tempo."""
    return count_in_beats(song, bars) * 60 / song.tempo.bpm / rate


def count_in(song: Song, bars: int = 1) -> Iterator[TimedMessage]:
    """The clicks of the count-in, in song seconds (before 0): accented where a bar begins.

    They keep the tempo that the song begins with, one click for each beat of its first meter.

    Parameters
    ----------
    song : Song
    bars : int
        Whole bars, from 0.
    """
    meter = song.meters[0]
    length_s, step_s = count_in_s(song, 1.0, bars), 4 / meter.denominator * 60 / song.tempo.bpm
    for i in range(math.ceil(length_s / step_s - 1e-6)):
        yield from click(i * step_s - length_s, i % meter.numerator == 0)


def accompaniment(
    song: Song, rate: float = 1.0, start_s: float = 0.0, bars: int = 1
) -> list[TimedMessage]:
    """Count-in, then backing or pulse: song second 0 at `start_s`, `rate` times the tempo.

    Parameters
    ----------
    song : Song
    rate : float
        1.0 is the song's own tempo.
    start_s : float
        In the unit of the result.
    bars : int
        Of the count-in, from 0.
    """
    has_notes = any(timed.message.type == "note_on" for timed in song.backing)
    every = [*count_in(song, bars), *(song.backing if has_notes else pulse(song))]
    return [TimedMessage(start_s + t.time_s / rate, t.message) for t in every]


class Backing:
    """Plays a song's backing and says where the song stands.

    The song is scheduled some seconds ahead: a thread that stalls leaves no gap. Where it follows
    another tempo, the schedule's pace is steered: what is still to come moves, whoever steers may
    be late.

    Parameters
    ----------
    song : Song
    rate : float
        1.0 is the song's own tempo; of no account with `beats`.
    synth : Synth, optional
        Started; without one the song runs silently on the session's clock.
    beats : Beats, optional
        A tempo to follow, in place of the song's own: the song begins on one of its bars, and
        goes along with it beat by beat.
    bars : int
        Of the count-in, from 0: then the song begins at once.
    """

    MARK_EVERY_S = 5.0
    """Song seconds between two marks for the take; a change of tempo gets one too."""

    def __init__(
        self,
        song: Song,
        rate: float = 1.0,
        synth: Synth | None = None,
        beats: Beats | None = None,
        bars: int = 1,
    ) -> None:
        self.song, self.rate, self._bars = song, rate, bars
        self._synth, self._beats = synth, beats
        self._schedule: Schedule | None = None
        self._course = Course()
        self._timed: list[TimedMessage] = []  # not scheduled yet, in song seconds, the last first
        self._song_at_s = 0.0  # position in the schedule of song second 0
        self._beat_s = 0.5  # a beat in the schedule, where another tempo is followed
        self._zero = 0.0  # that tempo's beat at which the song's beat 0 lies
        self._own_bpm = song.tempo.bpm
        self._next_mark_s = 0.0

    def listen(self, clock: Callable[[], float]) -> None:
        """Learn how the audio's clock stands to the session's, before `start`.

        Takes a quarter of a second where there is sound.
        """
        self._open()
        self._course.listen(clock)

    def start(self, now_s: float) -> None:
        """Begin with the count-in at session second `now_s`, or on the next bar of `beats`."""
        self._open()
        self._course.assume(now_s)
        if not self._bars:
            now_s += _LEAD_S
        before = count_in_beats(self.song, self._bars)
        if self._beats:
            line = self._beats(now_s)
            now_s = line.next_s(now_s, self._bar)
            self._beat_s = 60 / line.bpm
            before = before or _rest_beats(self.song)  # its bars must be the other tempo's
            self._zero = line.beat(now_s) + before
        start_s = now_s + self._from_start(before * 60 / self.song.tempo.bpm)
        self._song_at_s = self._course.position(start_s)
        timed = accompaniment(self.song, bars=self._bars)
        self._timed = sorted(timed, key=lambda t: t.time_s)[::-1]
        self._fill(now_s)

    def _fill(self, now_s: float) -> None:
        """Schedule what comes soon: a loop may have an hour of it."""
        due, end_s = [], self._end_s(now_s)
        while self._timed and self._timed[-1].time_s < end_s:
            due.append(self._timed.pop())
        if self._schedule:
            self._schedule.add(
                TimedMessage(self._song_at_s + self._from_start(t.time_s), t.message) for t in due
            )

    def _end_s(self, now_s: float) -> float:
        """Song second up to which the schedule is to be filled."""
        return self.song_s(now_s) + _AHEAD_S

    def _open(self) -> None:
        if self._synth and not self._schedule:
            self._schedule = Schedule(self._synth)
            self._course = Course(self._schedule)

    @property
    def _bar(self) -> float:
        return self.song.meters[0].bar_beats

    def observe(self, now_s: float) -> list[Mark]:
        """Look at the clocks, and follow; returns the marks that are due."""
        self._course.look(now_s)
        turned = self._beats is not None and self._follow(now_s, self._beats(now_s))
        self._fill(now_s)
        song_s = self.song_s(now_s)
        if song_s >= self._next_mark_s:
            self._next_mark_s += self.MARK_EVERY_S
            return [(now_s, song_s)]
        return [(now_s, song_s)] if turned else []

    def heard(self, now_s: float, messages: Iterable[mido.Message]) -> list[Mark]:
        """Learn what the hand plays; returns marks. This backing goes its way all the same."""
        return []

    def awaited(self, now_s: float) -> tuple[int, ...]:
        """The pitches of which one must be played before the song goes on; this one never waits."""
        return ()

    def _follow(self, now_s: float, line: BeatLine) -> bool:
        """Keep to the line; whether the song's pace is another one now."""
        # Another timeline may come, with the beat in another place: any of its bars will do.
        self._zero += nearest_bar(line.beat(now_s) - self._zero - self._beat(now_s), self._bar)

        def target(time_s: float) -> float:
            return self._song_at_s + (line.beat(time_s) - self._zero) * self._beat_s

        turned = self._course.steer(now_s, target)
        last, self._own_bpm = self._own_bpm, bpm_at(self.song, self.song_s(now_s))
        return turned or not math.isclose(last, self._own_bpm, rel_tol=1e-3)

    def song_s(self, session_s: float) -> float:
        """Where the song stands, in seconds of its own tempo; negative in the count-in."""
        passed_s = self._course.position(session_s) - self._song_at_s
        if self._beats:
            return _seconds(self.song, passed_s / self._beat_s)
        return passed_s * self.rate

    def session_s(self, song_s: float) -> float:
        """When the song stands at `song_s`; at the present pace, if it lies ahead."""
        return self._course.time_s(self._song_at_s + self._from_start(song_s))

    def _from_start(self, song_s: float) -> float:
        """Seconds of the schedule from the song's beginning to `song_s`."""
        # In another tempo the song goes beat by beat: its own tempo does not count.
        return self.song.tempo.beat(song_s) * self._beat_s if self._beats else song_s / self.rate

    def line(self, session_s: float) -> BeatLine:
        """The song's tempo and beat: beat 0 is its beginning. To be used as `Beats`."""
        beat = self._beat(session_s)
        bpm = (self._beat(session_s + _MOMENT_S) - beat) * 60 / _MOMENT_S
        return BeatLine(session_s - beat * 60 / bpm, bpm)

    def _beat(self, session_s: float) -> float:
        return self.song.tempo.beat(self.song_s(session_s))

    def close(self) -> None:
        """Stop the backing."""
        if self._schedule:
            self._schedule.close()
            self._schedule = None


def _seconds(song: Song, beat: float) -> float:
    """Song second of a beat; before the song, where its tempo begins."""
    return song.tempo.seconds(beat) if beat >= 0 else beat * 60 / song.tempo.bpm


def bpm_at(song: Song, song_s: float) -> float:
    """Quarter notes per minute of the song's own tempo at `song_s`."""
    return (song.tempo.beat(song_s + _MOMENT_S) - song.tempo.beat(song_s)) * 60 / _MOMENT_S
