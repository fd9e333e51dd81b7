import pytest
from test_report_grid import whole_bar
from test_report_values import fine_bar

from handmidi.report.beams import beam, flags
from handmidi.report.grid import Tuplet
from handmidi.report.values import Value


def beams(meter, *lengths):
    """First beam of each note; negative lengths are rests."""
    notes, at = [], 0
    for length in lengths:
        if length > 0:
            notes.append(Value(at, length))
        at += abs(length)
    return [",".join(b) for b in beam(whole_bar(*meter), notes)]


@pytest.mark.parametrize(("length", "count"), [(16, 0), (6, 0), (4, 0), (3, 1), (2, 1), (1, 2)])
def test_flags(length, count):
    assert flags(length, per_quarter=4) == count


def test_eighths_join_across_half_a_bar_of_four():
    group = ["start", "continue", "continue", "stop"]
    assert beams((4, 4), *[2] * 8) == group * 2


def test_shorter_notes_join_within_the_beat():
    assert beams((2, 4), 2, 1, 1, 2, 2) == [
        "start", "continue,start", "stop,stop", "start", "stop",
    ]  # fmt: skip


def test_a_dotted_eighth_takes_a_hook_from_its_sixteenth():
    assert beams((2, 4), 3, 1, 1, 3) == ["start", "stop,left", "start,right", "stop"]


def test_compound_metre_beams_by_dotted_quarters():
    assert beams((6, 8), *[2] * 6) == ["start", "continue", "stop"] * 2


def test_rests_and_longer_notes_part_beams():
    assert beams((4, 4), 2, -2, 2, 2, 4, 2, 2) == ["", "start", "stop", "", "start", "stop"]


def test_seven_eighths_go_by_two_two_three():
    pair = ["start", "stop"]
    assert beams((7, 8), *[2] * 7) == [*pair, *pair, "start", "continue", "stop"]


def test_a_triplet_is_beamed_by_itself():
    bar = fine_bar(Tuplet(24, 24))
    thirds = [Value(at, 8, bar.tuplets[0]) for at in (24, 32, 40)]
    notes = [Value(0, 12), Value(12, 12), *thirds]
    assert [b[0] for b in beam(bar, notes)] == ["start", "stop", "start", "continue", "stop"]


def test_eighths_of_a_long_triplet_are_joined_by_its_thirds():
    long = Tuplet(0, 48)
    notes = [Value(8 * n, 8, long) for n in range(6)]
    assert [b[0] for b in beam(fine_bar(long), notes)] == ["start", "stop"] * 3


def test_a_sextuplet_has_two_beams():
    short = Tuplet(24, 24)
    notes = [Value(24 + 4 * n, 4, short) for n in range(6)]
    assert beam(fine_bar(short), notes)[3] == ["continue", "continue"]
