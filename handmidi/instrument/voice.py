"""One hand's voice: its notes and its controllers, said in MIDI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handmidi.beat import BeatLine
from handmidi.hand import Hand
from handmidi.instrument.bent import BentNotes
from handmidi.instrument.channels import Outlet
from handmidi.instrument.controllers import Stream
from handmidi.instrument.controls import CONTROLS, READERS, Speedometer
from handmidi.instrument.preset import Part
from handmidi.instrument.quantise import Quantiser
from handmidi.instrument.scaling import Scaling
from handmidi.instrument.strike import Strike
from handmidi.instrument.zones import ZoneNotes
from handmidi.notes import Note, TimedMessage


class Voice:
    """Reads a hand's controls and plays a part with them.

    Parameters
    ----------
    part : Part
    outlet : Outlet
        Where its notes and controllers go.
    quantiser : Quantiser, optional
        For notes that wait for the beat; those of a continuous part never do.
    """

    def __init__(self, part: Part, outlet: Outlet, quantiser: Quantiser | None = None) -> None:
        self._readers = [(name, READERS[name]) for name in part.controls if name in READERS]
        self._speedometer = Speedometer() if "speed" in part.controls else None
        self._streams = [
            Stream(controller, outlet, returns=not part.plays) for controller in part.controllers
        ]
        self._strike = Strike(part.velocity)
        self._notes: ZoneNotes | BentNotes | None = None
        if part.continuous:
            self._notes = BentNotes(part, outlet, self._strike)
        elif part.zones:
            self._notes = ZoneNotes(part, outlet, self._strike, quantiser)
        self._scalings = _scalings(part)
        self._newest: tuple[str, Mapping[str, float]] | None = None

    def feed(self, time_s: float, ready_s: float, hand: Hand) -> list[TimedMessage]:
        """Take in the hand; the messages are due at or after `ready_s`."""
        values = {name: read(hand) for name, read in self._readers}
        if self._speedometer:
            values["speed"] = self._speedometer.feed(time_s, hand)
        self._newest = hand.side, values
        out: list[TimedMessage] = []
        for stream in self._streams:
            out += stream.feed(time_s, ready_s, values[stream.control])
        if self._strike.control:
            self._strike.feed(time_s, values[self._strike.control])
        if self._notes:
            out += self._notes.feed(time_s, ready_s, values)
        return out

    def release(self, time_s: float) -> list[TimedMessage]:
        """The hand is gone: end what sounds."""
        self._newest = None
        self._strike.reset()
        if self._speedometer:
            self._speedometer.reset()
        out = [message for stream in self._streams for message in stream.release(time_s)]
        return out + self._notes.release(time_s) if self._notes else out

    def follow(self, line: BeatLine) -> None:
        """Quantise to these beats from now on."""
        if isinstance(self._notes, ZoneNotes):
            self._notes.follow(line)

    def expect(self, onsets: Sequence[Note]) -> None:
        """Tell where the song's notes lie."""
        if isinstance(self._notes, ZoneNotes):
            self._notes.expect(onsets)

    @property
    def reading(self) -> tuple[str, dict[str, float]] | None:
        """The hand's side, and its used controls, scaled to 0..1; None without a hand."""
        newest = self._newest  # once: others may ask while the next frame comes
        if newest is None:
            return None
        side, values = newest
        return side, {
            name: min(max(self._scalings[name].scaled(value), 0.0), 1.0)
            for name, value in values.items()
        }


def _scalings(part: Part) -> dict[str, Scaling]:
    """How each used control is shown: as it plays notes, or else as it does something else."""
    out = {controller.by.control: controller.by for controller in reversed(part.controllers)}
    if part.velocity.by:
        out[part.velocity.by.control] = part.velocity.by
    if part.gate:
        name = part.gate.control
        out[name] = Scaling(name, CONTROLS[name].range)
    return out | {part.by.control: part.by}
