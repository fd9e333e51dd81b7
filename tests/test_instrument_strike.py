"""Velocity: fixed, by a control as it is, or by the highest speed of the strike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.instrument.preset import Velocity
from handmidi.instrument.scaling import Scaling
from handmidi.instrument.strike import STRIKE_S, Strike

SPEED, OPENNESS = Scaling("speed", (0.0, 10.0)), Scaling("openness", (0.0, 1.0))


def fed(strike, *samples):
    for time_s, value in samples:
        strike.feed(time_s, value)
    return strike


def test_fixed():
    assert Strike(Velocity(71, 99)).velocity(0.0) == 71
    assert Strike(Velocity(71, 99)).control is None


def test_a_control_counts_as_it_is():
    strike = fed(Strike(Velocity(20, 120, OPENNESS)), (0.0, 1.0), (0.1, 0.5))
    assert strike.control == "openness"
    assert strike.velocity(0.1) == 70


def test_a_speed_counts_as_the_highest_of_the_strike():
    strike = fed(Strike(Velocity(1, 101, SPEED)), (0.0, 9.0), (0.1, 4.0), (0.2, 6.0), (0.3, 1.0))
    assert strike.velocity(0.3) == 61
    assert strike.velocity(0.2) == 61
    assert strike.velocity(0.44) == 61
    assert strike.velocity(0.46) == 11


def test_old_speeds_are_forgotten():
    strike = fed(Strike(Velocity(1, 101, SPEED)), (0.0, 9.0), (0.3, 2.0))
    assert strike.velocity(0.3) == 21


@pytest.mark.parametrize(("value", "velocity"), [(-5.0, 1), (0.0, 1), (99.0, 127)])
def test_velocity_stays_in_range(value, velocity):
    assert fed(Strike(Velocity(1, 127, SPEED)), (0.0, value)).velocity(0.0) == velocity


def test_before_any_hand_it_is_the_lowest():
    strike = fed(Strike(Velocity(33, 127, SPEED)), (0.0, 9.0))
    strike.reset()
    assert strike.velocity(0.0) == 33


@given(st.lists(st.tuples(st.floats(0, 0.2), st.floats(0, 12)), min_size=1, max_size=40))
def test_it_is_the_highest_of_the_window(steps):
    strike, time_s, samples = Strike(Velocity(1, 127, SPEED)), 0.0, []
    for step_s, value in steps:
        time_s += step_s
        samples.append((time_s, value))
        strike.feed(time_s, value)
    highest = max(value for t, value in samples if t >= time_s - STRIKE_S)
    assert strike.velocity(time_s) == round(1 + min(highest / 10, 1) * 126)
