"""MPE: what the zone says, and a parser that knows the specification's rules."""

import mido
import pytest
from mpe_rules import BrokenRule, MpeReceiver

from handmidi.instrument import messages
from handmidi.instrument.mpe import MpeZone

VOICE = "voice"


def zone(members=15, is_upper=False):
    """A zone, and a receiver that has heard it set up."""
    each, receiver = MpeZone(is_upper, members, program=5), MpeReceiver()
    for message in each.set_up():
        receiver.hear(0.0, message)
    return each, receiver


def hear(receiver, timed):
    for each in sorted(timed, key=lambda each: each.time_s):
        receiver.hear(each.time_s, each.message)
    return [each.message for each in timed]


def channels_of(said):
    return [m.channel for m in said if m.type == "note_on"]


# ---- the zone


@pytest.mark.parametrize(("is_upper", "members", "manager"), [(False, 15, 0), (True, 7, 15)])
def test_set_up_and_tear_down_are_valid(is_upper, members, manager):
    each, receiver = zone(members, is_upper)
    step = -1 if is_upper else 1
    numbers = [manager + step * i for i in range(1, members + 1)]
    assert receiver.zones == {manager: numbers}
    assert {receiver.channels[n].bend_semitones for n in numbers} == {48}
    assert receiver.channels[manager].bend_semitones == 2
    for message in each.tear_down():
        receiver.hear(1.0, message)
    receiver.close()
    assert receiver.zones == {}


def test_a_note_begins_with_its_bend_timbre_and_pressure():
    each, receiver = zone()
    assert each.bend("tilt", 0.5, 1.0) == []
    assert each.pressure(0.5, 80) == each.control(0.5, 74, 30) == []
    said = hear(receiver, each.strike(VOICE, 1.0, (60,), 90))
    assert [m.bytes() for m in said] == [
        [0xE1, 43, 65],
        [0xB1, 74, 30],
        [0xD1, 80],
        [0x91, 60, 90],
    ]
    assert receiver.heard == [(1.0, pytest.approx(61, abs=0.01), 90)]


def test_each_note_of_a_chord_has_a_channel_and_all_are_shaped():
    each, receiver = zone()
    assert channels_of(hear(receiver, each.strike(VOICE, 1.0, (60, 64, 67), 90))) == [1, 2, 3]
    for said in (each.pressure(1.1, 5), each.control(1.1, 74, 5), each.bend("tilt", 1.1, 0.1)):
        assert [m.channel for m in hear(receiver, said)] == [1, 2, 3]


def test_a_new_note_takes_the_channel_that_has_been_silent_longest():
    each, receiver = zone(members=4)
    used = [
        channels_of(hear(receiver, each.strike(VOICE, float(i), (60,), 90))) for i in range(1, 7)
    ]
    assert used == [[1], [2], [3], [4], [1], [2]]


def test_a_release_tail_is_not_bent():
    each, receiver = zone()
    hear(receiver, each.strike(VOICE, 1.0, (60,), 90))
    hear(receiver, each.strike(VOICE, 2.0, (), 0))
    assert each.bend("tilt", 2.1, 1.0) == each.pressure(2.1, 9) == []
    receiver.close()


def test_what_shapes_a_note_to_come_waits_for_it():
    each, receiver = zone()
    said = each.strike(VOICE, 1.03, (60,), 90)
    said += each.pressure(1.02, 99)
    hear(receiver, said)
    assert said[-1].time_s == 1.03
    ended = each.strike(VOICE, 1.025, (), 0)
    assert ended[-1].time_s == 1.03


def test_what_concerns_the_zone_goes_out_on_its_manager():
    each, receiver = zone(7, is_upper=True)
    said = hear(receiver, [*each.control(1.0, 7, 100), *each.control(1.0, 64, 127)])
    assert {m.channel for m in said} == {15}
    each.pressure(1.0, 80)
    assert each.manager.tear_down() == [messages.control(15, 64, 0)]


def test_the_end_puts_back_the_manager_and_each_member_that_played():
    each, receiver = zone()
    hear(receiver, [*each.control(1.0, 7, 0), *each.control(1.0, 74, 30), *each.pressure(1.0, 80)])
    each.bend("tilt", 1.0, 1.0)
    hear(receiver, [*each.strike(VOICE, 1.0, (60, 64), 90), *each.strike(VOICE, 2.0, (), 0)])
    said = each.tear_down()
    for message in said:
        receiver.hear(3.0, message)
    receiver.close()
    assert said[:2] == [messages.control(0, 120, 0), messages.control(0, 7, 100)]
    rest = [(m.type, m.channel, m.bytes()[1:]) for m in said[-6:]]
    assert rest == [
        (kind, channel, data)
        for channel in (1, 2)
        for kind, data in (
            ("pitchwheel", [0, 64]),
            ("control_change", [74, 64]),
            ("aftertouch", [0]),
        )
    ]
    assert len(each.tear_down()) == len(zone()[0].tear_down())


def test_more_notes_than_channels_share_them():
    each, receiver = zone(members=2)
    said = hear(receiver, each.strike(VOICE, 1.0, (60, 62, 64, 65), 90))
    assert channels_of(said) == [1, 2, 1, 2]
    assert len(hear(receiver, each.pressure(1.1, 5))) == 2
    hear(receiver, each.strike(VOICE, 2.0, (), 0))
    receiver.close()


# ---- the parser: it must know a broken rule when it hears one


def bend_range(channel, semitones):
    return messages.parameter(channel, messages.BEND_RANGE, semitones)


def members(channel, count):
    return messages.parameter(channel, messages.MPE_CONFIGURATION, count)


SET = [messages.bend(1, 0), messages.control(1, 74, 64), messages.pressure(1, 0)]
NOTE = [*SET, messages.note_on(1, 60, 90)]
OTHER = [messages.bend(2, 0), messages.control(2, 74, 64), messages.pressure(2, 0)]
WRONG = {
    "a zone on another channel": members(3, 5),
    "too many members": members(0, 16),
    "an open parameter": members(0, 3)[:3],
    "a note without a zone": [messages.note_on(1, 60, 90)],
    "a note on the manager": [*members(0, 3), messages.note_on(0, 60, 90)],
    "a note outside": [*members(0, 3), messages.note_on(9, 60, 90)],
    "a note with nothing set": [*members(0, 3), messages.note_on(1, 60, 90)],
    "a note with no pressure set": [*members(0, 3), *SET[:2], messages.note_on(1, 60, 90)],
    "something set and no note": [*members(0, 3), *SET],
    "a second note where a channel is free": [*members(0, 3), *NOTE, messages.note_on(1, 62, 90)],
    "a channel that was silent for less": [
        *members(0, 2),
        *NOTE,
        messages.note_off(1, 60),
        *NOTE,
        messages.note_off(1, 60),
    ],
    "a note that does not end": [*members(0, 3), *NOTE],
    "an end without a note": [*members(0, 3), messages.note_off(1, 60)],
    "an end on another channel": [*members(0, 3), *NOTE, messages.note_off(2, 60)],
    "a program for a member": [*members(0, 3), messages.program(1, 5)],
    "a pedal for a member": [*members(0, 3), messages.control(1, 64, 127)],
    "polyphonic pressure": [*members(0, 3), *NOTE, mido.Message("polytouch", channel=1)],
    "members of different ranges": [*members(0, 3), *bend_range(1, 24), *NOTE],
    "a zone that changes under a note": [*members(0, 3), *NOTE, *members(0, 0)],
    "a range that changes under a note": [*members(0, 1), *NOTE, *bend_range(1, 24)],
    "a bend outside every zone": [*members(0, 3), messages.bend(9, 5)],
    "a channel that the newer zone took": [*members(0, 15), *members(15, 14), *NOTE],
}


@pytest.mark.parametrize("name", WRONG)
def test_a_broken_rule_is_heard(name):
    receiver = MpeReceiver()
    with pytest.raises(BrokenRule):
        for i, message in enumerate(WRONG[name]):
            receiver.hear(float(i // 50), message)
        receiver.close()


def test_a_right_stream_is_not_blamed():
    receiver = MpeReceiver()
    stream = [*members(0, 2), *NOTE, *OTHER, messages.note_on(2, 64, 90), messages.bend(1, 99)]
    stream += [messages.note_off(1, 60), messages.note_off(2, 64), *members(0, 0)]
    for message in stream:
        receiver.hear(1.0, message)
    receiver.close()
    assert [pitch for _, pitch, _ in receiver.heard] == [60, 64]
