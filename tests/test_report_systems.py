"""Bars spread over systems."""

from itertools import accumulate, pairwise
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from handmidi.report.systems import even_systems


def filled(widths, room):
    """How many bars each system has where each is filled."""
    counts, wide = [0], 0.0
    for width in widths:
        if counts[-1] and wide + width > room:
            counts.append(0)
            wide = 0.0
        counts[-1] += 1
        wide += width
    return counts


def test_a_lonely_last_bar_gets_company():
    assert even_systems([10.0] * 16, [5, 5, 5, 1]) == [4, 4, 4, 4]
    assert even_systems([10.0] * 6, [5, 1]) == [3, 3]


def test_what_is_even_stays():
    assert even_systems([10.0] * 8, [4, 4]) == [4, 4]
    assert even_systems([10.0], [1]) == [1]


def test_wide_bars_stand_with_fewer_others():
    assert even_systems([10.0] * 4 + [20.0] * 3 + [10.0], [4, 2, 2]) == [4, 2, 2]


def test_clef_and_key_of_the_first_bar_are_not_its_own():
    assert even_systems([40.0] + [10.0] * 8, [5, 4]) in ([4, 5], [5, 4])


@given(st.lists(st.floats(1.0, 50.0), min_size=1, max_size=60), st.floats(20.0, 120.0))
def test_every_bar_has_its_place_and_no_system_is_too_wide(widths, room):
    full = filled(widths, room)
    counts = even_systems(widths, full)
    assert sum(counts) == len(widths) and min(counts) >= 1
    if widths[0] <= median(widths):
        sums = [0.0, *accumulate(widths)]
        edges = [0, *accumulate(counts)]
        assert max(sums[b] - sums[a] for a, b in pairwise(edges)) <= max(room, *widths) * 1.001


def test_many_bars_are_no_more_work_each():
    counts = even_systems([10.0] * 20_001, [5] * 4000 + [1])
    assert set(counts) == {4, 5} and sum(counts) == 20_001
