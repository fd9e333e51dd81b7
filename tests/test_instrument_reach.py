"""Reading a reach before it ends."""

import math

import numpy as np
import pytest

from handmidi.instrument.aims import Aims
from handmidi.instrument.habits import Habits
from handmidi.instrument.profiles import (
    STEPS,
    Grid,
    bent,
    bent_slope,
    homing_profile,
    minimum_jerk,
    plain_profile,
)
from handmidi.instrument.reach import Reach
from handmidi.instrument.track import Sample

GRID = Grid()
EDGES = [0.3 * i for i in range(9)]
FPS = 30


class Appointed:
    """Arrivals at one time, as far as the prior is asked."""

    def __init__(self, arrival_s):
        self._arrival_s = arrival_s

    def log_prior(self, arrival_s, zone):
        return (-0.5 * ((arrival_s - self._arrival_s) / 0.005) ** 2)[None].astype(np.float32)


def reading_of(way, seconds, seen, timing=None, noise=0.004):
    """The reading of a minimum-jerk move from 0.15 that began at 1 s, when part of it was seen."""
    times = np.arange(0.9, 1 + seen * seconds, 1 / FPS)
    places = 0.15 + way * minimum_jerk((times - 1) / seconds)
    noticed = int(np.argmax(np.abs(places - 0.15) > 0.036))
    direction = math.copysign(1.0, way)
    reach = Reach(
        GRID, Habits(), Aims(EDGES, -0.5).targets(0.15, direction, False), timing,
        Sample(float(times[noticed]), 0.15), 1 / FPS, noise, 1 / FPS,
    )  # fmt: skip
    samples = [Sample(float(t), float(x)) for t, x in zip(times, places, strict=True)]
    reach.update(*samples[: noticed + 1])
    reading = reach.read()
    for sample in samples[noticed + 1 :]:
        reach.update(sample)
        reading = reach.read()
    return reach, reading


@pytest.mark.parametrize("seconds", [0.15, 0.25, 0.4])
@pytest.mark.parametrize("zone", [1, 3, 6])
def test_nine_tenths_of_a_reach_tell_where_and_when_it_ends(zone, seconds):
    _, reading = reading_of(0.3 * zone, seconds, 0.9)
    assert reading.zone == zone + 1
    assert reading.probability > 0.85
    assert reading.arrival_s == pytest.approx(1 + seconds, abs=0.02)


def test_the_whole_of_it_tells_more_than_a_part():
    _, early = reading_of(0.9, 0.3, 0.6)
    _, late = reading_of(0.9, 0.3, 1.2)
    assert late.arrival_sd_s < early.arrival_sd_s
    assert late.probability > 0.99
    assert late.by_zone.sum() == pytest.approx(1)


def test_a_reach_downwards_ends_below():
    _, reading = reading_of(-0.45, 0.2, 1.1)
    assert reading.zone == 0


def test_a_timing_prior_moves_the_arrival():
    _, free = reading_of(0.6, 0.25, 0.7)
    _, told = reading_of(0.6, 0.25, 0.7, Appointed(1.25))
    assert told.arrival_s == pytest.approx(1.25, abs=0.005)
    assert told.arrival_sd_s < free.arrival_sd_s


def test_hypotheses_are_dropped_and_made_finer():
    reach, _ = reading_of(0.6, 0.25, 1.2)
    assert len(reach._alive) < len(GRID.courses)
    course = reach.course(3)
    assert math.exp(course.log_duration) == pytest.approx(0.25, rel=0.15)
    assert course.peak == pytest.approx(0.47, abs=0.07)
    assert course.effort > 1 and course.way > 0


# ---- courses


def refined(levels):
    """Some courses that were made finer so many times."""
    courses = GRID.courses
    for level in range(1, levels + 1):
        courses = GRID.finer(level, courses, np.arange(0, len(courses), 7))
    return courses


@pytest.mark.parametrize("profile", [plain_profile, homing_profile])
@pytest.mark.parametrize("peak", [0.36, 0.45, 0.55])
def test_profiles_run_from_start_to_end(profile, peak):
    s = profile(peak)
    assert len(s) == STEPS + 1
    assert s[0] == pytest.approx(0, abs=1e-9) and s[-1] == pytest.approx(1)
    assert (np.diff(s) >= -1e-12).all()
    assert np.diff(s).argmax() / STEPS == pytest.approx(peak, abs=0.06)


def test_a_grid_has_every_course_once():
    courses = GRID.courses
    rows = np.stack([courses.log_duration, courses.peak, courses.homing, courses.begun])
    assert len(np.unique(rows, axis=1).T) == len(courses)
    assert len(courses) == 12 * 2 * 3 * 5


@pytest.mark.parametrize("level", [1, 2])
def test_finer_courses_stand_about_their_coarse_one(level):
    coarse, rows = refined(level - 1), np.array([0, 17, 200])
    fine = GRID.finer(level, coarse, rows)
    assert len(fine) == 3 * Grid.FINER
    for name in ("log_duration", "peak", "begun", "homing"):
        means = getattr(fine, name).reshape(3, -1).mean(1)
        assert means == pytest.approx(getattr(coarse, name)[rows], abs=1e-5)


def test_courses_know_their_duration_and_shape():
    for number, level in enumerate(GRID.levels):
        courses = refined(number)
        assert level.log_durations[courses.lasts] == pytest.approx(courses.log_duration, abs=1e-5)
        assert level.peaks[courses.shape] == pytest.approx(courses.peak, abs=1e-6)
        assert (level.homings[courses.shape] == courses.homing).all()


def test_courses_find_the_profile_of_their_shape():
    for number in range(len(GRID.levels)):
        courses = refined(number)
        for row in (0, len(courses) - 1):
            make = homing_profile if courses.homing[row] else plain_profile
            tabled = GRID.profiles[courses.profile_at[row] :][: STEPS + 1]
            assert tabled == pytest.approx(make(float(courses.peak[row])), abs=1e-5)


def test_a_bent_way_is_the_way_itself_where_it_is_short():
    x = np.array([-2.0, -0.01, 0.0, 0.01, 2.0])
    assert bent(x)[1:4] == pytest.approx(x[1:4], abs=2e-5)
    assert bent(2.0) < 2.0 and bent(-2.0) < -2.0
    assert (bent(x + 1e-5) - bent(x)) / 1e-5 == pytest.approx(bent_slope(x), rel=1e-3)
    assert np.isfinite(bent(np.array([-1e300, 1e300]))).all()
