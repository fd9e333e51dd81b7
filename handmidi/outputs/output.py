"""What every output is, and the bank that plays them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import mido

from handmidi.errors import HandMidiError
from handmidi.hand import HandFrame

_FAILURES = (HandMidiError, OSError, RuntimeError, ValueError)


class Output(Protocol):
    """Somewhere that messages go. `close()` may be called twice."""

    name: str

    def send(self, message: mido.Message) -> None:
        """Send one message now."""

    def hand(self, frame: HandFrame) -> None:
        """Tell where the hands are; most outputs ignore it."""

    def close(self) -> None:
        """Give the port back."""


class Outputs:
    """Sends to several outputs and knows what sounds.

    Every note-on gets exactly one note-off: a note struck again is ended first, a note-off
    for a silent note is dropped. An output that fails is closed and reported; the others
    play on.

    Parameters
    ----------
    outputs : iterable of Output
    warn : callable
        Takes one line for the user.
    """

    def __init__(self, outputs: Iterable[Output], warn: Callable[[str], None]) -> None:
        self._outputs, self._warn = list(outputs), warn
        self._sounding: dict[tuple[int, int], None] = {}

    @property
    def names(self) -> list[str]:
        """Names of the outputs that work."""
        return [output.name for output in self._outputs]

    @property
    def sounding(self) -> list[tuple[int, int]]:
        """Channel and key number of the notes that sound, the oldest first."""
        return list(self._sounding)

    def send(self, message: mido.Message) -> list[mido.Message]:
        """Send a message; returns what really went out."""
        out = [message]
        if message.type == "note_on" and message.velocity > 0:
            key = (message.channel, message.note)
            if key in self._sounding:
                out = [self._off(*key), message]
            self._sounding[key] = None
        elif message.type in ("note_on", "note_off"):
            key = (message.channel, message.note)
            if key not in self._sounding:
                return []
            del self._sounding[key]
        for each in out:
            self._each(lambda output, m=each: output.send(m))
        return out

    def hand(self, frame: HandFrame) -> None:
        """Pass a frame on to the outputs that want it."""
        self._each(lambda output: output.hand(frame))

    def silence(self) -> list[mido.Message]:
        """End every note that sounds; returns the note-offs."""
        return [sent for key in self.sounding for sent in self.send(self._off(*key))]

    def close(self) -> None:
        """Silence and close all outputs, the last first."""
        self.silence()
        while self._outputs:
            self._close(self._outputs.pop())

    @staticmethod
    def _off(channel: int, note: int) -> mido.Message:
        return mido.Message("note_off", channel=channel, note=note)

    def _each(self, act: Callable[[Output], None]) -> None:
        for output in list(self._outputs):
            try:
                act(output)
            except _FAILURES as error:
                self._outputs.remove(output)
                self._warn(f"{output.name} failed and is off now: {error}")
                self._close(output)

    def _close(self, output: Output) -> None:
        try:
            output.close()
        except _FAILURES as error:
            self._warn(f"{output.name} did not close: {error}")
