import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.score.tempo import tempo_curve, tempo_ratio

WRITTEN_S = 0.5 * np.arange(64)
BARS_S = 2.0 * np.arange(17)


def test_ratio_is_above_one_when_faster():
    assert tempo_ratio(WRITTEN_S, WRITTEN_S / 1.25 + 3.0) == pytest.approx(1.25)
    assert tempo_ratio(WRITTEN_S[:2], WRITTEN_S[:2]) is None
    assert tempo_ratio(WRITTEN_S[:0], WRITTEN_S[:0]) is None


def test_one_point_at_the_middle_of_each_bar():
    curve = tempo_curve(WRITTEN_S, WRITTEN_S / 0.9, BARS_S)
    assert [at_s for at_s, _ in curve] == pytest.approx(BARS_S[:-1] + 1.0)
    assert [ratio for _, ratio in curve] == pytest.approx([0.9] * 16)


def test_a_change_of_tempo_is_seen_where_it_is():
    played_s = np.where(WRITTEN_S < 16, WRITTEN_S, 16 + (WRITTEN_S - 16) / 1.2)
    ratios = np.array([ratio for _, ratio in tempo_curve(WRITTEN_S, played_s, BARS_S)])
    assert ratios[:7] == pytest.approx([1.0] * 7)
    assert ratios[9:] == pytest.approx([1.2] * 7)
    assert (np.diff(ratios) > -1e-9).all()


def test_bars_without_enough_notes_have_no_point():
    few = np.r_[WRITTEN_S[:12], WRITTEN_S[40:]]
    at_s = [at for at, _ in tempo_curve(few, few, BARS_S)]
    assert at_s == pytest.approx([1, 3, 5, 7, 19, 21, 23, 25, 27, 29, 31])
    assert tempo_curve(WRITTEN_S[:2], WRITTEN_S[:2], BARS_S) == ()
    assert tempo_curve(WRITTEN_S, WRITTEN_S, []) == ()


@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60)), max_size=40))
def test_any_notes_have_a_curve_of_possible_tempi(rows):
    written_s, played_s = np.array(sorted(rows), float).reshape(-1, 2).T
    for at_s, ratio in tempo_curve(written_s, played_s, BARS_S):
        assert 0 < at_s < 32
        assert 0.1 <= ratio <= 10
