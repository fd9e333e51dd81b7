"""A control as a stream of messages: in range, only when it changes, steady at rest."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.instrument.channels import Channel
from handmidi.instrument.controllers import Stream
from handmidi.instrument.controls import CONTROLS
from handmidi.instrument.preset import Controller
from handmidi.instrument.scaling import CURVES, Scaling


def stream(to="cc", number=7, send=(0, 127), control="y", curve="linear", returns=False):
    by = Scaling(control, CONTROLS[control].range, curve)
    channel = Channel(0, bend_semitones=2)
    return Stream(Controller(by, to, number, send), channel, returns)


def feed(each, values):
    return [m.message for i, v in enumerate(values) for m in each.feed(i / 30, i / 30 + 0.02, v)]


@pytest.mark.parametrize("control", [c for c in CONTROLS if c != "speed"])
@pytest.mark.parametrize("curve", CURVES)
def test_the_ends_of_the_range_are_the_ends_of_what_is_sent(control, curve):
    low, high = CONTROLS[control].range
    if curve == "log" and min(low, high) <= 0:
        return
    for value, sent in ((low, 10), (high, 90)):
        (message,) = feed(stream(send=(10, 90), control=control, curve=curve), [value])
        assert message.value == sent


def test_curves_are_heard():
    sent = {
        curve: feed(stream(control="openness", curve=curve), [0.5])[0].value
        for curve in ("linear", "square", "root", "smooth")
    }
    assert sent == {"linear": 64, "square": 32, "root": 90, "smooth": 64}


def test_a_size_is_smoothed_as_a_ratio_and_scaled_as_the_preset_says():
    area = Scaling("area", (0.01, 0.16))
    assert feed(stream(control="area"), [0.04])[0].value == round(
        127 * Scaling("area", CONTROLS["area"].range).scaled(0.04)
    )
    halfway = Stream(Controller(area, "cc", 1, (0, 120)), Channel(0), False)
    assert feed(halfway, [0.085])[0].value == 60
    ratio = Controller(replace(area, curve="log"), "cc", 1, (0, 120))
    assert feed(Stream(ratio, Channel(0), False), [0.04])[0].value == 60


@given(st.lists(st.floats(-10, 10), max_size=30), st.sampled_from(["cc", "pressure", "bend"]))
def test_only_changes_are_sent_and_all_are_in_range(values, to):
    send = (-2.0, 2.0) if to == "bend" else (127, 0)
    said = feed(stream(to=to, number=1 if to == "cc" else 0, send=send), values)
    data = [m.pitch if to == "bend" else m.value for m in said]
    assert all(a != b for a, b in pairwise(data))
    assert len(said) <= len(values)


def test_a_hand_at_rest_sends_next_to_nothing():
    values = 0.5 + np.random.default_rng(0).normal(0, CONTROLS["y"].noise, 300)
    assert len(feed(stream(), values)) < 10


def test_a_quick_move_arrives_within_three_frames():
    said = feed(stream(), [0.9] * 30 + [0.1] * 3)
    assert said[-1].value > 110


def test_the_last_value_stays_when_the_hand_goes():
    each = stream()
    feed(each, [0.1])
    assert each.release(1.0) == []
    assert feed(each, [0.1]) == []


def test_pedals_go_up_when_the_hand_goes():
    each = stream(number=64)
    feed(each, [0.1])
    (up,) = each.release(1.0)
    assert (up.message.control, up.message.value) == (64, 0)
    assert each.release(1.0) == []
    assert feed(each, [0.1])[0].value == 127


def test_a_bend_stays_with_the_release_of_its_own_note_only():
    own, others = (stream("bend", 0, (-2.0, 2.0), returns=r) for r in (False, True))
    for each in (own, others):
        feed(each, [0.1])
    assert own.release(1.0) == []
    assert [m.message.pitch for m in others.release(1.0)] == [0]


def test_it_starts_afresh_after_the_hand_was_lost():
    """The first value of a hand that comes back counts in full."""
    each = stream()
    feed(each, [0.9] * 30)
    each.release(2.0)
    (said,) = each.feed(3.0, 3.02, 0.1)
    assert said.message.value == 127
    assert not math.isnan(said.time_s)
