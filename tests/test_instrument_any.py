"""For any trace and any preset: nothing hangs, nothing is out of range, nothing comes early."""

import math
from collections import Counter, defaultdict

import pytest
from drawn import in_order, performances, presets, traces
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mpe_rules import MpeReceiver

from handmidi.hand import Hand, HandFrame
from handmidi.instrument import STALL_S, Instrument, load_preset, perform
from handmidi.instrument.presetfile import library

BUILT_IN = {name: load_preset(name) for name in library()}
OURS = st.sampled_from(sorted(BUILT_IN)).map(BUILT_IN.get)
ANY = st.one_of(presets(), OURS)
FRAMES = st.one_of(performances(), traces())
COUNT = st.sampled_from([1, 2])
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)


def as_sent(messages):
    """In the order in which a dispatcher sends them."""
    return sorted(messages, key=lambda timed: timed.time_s)


def check_notes(messages):
    """On and off in turn for each channel and pitch, and nothing left on."""
    sounding = set()
    for timed in messages:
        m = timed.message
        if m.type not in ("note_on", "note_off"):
            continue
        key = (m.channel, m.note)
        assert (key in sounding) == (m.type == "note_off"), timed
        assert m.type == "note_off" or 1 <= m.velocity <= 127
        sounding ^= {key}
    assert not sounding


def subject(message):
    """What a message is about: its successors on the same may not overtake it."""
    match message.type:
        case "note_on" | "note_off":
            return message.channel, "note", message.note
        case "control_change":
            return message.channel, "control", message.control
    return message.channel, message.type


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(frames=FRAMES, preset=ANY, hands=COUNT)
def test_notes_alternate_and_end(frames, preset, hands):
    said = list(perform(Instrument(preset, hands), frames))
    check_notes(said)
    check_notes(as_sent(said))


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(frames=FRAMES, preset=ANY, hands=COUNT)
def test_no_message_is_due_before_its_row_nor_overtakes_one(frames, preset, hands):
    """Except the end of what sounded when frames stopped: that hangs on no later row."""
    instrument, ready_s = Instrument(preset, hands), None
    last_s = defaultdict(float)
    for frame in in_order(frames):
        stalled = ready_s is not None and frame.ready_s - ready_s > STALL_S
        said = instrument.feed(frame)
        assert said == as_sent(said)
        for timed in said:
            if not stalled or timed.time_s >= frame.ready_s:
                assert timed.time_s >= frame.ready_s
            else:
                assert timed.time_s >= ready_s + STALL_S
            assert timed.time_s >= last_s[subject(timed.message)]
            last_s[subject(timed.message)] = timed.time_s
        ready_s = frame.ready_s


@settings(max_examples=80, deadline=None, suppress_health_check=SLOW)
@given(frames=FRAMES, preset=ANY, hands=COUNT, data=st.data())
def test_truncating_a_trace_leaves_earlier_messages_unchanged(frames, preset, hands, data):
    cut = data.draw(st.integers(0, len(frames)))
    whole = list(perform(Instrument(preset, hands), frames))
    instrument = Instrument(preset, hands)
    part = [timed for frame in frames[:cut] for timed in instrument.feed(frame)]
    assert whole[: len(part)] == part
    ended = list(perform(Instrument(preset, hands), frames[:cut]))[len(part) :]
    assert {m.message.type for m in ended} <= {"note_off", "pitchwheel", "control_change"}
    assert all(not m.message.value for m in ended if m.message.type == "control_change")


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(frames=FRAMES, preset=ANY, hands=COUNT)
def test_a_second_release_has_nothing_to_end(frames, preset, hands):
    instrument = Instrument(preset, hands)
    for frame in frames:
        instrument.feed(frame)
    instrument.release(frames[-1].ready_s)
    assert not instrument.readings
    assert instrument.release(frames[-1].ready_s) == []


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(frames=FRAMES, preset=ANY, hands=COUNT)
def test_readings_are_scaled_and_of_hands_in_sight(frames, preset, hands):
    instrument = Instrument(preset, hands)
    for frame in frames:
        instrument.feed(frame)
        for side, reading in instrument.readings.items():
            assert side in ("left", "right")
            assert reading.keys() <= preset.controls
            assert all(0 <= value <= 1 for value in reading.values())


@settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
@given(frames=FRAMES, preset=presets(mpe=True), hands=COUNT)
def test_mpe_keeps_its_rules(frames, preset, hands):
    if not any(part.plays for part in preset.parts):
        return
    instrument, receiver = Instrument(preset, hands), MpeReceiver()
    for message in instrument.set_up():
        receiver.hear(0.0, message)
    assert len(receiver.zones) == sum(part.plays for part in preset.parts) or hands == 2
    said = as_sent(perform(instrument, in_order(frames)))
    for timed in said:
        receiver.hear(timed.time_s, timed.message)
    for message in instrument.tear_down():
        receiver.hear(1e9, message)
    receiver.close()
    assert receiver.zones == {}


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(frames=performances(), preset=ANY, hands=COUNT)
def test_notes_and_bends_use_channels_that_were_prepared(frames, preset, hands):
    instrument = Instrument(preset, hands)
    programs, ranges = set(), set()
    for message in instrument.set_up():
        if message.type == "program_change":
            programs.add(message.channel)
        elif message.control == 6:
            ranges.add(message.channel)
    for timed in perform(instrument, frames):
        if timed.message.type == "note_on":
            assert timed.message.channel in (ranges if preset.mpe else programs)
        elif timed.message.type == "pitchwheel":
            assert timed.message.channel in ranges


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_every_preset_of_ours_can_be_played(name):
    """Hands that wave through all controls are heard."""
    times = [i / 30 for i in range(600)]

    def wave(time_s, period_s):
        return 0.5 - 0.5 * math.cos(2 * math.pi * time_s / period_s)

    def waving(side, t):
        area, tilt = 0.01 * 18 ** wave(t, 5), 120 * wave(t, 3) - 60
        place = wave(t, 7), wave(t, 6)
        return Hand(side, 1.0, area, *place, wave(t, 1), tilt, wave(t, 2), int(5.99 * wave(t, 4)))

    frames = [HandFrame(t, t + 0.02, (waving("right", t), waving("left", t + 1))) for t in times]
    kinds = Counter(m.message.type for m in perform(Instrument(BUILT_IN[name]), frames))
    assert kinds["note_on"] == kinds["note_off"]
    assert kinds["note_on"] or not any(part.plays for part in BUILT_IN[name].parts)
    assert kinds["note_on"] or kinds["control_change"]
