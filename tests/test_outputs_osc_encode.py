from collections import Counter

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.hand import Hand, HandFrame
from handmidi.instrument.mpe import MpeZone
from handmidi.notes import frequency
from handmidi.outputs.osc_encode import Encoder
from handmidi.outputs.osc_target import Target, parse_target
from handmidi.outputs.osc_template import ID_COUNT, parse_template

FIRST_NODE = 2080374784


def say(encoder, *messages):
    return [
        (said.address, *said.arguments) for message in messages for said in encoder.message(message)
    ]


def midi(kind, **fields):
    return mido.Message(kind, **fields)


def template(**messages):
    made = parse_template("t", {"messages": messages}, "t.toml")
    return Target(made, "127.0.0.1", 9000)


def test_every_message_of_the_own_address_space():
    encoder = Encoder(parse_target("handmidi"))
    root = "/handmidi/1"
    assert say(
        encoder,
        midi("note_on", channel=1, note=60, velocity=1),
        midi("polytouch", channel=1, note=60, value=5),
        midi("polytouch", channel=1, note=61, value=5),
        midi("aftertouch", channel=1, value=6),
        midi("pitchwheel", channel=1, pitch=4096),
        midi("control_change", channel=1, control=101, value=0),
        midi("control_change", channel=1, control=100, value=0),
        midi("control_change", channel=1, control=6, value=24),
        midi("program_change", channel=15, program=127),
        midi("start"),
        midi("continue"),
        midi("stop"),
        midi("songpos", pos=6),
        midi("clock"),
        midi("sysex", data=(1, 2)),
    ) == [
        (f"{root}/note/on", 2, 60, 1),
        (f"{root}/note/pressure", 2, 60, 5),
        (f"{root}/pressure", 2, 6),
        (f"{root}/bend", 2, 0.5),
        (f"{root}/control", 2, 101, 0),
        (f"{root}/control", 2, 100, 0),
        (f"{root}/control", 2, 6, 24),
        (f"{root}/bend/range", 2, 24.0),
        (f"{root}/program", 16, 127),
        (f"{root}/transport/start",),
        (f"{root}/transport/continue",),
        (f"{root}/transport/stop",),
        (f"{root}/transport/position", 1.5),
    ]
    assert encoder.close() == [(f"{root}/note/off", (2, 60)), (f"{root}/panic", ())]


def test_nodes_of_supercollider():
    encoder = Encoder(parse_target("supercollider,synth=pad"))
    on = ("/s_new", "pad", FIRST_NODE, 0, 0, "freq", 440.0, "amp", 1.0, "gate", 1)
    assert say(encoder, midi("note_on", note=69, velocity=127)) == [on]
    (bent,) = say(encoder, midi("pitchwheel", pitch=-4096))
    assert bent == ("/n_set", FIRST_NODE, "freq", pytest.approx(frequency(68)))
    assert say(encoder, midi("aftertouch", value=127)) == [("/n_set", FIRST_NODE, "pressure", 1.0)]
    assert say(encoder, midi("control_change", control=74, value=127)) == [
        ("/n_set", FIRST_NODE, "cc74", 1.0)
    ]
    assert say(encoder, midi("control_change", control=100, value=0)) == []
    assert say(encoder, midi("control_change", channel=1, control=74, value=0)) == []
    again = say(encoder, midi("note_on", note=69, velocity=127))
    node = FIRST_NODE + 1
    assert again[0] == ("/n_set", FIRST_NODE, "gate", 0)
    assert again[1][:7] == ("/s_new", "pad", node, 0, 0, "freq", pytest.approx(frequency(68)))
    assert again[2:] == [
        ("/n_set", node, "freq", pytest.approx(frequency(68))),
        ("/n_set", node, "pressure", 1.0),
        ("/n_set", node, "cc74", 1.0),
    ]
    assert say(encoder, midi("note_off", note=69)) == [("/n_set", node, "gate", 0)]
    assert say(encoder, midi("note_off", note=69)) == []


def test_surge_hears_floats_only():
    encoder = Encoder(parse_target("surge"), first=ID_COUNT - 1)
    said = say(
        encoder,
        midi("pitchwheel", pitch=4096),
        midi("note_on", note=60, velocity=100),
        midi("control_change", control=74, value=127),
        midi("control_change", control=1, value=0),
        midi("control_change", control=2, value=0),
        midi("aftertouch", value=0),
        midi("note_off", note=60, velocity=3),
    )
    number = float(ID_COUNT)
    assert said == [
        ("/mnote", 60.0, 100.0, number),
        ("/ne/pitch", number, 1.0),
        ("/ne/timbre", number, 1.0),
        ("/param/macro/1", 0.0),
        ("/ne/pressure", number, 0.0),
        ("/mnote/rel", 60.0, 3.0, number),
    ]
    assert all(isinstance(value, float) for each in said for value in each[1:])


def test_a_master_channel_moves_the_notes_of_its_zone():
    encoder = Encoder(parse_target("supercollider"))
    zone = ((101, 0), (100, 6), (6, 2))
    for control, value in zone:
        say(encoder, midi("control_change", control=control, value=value))
    for channel in (0, 1, 2, 3):
        say(encoder, midi("note_on", channel=channel, note=69))
    moved = say(encoder, midi("pitchwheel", channel=0, pitch=4096))
    assert [each[1] - FIRST_NODE for each in moved] == [0, 1, 2]
    moved = say(encoder, midi("pitchwheel", channel=2, pitch=4096))
    assert moved == [("/n_set", FIRST_NODE + 2, "freq", pytest.approx(frequency(69 + 1 + 24)))]


def test_mpe_comes_to_a_synth_of_single_notes_as_it_was_meant():
    encoder, zone = Encoder(parse_target("surge")), MpeZone(False, 5, 0)
    timed = [
        *zone.bend("hand", 0.0, 3.5),
        *zone.pressure(0.0, 127),
        *zone.control(0.0, 74, 0),
        *zone.strike(None, 0.0, [60, 64], 100),
        *zone.bend("hand", 0.1, -12.0),
        *zone.strike(None, 0.2, [], 0),
    ]
    said = say(encoder, *zone.set_up(), *(each.message for each in timed))
    assert said == [
        ("/mnote", 60.0, 100.0, 1.0),
        ("/ne/pitch", 1.0, pytest.approx(3.5, abs=0.01)),
        ("/ne/pressure", 1.0, 1.0),
        ("/ne/timbre", 1.0, 0.0),
        ("/mnote", 64.0, 100.0, 2.0),
        ("/ne/pitch", 2.0, pytest.approx(3.5, abs=0.01)),
        ("/ne/pressure", 2.0, 1.0),
        ("/ne/timbre", 2.0, 0.0),
        ("/ne/pitch", 1.0, pytest.approx(-12.0, abs=0.01)),
        ("/ne/pitch", 2.0, pytest.approx(-12.0, abs=0.01)),
        ("/mnote/rel", 60.0, 64.0, 1.0),
        ("/mnote/rel", 64.0, 64.0, 2.0),
    ]


def test_a_numbered_control_goes_before_the_general_one():
    target = template(
        control=[["/all", "{control}"]],
        control_7=[["/seven", "{value_unit}"]],
        note_control_74=[["/note", "{id}", "{value}"]],
    )
    encoder = Encoder(target)
    said = say(
        encoder,
        midi("control_change", control=74, value=3),
        midi("note_on", note=1),
        *(midi("control_change", control=control, value=127) for control in (6, 7, 74)),
    )
    assert said == [("/note", 1, 3), ("/all", 6), ("/seven", 1.0), ("/note", 1, 127)]


@pytest.mark.parametrize("control", [120, 123])
def test_all_notes_off_ends_the_channel_s_notes_once(control):
    encoder = Encoder(parse_target("puredata"))
    say(encoder, *(midi("note_on", channel=c, note=n) for c, n in ((0, 1), (0, 2), (1, 3))))
    assert say(encoder, midi("control_change", control=control, value=0)) == [
        ("/note", 1, 0, 1),
        ("/note", 2, 0, 1),
        ("/control", 0, control, 1),
    ]
    assert say(encoder, midi("note_off", note=1)) == []


def test_a_hand_is_lost_once():
    encoder = Encoder(parse_target("puredata"))
    left, right = (Hand(side, 0.9, 0.1, 0.2, 0.3, 0.4, 5.0, 0.6, 2) for side in ("left", "right"))

    def frame(*hands):
        return [
            (said.address, *said.arguments) for said in encoder.hand(HandFrame(0, 0, hands), {})
        ]

    values = (0.1, 0.2, 0.3, 0.4, 5.0, 0.6, 2)
    assert frame() == []
    assert frame(right, left) == [("/hand/right", *values), ("/hand/left", *values)]
    assert frame(left) == [("/hand/left", *values), ("/lost/right",)]
    assert frame() == [("/lost/left",)]
    assert frame() == []


def test_beats():
    encoder = Encoder(parse_target("puredata"))
    assert encoder.beat(3.0, 99.5) == [("/beat", (3.0, 99.5))]


MESSAGES = st.one_of(
    st.builds(
        lambda kind, c, n, v: mido.Message(kind, channel=c, note=n, velocity=v),
        st.sampled_from(("note_on", "note_off")),
        st.integers(0, 2),
        st.integers(60, 63),
        st.sampled_from((0, 1, 127)),
    ),
    st.builds(
        lambda c, n, v: mido.Message("control_change", channel=c, control=n, value=v),
        st.integers(0, 2),
        st.sampled_from((1, 6, 74, 100, 101, 120, 123)),
        st.sampled_from((0, 6, 127)),
    ),
    st.builds(lambda p: mido.Message("pitchwheel", pitch=p), st.integers(-8192, 8191)),
    st.builds(lambda v: mido.Message("aftertouch", value=v), st.integers(0, 127)),
)


@given(st.lists(MESSAGES, max_size=80), st.integers(0, ID_COUNT - 1))
def test_any_music_ends_each_node_of_supercollider_once(messages, first):
    encoder = Encoder(parse_target("supercollider"), first)
    said = [each for message in messages for each in encoder.message(message)] + encoder.close()
    alive, ended = set(), Counter()
    for address, arguments in said:
        if address == "/s_new":
            node = arguments[1]
            assert node not in alive
            assert FIRST_NODE <= node < FIRST_NODE + ID_COUNT
            alive.add(node)
        else:
            assert address == "/n_set"
            assert arguments[0] in alive  # nothing is said to a node that is gone
            if arguments[1] == "gate":
                ended[arguments[0]] += 1
                alive.discard(arguments[0])
    assert not alive
    assert ended == Counter(each.arguments[1] for each in said if each.address == "/s_new")


@given(st.lists(MESSAGES, max_size=80), st.sampled_from(("handmidi", "puredata", "surge")))
def test_any_music_alternates_on_and_off(messages, kind):
    encoder = Encoder(parse_target(kind))
    sounding = set()
    said = [each for message in messages for each in encoder.message(message)] + encoder.close()
    for address, arguments in said:
        if address in ("/note", "/mnote", "/mnote/rel") or "/note/o" in address:
            key = tuple(arguments[:2]) if kind == "handmidi" else (arguments[0], arguments[-1])
            off = address.endswith(("/off", "/rel")) or (kind == "puredata" and not arguments[1])
            assert (key in sounding) == off
            sounding ^= {key}
    assert not sounding
