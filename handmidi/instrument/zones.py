"""A part's notes where it has zones: which of them sounds, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from handmidi.beat import BeatLine
from handmidi.instrument.channels import Outlet
from handmidi.instrument.controls import CONTROLS
from handmidi.instrument.counted import Counted
from handmidi.instrument.gate import Gate
from handmidi.instrument.glide import Glide
from handmidi.instrument.onset import REST, OnsetEngine
from handmidi.instrument.preset import Part
from handmidi.instrument.quantise import Decision, Quantiser
from handmidi.instrument.strike import Strike
from handmidi.instrument.struck import StruckZones
from handmidi.notes import Note, TimedMessage

_WIDTH = 0.25


class ZoneNotes:
    """Plays the notes of zones: those in which the hand stops, all, or those it strikes.

    Parameters
    ----------
    part : Part
        With zones.
    outlet : Outlet
    strike : Strike
        Fed by the caller.
    quantiser : Quantiser, optional
        For notes that wait for the beat.
    """

    def __init__(
        self, part: Part, outlet: Outlet, strike: Strike, quantiser: Quantiser | None = None
    ) -> None:
        self._outlet, self._strike, self._quantiser = outlet, strike, quantiser
        self._pitches = [tuple(sorted(set(zone.pitches))) for zone in part.zones]
        self._axis = rising(part.by.control, *part.by.range)
        self._control = part.by.control
        self._engine: OnsetEngine | Counted | Glide | None = None
        self._struck: StruckZones | None = None
        edges, floor = _edges(part, self._axis)
        noise = CONTROLS[part.by.control].noise
        match part.onset:
            case "settle":
                self._engine = _settling(part.by.control, edges, floor)
            case "glide":
                self._engine = Glide(edges, noise)
            case "gate":
                if part.gate is None:
                    raise ValueError("onset is gate, and the part has none")
                on, off = part.gate.on, part.gate.off
                self._gate_control = part.gate.control
                self._gate_axis = rising(part.gate.control, off, on)
                gate = Gate(self._gate_axis(on), self._gate_axis(off))
                self._struck = StruckZones(edges, noise, gate)

    def feed(
        self, time_s: float, ready_s: float, values: Mapping[str, float]
    ) -> list[TimedMessage]:
        """Take in the controls; the messages are due at or after `ready_s`."""
        x = self._axis(values[self._control])
        if self._struck:
            gate = self._gate_axis(values[self._gate_control])
            events = self._struck.feed(time_s, ready_s, x, gate)
        else:
            events = self._engine.feed(time_s, ready_s, x) if self._engine else []
        if not events and not self._quantiser:
            return []
        decisions = [self._decision(*event) for event in events]
        if self._quantiser:
            decisions = self._quantiser.feed(ready_s, decisions)
        return [
            message
            for due_s, pitches, velocity in decisions
            for message in self._outlet.strike(self, due_s, pitches, velocity)
        ]

    def release(self, time_s: float) -> list[TimedMessage]:
        """The hand is gone: end what sounds, forget what waits."""
        if self._engine:
            self._engine.reset(silence=True)
        if self._struck:
            self._struck.reset()
        if self._quantiser:
            self._quantiser.reset()
        return self._outlet.strike(self, time_s, (), 0)

    def follow(self, line: BeatLine) -> None:
        """Quantise to these beats from now on."""
        if self._quantiser:
            self._quantiser.line = line

    def expect(self, onsets: Sequence[Note]) -> None:
        """Tell when which zone is likely, where the mode has a use for it: "settle"."""
        tell = getattr(self._engine, "expect", None)
        if tell is None:
            return
        expected, last = [], 0
        for note in onsets:
            zones = [k for k, pitches in enumerate(self._pitches) if note.pitch in pitches]
            if zones:
                _, last = min((abs(zone - last), zone) for zone in zones)
                expected.append((note.onset_s, last))
        tell(expected)

    def _decision(self, due_s: float, zone: int) -> Decision:
        pitches = () if zone == REST else self._pitches[zone]
        return Decision(due_s, pitches, self._strike.velocity(due_s) if pitches else 0)


def _settling(control: str, edges: list[float], floor: float) -> OnsetEngine | Counted:
    if control == "fingers":  # fingers are not reached for: they are out, or not
        return Counted(edges)
    known = CONTROLS[control]
    return OnsetEngine(edges, floor, known.noise, known.is_ratio)


def rising(control: str, low: float, high: float) -> Callable[[float], float]:
    """The control's axis, turned so that it runs upwards from `low` to `high`."""
    axis = CONTROLS[control].axis
    return axis if high > low else lambda value: -axis(value)


def _edges(part: Part, axis: Callable[[float], float]) -> tuple[list[float], float]:
    """Where the zones begin, with an end for the last; and where the range does."""
    floor, top = axis(part.by.range[0]), axis(part.by.range[1])
    edges = [axis(part.by.unscaled(zone.at)) for zone in part.zones]
    if len(edges) > 1:
        width = edges[-1] - edges[-2]
    else:
        width = max(edges[0] - floor, _WIDTH * (top - floor))
    return [*edges, edges[-1] + width], floor
