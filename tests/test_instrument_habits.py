"""What a player's reaches teach."""

import math

import numpy as np
import pytest

from handmidi.instrument.habits import Course, Habits, Line


def test_a_line_is_found():
    line, rng = Line(0.0, 0.0, (1.0, 1.0), 0.99), np.random.default_rng(0)
    for at in rng.uniform(0, 3, 200):
        line.learn(at, 2 + 0.5 * at + rng.normal(0, 0.05))
    assert line.at_zero == pytest.approx(2, abs=0.05)
    assert line.slope == pytest.approx(0.5, abs=0.03)


def test_a_line_stays_where_it_is_believed_until_it_is_taught():
    line = Line(1.0, -0.5, (4.0, 4.0), 0.9)
    assert (line.at_zero, line.slope) == pytest.approx((1.0, -0.5))
    assert line.variance == pytest.approx(1 / 4)


def test_habits_learn_how_long_a_player_takes():
    habits, durations = Habits(), np.log(np.geomspace(0.1, 0.6, 40))
    for _ in range(40):
        habits.learn(Course(2.0, 0.6, math.log(0.4), 0.45, 0.04, 0.0))
    likely = np.exp(durations[habits.log_duration(np.array([2.0]), durations)[0].argmax()])
    assert likely == pytest.approx(0.4, rel=0.1)


def test_habits_learn_how_a_players_reaches_are_shaped():
    habits, peaks = Habits(), np.tile([0.38, 0.45, 0.52], 2)
    homings = np.repeat([0.0, 1.0], 3)
    before = habits.log_shape(peaks, homings, np.array([0.3]))[0]
    for _ in range(30):
        habits.learn(Course(1.0, 0.3, math.log(0.2), 0.52, 0.02, 1.0))
    after = habits.log_shape(peaks, homings, np.array([0.3]))[0]
    assert before[:3].argmax() == 1 and before[1] > before[4]
    assert after[:3].argmax() == 2 and after[5] > after[2]
