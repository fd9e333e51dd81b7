import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.beat import BeatLine

lines = st.builds(BeatLine, st.floats(-1e4, 1e4), st.floats(20, 999))


def test_a_line_in_numbers():
    line = BeatLine(2.0, 120.0)
    assert line.beat(3.0) == 2.0
    assert line.time_s(-1.0) == 1.5
    assert line.next_s(2.1, 0.5) == 2.25
    assert line.next_s(2.25, 0.5) == 2.25


@given(lines, st.floats(-1e4, 1e4))
def test_beat_and_time_are_each_other_turned_round(line, time_s):
    assert line.time_s(line.beat(time_s)) == pytest.approx(time_s, abs=1e-6)


@given(lines, st.floats(-1e4, 1e4), st.sampled_from([1 / 24, 0.25, 1.0, 3.0, 4.0]))
def test_the_next_step_lies_ahead_and_less_than_a_step_away(line, time_s, step):
    next_s = line.next_s(time_s, step)
    assert time_s <= next_s <= time_s + step * 60 / line.bpm + 1e-6
    steps = line.beat(next_s) / step
    assert steps == pytest.approx(round(steps), abs=1e-4)
