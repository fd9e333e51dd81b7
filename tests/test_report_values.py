import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_report_grid import whole_bar

from handmidi.report.grid import Bar, Tuplet
from handmidi.report.values import Value, cut, divide, needed_tuplets
from handmidi.song import Meter

METERS = [(4, 4), (3, 4), (2, 4), (6, 8), (9, 8), (12, 8), (3, 8), (5, 8), (7, 8), (2, 2), (5, 4)]
QUARTER, HALF, EIGHTH = Tuplet(24, 24), Tuplet(48, 48), Tuplet(12, 12)


def fine_bar(*tuplets):
    """A bar of 4/4 with 24 steps to a quarter note."""
    return Bar(1, 0, 96, 0, Meter(0.0, 4, 4), 24, tuplets)


def lengths(meter, start, end, rest=False):
    return [length for _, length in divide(whole_bar(*meter), start, end, rest)]


@pytest.mark.parametrize(
    ("meter", "start", "end", "expected"),
    [
        ((4, 4), 0, 16, [16]),
        ((4, 4), 0, 12, [12]),
        ((4, 4), 4, 12, [8]),  # quarter, half, quarter
        ((4, 4), 2, 6, [4]),  # eighth, quarter, eighth
        ((4, 4), 6, 10, [2, 2]),  # never across the middle off the beat
        ((4, 4), 4, 10, [4, 2]),
        ((4, 4), 0, 6, [6]),
        ((4, 4), 0, 7, [4, 3]),
        ((4, 4), 3, 8, [1, 4]),
        ((3, 4), 0, 12, [12]),
        ((3, 4), 4, 10, [6]),
        ((6, 8), 0, 12, [12]),
        ((6, 8), 0, 6, [6]),
        ((6, 8), 4, 8, [2, 2]),  # not across the middle of 6/8
        ((6, 8), 2, 6, [4]),
        ((9, 8), 0, 18, [12, 6]),
        ((7, 8), 0, 14, [12, 2]),
    ],
)
def test_notes_show_the_metre(meter, start, end, expected):
    assert lengths(meter, start, end) == expected


@pytest.mark.parametrize(
    ("meter", "start", "end", "expected"),
    [
        ((4, 4), 0, 8, [8]),
        ((4, 4), 4, 12, [4, 4]),
        ((4, 4), 1, 16, [1, 2, 4, 8]),
        ((4, 4), 0, 6, [4, 2]),
        ((3, 4), 4, 12, [4, 4]),
        ((6, 8), 0, 6, [6]),
        ((6, 8), 0, 4, [4]),
        ((6, 8), 2, 6, [2, 2]),
        ((12, 8), 12, 24, [12]),
    ],
)
def test_rests_never_hide_a_beat(meter, start, end, expected):
    assert lengths(meter, start, end, rest=True) == expected


@given(st.sampled_from(METERS), st.data(), st.booleans())
def test_pieces_fill_the_span_with_plain_and_dotted_values(meter, data, rest):
    bar = whole_bar(*meter, start=32)
    start = data.draw(st.integers(bar.start, bar.end - 1))
    end = data.draw(st.integers(start + 1, bar.end))
    pieces = divide(bar, start, end, rest)
    assert [s for s, _ in pieces] == [start, *(s + n for s, n in pieces)][:-1]
    assert sum(pieces[-1]) == end
    for at, length in pieces:
        odd = length // (length & -length)
        assert odd in (1, 3)
        within = bar.place(at) % bar.beat
        assert not rest or within == 0 or within + length <= bar.beat


@pytest.mark.parametrize(
    ("tuplet", "start", "end", "shown"),
    [
        (QUARTER, 24, 32, [12]),  # an eighth
        (QUARTER, 32, 48, [24]),  # a quarter
        (QUARTER, 28, 48, [6, 24]),
        (QUARTER, 24, 36, [18]),  # a dotted eighth: half of a sextuplet
        (QUARTER, 12, 40, [12, 24]),
        (QUARTER, 40, 60, [12, 12]),
        (HALF, 48, 64, [24]),
        (HALF, 56, 96, [12, 48]),
        (EIGHTH, 12, 16, [6]),
    ],
)
def test_tuplets_are_cut_in_thirds_and_sixths(tuplet, start, end, shown):
    bar = fine_bar(tuplet)
    values = cut(bar, start, end, (tuplet,))
    assert [v.shown for v in values] == shown
    assert all((v.tuplet == tuplet) == (tuplet.start <= v.start < tuplet.end) for v in values)


def test_rests_in_a_triplet_are_not_dotted():
    assert [v.shown for v in cut(fine_bar(QUARTER), 24, 36, (QUARTER,), rest=True)] == [12, 6]


def test_a_tuplet_is_needed_where_something_begins_or_ends_at_its_thirds():
    bar = fine_bar(EIGHTH, QUARTER)
    assert needed_tuplets(bar, [0, 24, 36, 48]) == ()
    assert needed_tuplets(bar, [24, 32]) == (QUARTER,)
    assert needed_tuplets(bar, [0, 40]) == (QUARTER,)
    assert needed_tuplets(bar, [16]) == (EIGHTH,)


@given(st.data(), st.booleans())
def test_pieces_fill_the_span_and_stay_on_their_side_of_a_tuplet(data, rest):
    bar = fine_bar(QUARTER, HALF)
    steps = [s for s in range(0, 97, 2) if not (s % 6 if s < 24 else s % (8 if s > 48 else 4))]
    start = data.draw(st.sampled_from(steps[:-1]))
    end = data.draw(st.sampled_from([s for s in steps if s > start]))
    values = cut(bar, start, end, bar.tuplets, rest)
    assert [v.start for v in values] == [start, *(v.start + v.length for v in values)][:-1]
    assert values[-1].start + values[-1].length == end
    for v in values:
        odd = v.shown // (v.shown & -v.shown)
        assert odd in (3, 9)  # plain, or dotted: a step is a third of a value
        for t in bar.tuplets:
            assert not v.start < t.start < v.start + v.length
            assert not v.start < t.end < v.start + v.length


def test_a_value_outside_tuplets_is_shown_as_long_as_it_sounds():
    assert Value(0, 12).shown == 12
