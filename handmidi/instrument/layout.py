"""Zones that are computed: spread over the control, made of a song's notes, transposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handmidi.instrument.controls import CONTROLS
from handmidi.instrument.preset import Part, Preset, Zone
from handmidi.instrument.scaling import Scaling


def from_pitches(
    name: str,
    title: str,
    pitches: Sequence[int],
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> Preset:
    """A preset that offers just these notes, low to high as the hand comes nearer.

    The zones are equally wide on the logarithm of the area: every step is the same
    relative change of distance.

    Parameters
    ----------
    name, title : str
    pitches : sequence of int
    ranges : mapping, optional
        Calibrated ranges of controls, instead of the usual ones.

    Raises
    ------
    ValueError
        If there is no note.
    """
    notes = sorted(set(pitches))
    if not notes:
        raise ValueError("a preset needs at least one note")
    by = Scaling("area", (ranges or {}).get("area", CONTROLS["area"].range), "log")
    return Preset(name, title, Part(by, zones=spread([(note,) for note in notes], 0.2)))


def spread(pitches: Sequence[tuple[int, ...]], first: float = 0.1) -> tuple[Zone, ...]:
    """Equally wide zones from `first` to 1 of the scaled axis."""
    width = (1 - first) / len(pitches)
    return tuple(Zone(round(first + i * width, 6), each) for i, each in enumerate(pitches))


def transposed(zones: Sequence[Zone], semitones: int) -> tuple[Zone, ...]:
    """The zones with other notes; those outside MIDI's range are left out."""
    return tuple(
        Zone(zone.at, tuple(p + semitones for p in zone.pitches if 0 <= p + semitones <= 127))
        for zone in zones
    )
