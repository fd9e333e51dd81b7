"""A click on every beat of a tempo."""

from __future__ import annotations

import math
from collections.abc import Callable

from handmidi.beat import Beats
from handmidi.outputs.schedule import Schedule
from handmidi.outputs.synth import Synth
from handmidi.practice.backing import click
from handmidi.practice.course import Course, nearest_bar

_AHEAD_BEATS = 8


class Metronome:
    """Clicks on the synth's own clock, with an accent where a bar begins.

    The clicks are scheduled some beats ahead, and the schedule is steered along the tempo: a
    change of tempo moves them, and a thread that stalls leaves no gap.

    Parameters
    ----------
    synth : Synth
        Started.
    beats : Beats
        The tempo. Its beat 0 begins a bar.
    bar_beats : int
        Quarter notes in a bar, from 1.

    Raises
    ------
    ValueError
        If `bar_beats` is below 1.
    """

    def __init__(self, synth: Synth, beats: Beats, bar_beats: int = 4) -> None:
        if bar_beats < 1:
            raise ValueError(f"bar_beats must be 1 or more, not {bar_beats}")
        self._synth, self._beats, self._bar = synth, beats, bar_beats
        self._schedule: Schedule | None = None
        self._course = Course()
        self._clicks = False
        self._next = 0  # our own next beat
        self._zero = 0.0  # the tempo's beat at which our beat 0 lies, some bars off
        self._beat_s, self._zero_at_s = 0.5, 0.0  # a beat, and beat 0, in the schedule's seconds

    def listen(self, clock: Callable[[], float]) -> None:
        """Learn how the audio's clock stands to the session's; takes a quarter of a second."""
        self._open()
        self._course.listen(clock)

    def start(self, now_s: float) -> None:
        """Click from the first beat after session second `now_s` on; again after `close`, too.

        While it clicks a second call does nothing.
        """
        if self._clicks:
            return
        self._clicks = True
        self._open()
        self._course.assume(now_s)
        line = self._beats(now_s)
        self._beat_s = 60 / line.bpm
        self._zero, self._zero_at_s = 0.0, self._course.position(line.time_s(0.0))
        self._next = math.ceil(line.beat(now_s) - 1e-6)
        self._fill(now_s)

    def _open(self) -> None:
        if not self._schedule:
            self._schedule = Schedule(self._synth)
            self._course = Course(self._schedule)

    def observe(self, now_s: float) -> None:
        """Follow the tempo; to be called some times a second."""
        if not self._clicks:
            return
        self._course.look(now_s)
        line = self._beats(now_s)
        self._zero += nearest_bar(line.beat(now_s) - self._zero - self._beat(now_s), self._bar)
        self._course.steer(now_s, lambda time_s: self._at_s(line.beat(time_s) - self._zero))
        self._fill(now_s)

    def _fill(self, now_s: float) -> None:
        while self._next < self._beat(now_s) + _AHEAD_BEATS:
            self._schedule.add(click(self._at_s(self._next), self._next % self._bar == 0))
            self._next += 1

    def _beat(self, session_s: float) -> float:
        return (self._course.position(session_s) - self._zero_at_s) / self._beat_s

    def _at_s(self, beat: float) -> float:
        return self._zero_at_s + beat * self._beat_s

    def close(self) -> None:
        """Fall silent."""
        self._clicks = False
        if self._schedule:
            self._schedule.close()
            self._schedule = None
