"""What every output is, and the bank that plays them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import mido

from handmidi.errors import HandMidiError
from handmidi.hand import HandFrame

_PEDAL, _ALL_NOTES_OFF, _ALL_SOUND_OFF, _RESET_CONTROLLERS = 64, 123, 120, 121
Readings = Mapping[str, Mapping[str, float]]
_FAILURES = (HandMidiError, OSError, RuntimeError, ValueError)


class Output(Protocol):
    """Somewhere that messages go. `close()` may be called twice."""

    name: str

    def send(self, *messages: mido.Message) -> None:
        """Send the messages of one moment now, in this order."""

    def hand(self, frame: HandFrame, readings: Readings) -> None:
        """Tell where the hands are, and what their controls say; most outputs ignore it."""

    def beat(self, beat: float, bpm: float) -> None:
        """Tell where the tempo stands, about once a beat; most outputs ignore it."""

    def close(self) -> None:
        """Give the port back."""


def silence_of(channel: int) -> list[mido.Message]:
    """What ends every note of a channel (0..15)."""
    return [_control(channel, number) for number in (_ALL_NOTES_OFF, _ALL_SOUND_OFF)]


def rest_of(channel: int) -> list[mido.Message]:
    """What brings a channel (0..15) to rest: pedal up, silent, controllers back, no bend."""
    return [
        _control(channel, _PEDAL),
        *silence_of(channel),
        _control(channel, _RESET_CONTROLLERS),
        mido.Message("pitchwheel", channel=channel),
    ]


def _control(channel: int, number: int) -> mido.Message:
    return mido.Message("control_change", channel=channel, control=number)


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

    def send(self, *messages: mido.Message) -> list[mido.Message]:
        """Send the messages of one moment; returns what really went out."""
        out = [each for message in messages for each in self._kept(message)]
        if out:
            self._each(lambda output: output.send(*out))
        return out

    def _kept(self, message: mido.Message) -> list[mido.Message]:
        """What has to be sent for a message, so that notes alternate."""
        if message.type not in ("note_on", "note_off"):
            return [message]
        key = (message.channel, message.note)
        sounds = key in self._sounding
        if message.type == "note_on" and message.velocity > 0:
            self._sounding[key] = None
            return [self._off(*key), message] if sounds else [message]
        self._sounding.pop(key, None)
        return [message] if sounds else []

    def hand(self, frame: HandFrame, readings: Readings | None = None) -> None:
        """Pass a frame on to the outputs that want it.

        Parameters
        ----------
        frame : HandFrame
        readings : mapping, optional
            By side and control, what the preset reads off the hands: 0..1 of each range.
        """
        self._each(lambda output: output.hand(frame, readings or {}))

    def beat(self, beat: float, bpm: float) -> None:
        """Pass the tempo on to the outputs that want it.

        Parameters
        ----------
        beat : float
            Quarter notes since the start; negative in a count-in.
        bpm : float
            Quarter notes per minute.
        """
        self._each(lambda output: output.beat(beat, bpm))

    def silence(self) -> list[mido.Message]:
        """End every note that sounds; returns the note-offs."""
        return self.send(*(self._off(*key) for key in self.sounding))

    def panic(self) -> list[mido.Message]:
        """End every note, and whatever else may sound or bend on any channel.

        After the note-offs that are owed, each channel gets: pedal up, all notes off, all
        sound off, reset all controllers, no bend. Returns what was sent.
        """
        owed = [self._off(*key) for key in self.sounding]
        return self.send(*owed, *(each for channel in range(16) for each in rest_of(channel)))

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
