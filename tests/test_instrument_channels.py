"""A channel: notes that alternate, bends that add up, and a clean end."""

import pytest

from handmidi.instrument.channels import Channel, default_value

ONE, TWO = "one", "two"


def said(messages):
    return [(round(m.time_s, 3), m.message.type, m.message.note) for m in messages]


def plain(messages):
    return [(m.type, m.bytes()[1:]) for m in messages]


def test_a_strike_ends_what_the_voice_sounded():
    channel = Channel(0)
    assert said(channel.strike(ONE, 1.0, (60, 64), 90)) == [
        (1.0, "note_on", 60),
        (1.0, "note_on", 64),
    ]
    assert said(channel.strike(ONE, 2.0, (64,), 90)) == [
        (2.0, "note_off", 60),
        (2.0, "note_off", 64),
        (2.0, "note_on", 64),
    ]
    assert said(channel.strike(ONE, 3.0, (), 0)) == [(3.0, "note_off", 64)]
    assert channel.strike(ONE, 4.0, (), 0) == []


def test_a_shared_pitch_belongs_to_who_struck_it_last():
    channel = Channel(0)
    channel.strike(ONE, 1.0, (60, 64), 90)
    assert said(channel.strike(TWO, 2.0, (60,), 90)) == [
        (2.0, "note_off", 60),
        (2.0, "note_on", 60),
    ]
    assert said(channel.strike(ONE, 3.0, (), 0)) == [(3.0, "note_off", 64)]
    assert said(channel.strike(TWO, 4.0, (), 0)) == [(4.0, "note_off", 60)]


def test_nothing_overtakes_a_note_that_is_still_to_come():
    channel = Channel(0)
    channel.strike(ONE, 1.03, (60,), 90)
    assert said(channel.strike(TWO, 1.02, (60, 62), 90)) == [
        (1.03, "note_off", 60),
        (1.03, "note_on", 60),
        (1.02, "note_on", 62),
    ]


def test_bends_of_several_sources_add_up_within_the_range():
    channel = Channel(2, bend_semitones=4)
    (first,) = channel.bend(ONE, 1.0, 1.0)
    assert (first.message.channel, first.message.pitch) == (2, 2048)
    assert channel.bend(TWO, 1.0, 2.0)[0].message.pitch == 6144
    assert channel.bend(TWO, 1.0, 2.0) == []
    assert channel.bend(TWO, 1.0, 50.0)[0].message.pitch == 8191
    assert channel.bend(ONE, 1.0, -99.0)[0].message.pitch == -8192


def test_a_tuned_note_is_preceded_by_range_and_bend():
    channel = Channel(0, bend_semitones=12)
    messages = [m.message for m in channel.tune(ONE, 1.0, 0.0)]
    assert messages[:-1] == channel.set_up()
    assert messages[-1].type == "pitchwheel"


def test_set_up_says_what_is_known_and_leaves_no_parameter_open():
    assert Channel(0).set_up() == []
    assert plain(Channel(0, program=7).set_up()) == [("program_change", [7])]
    assert plain(Channel(0, 7, 12).set_up()) == [
        ("control_change", [101, 0]),
        ("control_change", [100, 0]),
        ("control_change", [6, 12]),
        ("control_change", [38, 0]),
        ("control_change", [101, 127]),
        ("control_change", [100, 127]),
        ("program_change", [7]),
    ]


def test_tear_down_lifts_pedals_and_unbends():
    channel = Channel(1, bend_semitones=2)
    assert channel.tear_down() == []
    channel.control(0.0, 64, 127)
    channel.control(0.0, 66, 0)
    channel.control(0.0, 7, 100)
    channel.bend(ONE, 0.0, 1.0)
    assert plain(channel.tear_down()) == [("control_change", [64, 0]), ("pitchwheel", [0, 64])]
    assert channel.tear_down() == []


def test_tear_down_puts_back_what_was_moved():
    channel = Channel(3)
    for number in (7, 1, 64, 10, 74, 91, 8):
        channel.control(0.0, number, 110)
    channel.pressure(0.0, 80)
    assert plain(channel.tear_down()) == [
        ("control_change", [1, 0]),
        ("control_change", [7, 100]),
        ("control_change", [8, 64]),
        ("control_change", [10, 64]),
        ("control_change", [64, 0]),
        ("control_change", [74, 64]),
        ("control_change", [91, 40]),
        ("aftertouch", [0]),
    ]
    assert channel.tear_down() == []


def test_what_was_moved_and_came_back_is_put_back_all_the_same():
    channel = Channel(0)
    for value in (100, 30, 100):
        channel.control(0.0, 7, value)
    for value in (9, 0):
        channel.pressure(0.0, value)
    assert plain(channel.tear_down()) == [("control_change", [7, 100]), ("aftertouch", [0])]


@pytest.mark.parametrize(("number", "usual"), [(7, 100), (11, 127)])
def test_what_was_turned_down_does_not_swell_as_it_fades(number, usual):
    channel = Channel(0)
    channel.control(0.0, number, 3)
    assert plain(channel.tear_down()) == [
        ("control_change", [120, 0]),
        ("control_change", [number, usual]),
    ]
    channel.control(0.0, number, 3)
    channel.control(1.0, number, usual)
    assert plain(channel.tear_down()) == [("control_change", [number, usual])]


def test_defaults_are_those_of_general_midi():
    moved = {number: default_value(number) for number in range(120) if default_value(number)}
    sound = dict.fromkeys(range(70, 80), 64)
    assert moved == {7: 100, 8: 64, 10: 64, 11: 127, 91: 40} | sound


@pytest.mark.parametrize("number", [0, 15])
def test_pressure_and_control_go_out_on_the_channel(number):
    channel = Channel(number)
    (pressure,), (control,) = channel.pressure(1.0, 3), channel.control(1.0, 7, 4)
    assert (pressure.message.type, pressure.message.channel) == ("aftertouch", number)
    assert control.message.bytes() == [0xB0 + number, 7, 4]
