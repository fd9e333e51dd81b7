"""Clicks on the synth's clock, and how late the microphone hears them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from handmidi.outputs.schedule import Schedule
from handmidi.outputs.synth import SAMPLE_RATE_HZ, Synth
from handmidi.practice.course import Course
from handmidi.practice.delays import Delay, click_times_s, find_clicks, judge_clicks
from handmidi.practice.microphone import Block, Microphone, earliest
from handmidi.song.clicks import click

_LEAD_S = 0.5
_TAIL_S = 1.3  # the latest click that is looked for, and its sound
_LOOK_S = 0.02
_CLICK_S = 0.05
_NEIGHBOURS_S = 1.0


class Clicks:
    """Plays clicks the way a backing is played.

    Parameters
    ----------
    synth : Synth
        Started.
    clock : callable
        Gives session seconds.
    times_s : sequence of float
        When, in seconds from the first one.
    accent : bool
        Whether they are the high, loud ones.
    """

    def __init__(
        self, synth: Synth, clock: Callable[[], float], times_s: Sequence[float], accent: bool
    ) -> None:
        self._synth, self._clock, self._times_s = synth, clock, times_s
        self._accent = accent
        self._schedule: Schedule | None = None
        self._course = Course()
        self._first_s = 0.0

    def __enter__(self) -> Clicks:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Schedule all of them; the first one sounds in half a second."""
        self._schedule = Schedule(self._synth)
        self._course = Course(self._schedule)
        self._course.listen(self._clock)
        now_s = self._clock()
        self._course.assume(now_s)
        self._first_s = self._course.position(now_s) + _LEAD_S
        for time_s in self._times_s:
            self._schedule.add(click(self._first_s + time_s, self._accent))

    def look(self) -> float:
        """Compare the clocks, as the dispatcher does for a backing; returns the session second."""
        now_s = self._clock()
        self._course.look(now_s)
        return now_s

    @property
    def due_s(self) -> tuple[float, ...]:
        """The session seconds at which the clicks are due, as the clocks are known by now."""
        return tuple(self._course.time_s(self._first_s + time_s) for time_s in self._times_s)

    def close(self) -> None:
        """Fall silent."""
        if self._schedule:
            self._schedule.close()
            self._schedule = None


def render_click(soundfont: Path) -> np.ndarray:
    """The accented click as the synth renders it, mono, from the moment on at which it is due."""
    synth = Synth(soundfont)
    try:
        for timed in click(0.0, accent=True):
            if timed.time_s == 0:
                synth.play(timed.message)
        stereo = synth.synth.get_samples(round(_CLICK_S * SAMPLE_RATE_HZ))
    finally:
        synth.close()
    return stereo.reshape(-1, 2).mean(axis=1) / 32768


def hear_clicks(synth: Synth, click_sound: np.ndarray, clock: Callable[[], float]) -> Delay:
    """Play clicks for some nine seconds, and say how late the microphone hears them.

    The delay is the output's: from the session second for which a click is due, until it is
    in the air before the microphone. What the input's driver says of its own delay is taken
    off. What no driver knows stays in: the converters' delay, about a millisecond, and the
    sound's way through the air, 3 ms a metre. A wireless microphone's own delay is unknown,
    too, and would be counted as the output's.

    Parameters
    ----------
    synth : Synth
        Started.
    click_sound : ndarray, shape (m,)
        From `render_click`, with the same SoundFont.
    clock : callable
        Gives session seconds.

    Raises
    ------
    OutputError
        If there is no microphone, or what it heard cannot be trusted.
    """
    blocks: list[Block] = []
    microphone, pause = Microphone(clock, blocks.append), threading.Event()
    try:
        microphone.open()
        microphone.start()
        with Clicks(synth, clock, click_times_s(), accent=True) as clicks:
            while clicks.look() < clicks.due_s[-1] + _TAIL_S:
                pause.wait(_LOOK_S)
            due_s = clicks.due_s
    finally:
        microphone.close()
    samples = np.frombuffer(b"".join(block.samples for block in blocks), "<i2") / 32768
    places_s = list(_in_recording(blocks, due_s))
    return judge_clicks(samples, find_clicks(samples, click_sound, places_s, SAMPLE_RATE_HZ))


def _in_recording(blocks: Sequence[Block], times_s: Sequence[float]) -> Iterator[float]:
    """Session seconds as seconds of a recording.

    Each goes by the blocks around it: where samples were lost, what follows lies earlier in the
    recording than the clock would say.
    """
    sizes = np.array([len(block.samples) // 2 for block in blocks])
    before_s = (np.cumsum(sizes) - sizes) / SAMPLE_RATE_HZ
    captured_s = np.array([block.captured_s for block in blocks])
    for time_s in times_s:
        near = np.flatnonzero(np.abs(captured_s - time_s) < _NEIGHBOURS_S)
        if not len(near):
            yield -1.0  # nothing was recorded then
            continue
        yield time_s - earliest(captured_s[near] - before_s[near])
