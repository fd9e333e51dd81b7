import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.vision.following import apart, follow, unknown
from handmidi.vision.geometry import Region, next_region
from handmidi.vision.networks import Landmarks

HAND = np.array(
    [(50, 100, 0), (65, 92, 0), (76, 80, 0), (84, 70, 0), (90, 62, 0)]
    + [(x, y, 0) for x in (66, 55, 45, 35) for y in (55, 40, 30, 20)],
    float,
)
FRAME_S = 1 / 30


def seen(right, x=0.0):
    points = HAND + np.array((x, 0, 0))
    return Landmarks(points, 0.9, right, next_region(points))


def followed(rights, x=0.0, frame_s=FRAME_S):
    """A hand that was read once per value of `rights`."""
    hand = None
    for number, right in enumerate(rights):
        hand = follow(seen(right, x), number * frame_s, hand)
    return hand


def test_a_new_hand_is_what_it_looks_like():
    hand = follow(seen(0.8), 3.0)
    assert (hand.side, hand.right, hand.pictures, hand.fits) == ("right", 0.8, 1, True)
    assert follow(seen(0.2), 3.0).side == "left"


@given(
    st.sampled_from((1.0, 0.0)),
    st.integers(15, 60),
    st.floats(0, 1),
    st.sampled_from((1 / 120, 1 / 60, 1 / 30, 1 / 20, 0.4)),
)
def test_one_bad_reading_swaps_no_side(right, pictures, bad, frame_s):
    side = followed([right] * pictures, frame_s=frame_s).side
    assert followed([right] * pictures + [bad, right], frame_s=frame_s).side == side
    assert followed([right] * pictures + [bad], frame_s=frame_s).side == side


@pytest.mark.parametrize("frame_s", [1 / 120, 1 / 30])
def test_a_side_that_stays_wrong_is_mended_in_half_a_second(frame_s):
    sides = [
        followed([1.0] * 60 + [0.0] * count, frame_s=frame_s).side
        for count in range(round(0.5 / frame_s))
    ]
    assert sides[round(0.3 / frame_s)] == "right" and sides[-1] == "left"


def test_a_wrong_first_reading_is_mended_by_the_next_few():
    assert followed([0.9, 0.05, 0.05, 0.05, 0.05]).side == "left"


def test_times_that_stand_still():
    assert followed([1.0] * 20, frame_s=0.0).side == "right"


def test_hands_apart_stay_in_order():
    hands = [followed([1.0] * 9), followed([0.0] * 9, x=300)]
    assert apart(hands) == hands
    assert apart([]) == []


def test_of_two_on_one_hand_the_younger_goes():
    older, younger = followed([1.0] * 9), followed([1.0] * 5, x=2)
    assert apart([older, younger]) == [older]


def test_a_hand_keeps_its_own_when_an_older_one_slips_onto_it():
    slipped, owner = followed([1.0] * 20 + [0.02]), followed([0.03] * 9, x=2)
    assert apart([slipped, owner]) == [owner]


def test_a_new_hand_displaces_nobody():
    older, new = followed([1.0] * 20 + [0.02]), followed([0.02], x=2)
    assert apart([older, new]) == [older]


def test_unknown_regions():
    hand = followed([1.0])
    near, far = hand.seen.region._replace(x=hand.seen.region.x + 5), Region(900, 50, 100, 0)
    assert unknown([near, far], [hand]) == [far]
    assert unknown([near, far], []) == [near, far]
