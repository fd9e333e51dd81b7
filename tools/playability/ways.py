"""What turns a performance into notes, by name: our modes, and what they are compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from handmidi.instrument.controls import CONTROLS
from handmidi.instrument.onset import OnsetEngine

from .baselines import (
    REST,
    EqualFrames,
    Hysteresis,
    NaiveMap,
    Player,
    SketchEngine,
    SpeedGate,
    has_sketch,
)
from .takes import Take

Played = list[tuple[float, int]]
"""Onset in seconds and zone of every note."""

GATE = (0.58, 0.42)
"""Openness at which a gate strikes and ends, as presets have it that name none."""


@dataclass(frozen=True, slots=True)
class Way:
    """A row of the table.

    Parameters
    ----------
    name : str
    play : callable
        The notes that it makes of a take.
    modes : tuple of str
        The kinds of performance that it is for, of `players.MODES`.
    """

    name: str
    play: Callable[[Take], Played]
    modes: tuple[str, ...] = ("settle",)


def ways() -> dict[str, Way]:
    """Every way that is there, by name, ours first."""
    rows = [
        Way("settle", _settle),
        *_more_modes(),
        Way("naive map", _fed(NaiveMap), ("settle", "gate")),
        Way("hysteresis", _fed(Hysteresis), ("settle", "gate")),
        Way("three frames", _fed(EqualFrames), ("settle", "gate")),
        Way("speed gate", _fed(SpeedGate), ("settle", "gate")),
    ]
    if has_sketch():
        rows.append(Way("sketch", _fed(SketchEngine)))
    return {way.name: way for way in rows}


def feed(player: Player, take: Take) -> Played:
    """The notes of a take, rests left out."""
    events = [event for sample in take.axis_samples for event in player.feed(*sample)]
    return [event for event in events if event[1] != REST]


def _fed(make: Callable[[list[float]], Player]) -> Callable[[Take], Played]:
    return lambda take: feed(make(take.axis_edges), take)


def _settle(take: Take) -> Played:
    """The onset engine as a preset with these zones has it."""
    noise = CONTROLS[take.board.control].noise
    is_ratio = CONTROLS[take.board.control].is_ratio
    engine = OnsetEngine(take.axis_edges, take.axis_floor, noise, is_ratio)
    if take.song and hasattr(engine, "expect"):
        engine.expect([(note.onset_s, note.zone) for note in take.song])
    return feed(engine, take)


def _more_modes() -> Iterator[Way]:
    if find_spec("handmidi.instrument.glide"):
        yield Way("glide", _glide)
    if find_spec("handmidi.instrument.gate"):
        yield Way("gate", _gate, ("gate",))


def _glide(take: Take) -> Played:
    """Every zone sounds: what the mode is for, and no failing of it."""
    from handmidi.instrument.glide import Glide

    return feed(Glide(take.axis_edges, CONTROLS[take.board.control].noise), take)


def _gate(take: Take) -> Played:
    """The opening hand strikes the zone that it is in."""
    from handmidi.instrument.gate import Gate
    from handmidi.instrument.struck import StruckZones

    struck = StruckZones(take.axis_edges, CONTROLS["x"].noise, Gate(*GATE))
    rows = zip(take.axis_samples, take.samples, strict=True)
    events = [event for row, seen in rows for event in struck.feed(*row, seen.openness)]
    return [event for event in events if event[1] != REST]
