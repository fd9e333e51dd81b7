"""Landmarks become a hand: its box and its shape."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.vision.shape import fingers, hand_from_landmarks, openness, pinch, stretches, tilt


def test_openness_of_stretched_fingers_is_1_and_of_a_fist_0():
    straight = np.zeros((21, 3))
    folded = np.zeros((21, 3))
    for first in (5, 9, 13, 17):
        straight[first : first + 4, 1] = (0, 1, 2, 3)
        folded[first : first + 4, 1] = (0, 1, 1, 0.2)
        folded[first : first + 4, 2] = (0, 0, 1, 1)
    assert openness(stretches(straight)) == 1.0
    assert openness(stretches(folded)) < 0.1
    assert openness(stretches(np.zeros((21, 2)))) == 0.0


@given(scale=st.floats(0.01, 1000), angle=st.floats(0, 6.3))
def test_openness_knows_neither_scale_nor_turn(scale, angle):
    bent = np.zeros((21, 3))
    for first in (5, 9, 13, 17):
        bent[first : first + 4, 1] = (0, 1, 1.7, 1.7)
        bent[first : first + 4, 2] = (0, 0, 0.7, 1.7)
    turn = np.array(
        [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
    )
    assert openness(stretches(scale * bent @ turn)) == pytest.approx(
        openness(stretches(bent)), abs=1e-6
    )
    assert 0 < openness(stretches(bent)) < 1


def test_a_hand_is_the_box_of_its_landmarks():
    points = np.full((21, 3), 100.0)
    points[3, :2], points[20, :2] = (50, 30), (150, 130)
    seen = hand_from_landmarks(points, 400, 200, "left", 0.8)
    assert (seen.side, seen.score, seen.x, seen.y) == ("left", 0.8, 0.25, 0.4)
    assert seen.area == pytest.approx(100 * 100 / (400 * 200))


def test_a_hand_that_leaves_the_frame_keeps_its_size():
    points = np.zeros((21, 3))
    points[0, :2], points[1, :2] = (-200, -100), (400, 300)
    assert hand_from_landmarks(points, 400, 200, "right", 1.0).area == pytest.approx(3.0)


def upright(lean_deg=0.0):
    """A flat open hand, wrist below, leaning clockwise in the picture."""
    points = np.zeros((21, 3))
    for i, first in enumerate((5, 9, 13, 17)):
        points[first : first + 4, 0] = 0.3 - 0.2 * i
        points[first : first + 4, 1] = (-1.0, -1.4, -1.7, -1.9)
    points[9, 0] = 0.0
    points[1:5, 0], points[1:5, 1] = (0.3, 0.5, 0.7, 0.9), (-0.2, -0.5, -0.7, -0.9)
    lean = np.radians(lean_deg)
    turn = np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]])
    points[:, :2] = points[:, :2] @ turn.T
    return points


@pytest.mark.parametrize("lean", [-100, -30, 0, 45, 179])
def test_tilt_is_towards_the_players_right_which_is_the_pictures_left(lean):
    assert tilt(upright(lean)) == pytest.approx(-lean)


def test_a_hand_without_length_does_not_lean_or_pinch():
    points = np.zeros((21, 3))
    assert (tilt(points), pinch(points), fingers(points, stretches(points))) == (0.0, 0.0, 0)


def test_pinch_is_1_where_the_tips_touch_at_any_distance():
    points = upright()
    assert pinch(points) == 0.0
    points[4] = points[8]
    assert pinch(points) == pinch(100 * points) == 1.0
    points[4] = points[8] + (0.5, 0, 0)
    assert pinch(points) == pytest.approx(0.5)


def test_fingers_are_counted_with_the_thumb():
    points = upright()
    assert fingers(points, stretches(points)) == 5
    points[4] = points[17]
    assert fingers(points, stretches(points)) == 4
    points[8] = points[5]
    assert fingers(points, stretches(points)) == 3
