import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.score.timing import around_own, bias_ms, spread_ms, steadiness_ms

EVERY_HALF_S = 0.5 * np.arange(20)


def test_constant_lateness_is_nobodys():
    assert around_own(EVERY_HALF_S, np.full(20, 150.0)) == pytest.approx(np.zeros(20))


def test_a_tempo_of_ones_own_is_no_lateness():
    assert around_own(EVERY_HALF_S, 40.0 * EVERY_HALF_S) == pytest.approx(np.zeros(20))


@pytest.mark.parametrize("k", [0, 1, 10, 18, 19])
@pytest.mark.parametrize("late_ms", [-120.0, 120.0])
def test_one_note_stays_late_or_early(k, late_ms):
    raw_ms = np.full(20, 60.0)
    raw_ms[k] += late_ms
    expected = np.zeros(20)
    expected[k] = late_ms
    assert around_own(EVERY_HALF_S, raw_ms) == pytest.approx(expected)


@pytest.mark.parametrize("k", [4, 10, 16])
def test_a_pause_makes_nothing_late(k):
    raw_ms = np.where(np.arange(20) < k, 20.0, 3020.0)
    assert around_own(EVERY_HALF_S, raw_ms) == pytest.approx(np.zeros(20))


def test_a_pause_does_not_hide_a_late_note():
    raw_ms = np.where(np.arange(20) < 10, 0.0, 3000.0)
    raw_ms[12] += 120
    late = around_own(EVERY_HALF_S, raw_ms)
    assert late[12] == pytest.approx(120)
    assert np.delete(late, 12) == pytest.approx(np.zeros(19))


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_few_notes(count):
    assert around_own(EVERY_HALF_S[:count], np.full(count, 80.0)) == pytest.approx(np.zeros(count))


@given(st.lists(st.floats(-500, 500), min_size=1, max_size=30), st.floats(-1000, 1000))
def test_a_shift_changes_nothing(raw_ms, shift_ms):
    raw_ms, written_s = np.array(raw_ms), np.arange(float(len(raw_ms)))
    moved = around_own(written_s, raw_ms + shift_ms)
    # Where two windows agree equally well, rounding may choose the other one.
    assert np.median(np.abs(moved - around_own(written_s, raw_ms))) < 1e-6 or len(raw_ms) > 3


def test_bias_and_spread():
    timing_ms = np.array([10.0, 20.0, 60.0])
    assert bias_ms(timing_ms) == 20.0
    assert spread_ms(timing_ms) == pytest.approx(np.sqrt((100 + 1600) / 3))
    assert bias_ms(timing_ms[:1]) is spread_ms(timing_ms[:1]) is None


def test_steadiness_is_of_the_intervals():
    assert steadiness_ms(EVERY_HALF_S, np.full(20, 90.0)) == 0.0
    uneven_ms = np.tile([0.0, 10.0], 10)
    assert steadiness_ms(EVERY_HALF_S, uneven_ms) == pytest.approx(14.826)
    uneven_ms[10:] += 3000  # a pause
    assert steadiness_ms(EVERY_HALF_S, uneven_ms) == pytest.approx(14.826)


def test_steadiness_of_normal_errors_is_their_standard_deviation():
    errors_ms = np.random.default_rng(1).normal(0, 20, 4000)
    raw_ms = np.cumsum(errors_ms)
    assert steadiness_ms(0.5 * np.arange(4000), raw_ms) == pytest.approx(20, rel=0.05)


def test_notes_of_a_chord_make_no_interval():
    written_s = np.repeat([0.0, 1.0, 2.0], 2)
    raw_ms = np.array([0.0, 50.0, 50.0, 0.0, 0.0, 50.0])
    assert steadiness_ms(written_s, raw_ms) == 0.0
    assert steadiness_ms(written_s[:4], raw_ms[:4]) is None
