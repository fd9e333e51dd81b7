"""Every zone that the hand enters sounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.instrument.glide import Glide
from handmidi.instrument.onset import REST

EDGES = [0.0, 1.0, 2.0, 3.0, 4.0]
FPS, DELAY_S = 30, 0.02


def glided(xs, noise=0.02, fps=FPS):
    glide = Glide(EDGES, noise)
    return [
        event
        for i, x in enumerate(xs)
        for event in glide.feed(i / fps, i / fps + DELAY_S, float(x))
    ]


def test_every_zone_on_the_way_sounds():
    xs = np.interp(np.arange(60) / FPS, [0.3, 1.3], [0.5, 3.5])
    assert [zone for _, zone in glided(xs)] == [0, 1, 2, 3]
    assert [zone for _, zone in glided(xs[::-1] - 1)] == [2, 1, 0, REST]


def test_a_leap_sounds_each_zone_that_it_passes():
    assert [zone for _, zone in glided([0.5] * 5 + [3.5] * 5)] == [0, 1, 2, 3]


@pytest.mark.parametrize("speed", [2.0, 5.0, 9.0])
def test_a_zone_sounds_when_it_is_entered(speed):
    late = []
    for phase in np.linspace(0, 1 / FPS, 7):
        times = np.arange(40) / FPS
        xs = 0.5 + np.clip((times - 0.3 - phase) * speed, 0, 3)
        entered = {zone: 0.3 + phase + (zone - 0.5) / speed for zone in (2, 3)}
        late += [due_s - entered[zone] for due_s, zone in glided(xs) if zone in entered]
    assert np.abs(np.median(late)) < 0.01
    assert np.max(np.abs(late)) < 0.04


def test_a_hand_on_a_border_does_not_flicker():
    for seed in range(10):
        xs = np.random.default_rng(seed).normal(1.0, 0.02, 600)
        assert len(glided(xs)) <= 2


def test_silence_and_a_lost_track():
    glide = Glide(EDGES, 0.02)
    glide.feed(0.0, 0.02, 1.5)
    assert glide.zone == 1
    glide.reset()
    assert glide.zone == 1
    glide.reset(silence=True)
    assert glide.zone == REST
    assert [zone for _, zone in glide.feed(5.0, 5.02, 1.5)] == [1]


@settings(max_examples=80, deadline=None)
@given(
    samples=st.lists(
        st.tuples(
            st.floats(0, 0.5) | st.just(1 / 30),
            st.floats(0, 0.1),
            st.floats(-1e300, 1e300) | st.floats(-1, 5),
        ),
        max_size=40,
    )
)
def test_events_are_in_order_and_follow_their_samples(samples):
    glide, time_s, ready_s, last_s, sounding = Glide(EDGES, 0.02), 0.0, 0.0, -1.0, REST
    for step_s, delay_s, x in samples:
        time_s += step_s
        ready_s = max(ready_s, time_s + delay_s)
        for due_s, zone in glide.feed(time_s, ready_s, x):
            assert due_s >= max(ready_s, last_s)
            assert REST <= zone < 4 and zone != sounding
            last_s, sounding = due_s, zone
        assert glide.zone == sounding


def test_a_hand_that_appears_has_passed_nothing():
    glide = Glide(EDGES, 0.02)
    assert glide.feed(1.0, 1.02, 3.5) == [(1.02, 3)]
