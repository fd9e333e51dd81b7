"""MIDI messages as an instrument says them, made once and said many times.

Making a message costs more than all other work that leads to it, and an instrument says the
same few again and again. So equal calls return one and the same message: nobody may change
what they return.
"""

from __future__ import annotations

from functools import lru_cache

import mido

RELEASE_VELOCITY = 64
"""Of every note-off: MIDI's word for "not measured"."""

BEND_RANGE, MPE_CONFIGURATION = 0, 6
"""Registered parameters (RPN) that an instrument sets."""

_KEPT = 4096


@lru_cache(_KEPT)
def note_on(channel: int, pitch: int, velocity: int) -> mido.Message:
    """Strike a note; velocity 1..127."""
    return mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)


@lru_cache(_KEPT)
def note_off(channel: int, pitch: int) -> mido.Message:
    """End a note."""
    return mido.Message("note_off", channel=channel, note=pitch, velocity=RELEASE_VELOCITY)


@lru_cache(_KEPT)
def control(channel: int, number: int, value: int) -> mido.Message:
    """Control change, value 0..127."""
    return mido.Message("control_change", channel=channel, control=number, value=value)


@lru_cache(_KEPT)
def pressure(channel: int, value: int) -> mido.Message:
    """Channel pressure, 0..127."""
    return mido.Message("aftertouch", channel=channel, value=value)


@lru_cache(_KEPT)
def bend(channel: int, value: int) -> mido.Message:
    """Pitch bend, -8192..8191 of the channel's range."""
    return mido.Message("pitchwheel", channel=channel, pitch=value)


@lru_cache(_KEPT)
def program(channel: int, number: int) -> mido.Message:
    """Program change, 0..127."""
    return mido.Message("program_change", channel=channel, program=number)


def parameter(channel: int, number: int, value: int) -> list[mido.Message]:
    """Set a registered parameter, and leave none open for a stray data entry to change.

    Parameters
    ----------
    channel : int
    number : int
        `BEND_RANGE`, value in semitones, 0..96; or `MPE_CONFIGURATION`, value the number of
        member channels, 0..15.
    value : int
    """
    said = [(101, 0), (100, number), (6, value)]
    if number == BEND_RANGE:
        said.append((38, 0))  # no cents; the zone message has no finer part
    said += [(101, 127), (100, 127)]
    return [control(channel, each, data) for each, data in said]


def bend_value(semitones: float, range_semitones: int) -> int:
    """The pitch bend nearest to `semitones`, -8192..8191; the ends where it is beyond them."""
    return min(max(round(semitones / range_semitones * 8192), -8192), 8191)
