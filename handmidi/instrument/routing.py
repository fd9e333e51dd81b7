"""Which channel or MPE zone each part of a preset goes out on."""

from __future__ import annotations

from collections.abc import Sequence

from handmidi.instrument.channels import Channel, Outlet
from handmidi.instrument.mpe import MANAGER_BEND_SEMITONES, MpeZone
from handmidi.instrument.preset import Part

DRUMS = 9
"""General MIDI's channel 10: its programs are drum kits, its notes drums."""


def next_channel(channel: int) -> int:
    """The channel for a second hand that plays the same; both hands share the drums."""
    if channel == DRUMS:
        return DRUMS
    step = 2 if channel + 1 == DRUMS else 1
    return (channel + step) % 16


def bend_range(part: Part) -> int | None:
    """Range of the bend that a part needs, in semitones; None where it bends nothing."""
    if part.continuous:
        return part.continuous.bend_semitones
    bends = any(controller.to == "bend" for controller in part.controllers)
    return part.bend_semitones if bends else None


def route(parts: Sequence[Part], mpe: bool) -> tuple[list[Outlet], list[Outlet]]:
    """Where parts go.

    Returns
    -------
    outlets : list of Outlet
        One for each part. A part that plays nothing shapes, in MPE, the first zone as a whole.
    all_outlets : list of Outlet
        What is to be set up and torn down.
    """
    # Where no part plays there is nothing that could have a channel of its own.
    if mpe and any(part.plays for part in parts):
        return _on_zones(parts)
    return _on_channels(parts)


def _on_channels(parts: Sequence[Part]) -> tuple[list[Outlet], list[Outlet]]:
    """A channel for each part; parts of the same number share one."""
    channels: dict[int, Channel] = {}
    for part in parts:
        here = [each for each in parts if each.channel == part.channel]
        programs = [each.program for each in here if each.plays]
        ranges = [range_ for each in here if (range_ := bend_range(each))]
        channels[part.channel] = Channel(
            part.channel, programs[0] if programs else None, max(ranges, default=None)
        )
    return [channels[part.channel] for part in parts], list(channels.values())


def _on_zones(parts: Sequence[Part]) -> tuple[list[Outlet], list[Outlet]]:
    """An MPE zone for each part that plays, the lower one first."""
    playing = [part for part in parts if part.plays]
    ranges = [range_ for part in parts if not part.plays and (range_ := bend_range(part))]
    zones = [
        MpeZone(
            is_upper=i > 0,
            members=15 if len(playing) == 1 else 7,
            program=part.program,
            manager_bend_semitones=max(ranges, default=MANAGER_BEND_SEMITONES),
        )
        for i, part in enumerate(playing)
    ]
    left = iter(zones)
    return [next(left) if part.plays else zones[0].manager for part in parts], list(zones)
