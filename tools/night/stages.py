"""What stands in for a camera, a microphone, a clock and a listener in a simulated night."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import mido
import numpy as np

from handmidi.hand import HandFrame
from handmidi.outputs.synth import SAMPLE_RATE_HZ
from handmidi.practice.microphone import Block

FPS = 30
_LATENCY_S = 0.008


class Clock:
    """Session seconds, as far as the night has come."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Hands:
    """The clip's hands again and again; gives the next ones when what came before was played.

    Parameters
    ----------
    frames : sequence of HandFrame
    length_s : float
        Of the night.
    clock : Clock
        Moved on.
    between : callable
        Called before each frame.
    """

    is_gone = False

    def __init__(
        self,
        frames: Sequence[HandFrame],
        length_s: float,
        clock: Clock,
        between: Callable[[int], None],
    ) -> None:
        self._frames, self._clock, self._between = frames, clock, between
        self._count, self._number = round(length_s * FPS), 0
        self.ended = False

    def next(self, timeout_s: float) -> HandFrame | None:
        """The next hands; None when the night is over."""
        self._between(self._number)
        if self._number == self._count:
            self.ended = True
            return None
        hands = self._frames[self._number % len(self._frames)].hands
        time_s = self._number / FPS
        self._number += 1
        self._clock.now_s = time_s + _LATENCY_S
        return HandFrame(time_s, self._clock.now_s, hands).rounded()


class Heard:
    """An output that counts notes, and keeps when each note-on left.

    Parameters
    ----------
    clock : Clock
    most : int
        How many moments are kept.
    """

    name = "heard"

    def __init__(self, clock: Clock, most: int) -> None:
        self._clock, self._sounding = clock, set()
        self._times_s = np.zeros(most)
        self.ons = self.unpaired = 0

    def send(self, *messages: mido.Message) -> None:
        """Count."""
        for message in messages:
            if message.type not in ("note_on", "note_off"):
                continue
            is_on = message.type == "note_on" and message.velocity > 0
            note = message.channel, message.note
            self.unpaired += is_on == (note in self._sounding)
            (self._sounding.add if is_on else self._sounding.discard)(note)
            if is_on:
                self._times_s[self.ons % len(self._times_s)] = self._clock()
                self.ons += 1

    @property
    def times_s(self) -> np.ndarray:
        """When the notes began."""
        return self._times_s[: self.ons]

    @property
    def hung(self) -> int:
        """Messages that broke the order of on and off, and notes that sound still."""
        return self.unpaired + len(self._sounding)

    def hand(self, frame: HandFrame, readings: object) -> None:
        """Notes only."""

    def beat(self, beat: float, bpm: float) -> None:
        """Notes only."""

    def close(self) -> None:
        """Nothing to close."""


class Silence:
    """In place of a microphone: it gives what the clock has passed.

    Parameters
    ----------
    take : callable
        Takes each `Block`.
    """

    overflows = 0

    def __init__(self, take: Callable[[Block], None]) -> None:
        self._take, self._samples = take, 0
        self._noise = np.random.default_rng(1).integers(-300, 300, SAMPLE_RATE_HZ, np.int16)

    def open(self) -> str:
        """What it is called."""
        return "night"

    def start(self) -> None:
        """It is fed from outside."""

    def close(self) -> None:
        """Nothing to close."""

    def until(self, time_s: float) -> None:
        """Give what is missing up to a moment."""
        count = round(time_s * SAMPLE_RATE_HZ) - self._samples
        if count > 0:
            block = self._noise[:count].tobytes()
            self._take(Block(block, self._samples / SAMPLE_RATE_HZ))
            self._samples += count
