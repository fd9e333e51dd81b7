from dataclasses import replace

from report_songs import make_song

from handmidi.midifile import TempoMap
from handmidi.report.grid import Grid
from handmidi.report.marks import bar_marks
from handmidi.song import Meter


def marks(song, **kwargs):
    grid = Grid.of(song)
    return {
        start // grid.per_quarter: (m.bpm, m.beat, *m.words)
        for start, m in bar_marks(song, grid, **kwargs).items()
    }


def test_the_first_tempo_and_its_changes_in_beats_of_the_bar():
    song = make_song(
        "C4:4 D4:4 E4:3 F4:4", meters=(Meter(0, 4, 4), Meter(8, 6, 8), Meter(11, 4, 4))
    )
    song = replace(song, tempo=TempoMap([(0, 500_000), (8, 600_000), (11, 605_000)]))
    assert marks(song) == {0: (120.0, 1.0), 8: (66.67, 1.5)}


def test_a_change_within_a_bar_is_printed_at_the_next():
    song = make_song("C4:4 D4:4 E4:4")
    song = replace(song, tempo=TempoMap([(0, 500_000), (2, 600_000)]))
    assert marks(song) == {0: (120.0, 1.0), 4: (100.0, 1.0)}
    song = replace(song, tempo=TempoMap([(0, 500_000), (2, 600_000), (4, 500_000)]))
    assert marks(song) == {0: (120.0, 1.0)}


def test_tempi_are_those_of_the_practice():
    assert marks(make_song("C4:4"), tempo_percent=75) == {0: (90.0, 1.0)}


def test_passes_of_a_loop_are_named():
    song = replace(make_song("C4:4 D4:4 C4:4 D4:4"), numbers=(3, 4, 3, 4))
    song = replace(song, tempo=TempoMap([(0, 500_000), (8, 400_000)]))
    assert marks(song) == {0: (120.0, 1.0, "pass 1"), 8: (150.0, 1.0, "pass 2")}


def test_one_bar_over_and_over():
    song = replace(make_song("C4:4 C4:4 C4:4"), numbers=(5, 5, 5))
    assert [m[2] for m in marks(song).values()] == ["pass 1", "pass 2", "pass 3"]


def test_swing_is_said():
    assert marks(make_song("C4:.6667 D4:.3333 " * 8))[0] == (120.0, 1.0, "Swing")
