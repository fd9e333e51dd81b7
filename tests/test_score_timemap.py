import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.score.timemap import common_slope, follow, lag, robust_slope, spread_s

X = np.arange(20) * 0.5


def test_slope_ignores_a_quarter_of_strays():
    y = 1.03 * X + 0.2
    y[::4] += 3.0
    assert robust_slope(X, y) == pytest.approx(1.03, abs=0.01)


def test_slope_needs_a_second():
    assert robust_slope(np.array([0.0, 0.9]), np.array([0.0, 1.0])) is None
    assert robust_slope(np.array([0.0]), np.array([0.0])) is None


def test_slope_of_many_points():
    x = np.arange(3000) * 0.25
    assert robust_slope(x, 0.98 * x) == pytest.approx(0.98)


def test_a_common_slope_of_stretches_leaves_the_pause_between_them_out():
    y = 1.1 * X + np.where(np.arange(20) >= 10, 30.0, 0.0)
    parts = [(X[:10], y[:10]), (X[10:], y[10:])]
    assert common_slope(parts, 1.0) == pytest.approx(1.1)
    assert common_slope([(X[:2], X[:2])], 0.9) == 0.9
    assert common_slope([], 0.9) == 0.9
    assert common_slope([(X, 9 * X)], 1.0) == 2.0


def test_follow_goes_along_with_a_swaying_tempo_and_leaves_strays_out():
    y = X + 0.2 * np.sin(X / 3)
    strayed = y.copy()
    strayed[[4, 11]] += (0.9, -0.6)
    assert np.abs(follow(X, strayed, X, 1.0) - y)[3:-3].max() < 0.08


def test_follow_of_a_single_pair_shifts():
    expected = follow(np.array([1.0]), np.array([1.5]), X, 1.0)
    assert expected == pytest.approx(X + 0.5)


def test_spread_is_of_the_bulk():
    rng = np.random.default_rng(1)
    deviation_s = np.append(rng.normal(0, 0.05, 400), np.full(40, 3.0))
    assert spread_s(deviation_s) == pytest.approx(0.05, rel=0.25)
    assert spread_s(np.empty(0)) == 0.0


def test_lag_is_limited():
    most = np.full(20, 0.25)
    assert lag(X, X + 0.2, X, most) == pytest.approx(X + 0.2)
    assert lag(X, X + 0.9, X, most) == pytest.approx(X + 0.25)


@given(st.floats(-0.25, 0.25), st.floats(0.995, 1.005))
def test_lag_follows_latency_and_slow_drift(late, drift):
    expected = lag(X, drift * X + late, X, np.full(20, 0.4))
    assert expected == pytest.approx(drift * X + late, abs=1e-6)
