"""What the sixteen MIDI channels hold: bend and its range, pressure, controllers, MPE zones.

A receiver of OSC that thinks in single notes must be told where each one stands. Bend range is
set by RPN 0 (2 semitones before that); RPN 6 on channel 1 or 16 makes an MPE zone, whose master
channel bends all notes of its members on top of their own bend (M1-100-UM, MIDI Polyphonic
Expression 1.1, 2.1 to 2.4). Channels are counted from 0 here, as in mido.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import mido

_DATA_MSB, _DATA_LSB, _RPN_LSB, _RPN_MSB = 6, 38, 100, 101
_NRPN = (98, 99)
_RESET = 121
_RPN_BEND_RANGE, _RPN_MPE = (0, 0), (0, 6)
_NO_RPN = (127, 127)
_MEMBER_RANGE, _USUAL_RANGE = 48.0, 2.0
_MASTERS = (0, 15)
_CHANNELS = 16

PARAMETER_CONTROLS = frozenset((_DATA_MSB, _DATA_LSB, 96, 97, *_NRPN, _RPN_LSB, _RPN_MSB))
"""Controllers that only carry parameter numbers and their data."""


@dataclass(slots=True)
class _Channel:
    bend: float = 0.0
    range: float = _USUAL_RANGE
    pressure: int | None = None
    controls: dict[int, int] = field(default_factory=dict)
    rpn: tuple[int, int] = _NO_RPN

    def reset(self) -> None:
        self.bend, self.pressure = 0.0, None
        self.controls.clear()


class Channels:
    """The state of all channels, kept up with `take`."""

    def __init__(self) -> None:
        self._channels = [_Channel() for _ in range(_CHANNELS)]
        self._zones: dict[int, tuple[int, ...]] = {master: () for master in _MASTERS}

    def take(self, message: mido.Message) -> list[int]:
        """Keep what a message changes; returns the channels whose bend range was set by it."""
        match message.type:
            case "pitchwheel":
                self._channels[message.channel].bend = message.pitch / 8192
            case "aftertouch":
                self._channels[message.channel].pressure = message.value
            case "control_change":
                return self._control(message.channel, message.control, message.value)
        return []

    def bend(self, channel: int) -> float:
        """Where the channel's bend stands, -1..1 of its range."""
        return self._channels[channel].bend

    def bend_range(self, channel: int) -> float:
        """Semitones that a bend of 1 means."""
        return self._channels[channel].range

    def bend_semitones(self, channel: int) -> float:
        """How far a note of the channel is bent, by the zone's master too."""
        return sum(each.bend * each.range for each in self._held(channel))

    def pressure(self, channel: int) -> int | None:
        """Pressure on the channel or else on its zone's master, 0..127; None if there was none."""
        held = [each.pressure for each in self._held(channel) if each.pressure is not None]
        return held[0] if held else None

    def controls(self, channel: int) -> dict[int, int]:
        """Controllers of the channel and its zone's master, by number, without parameters."""
        controls: dict[int, int] = {}
        for each in reversed(self._held(channel)):
            controls.update(each.controls)
        return controls

    def heard_by(self, channel: int) -> tuple[int, ...]:
        """The channels whose notes a bend or controller on `channel` moves."""
        return (channel, *self._zones.get(channel, ()))

    def _held(self, channel: int) -> list[_Channel]:
        """The channel's state, and after it that of its zone's master."""
        master = self._master(channel)
        both = (channel,) if master is None else (channel, master)
        return [self._channels[each] for each in both]

    def _master(self, channel: int) -> int | None:
        return next((m for m, members in self._zones.items() if channel in members), None)

    def _control(self, channel: int, control: int, value: int) -> list[int]:
        held = self._channels[channel]
        if control == _RPN_MSB:
            held.rpn = (value, held.rpn[1])
        elif control == _RPN_LSB:
            held.rpn = (held.rpn[0], value)
        elif control in _NRPN:
            held.rpn = _NO_RPN
        elif control == _DATA_MSB and held.rpn == _RPN_MPE and channel in _MASTERS:
            return self._make_zone(channel, value)
        elif control in (_DATA_MSB, _DATA_LSB) and held.rpn == _RPN_BEND_RANGE:
            return self._set_range(channel, control, value)
        elif control == _RESET:
            held.reset()
        elif control < 120 and control not in PARAMETER_CONTROLS:
            held.controls[control] = value
        return []

    def _set_range(self, channel: int, control: int, value: int) -> list[int]:
        """RPN 0: semitones, or cents; of a zone's member it holds for all members."""
        now = self._channels[channel].range
        semitones = float(value) if control == _DATA_MSB else int(now) + min(value, 99) / 100
        if control == _DATA_LSB and semitones == now:
            return []
        master = self._master(channel)
        channels = [channel] if master is None else list(self._zones[master])
        for each in channels:
            self._channels[each].range = semitones
        return channels

    def _make_zone(self, master: int, count: int) -> list[int]:
        """RPN 6: a zone of `count` members; the other zone gives way, 0 ends the zone."""
        count = min(count, 15)
        members = range(1, 1 + count) if master == 0 else range(15 - count, 15)
        other = 15 - master
        self._zones[master] = tuple(members)
        self._zones[other] = tuple(
            c for c in self._zones[other] if c not in members and c != master and count < 15
        )
        for channel in (master, *members):
            held = self._channels[channel]
            held.reset()
            held.range = _USUAL_RANGE if channel == master else _MEMBER_RANGE
        return [master, *members]
