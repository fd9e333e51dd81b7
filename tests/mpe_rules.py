"""A receiver that checks a stream of messages against the rules of MPE.

Written from the specification (M1-100-UM, MIDI Polyphonic Expression 1.1), not from our
sender: it knows only what has been said so far. Section numbers are the specification's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LOWER, UPPER = 0, 15
BEND_REST, PRESSURE_REST, TIMBRE_REST = 0, 0, 64
TIMBRE, DATA, DATA_FINE, RPN_FINE, RPN = 74, 6, 38, 100, 101
NOTHING_OPEN = (127, 127)


class BrokenRule(AssertionError):
    """A message that the specification does not allow."""


def require(condition: bool, rule: str) -> None:
    if not condition:
        raise BrokenRule(rule)


@dataclass
class ChannelState:
    """What a receiver knows of one channel."""

    rpn: tuple[int, int] = NOTHING_OPEN
    bend_semitones: float = 2
    bend: int = BEND_REST
    pressure: int = PRESSURE_REST
    timbre: int = TIMBRE_REST
    notes: dict[int, float] = field(default_factory=dict)
    ended_s: float = float("-inf")
    said: set[str] = field(default_factory=set)
    said_s: float | None = None


class MpeReceiver:
    """Hears messages in order of time.

    Attributes
    ----------
    heard : list of (float, float, int)
        Time, pitch with all bends, and velocity of every note as it was struck.
    """

    def __init__(self) -> None:
        self.channels = [ChannelState() for _ in range(16)]
        self.zones: dict[int, list[int]] = {}
        self.heard: list[tuple[float, float, int]] = []

    def hear(self, time_s: float, message) -> None:
        """Take in a message.

        Raises
        ------
        BrokenRule
            If the specification does not allow it here.
        """
        require(hasattr(message, "channel"), f"{message} is no channel message")
        require(message.type != "polytouch", "2.5: no polyphonic key pressure for members")
        channel = self.channels[message.channel]
        match message.type:
            case "control_change":
                self._control(time_s, message.channel, message.control, message.value)
            case "program_change":
                require(message.channel in self.zones, "2.3: programs are the manager's")
            case "pitchwheel":
                self._of_a_note(time_s, message.channel, "bend", message.pitch == BEND_REST)
                channel.bend = message.pitch
            case "aftertouch":
                rests = message.value == PRESSURE_REST
                self._of_a_note(time_s, message.channel, "pressure", rests)
                channel.pressure = message.value
            case "note_on":
                self._strike(time_s, message.channel, message.note, message.velocity)
            case "note_off":
                self._end(time_s, message.channel, message.note)
            case other:
                raise BrokenRule(f"{other} has no place in a zone")

    def close(self) -> None:
        """Nothing may be left open."""
        for channel in self.channels:
            require(not channel.notes, "every note ends")
            require(channel.said_s is None, "3.3: what is set for a note is followed by it")
            require(channel.rpn == NOTHING_OPEN, "a registered parameter is left open")

    def zone_of(self, number: int) -> int | None:
        """The manager of a member channel, or None."""
        return next((m for m, members in self.zones.items() if number in members), None)

    # ---- controllers

    def _control(self, time_s: float, number: int, control: int, value: int) -> None:
        channel = self.channels[number]
        if control == RPN:
            channel.rpn = (value, channel.rpn[1])
        elif control == RPN_FINE:
            channel.rpn = (channel.rpn[0], value)
        elif control in (DATA, DATA_FINE):
            self._parameter(number, channel.rpn, control, value)
        elif control == TIMBRE:
            self._of_a_note(time_s, number, "timbre", value == TIMBRE_REST)
            channel.timbre = value
        else:
            require(number in self.zones, f"2.3: controller {control} is the manager's")

    def _parameter(self, number: int, rpn: tuple[int, int], control: int, value: int) -> None:
        require(rpn in ((0, 0), (0, 6)), f"data entry for parameter {rpn}")
        if rpn == (0, 6):
            require(number in (LOWER, UPPER), "2.1.1: zones are configured on channels 1 and 16")
            require(control == DATA, "2.1.1: the configuration has no fine part")
            require(value <= 15, "2.1.1: a zone has at most 15 members")
            self._configure(number, value)
        elif control == DATA:
            require(value <= 96, "2.4: a bend range is 0 to 96 semitones")
            require(not self.channels[number].notes, "2.4: a range changes under no note")
            self.channels[number].bend_semitones = value
        else:
            require(value == 0, "2.4: whole semitones")

    def _configure(self, manager: int, count: int) -> None:
        require(not any(c.notes for c in self.channels), "2.1.4: a zone changes under no note")
        step = 1 if manager == LOWER else -1
        members = [manager + step * i for i in range(1, count + 1)]
        # The newest message has precedence: what it takes, the other zone loses.
        other = UPPER if manager == LOWER else LOWER
        if other in members:
            self.zones.pop(other, None)
        elif other in self.zones:
            self.zones[other] = [c for c in self.zones[other] if c not in (*members, manager)]
        self.zones.pop(manager, None)
        if count:
            self.zones[manager] = members
        for number in (manager, *members):
            rpn = self.channels[number].rpn
            self.channels[number] = ChannelState(rpn, 2 if number == manager else 48)

    # ---- notes

    def _of_a_note(self, time_s: float, number: int, what: str, rests: bool) -> None:
        if number in self.zones:
            return
        if self.zone_of(number) is None:  # a plain channel, which may be put back to rest
            require(rests, f"{what} outside every zone")
            return
        channel = self.channels[number]
        if not channel.notes:  # it is for the note that comes: its release tail is not moved
            require(channel.said_s in (None, time_s), "3.3: settings are said with their note")
            channel.said.add(what)
            channel.said_s = time_s

    def _strike(self, time_s: float, number: int, pitch: int, velocity: int) -> None:
        require(velocity > 0, "3.3.2: a note ends with a note-off")
        manager = self.zone_of(number)
        require(manager is not None, "2.2: notes go to member channels")
        members = [self.channels[member] for member in self.zones[manager]]
        channel = self.channels[number]
        require(len({m.bend_semitones for m in members}) == 1, "2.4: members share one range")
        if channel.notes:
            require(all(m.notes for m in members), "2.2.1: a channel of its own while one is free")
            require(pitch not in channel.notes, "a note is struck twice")
        else:
            free = [m.ended_s for m in members if not m.notes]
            require(channel.ended_s == min(free), "3.2: the channel with the oldest note-off")
            require(channel.said == {"bend", "pressure", "timbre"}, "3.3.1: all set before a note")
            require(channel.said_s == time_s, "3.3: settings are said with their note")
        channel.said, channel.said_s = set(), None
        channel.notes[pitch] = time_s
        self.heard.append((time_s, self._sounding_pitch(manager, channel, pitch), velocity))

    def _end(self, time_s: float, number: int, pitch: int) -> None:
        channel = self.channels[number]
        require(pitch in channel.notes, "3.3: a note ends on the channel where it was struck")
        require(time_s >= channel.notes.pop(pitch), "a note ends after it began")
        if not channel.notes:
            channel.ended_s = time_s

    def _sounding_pitch(self, manager: int, channel: ChannelState, pitch: int) -> float:
        zone = self.channels[manager]
        shared = zone.bend / 8192 * zone.bend_semitones
        return pitch + channel.bend / 8192 * channel.bend_semitones + shared
