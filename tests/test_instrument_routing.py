"""Channels and zones for the parts of a preset."""

import pytest

from handmidi.instrument.channels import Channel
from handmidi.instrument.mpe import MpeZone
from handmidi.instrument.preset import Continuous, Controller, Part, Zone
from handmidi.instrument.routing import bend_range, next_channel, route
from handmidi.instrument.scaling import Scaling

X = Scaling("x", (0.0, 1.0))
ZONES = (Zone(0.2, (60,)),)
BEND = (Controller(X, "bend", 0, (-2.0, 2.0)),)
MELODY = Part(X, zones=ZONES, program=5)
SHAPER = Part(X, controllers=BEND, bend_semitones=12)


def prepared(outlets):
    """(kind, channel, value) of programs and bend ranges."""
    said = [message for outlet in outlets for message in outlet.set_up()]
    out, rpn = [], 0
    for m in said:
        if m.type == "program_change":
            out.append(("program", m.channel, m.program))
        elif m.control == 100:
            rpn = m.value
        elif m.control == 6:
            out.append(({0: "range", 6: "zone"}[rpn], m.channel, m.value))
    return out


def test_parts_of_one_channel_share_it():
    other = Part(X, zones=ZONES, program=9)
    (one, two), every = route([MELODY, other], mpe=False)
    assert one is two
    assert prepared(every) == [("program", 0, 5)]


def test_channels_of_their_own():
    (one, two), every = route([MELODY, Part(X, zones=ZONES, channel=1, program=9)], mpe=False)
    assert every == [one, two]
    assert prepared(every) == [("program", 0, 5), ("program", 1, 9)]


def test_a_bend_range_is_said_where_something_bends():
    assert prepared(route([MELODY], mpe=False)[1]) == [("program", 0, 5)]
    assert prepared(route([MELODY, SHAPER], mpe=False)[1]) == [("range", 0, 12), ("program", 0, 5)]
    assert bend_range(Part(X, continuous=Continuous(0, 1300, True, 64, 24))) == 24
    assert bend_range(MELODY) is None


def test_mpe_has_one_zone_of_fifteen_or_two_of_seven():
    (zone,), every = route([MELODY], mpe=True)
    assert isinstance(zone, MpeZone)
    said = prepared(every)
    assert said[0] == ("zone", 0, 15)
    assert said[1:16] == [("range", channel, 48) for channel in range(1, 16)]
    assert said[16:] == [("range", 0, 2), ("program", 0, 5)]
    _, every = route([MELODY, MELODY], mpe=True)
    assert [(c, v) for kind, c, v in prepared(every) if kind == "zone"] == [(0, 7), (15, 7)]
    members = [c for kind, c, v in prepared(every) if kind == "range" and v == 48]
    assert sorted(members) == list(range(1, 15))


@pytest.mark.parametrize("parts", [[MELODY, SHAPER], [SHAPER, MELODY]])
def test_in_mpe_a_hand_that_plays_nothing_shapes_the_whole_zone(parts):
    outlets, every = route(parts, mpe=True)
    assert {type(outlet) for outlet in outlets} == {Channel, MpeZone}
    assert ("range", 0, 12) in prepared(every)
    (said,) = outlets[parts.index(SHAPER)].bend("tilt", 0.0, 12.0)
    assert (said.message.channel, said.message.pitch) == (0, 8191)


def test_without_notes_there_is_no_zone():
    (outlet,), _ = route([SHAPER], mpe=True)
    assert isinstance(outlet, Channel)


@pytest.mark.parametrize(("channel", "other"), [(0, 1), (7, 8), (8, 10), (9, 9), (15, 0)])
def test_the_second_hand_has_the_next_channel_but_not_by_chance_the_drums(channel, other):
    assert next_channel(channel) == other
