"""Controls: how each is read off a hand."""

import math
from itertools import pairwise

import pytest
from hands import hand

from handmidi.hand import Hand
from handmidi.instrument.controls import CONTROLS, READERS, Speedometer

HAND = Hand("right", 0.9, 0.04, 0.3, 0.6, 0.7, 12.0, 0.2, 3)


@pytest.mark.parametrize(
    ("control", "value"),
    [
        ("area", 0.04),
        ("distance", 5.0),
        ("x", 0.3),
        ("y", 0.6),
        ("openness", 0.7),
        ("tilt", 12.0),
        ("pinch", 0.2),
        ("fingers", 3),
    ],
)
def test_each_control_is_read_off_the_hand(control, value):
    assert READERS[control](HAND) == pytest.approx(value)


def test_every_control_but_speed_has_a_reader():
    assert {*READERS, "speed"} == set(CONTROLS)


@pytest.mark.parametrize("control", CONTROLS.values(), ids=lambda c: c.name)
def test_the_usual_range_lies_within_the_limits_and_is_wide(control):
    assert all(control.limits[0] <= end <= control.limits[1] for end in control.range)
    start, end = (control.axis(end) for end in control.range)
    assert abs(end - start) > 30 * control.noise


def test_equal_steps_of_a_size_are_equal_ratios():
    steps = [CONTROLS["area"].axis(area) for area in (0.01, 0.02, 0.04, 0.08)]
    assert {round(b - a, 9) for a, b in pairwise(steps)} == {round(math.log(2), 9)}
    assert CONTROLS["x"].axis(0.25) == 0.25


def test_a_hand_of_no_size_is_read_all_the_same():
    assert math.isfinite(READERS["distance"](hand(0.0)))
    assert math.isfinite(CONTROLS["area"].axis(0.0))


def moved(meter, count, **step):
    """Feed 30 frames a second, each moved by `step`; the last speed."""
    x, area = 0.5, 0.04
    for i in range(count):
        meter.feed(i / 30, hand(area, x=x))
        x, area = x + step.get("x", 0.0), area * step.get("area", 1.0)
    return meter.value


def test_a_hand_at_rest_has_no_speed():
    assert moved(Speedometer(), 30) == 0.0


def test_sideways_it_is_hand_lengths_a_second():
    # 0.02 of the picture a frame is 0.6 a second; the hand is 0.2 of the picture long.
    assert moved(Speedometer(), 60, x=0.02) == pytest.approx(3.0, rel=0.01)


def test_nearer_it_is_the_logarithm_of_the_size():
    assert moved(Speedometer(), 60, area=1.1) == pytest.approx(30 * 0.5 * math.log(1.1), rel=0.01)


def test_a_time_that_does_not_advance_changes_nothing():
    meter = Speedometer()
    meter.feed(0.0, hand(0.04))
    meter.feed(0.1, hand(0.04, x=0.6))
    before = meter.value
    assert meter.feed(0.1, hand(0.04, x=0.9)) == before > 0


def test_a_forgotten_hand_stands_still():
    meter = Speedometer()
    moved(meter, 5, x=0.05)
    meter.reset()
    assert meter.feed(9.0, hand(0.2, x=0.1)) == 0.0
