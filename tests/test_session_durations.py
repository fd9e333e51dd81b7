"""Durations of a whole night in the same few bytes."""

import numpy as np
import pytest

from handmidi.session.durations import Durations


@pytest.mark.parametrize("seed", range(4))
def test_percentiles_are_those_of_all_values(seed):
    values = np.random.default_rng(seed).lognormal(2.0, 0.8, 20_000)
    durations = Durations()
    for value in values:
        durations.add(value)
    exact = np.percentile(values, (50, 95, 99))
    assert list(durations.percentiles().values()) == pytest.approx(exact, rel=2e-3, abs=0.006)
    assert len(durations) == len(values)


def test_the_newest_are_kept_as_they_are():
    durations = Durations()
    for value in range(200):
        durations.add(float(value))
    assert durations.lately(3) == [197.0, 198.0, 199.0]
    assert durations.lately() == [float(value) for value in range(110, 200)]
    assert durations.lately(0) == []


def test_extremes_are_counted():
    durations = Durations()
    for value in (-1.0, 0.0, 1e9):
        durations.add(value)
    assert len(durations) == 3
    assert durations.percentiles()["p50"] == 0.0


def test_nothing_has_no_percentiles():
    assert Durations().percentiles() is None


def test_memory_does_not_grow():
    durations = Durations()
    size = durations._counts.nbytes
    for value in range(10_000):
        durations.add(value)
    assert durations._counts.nbytes == size < 100_000
