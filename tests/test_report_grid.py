import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_songs import FOUR_FOUR, make_song

from handmidi.report.grid import Bar, Grid, divide
from handmidi.song import Meter

METERS = [(4, 4), (3, 4), (2, 4), (6, 8), (9, 8), (12, 8), (3, 8), (5, 8), (7, 8), (2, 2), (5, 4)]


def whole_bar(numerator, denominator, start=0):
    meter = Meter(0.0, numerator, denominator)
    return Bar(1, start, round(meter.bar_beats * 4), 0, meter, 4)


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


def test_a_pickup_bar_counts_from_nought_and_from_the_end_of_a_whole_bar():
    grid = Grid.of(make_song("G4 C5:2 E5 C5:3", meters=(Meter(0.0, 3, 4),), pickup=1.0))
    assert [(b.number, b.start, b.length, b.skipped) for b in grid.bars] == [
        (0, 0, 4, 8),
        (1, 4, 12, 0),
        (2, 16, 12, 0),
    ]
    assert grid.end == 28
    assert grid.bars[0].place(2) == 10


def test_metres_change_at_barlines():
    meters = (*FOUR_FOUR, Meter(4.0, 3, 4), Meter(7.0, 6, 8))
    grid = Grid.of(make_song("C4:4 D4:3 E4:3", meters=meters))
    assert [(b.start, b.length, b.beat, b.compound) for b in grid.bars] == [
        (0, 16, 4, False),
        (16, 12, 4, False),
        (28, 12, 6, True),
    ]
    assert grid.bar_at(27).number == 2
    assert grid.bar_at(28).number == 3
    assert grid.bar_at(500).number == 3


def test_short_metres_have_finer_steps():
    grid = Grid.of(make_song("C4:.375", meters=(Meter(0.0, 3, 32),)))
    assert (grid.per_quarter, grid.bars[0].length) == (8, 3)


def test_beats_are_likelier_than_what_lies_between():
    grid = Grid.of(make_song("C4:4"))
    assert grid.offbeat(0) == grid.offbeat(4) < grid.offbeat(2) < grid.offbeat(1)
    compound = Grid.of(make_song("C4:3", meters=(Meter(0.0, 6, 8),)))
    assert compound.offbeat(6) < compound.offbeat(2) == compound.offbeat(4) < compound.offbeat(3)
