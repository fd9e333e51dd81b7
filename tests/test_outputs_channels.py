import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.outputs.channels import Channels


def control(channels, channel, *pairs):
    said = []
    for number, value in pairs:
        message = mido.Message("control_change", channel=channel, control=number, value=value)
        said += channels.take(message)
    return said


def bend(channels, channel, pitch):
    channels.take(mido.Message("pitchwheel", channel=channel, pitch=pitch))


def range_(semitones, cents=0):
    return (101, 0), (100, 0), (6, semitones), (38, cents)


def zone(count):
    return (101, 0), (100, 6), (6, count)


def test_bend_and_its_range():
    channels = Channels()
    bend(channels, 3, -8192)
    assert channels.bend(3) == -1.0
    assert channels.bend_semitones(3) == -2.0
    assert channels.bend_semitones(2) == 0.0
    assert control(channels, 3, *range_(24)) == [3]
    assert channels.bend_semitones(3) == -24.0
    assert control(channels, 3, *range_(1, 50)) == [3, 3]
    assert channels.bend_range(3) == 1.5
    control(channels, 3, (101, 127), (100, 127), (6, 99))
    control(channels, 3, (99, 0), (98, 0), (6, 99))
    control(channels, 3, (101, 0), (100, 1), (6, 99))  # fine tuning is not ours
    assert channels.bend_range(3) == 1.5


def test_controls_and_pressure():
    channels = Channels()
    assert channels.pressure(0) is None
    channels.take(mido.Message("aftertouch", value=9))
    control(channels, 0, (74, 5), (1, 3), *range_(12), (120, 0), (123, 0))
    assert channels.controls(0) == {74: 5, 1: 3}
    assert channels.pressure(0) == 9
    control(channels, 0, (121, 0))
    assert channels.controls(0) == {}
    assert channels.pressure(0) is None
    assert channels.bend_range(0) == 12.0


def test_a_zone_of_mpe():
    channels = Channels()
    assert control(channels, 0, *zone(3)) == [0, 1, 2, 3]
    assert [channels.bend_range(c) for c in range(5)] == [2, 48, 48, 48, 2]
    assert channels.heard_by(0) == (0, 1, 2, 3)
    assert channels.heard_by(1) == (1,)
    bend(channels, 0, 4096)
    bend(channels, 1, -4096)
    assert channels.bend_semitones(1) == 1.0 - 24.0
    assert channels.bend_semitones(2) == 1.0
    assert channels.bend_semitones(4) == 0.0
    assert control(channels, 2, *range_(12)) == [1, 2, 3]  # of one member: of all
    assert channels.bend_semitones(1) == 1.0 - 6.0
    control(channels, 0, (1, 7), (74, 8))
    control(channels, 2, (74, 9))
    assert channels.controls(2) == {1: 7, 74: 9}
    control(channels, 0, *zone(0))
    assert channels.heard_by(0) == (0,)


@pytest.mark.parametrize(
    ("first", "second", "lower", "upper"),
    [
        ((0, 14), (15, 7), range(1, 8), range(8, 15)),
        ((15, 14), (0, 7), range(1, 8), range(8, 15)),
        ((0, 7), (15, 15), (), range(0, 15)),
        ((15, 7), (0, 15), range(1, 16), ()),
        ((15, 15), (0, 3), range(1, 4), range(4, 15)),
    ],
)
def test_the_newer_zone_takes_channels_from_the_other(first, second, lower, upper):
    channels = Channels()
    for master, count in (first, second):
        control(channels, master, *zone(count))
    assert set(channels.heard_by(0)) - {0} == set(lower) - {0}
    assert set(channels.heard_by(15)) - {15} == set(upper) - {15}


def test_only_masters_make_zones():
    channels = Channels()
    assert control(channels, 5, *zone(3)) == []
    assert channels.heard_by(5) == (5,)


@given(st.lists(st.one_of(
    st.builds(lambda c, n, v: mido.Message("control_change", channel=c, control=n, value=v),
              st.integers(0, 15), st.sampled_from((1, 6, 38, 98, 99, 100, 101, 121)),
              st.sampled_from((0, 3, 6, 15, 48, 127))),
    st.builds(lambda c, p: mido.Message("pitchwheel", channel=c, pitch=p),
              st.integers(0, 15), st.integers(-8192, 8191)),
), max_size=60))  # fmt: skip
def test_a_bend_stays_within_what_midi_can_say(messages):
    channels = Channels()
    for message in messages:
        channels.take(message)
    for channel in range(16):
        assert abs(channels.bend_semitones(channel)) <= 2 * 128
        assert channel in channels.heard_by(channel)
        assert len(set(channels.heard_by(channel))) == len(channels.heard_by(channel))
