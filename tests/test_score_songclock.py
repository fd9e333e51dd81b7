import numpy as np

from handmidi.score.songclock import reached_s, song_start_s, to_song_s


def song_s(marks, *session_s):
    return to_song_s(marks, np.array(session_s)).tolist()


def test_one_mark_runs_at_its_own_pace():
    assert song_s(((2.0, 0.0),), 1.0, 2.0, 5.5) == [-1.0, 0.0, 3.5]
    assert song_start_s(((2.0, 0.5),)) == 1.5


def test_between_and_beyond_the_marks():
    marks = ((1.0, 0.0), (3.0, 1.0), (4.0, 2.0))
    assert song_s(marks, 0.0, 2.0, 3.5, 6.0) == [-0.5, 0.5, 1.5, 4.0]
    assert song_start_s(marks) == 1.0


def test_order_of_the_marks_does_not_matter():
    assert song_s(((4.0, 2.0), (1.0, 0.0), (3.0, 1.0)), 2.0) == [0.5]


def test_start_lies_within_a_count_in():
    assert song_start_s(((0.0, -2.0), (1.0, -1.0), (3.0, 1.0))) == 2.0
    assert song_start_s(((0.0, -3.0), (1.0, -2.0))) == 3.0


def test_the_song_may_jump_back():
    marks = ((0.0, 0.0), (4.0, 4.0), (8.0, 1.0), (9.0, 2.0))
    assert song_s(marks, 3.0, 5.0, 8.5) == [3.0, 5.0, 1.5]
    assert song_s(((0.0, 0.0), (4.0, 4.0), (4.0, 1.0), (5.0, 2.0)), 4.0, 4.5) == [1.0, 1.5]


def test_the_song_may_wait():
    marks = ((0.0, 0.0), (2.0, 2.0), (5.0, 2.0), (6.0, 3.0))
    assert song_s(marks, 3.0, 5.5) == [2.0, 2.5]
    assert song_start_s(((1.0, 0.0), (2.0, 0.0))) == 2.0


def test_marks_too_close_to_tell_a_pace_are_a_jump():
    assert song_s(((1.0, 0.0), (1.0 + 1e-9, 5.0)), 2.0) == [6.0 - 1e-9]


def reached(marks, *song_s):
    return reached_s(marks, np.array(song_s)).tolist()


def test_a_song_second_is_reached_along_the_line():
    marks = ((1.0, 0.0), (3.0, 1.0), (4.0, 2.0))
    assert reached(marks, -0.5, 0.5, 1.5, 4.0) == [0.0, 2.0, 3.5, 6.0]
    assert reached(((2.0, 0.5),), 0.0, 1.0) == [1.5, 2.5]


def test_where_the_song_waits_it_was_reached_when_the_wait_began():
    marks = ((0.0, 0.0), (2.0, 2.0), (5.0, 2.0), (6.0, 3.0))
    assert reached(marks, 2.0, 2.5) == [2.0, 5.5]
    assert reached(marks, 2.00004) == [2.0]  # the mark was rounded
    assert reached(((2.0, 0.0), (5.0, 0.0), (6.0, 1.0)), 0.0, 0.5) == [2.0, 5.5]


def test_what_a_jump_passed_over_is_reached_with_it():
    assert reached(((0.0, 0.0), (4.0, 4.0), (4.0, 9.0), (5.0, 10.0)), 6.0) == [4.0]
    back = ((0.0, 0.0), (4.0, 4.0), (8.0, 1.0), (9.0, 2.0))
    assert reached(back, 3.0) == [3.0]
    assert reached(back, 5.0) == [12.0]
