"""The instrument: hand frames in, timed MIDI messages out.

Pure: time comes in with the frames. What leaves after a frame depends on that frame and
those before it, and is due at or after its `ready_s`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import mido

from handmidi.beat import BeatLine
from handmidi.hand import SIDES, Hand, HandFrame
from handmidi.instrument.controls import SMALLEST_AREA
from handmidi.instrument.preset import Part, Preset
from handmidi.instrument.quantise import Quantiser
from handmidi.instrument.routing import next_channel, route
from handmidi.instrument.voice import Voice
from handmidi.notes import Note, TimedMessage

LOST_S = 0.12
"""How long a hand may be out of sight before its note ends; a missed frame is no rest."""

STALL_S = 0.16
"""How long frames may fail to come before everything ends: nothing is heard for 0.2 s, also where
the receiver hears a period of its audio system later."""


class Instrument:
    """Plays a preset with one hand, or with each of two.

    For each channel and pitch, note-on and note-off take turns. Where a hand is lost its
    notes end and its pedals go up; other controllers keep their last value, so that no
    volume jumps. A bend does, too, if it was of the hand's own notes, whose release it would
    bend back; the bend by a hand that plays none itself returns to 0.

    Messages are shared and must not be changed.

    Parameters
    ----------
    preset : Preset
    hands : int
        Of a preset for one hand: with 1, one hand plays, the one that the preset names, or
        else the side that played before, or the first in the frame. With 2, the right hand
        plays on the preset's channel and the left one on the next. A preset for two hands
        always has both.
    """

    def __init__(self, preset: Preset, hands: int = 1) -> None:
        if hands not in (1, 2):
            raise ValueError(f"hands must be 1 or 2, not {hands}")
        self.preset = preset
        self._home_line = BeatLine(0.0, preset.bpm)
        parts = _parts(preset, hands)
        outlets, self._outlets = route(list(parts.values()), preset.mpe)
        self._voices = {
            side: Voice(part, outlet, self._quantiser(part))
            for (side, part), outlet in zip(parts.items(), outlets, strict=True)
        }
        self._seen_s: dict[str, float] = {}
        self._ready_s: float | None = None
        self._leader: str | None = None

    @property
    def hands(self) -> int:
        """How many hands it listens to."""
        return len(self._voices)

    @property
    def readings(self) -> dict[str, dict[str, float]]:
        """The newest controls of each hand in sight, by side and name, scaled to 0..1."""
        newest = (voice.reading for voice in self._voices.values())
        return dict(reading for reading in newest if reading)

    def set_up(self) -> list[mido.Message]:
        """Messages that prepare a synth: programs, bend ranges, MPE zones."""
        return [message for outlet in self._outlets for message in outlet.set_up()]

    def tear_down(self) -> list[mido.Message]:
        """Messages for the end, after `release`: nobody who plays next shall be silent or bent.

        Pedals go up, bends and pressures to 0, each other controller that was moved to its
        default (`channels.default_value`), and MPE zones are off.
        """
        return [message for outlet in self._outlets for message in outlet.tear_down()]

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
        return sorted(out, key=_due)

    def release(self, time_s: float) -> list[TimedMessage]:
        """End everything that sounds: frames have stopped, or the performance has."""
        self._seen_s.clear()
        out = [m for voice in self._voices.values() for m in voice.release(time_s)]
        return sorted(out, key=_due)

    def follow(self, line: BeatLine | None) -> None:
        """Quantise to these beats from now on; None for the preset's own tempo."""
        for voice in self._voices.values():
            voice.follow(line or self._home_line)

    def expect(self, onsets: Sequence[Note]) -> None:
        """Tell which notes a song asks for, at session seconds, in order of onset.

        They help to read the hand, and never sound by themselves. A second hand with a part
        of its own is not asked for them.
        """
        voices = list(self._voices.values())
        for voice in voices[:1] if self.preset.other else voices:
            voice.expect(onsets)

    def _quantiser(self, part: Part) -> Quantiser | None:
        step = self.preset.grid_beats
        # A glide enters zones on its way: those are not struck for a beat.
        return Quantiser(step, self._home_line, part.onset != "glide") if step else None

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


def _parts(preset: Preset, hands: int) -> dict[str, Part]:
    """What each side plays, the main part first."""
    main = preset.main
    if preset.other:
        side = "left" if preset.hand == "left" else "right"
        return {side: main, "left" if side == "right" else "right": preset.other}
    if hands == 2:
        return {"right": main, "left": replace(main, channel=next_channel(main.channel))}
    return {preset.hand: main}


def _due(timed: TimedMessage) -> float:
    return timed.time_s
