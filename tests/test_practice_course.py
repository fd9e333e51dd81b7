import pytest
import servers
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.outputs.schedule import Schedule
from handmidi.outputs.synth import SAMPLE_RATE_HZ, Synth
from handmidi.practice.course import Course, nearest_bar

changes = st.lists(st.tuples(st.floats(0.03, 3.0), st.floats(0.3, 3.0)), max_size=8)


@settings(deadline=None)
@given(changes, st.floats(0, 20))
def test_position_and_time_are_each_other_turned_round(paces, at_s):
    course, now_s = Course(), 0.0
    for wait_s, pace in paces:
        now_s += wait_s
        here = course.position(now_s)
        course.steer(now_s, lambda t, p=pace, h=here, n=now_s: h + (t - n) * p)
    ahead_s = now_s + at_s
    assert course.time_s(course.position(ahead_s)) == pytest.approx(ahead_s)


@settings(deadline=None)
@given(changes)
def test_a_steered_course_neither_jumps_nor_turns_back(paces):
    course, now_s, here = Course(), 0.0, 0.0
    for wait_s, pace in paces:
        end_s = now_s + wait_s
        course.steer(now_s, lambda t, p=pace: t * p)
        while now_s < end_s:
            now_s += 0.005
            before, here = here, course.position(now_s)
            assert 0 < here - before < 0.005 * 2 * 3.0 + 1e-9


@settings(deadline=None)
@given(st.floats(0.5, 2.0), st.floats(-0.2, 0.2))
def test_a_course_comes_to_its_target_and_stays(pace, off_s):
    course, turns = Course(), 0
    for i in range(400):
        turns += course.steer(i / 30, lambda t: 5.0 + (t - 5.0) * pace if t > 5 else t + off_s)
    assert course.position(400 / 30) == pytest.approx(5.0 + (400 / 30 - 5.0) * pace, abs=0.004)
    assert turns <= 12


def test_a_course_without_sound_is_the_session_s_clock():
    course = Course()
    course.listen(iter([0.0, 1.0]).__next__)
    course.assume(3.0)
    course.look(3.0)
    assert (course.position(7.5), course.time_s(7.5)) == (7.5, 7.5)


def test_nearest_bar():
    assert [nearest_bar(beats, 4.0) for beats in (0.1, -1.9, 2.1, 7.0, -9.0)] == [0, 0, 4, 8, -8]


def test_the_audio_goes_where_it_is_steered():
    """Drawn in blocks of 1024 samples, it begins late and must run at 1.25."""
    synth = Synth(servers.soundfont())
    try:
        schedule = Schedule(synth)
        course = Course(schedule)
        course.assume(0.0)
        drawn_s, block_s, off_s = 0.0, 1024 / SAMPLE_RATE_HZ, []
        for i in range(1, 900):
            now_s = i * 0.011
            while drawn_s + block_s < now_s - 0.1:
                synth.synth.get_samples(1024)
                drawn_s += block_s
            course.look(now_s)
            course.steer(now_s, lambda t: 1.25 * t)
            behind_s = course.position(now_s) - schedule.position_s
            assert -0.005 < behind_s < 0.2 if i < 100 else -0.005 < behind_s < 0.035, i
            off_s.append(1.25 * now_s - course.position(now_s))
        assert max(abs(off) for off in off_s[-200:]) < 0.004
    finally:
        synth.close()
