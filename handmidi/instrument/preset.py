"""Presets as values: which control of which hand plays, and which note lies where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handmidi.instrument.scaling import Scaling
from handmidi.notes import frequency

ONSETS = ("settle", "glide", "gate", "continuous")


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the scaled axis, from `at` to the next zone's.

    Parameters
    ----------
    at : float
    pitches : tuple of int
        Key numbers that sound, ascending; more than one is a chord, none a rest.
    """

    at: float
    pitches: tuple[int, ...]

    @property
    def pitch(self) -> int | None:
        """The lowest note; None is a rest."""
        return self.pitches[0] if self.pitches else None


@dataclass(frozen=True, slots=True)
class Continuous:
    """A theremin's law: one note, bent to follow the control.

    Parameters
    ----------
    low_hz, high_hz : float
        Frequencies at 0 and at 1 of the scaled axis.
    is_linear : bool
        Whether equal steps of the axis are equal steps in hertz; else they are equal
        intervals.
    centre : int
        Key number of the note that is bent.
    bend_semitones : int
        Range of the pitch bend to either side, 1..48; sent to the synth as RPN 0.
    """

    low_hz: float
    high_hz: float
    is_linear: bool
    centre: int
    bend_semitones: int

    def hz(self, scaled: float) -> float:
        """The frequency at `scaled`; 0 or less where a linear law has left its range."""
        if self.is_linear:
            return self.low_hz + scaled * (self.high_hz - self.low_hz)
        return self.low_hz * (self.high_hz / self.low_hz) ** scaled

    @property
    def lowest_hz(self) -> float:
        """The lowest frequency within the bend's range; below it is a rest."""
        return max(frequency(self.centre - self.bend_semitones), min(self.low_hz, self.high_hz))

    @property
    def highest_hz(self) -> float:
        """The highest frequency within the bend's range."""
        return min(frequency(self.centre + self.bend_semitones), max(self.low_hz, self.high_hz))


@dataclass(frozen=True, slots=True)
class Gate:
    """What strikes and ends a note in mode "gate".

    Parameters
    ----------
    control : str
    on, off : float
        The note is struck where the control passes `on`, and ends where it falls back
        behind `off`, in the control's unit. Where `on` is the lesser, low values strike.
    """

    control: str
    on: float
    off: float


@dataclass(frozen=True, slots=True)
class Velocity:
    """How hard notes are struck.

    Parameters
    ----------
    low, high : int
        Velocity at 0 and at 1 of `by`, 1..127; `low` where there is no `by`.
    by : Scaling, optional
        The control that decides; `speed` is the strike's highest speed.
    """

    low: int
    high: int
    by: Scaling | None = None


@dataclass(frozen=True, slots=True)
class Controller:
    """A control that becomes a stream of messages.

    Parameters
    ----------
    by : Scaling
    to : {"cc", "pressure", "bend"}
    number : int
        Of the control change; 0 for the others.
    send : tuple of float
        What is sent at 0 and at 1 of the scaled axis: 0..127, or for a bend semitones.
    """

    by: Scaling
    to: str
    number: int
    send: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """What one hand does.

    Parameters
    ----------
    by : Scaling
        The control that chooses the note.
    onset : {"settle", "glide", "gate", "continuous"}
    zones : tuple of Zone
        In ascending order; empty with `continuous`, or where the part plays no notes and its
        controllers shape the other part's.
    velocity : Velocity
    program : int
        General MIDI program, 0..127.
    channel : int
        MIDI channel, 0..15.
    bend_semitones : int
        Range of the channel's pitch bend, 1..96.
    """

    by: Scaling
    onset: str = "settle"
    zones: tuple[Zone, ...] = ()
    continuous: Continuous | None = None
    gate: Gate | None = None
    velocity: Velocity = Velocity(96, 96)
    controllers: tuple[Controller, ...] = ()
    program: int = 80
    channel: int = 0
    bend_semitones: int = 2

    @property
    def plays(self) -> bool:
        """Whether it has notes of its own."""
        return bool(self.zones or self.continuous)

    @property
    def controls(self) -> set[str]:
        """Names of all controls that it uses."""
        names = {self.by.control} if self.plays else set()
        names |= {controller.by.control for controller in self.controllers}
        if self.gate:
            names.add(self.gate.control)
        if self.velocity.by:
            names.add(self.velocity.by.control)
        return names


@dataclass(frozen=True, slots=True)
class Preset:
    """How hands become notes.

    Parameters
    ----------
    name, title : str
    main : Part
        The hand that plays.
    other : Part, optional
        What the other hand does.
    hand : {"any", "right", "left"}
        Which one `main` is; never "any" with an `other`.
    grid_beats : float, optional
        Onsets wait for the next multiple of it; a beat is a quarter note.
    bpm : float
        The tempo of that grid where no song and no session sets one.
    mpe : bool
        A channel for each note, as MIDI Polyphonic Expression has it.
    """

    name: str
    title: str
    main: Part
    other: Part | None = None
    hand: str = "any"
    grid_beats: float | None = None
    bpm: float = 120.0
    mpe: bool = False

    @property
    def parts(self) -> tuple[Part, ...]:
        """`main`, and `other` if there is one."""
        return (self.main, self.other) if self.other else (self.main,)

    @property
    def controls(self) -> set[str]:
        """Names of all controls that it uses."""
        return set().union(*(part.controls for part in self.parts))

    def to_dict(self) -> dict[str, Any]:
        """The preset as it plays: ``{"name", "control", "zones": [{"low", "high", "pitch"}]}``.

        `low` and `high` are in the control's own unit. The zone that has no far end says
        None there: `high`, or `low` where the control runs downwards. A chord lists its
        `pitches`, too; a second hand that plays is under `other`.
        """
        table = {"name": self.name, **_part_to_dict(self.main)}
        if self.other and self.other.plays:
            table["other"] = _part_to_dict(self.other)
        return table


def _part_to_dict(part: Part) -> dict[str, Any]:
    edges = [round(part.by.unscaled(zone.at), 6) for zone in part.zones] + [None]
    down = part.by.range[0] > part.by.range[1]
    rows = []
    for zone, near, far in zip(part.zones, edges, edges[1:], strict=False):
        low, high = (far, near) if down else (near, far)
        row: dict[str, Any] = {"low": low, "high": high, "pitch": zone.pitch}
        if len(zone.pitches) > 1:
            row["pitches"] = list(zone.pitches)
        rows.append(row)
    return {"control": part.by.control, "zones": rows}
