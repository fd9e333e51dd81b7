from dataclasses import replace

import numpy as np
import pytest
from report_songs import make_song

from handmidi.score.bars import BarScore, extra_beats, numbers_at, score_bars, worst_bars
from handmidi.score.judge import Verdict


def worst(**bars):
    """Bars as b1=(notes, not right) or b1=(notes, not right, off time, run)."""
    return worst_bars([told(int(name[1:]), *how) for name, how in bars.items()])


def told(number, notes, faults, off_time=0, run=None):
    right = notes - faults
    return BarScore(number, notes, right, 0, right / notes, off_time, 0.0, run)


def test_nothing_wrong_is_nothing_to_practise():
    assert worst(b1=(4, 0), b2=(4, 0)) == ()


def test_the_three_worst_come_worst_first():
    assert worst(b1=(4, 1), b3=(4, 3), b5=(4, 2), b7=(4, 4), b9=(4, 0)) == (7, 3, 5)


def test_a_long_bar_that_fell_apart_beats_a_short_one_with_one_wrong_note():
    assert worst(b1=(1, 1), b3=(8, 4)) == (3, 1)
    assert worst(b1=(1, 1), b3=(8, 1)) == (1, 3)


def test_one_slip_among_many_notes_is_less_than_among_few():
    assert worst(b1=(8, 1), b3=(4, 1)) == (3, 1)


def test_neighbours_decide_between_equals_and_are_not_picked_for_themselves():
    assert worst(b1=(4, 2), b2=(4, 0), b9=(4, 2), b10=(4, 1)) == (9, 1, 10)
    assert worst(b1=(4, 2), b4=(4, 2)) == (1, 4)


def test_bars_that_are_not_adjacent_are_no_neighbours():
    assert worst(b1=(4, 2), b5=(4, 2), b7=(4, 4)) == (7, 1, 5)


def test_any_mistake_comes_before_notes_that_were_only_off_time():
    assert worst(b2=(2, 1), b9=(2, 0, 2)) == (2, 9)
    assert worst(b2=(9, 1), b9=(2, 0, 2)) == (2, 9)


def test_a_run_of_one_fault_is_picked_once():
    run = (9, 10)
    assert worst(b1=(4, 1), b9=(4, 4, 0, run), b10=(4, 4, 0, run)) == (9, 1)


def song():
    return make_song("C4 D4 E4 F4 G4 A4 B4 C5 C5 B4 A4 G4")  # three bars of four


def verdicts(*names):
    return [Verdict(i, name, None if name == "missed" else i) for i, name in enumerate(names)]


def test_bars_of_a_song():
    told = verdicts(*["correct"] * 5, "wrong", "missed", *["correct"] * 5)
    fair_ms = np.array([10.0, 20, 30, 40, 50, 60, np.nan, 80, 5, 5, 5, 5])
    bars, practise = score_bars(song(), told, fair_ms, [4.3, 4.4])
    assert bars == (
        BarScore(1, 4, 4, 0, 1.0, 0, 25.0),
        BarScore(2, 4, 2, 0, 0.5, 0, 60.0),
        BarScore(3, 4, 4, 2, pytest.approx(4 / 6), 0, 5.0),
    )
    assert practise == (2, 3)  # two of four are more than two of six


def test_only_bars_with_something_in_them():
    rests = make_song("C4:4 R:4 D4:4")
    bars, _ = score_bars(rests, verdicts("correct", "correct"), np.zeros(2), [])
    assert [bar.number for bar in bars] == [1, 3]
    bars, practise = score_bars(rests, verdicts("correct", "correct"), np.zeros(2), [3.0])
    assert bars[1] == BarScore(2, 0, 0, 1, 0.0, 0, None)
    assert practise == (2,)


def test_a_pick_up_is_bar_0():
    picked_up = make_song("C4 D4 E4 F4 G4", pickup=1.0)
    bars, _ = score_bars(picked_up, verdicts(*["correct"] * 5), np.zeros(5), [])
    assert [(bar.number, bar.notes) for bar in bars] == [(0, 1), (1, 4)]


def test_passes_of_a_loop_add_up():
    looped = replace(song(), numbers=(7, 8, 7))
    told = verdicts(*["correct"] * 10, "missed", "missed")
    bars, practise = score_bars(looped, told, np.zeros(12), [])
    assert [(bar.number, bar.notes, bar.correct) for bar in bars] == [(7, 8, 6), (8, 4, 4)]
    assert practise == (7,)


def test_who_is_always_late_has_no_bar_to_practise_but_an_uneven_one_has():
    told = verdicts(*["correct"] * 12)
    fair_ms = np.full(12, 120.0)
    assert score_bars(song(), told, fair_ms, [])[1] == ()
    fair_ms[5] += 90
    assert score_bars(song(), told, fair_ms, [])[1] == (2,)


def test_a_note_on_time_is_no_fault_however_late_the_player_is_else():
    fair_ms = np.full(12, 120.0)
    fair_ms[5] = 10.0
    bars, practise = score_bars(song(), verdicts(*["correct"] * 12), fair_ms, [])
    assert [bar.off_time for bar in bars] == [0, 0, 0]
    assert practise == ()


def test_faults_on_both_sides_of_a_bar_line_make_a_run():
    fair_ms = np.zeros(12)
    fair_ms[2:6] = 130.0
    bars, practise = score_bars(song(), verdicts(*["correct"] * 12), fair_ms, [])
    assert [bar.run for bar in bars] == [(1, 2), (1, 2), None]
    assert practise == (1,)
    fair_ms[4:6] = -130.0  # late, then early: two faults
    assert score_bars(song(), verdicts(*["correct"] * 12), fair_ms, [])[1] == (1, 2)
    missed = verdicts(*["correct"] * 3, "missed", "missed", *["correct"] * 7)
    bars, practise = score_bars(song(), missed, np.zeros(12), [])
    assert [bar.run for bar in bars] == [(1, 2), (1, 2), None]
    assert practise == (1,)


def test_an_extra_just_before_a_bar_line_belongs_to_the_next_bar():
    assert extra_beats(song(), [-0.05, 1.7, 1.95, 2.2]) == pytest.approx([0.0, 3.4, 4.0, 4.4])
    assert extra_beats(song(), [5.95, 6.2]) == pytest.approx([11.9, 12.4])  # the song's end


def test_before_and_after_the_song_count_to_its_first_and_last_bar():
    assert numbers_at(song(), [-3.0, 0.0, 3.9999999, 4.0, 99.0]).tolist() == [1, 1, 2, 2, 3]
    assert numbers_at(song(), []).tolist() == []
