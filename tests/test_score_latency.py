import pytest

from handmidi.score import NO_LATENCY, Latency


def test_fields():
    assert Latency(0.0, "none", None, None) == NO_LATENCY
    assert Latency(48.5, "calibrated", 1.2, "2026-11-20").ms == 48.5


@pytest.mark.parametrize("ms", [-1.0, float("nan"), float("inf")])
def test_a_latency_is_a_number_from_0_up(ms):
    with pytest.raises(ValueError, match="from 0 up"):
        Latency(ms, "tapped")


def test_the_source_is_one_of_four():
    with pytest.raises(ValueError, match="guessed"):
        Latency(1.0, "guessed")
