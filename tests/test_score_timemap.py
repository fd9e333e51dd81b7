import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.score.timemap import follow, lag, robust_slope

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


def test_follow_keeps_a_pause_sharp():
    y = X + np.where(np.arange(20) >= 10, 3.0, 0.0)
    expected, slope = follow(X, y, X)
    assert slope == pytest.approx(1.0)
    assert expected.shape == (2, 20)
    assert np.abs(expected - y).min(axis=0) == pytest.approx(np.zeros(20), abs=1e-9)


def test_follow_of_a_single_pair_shifts():
    expected, slope = follow(np.array([1.0]), np.array([1.5]), X)
    assert slope == 1.0
    assert expected == pytest.approx(np.stack([X, X]) + 0.5)


def test_lag_is_limited():
    most = np.full(20, 0.25)
    assert lag(X, X + 0.2, X, most)[0] == pytest.approx(X + 0.2)
    assert lag(X, X + 0.9, X, most)[0] == pytest.approx(X + 0.25)


@given(st.floats(-0.25, 0.25), st.floats(0.995, 1.005))
def test_lag_follows_latency_and_slow_drift(late, drift):
    expected = lag(X, drift * X + late, X, np.full(20, 0.4))
    assert expected[0] == pytest.approx(drift * X + late, abs=1e-6)
