"""The scaled axis: 0 and 1 at the ends of a control's range, whatever the curve."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.instrument.scaling import CURVES, Scaling

ENDS = st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)).filter(lambda e: abs(e[0] - e[1]) > 0.01)


@given(ends=ENDS, curve=st.sampled_from(CURVES), scaled=st.floats(-0.5, 1.5))
def test_scaled_and_unscaled_are_inverse(ends, curve, scaled):
    by = Scaling("x", ends, curve)
    value = by.unscaled(scaled)
    if curve != "log" or value > 1e-9:
        assert by.scaled(value) == pytest.approx(scaled, abs=1e-6)


@given(ends=ENDS, curve=st.sampled_from(CURVES))
def test_the_ends_are_0_and_1_and_all_between_ascends(ends, curve):
    by = Scaling("x", ends, curve)
    places = [by.scaled(ends[0] + (ends[1] - ends[0]) * i / 20) for i in range(21)]
    assert places[0] == pytest.approx(0, abs=1e-9)
    assert places[-1] == pytest.approx(1)
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("curve", "middle"),
    [("linear", 0.5), ("square", 0.25), ("root", 0.7071), ("smooth", 0.5)],
)
def test_the_middle_of_each_curve(curve, middle):
    assert Scaling("y", (0.8, 0.2), curve).scaled(0.5) == pytest.approx(middle, abs=1e-4)


def test_equal_ratios_are_equal_steps_of_the_log_curve():
    by = Scaling("area", (0.02, 0.08), "log")
    assert by.scaled(0.04) == pytest.approx(0.5)
    assert by.unscaled(2.0) == pytest.approx(0.32)
