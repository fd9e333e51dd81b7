from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from report_songs import FOUR_FOUR, make_song

from handmidi.report.grid import Bar, Grid, Tuplet
from handmidi.song import Meter

THIRD = "0.3333333333"


def whole_bar(numerator, denominator, start=0):
    meter = Meter(0.0, numerator, denominator)
    return Bar(1, start, round(meter.bar_beats * 4), 0, meter, 4)


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


def test_a_pickup_shorter_than_any_step_is_no_bar():
    grid = Grid.of(make_song("C4:4", pickup=0.1))
    assert [(b.number, b.start, b.length) for b in grid.bars] == [(1, 0, 16)]


def test_a_loop_repeats_its_bar_numbers():
    song = replace(make_song("C4:4 D4:4 E4:4 F4:4"), numbers=(7, 8, 7, 8))
    assert [bar.number for bar in Grid.of(song).bars] == [7, 8, 7, 8]


def test_beats_with_triplets_allow_thirds_and_sixths_and_the_others_sixteenths():
    grid = Grid.of(make_song(f"C4 D4:{THIRD} E4:{THIRD} F4:{THIRD} G4:2"))
    assert grid.per_quarter == 24
    assert grid.bars[0].tuplets == (Tuplet(24, 24),)
    assert grid.steps[:12] == (0, 6, 12, 18, 24, 28, 32, 36, 40, 44, 48, 54)
    assert [grid.step(beat) for beat in (0.2, 1.2, 1.5, 1.7, 2.2)] == [6, 28, 36, 40, 54]
    assert grid.offbeat(24) == 0 < grid.offbeat(32) < grid.offbeat(28)


def test_swung_eighths_are_written_even():
    grid = Grid.of(make_song("C4:.6667 D4:.3333 " * 8))
    assert grid.per_quarter == 4
    assert [grid.step(beat) for beat in (0, 0.667, 1, 1.33, 1.667)] == [0, 2, 4, 5, 6]


@given(
    st.floats(0, 12), st.sampled_from([f"C4:{THIRD} D4:{THIRD} E4:{THIRD}", "C4 D4:.125 E4:.125"])
)
def test_the_nearest_allowed_step_is_taken(beat, text):
    grid = Grid.of(make_song(f"{text} G4 A4:.25 B4 C5:6"))
    place = beat * grid.per_quarter
    step = grid.step(beat)
    assert step in grid.steps
    assert abs(step - place) <= min(abs(s - place) for s in grid.steps) + 1e-9


def test_beats_are_likelier_than_what_lies_between():
    grid = Grid.of(make_song("C4:4"))
    assert grid.offbeat(0) == grid.offbeat(4) < grid.offbeat(2) < grid.offbeat(1)
    compound = Grid.of(make_song("C4:3", meters=(Meter(0.0, 6, 8),)))
    assert compound.offbeat(6) < compound.offbeat(2) == compound.offbeat(4) < compound.offbeat(3)
