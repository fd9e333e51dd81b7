import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.vision.geometry import (
    Region,
    box_of,
    next_region,
    overlap,
    palm_region,
    same_hand,
    turn_of,
)

HAND = np.array(
    [(50, 100), (65, 92), (76, 80), (84, 70), (90, 62)]
    + [(x, y) for x in (66, 55, 45, 35) for y in (55, 40, 30, 20)],
    float,
)
lengths = st.floats(1, 2000)
angles = st.floats(-math.pi + 0.01, math.pi - 0.01)
places = st.floats(-1000, 1000)


def with_depth(points):
    return np.column_stack((points, np.zeros(len(points))))


def turned(points, angle):
    """Points turned clockwise about the origin, as seen on a screen."""
    sine, cosine = math.sin(angle), math.cos(angle)
    return points @ np.array(((cosine, sine), (-sine, cosine)))


@pytest.mark.parametrize(
    ("top", "angle"),
    [((0, -5), 0), ((5, 0), math.pi / 2), ((-5, 0), -math.pi / 2), ((0, 5), math.pi)],
)
def test_turn_of_the_four_directions(top, angle):
    assert turn_of(np.zeros(2), np.array(top)) == pytest.approx(angle)


def test_matrix_of_an_upright_region_puts_corner_on_corner():
    assert np.allclose(Region(50, 40, 20, 0).matrix(10), ((2, 0, 40), (0, 2, 30)))


@given(places, places, lengths, angles)
def test_matrix_keeps_the_centre_and_the_scale(x, y, side, angle):
    matrix = Region(x, y, side, angle).matrix(224)
    assert matrix @ (112, 112, 1) == pytest.approx((x, y), abs=1e-6)
    edge = matrix @ (224, 0, 1) - matrix @ (0, 0, 1)
    assert np.linalg.norm(edge) == pytest.approx(side)


@given(places, places, lengths, angles)
def test_the_hand_stands_upright_in_its_crop(x, y, side, angle):
    matrix = Region(x, y, side, angle).matrix(224)
    down, up = matrix @ (112, 200, 1), matrix @ (112, 20, 1)
    assert turn_of(down, up) == pytest.approx(angle, abs=1e-6)


@given(places, places, lengths, angles)
def test_to_frame_is_the_matrix(x, y, side, angle):
    region = Region(x, y, side, angle)
    values = [0.0, 0.0, 5.0, 200.0, 30.0, -7.0]
    points = region.to_frame(values, 224)
    for (u, v, w), point in zip(((0, 0, 5), (200, 30, -7)), points, strict=True):
        place = *(region.matrix(224) @ (u, v, 1)), w * side / 224
        assert point == pytest.approx(place, abs=1e-6)


def test_window_of_an_upright_region_has_a_margin():
    assert Region(50, 40, 20, 0).window(640, 480) == (38, 28, 63, 53)
    assert Region(5, 5, 20, 0).window(640, 480) == (0, 0, 18, 18)


@given(st.floats(0, 640), st.floats(0, 480), lengths, angles)
def test_a_window_holds_all_of_the_region_that_is_in_the_picture(x, y, side, angle):
    region = Region(x, y, side, angle)
    left, top, right, bottom = region.window(640, 480)
    assert 0 <= left < right <= 640 and 0 <= top < bottom <= 480
    for corner in ((0, 0), (224, 0), (0, 224), (224, 224)):
        u, v = region.matrix(224) @ (*corner, 1)
        assert left <= min(max(u, 0), 640) <= right and top <= min(max(v, 0), 480) <= bottom


def test_overlap():
    assert overlap((0, 0, 2, 2), (0, 0, 2, 2)) == 1
    assert overlap((0, 0, 2, 2), (1, 0, 3, 2)) == pytest.approx(1 / 3)
    assert overlap((0, 0, 2, 2), (2, 0, 4, 2)) == 0


@given(st.tuples(places, places, lengths, lengths), st.tuples(places, places, lengths, lengths))
def test_overlap_is_symmetric_and_a_fraction(a, b):
    a, b = (a[0], a[1], a[0] + a[2], a[1] + a[3]), (b[0], b[1], b[0] + b[2], b[1] + b[3])
    assert overlap(a, b) == pytest.approx(overlap(b, a))
    assert 0 <= overlap(a, b) <= 1


def test_box_of():
    assert box_of(np.array([(3, 4, 9), (1, 8, 0)])) == (1, 4, 3, 8)


def test_palm_region_of_an_upright_palm_lies_above_it():
    region = palm_region((40, 80, 60, 100), np.array((50, 100)), np.array((50, 80)))
    assert region == pytest.approx((50, 80, 52, 0))


@given(places, places, st.floats(0.2, 20), angles)
def test_next_region_goes_with_the_hand(x, y, scale, angle):
    still = next_region(with_depth(HAND))
    moved = next_region(with_depth(turned(HAND * scale, angle) + np.array((x, y))))
    centre = turned(np.array(still[:2]) * scale, angle) + np.array((x, y))
    assert moved[:2] == pytest.approx(centre, abs=1e-6)
    assert moved.side == pytest.approx(still.side * scale)
    turn = (moved.angle - still.angle - angle + math.pi) % (2 * math.pi) - math.pi
    assert turn == pytest.approx(0, abs=1e-6)


def test_next_region_holds_the_whole_hand():
    left, top, right, bottom = next_region(with_depth(HAND)).box
    assert left < HAND[:, 0].min() and right > HAND[:, 0].max()
    assert top < HAND[:, 1].min() and bottom > HAND[:, 1].max()


def test_same_hand():
    assert same_hand(HAND, HAND + 2)
    assert not same_hand(HAND, HAND + np.array((200, 0)))
    assert not same_hand(HAND, HAND + np.array((25, 0)))
