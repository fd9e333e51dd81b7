"""A control that strikes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.instrument.gate import Gate

FPS, DELAY_S = 30, 0.02


def gated(gs, fps=FPS):
    gate = Gate(0.6, 0.4)
    return [
        event for i, g in enumerate(gs) for event in gate.feed(i / fps, i / fps + DELAY_S, float(g))
    ]


def opening(begin_s, lasts_s, low=0.1, high=0.95, seconds=1.0, noise=0.0, seed=0):
    times = np.arange(round(seconds * FPS)) / FPS
    u = np.clip((times - begin_s) / lasts_s, 0, 1)
    gs = low + (high - low) * u**3 * (10 - 15 * u + 6 * u * u)
    return gs + np.random.default_rng(seed).normal(0, noise, len(gs))


def test_it_opens_and_closes():
    assert [on for _, on in gated([0, 0, 0.7, 0.7, 0.5, 0.5, 0.3, 0.3, 0.7])] == [True, False, True]


def test_between_its_values_it_stays_as_it_is():
    assert gated([0.5, 0.55, 0.45, 0.5]) == []
    assert [on for _, on in gated([0.3, 0.7, 0.5, 0.45, 0.55, 0.41])] == [True]


@pytest.mark.parametrize("lasts_s", [0.1, 0.14, 0.2])
def test_a_fast_opening_sounds_when_it_opens(lasts_s):
    late = []
    for phase in np.linspace(0, 1 / FPS, 8):
        gs = opening(0.4 + phase, lasts_s)
        fine = np.linspace(0, 1, 1000)
        way = 0.1 + 0.85 * fine**3 * (10 - 15 * fine + 6 * fine**2)
        opens_s = 0.4 + phase + lasts_s * float(np.interp(0.6, way, fine))
        events = gated(gs)
        assert [on for _, on in events] == [True]
        late.append(events[0][0] - opens_s)
    assert np.median(late) < 0.03
    assert np.max(np.abs(late)) < DELAY_S + 1 / FPS + 0.001


def test_noise_alone_never_strikes():
    for seed in range(20):
        assert gated(np.random.default_rng(seed).normal(0.35, 0.02, 900)) == []


def test_noise_does_not_double_a_strike():
    for seed in range(20):
        assert [on for _, on in gated(opening(0.4, 0.2, noise=0.02, seed=seed))] == [True]


def test_a_strike_that_does_not_come_ends_at_once():
    gs = [0.1, 0.1, 0.1, 0.3, 0.5, 0.3, 0.1, 0.1]
    events = gated(gs)
    assert [on for _, on in events] == [True, False]
    assert events[1][0] - events[0][0] < 0.05
    hanging = gated([0.1, 0.1, 0.3, 0.55] + [0.58] * 10)
    assert [on for _, on in hanging] == [True, False]
    assert hanging[1][0] - hanging[0][0] < 0.15


def test_reset_closes_it():
    gate = Gate(0.6, 0.4)
    gate.feed(0.0, 0.02, 0.1)
    gate.feed(0.3, 0.32, 0.9)
    assert gate.is_on
    gate.reset()
    assert not gate.is_on


@pytest.mark.parametrize(("on", "off"), [(0.4, 0.6), (0.5, 0.5), (float("nan"), 0.5)])
def test_on_must_be_above_off(on, off):
    with pytest.raises(ValueError, match="on must be above off"):
        Gate(on, off)


@settings(max_examples=80, deadline=None)
@given(
    samples=st.lists(
        st.tuples(
            st.floats(0, 0.5) | st.just(1 / 30),
            st.floats(0, 0.1),
            st.floats(0, 1) | st.floats(-1e300, 1e300),
        ),
        max_size=40,
    )
)
def test_it_alternates_in_order(samples):
    gate, time_s, ready_s, last_s, is_on = Gate(0.6, 0.4), 0.0, 0.0, -1.0, False
    for step_s, delay_s, g in samples:
        time_s += step_s
        ready_s = max(ready_s, time_s + delay_s)
        for due_s, turned in gate.feed(time_s, ready_s, g):
            assert due_s >= max(ready_s, last_s)
            assert turned is not is_on
            last_s, is_on = due_s, turned
        assert gate.is_on is is_on


def test_a_hand_that_comes_in_open_does_not_strike():
    assert gated([0.9] * 10) == []
    assert [on for _, on in gated([0.9, 0.9, 0.2, 0.9])] == [True]


def test_a_fist_that_is_lost_for_a_moment_strikes_when_it_comes_back_open():
    for away_s, strikes in ((0.4, [True]), (0.8, [])):
        gate = Gate(0.6, 0.4)
        gate.feed(0.0, 0.02, 0.1)
        gate.reset()
        assert [on for _, on in gate.feed(away_s, away_s + 0.02, 0.9)] == strikes
