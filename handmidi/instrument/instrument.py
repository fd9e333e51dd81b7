"""The instrument: hand frames in, timed MIDI messages out.

Pure: time comes in with the frames. What leaves after a frame depends on that frame and
those before it, and is due at or after its `ready_s`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import mido

from handmidi.hand import SIDES, Hand, HandFrame
from handmidi.instrument.controls import SMALLEST_AREA
from handmidi.instrument.preset import Preset
from handmidi.instrument.voice import Voice, make_voice
from handmidi.notes import TimedMessage

LOST_S = 0.12
"""How long a hand may be out of sight before its note ends; a missed frame is no rest."""

STALL_S = 0.2
"""How long frames may fail to come before everything ends."""


class Instrument:
    """Plays a preset with one hand, or with each of two.

    Parameters
    ----------
    preset : Preset
    hands : int
        1: one hand plays, on MIDI channel 1: the side that played before, or the first in
        the frame. 2: the right hand plays on channel 1, the left one on channel 2.
    """

    def __init__(self, preset: Preset, hands: int = 1) -> None:
        if hands not in (1, 2):
            raise ValueError(f"hands must be 1 or 2, not {hands}")
        self.preset = preset
        self._voices: dict[str, Voice] = {
            side: make_voice(preset.main, channel)
            for channel, side in enumerate(("right", "left") if hands == 2 else ("any",))
        }
        self._seen_s: dict[str, float] = {}
        self._ready_s: float | None = None
        self._leader: str | None = None

    def set_up(self) -> list[mido.Message]:
        """Messages that prepare a synth: programs and bend ranges."""
        return [message for voice in self._voices.values() for message in voice.set_up()]

    def feed(self, frame: HandFrame) -> list[TimedMessage]:
        """Take in a frame; the messages are in order of time.

        Where frames failed to come for longer than `STALL_S`, what sounded has ended then.
        """
        out = []
        if self._ready_s is not None and frame.ready_s - self._ready_s > STALL_S:
            out += self.release(self._ready_s + STALL_S)
        self._ready_s = frame.ready_s
        for name, voice in self._voices.items():
            hand = self._hand_of(name, frame)
            if hand and hand.area >= SMALLEST_AREA:
                self._seen_s[name] = frame.time_s
                out += voice.feed(frame.time_s, frame.ready_s, hand)
            elif name in self._seen_s and frame.time_s - self._seen_s[name] > LOST_S:
                del self._seen_s[name]
                out += voice.release(frame.ready_s)
        return sorted(out, key=lambda timed: timed.time_s)

    def release(self, time_s: float) -> list[TimedMessage]:
        """End everything that sounds: frames have stopped, or the performance has."""
        self._seen_s.clear()
        out = [m for voice in self._voices.values() for m in voice.release(time_s)]
        return sorted(out, key=lambda timed: timed.time_s)

    def _hand_of(self, name: str, frame: HandFrame) -> Hand | None:
        side = name if name in SIDES else self._leader
        hand = next((hand for hand in frame.hands if hand.side == side), None)
        if name in SIDES or not frame.hands:
            return hand
        hand = hand or frame.hands[0]
        self._leader = hand.side
        return hand


def perform(instrument: Instrument, frames: Iterable[HandFrame]) -> Iterator[TimedMessage]:
    """Play a trace in virtual time, as the live session would have.

    Yields
    ------
    TimedMessage
        Without the set-up; every note has ended when the frames have.
    """
    frame = None
    for frame in frames:
        yield from instrument.feed(frame)
    if frame:
        yield from instrument.release(frame.ready_s)
