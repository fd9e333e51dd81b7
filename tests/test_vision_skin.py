"""Patches of skin become hands: drawn ones, whose truth is known, and rendered ones."""

import math
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from vision_assets import clip

from handmidi.vision.camera import open_camera, read_frames
from handmidi.vision.skin import SkinTracker, find_patches
from handmidi.vision.tracker import observe

WALL, SKIN = (150, 160, 150), (120, 140, 205)
OPEN = (-30, -10, 10, 30, 75)
CLIPS = Path(__file__).parent / "clips"


def wall(width=640, height=480):
    return np.full((height, width, 3), WALL, np.uint8)


def drawn(image, x, y, fingers=OPEN, lean=0.0, size=40, colour=SKIN):
    """Draw a palm at x, y and a stretched finger at each angle, degrees clockwise from up."""
    cv2.circle(image, (x, y), size, colour, -1)
    for angle in fingers:
        turn = math.radians(angle + lean)
        tip = x + round(3 * size * math.sin(turn)), y - round(3 * size * math.cos(turn))
        cv2.line(image, (x, y), tip, colour, round(size * 0.45))
    return image


def seen(image, **how):
    with SkinTracker(**how) as tracker:
        return tracker.track(image, 0.0)


def only(image):
    (hand,) = find_patches(image)
    return hand.hand(image.shape[1], image.shape[0])


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_fingers_are_counted(count):
    hand = only(drawn(wall(), 320, 260, OPEN[:count]))
    assert hand.fingers == count
    assert hand.openness > 0.9
    assert hand.pinch == 0.0


def test_a_fist_a_pointing_finger_and_a_flat_hand():
    fist = only(drawn(wall(), 320, 260, ()))
    assert (fist.fingers, fist.openness, fist.tilt) == (0, 0.0, 0.0)
    pointing = only(drawn(wall(), 320, 260, (0,)))
    assert pointing.fingers == 1 and pointing.openness > 0.9
    flat = drawn(wall(), 320, 260, ())
    cv2.rectangle(flat, (285, 140), (355, 260), SKIN, -1)
    assert only(flat).fingers == 1 and only(flat).openness > 0.9


def test_a_hand_is_the_box_of_its_patch():
    image = wall()
    cv2.rectangle(image, (200, 100), (299, 259), SKIN, -1)
    (patch,) = find_patches(image)
    assert patch.box == pytest.approx((200, 100, 300, 260), abs=2)
    hand = patch.hand(640, 480)
    assert (hand.x, hand.y) == pytest.approx((250 / 640, 180 / 480), abs=0.005)
    assert hand.area == pytest.approx(100 * 160 / (640 * 480), rel=0.03)
    assert patch.score > 0.95
    assert 10 < len(patch.points) <= 64


@pytest.mark.parametrize("lean", [-150, -60, 0, 40, 170])
def test_tilt_is_towards_the_players_right(lean):
    image = drawn(wall(), 320, 240, (-20, 0, 20), lean, size=30)
    assert only(image).tilt == pytest.approx(-lean, abs=4)


@pytest.mark.parametrize("size", [(320, 240), (640, 480), (1280, 720), (481, 853), (1920, 1080)])
def test_the_size_of_the_picture_matters_little(size):
    width, height = size
    image = drawn(wall(width, height), width // 2, height // 2, size=min(size) // 10)
    hand = only(image)
    reach = 2 * 3 * (min(size) // 10)
    assert (hand.fingers, hand.openness) == (5, 1.0)
    assert hand.area * width * height == pytest.approx(reach**2 * 0.7, rel=0.25)


def test_sides_are_guessed_from_the_place_and_kept():
    with SkinTracker() as tracker:
        for n, x in enumerate(range(200, 460, 20)):
            (hand,) = tracker.track(drawn(wall(), x, 260), n / 30)
            assert hand.side == "right"
    assert seen(drawn(wall(), 440, 260))[0].side == "left"


def test_two_hands_have_two_sides():
    image = drawn(drawn(wall(), 390, 260, size=30), 545, 300, size=22)
    hands = seen(image, hands=2)
    assert [hand.side for hand in hands] == ["right", "left"]
    assert [hand.side for hand in seen(image)] == ["left"]
    with SkinTracker(hands=2) as tracker:
        (first,) = tracker.track(drawn(wall(), 390, 260, size=30), 0.0)
        both = tracker.track(image, 0.1)
    assert first.side == "left"
    assert [hand.side for hand in both] == ["left", "right"]


def test_two_new_hands_one_above_the_other_have_two_sides():
    image = drawn(drawn(wall(), 320, 160, size=28), 320, 400, size=28)
    assert {hand.side for hand in seen(image, hands=2)} == {"left", "right"}


def test_a_hand_may_close_once_it_is_known():
    with SkinTracker() as tracker:
        assert tracker.track(drawn(wall(), 320, 260, ()), 0.0) == []
        assert len(tracker.track(drawn(wall(), 320, 260), 0.1)) == 1
        (fist,) = tracker.track(drawn(wall(), 320, 260, OPEN, size=30), 0.2)
        (fist,) = tracker.track(drawn(wall(), 320, 250, (-10, 5), size=36), 0.3)
        (fist,) = tracker.track(drawn(wall(), 320, 250, (), size=50), 0.4)
    assert fist.fingers == 0


def test_a_face_is_no_hand():
    image = wall()
    cv2.ellipse(image, (320, 180), (80, 110), 0, 0, 360, SKIN, -1)
    cv2.rectangle(image, (285, 250), (355, 400), SKIN, -1)
    assert seen(image) == []
    (hand,) = seen(drawn(image, 120, 300, size=30))
    assert hand.box[2] < 220


def test_what_comes_out_of_the_sides_is_no_new_hand():
    assert seen(drawn(wall(), 40, 260)) == []
    assert seen(drawn(wall(), 320, 60)) == []
    assert len(seen(drawn(wall(), 320, 460))) == 1


def test_a_hand_that_melts_with_a_face_is_lost_and_comes_back():
    face = wall()
    cv2.ellipse(face, (320, 180), (110, 150), 0, 0, 360, SKIN, -1)
    with SkinTracker() as tracker:
        assert len(tracker.track(drawn(face.copy(), 520, 300, size=25), 0.0)) == 1
        assert tracker.track(drawn(face.copy(), 420, 280, size=25), 0.1) == []
        assert len(tracker.track(drawn(face.copy(), 520, 300, size=25), 0.2)) == 1


def test_a_bare_arm_is_cut_off_within_reach_of_the_palm():
    image = drawn(wall(), 320, 200, OPEN[:4])
    sleeved = only(image)
    cv2.rectangle(image, (300, 200), (340, 479), SKIN, -1)
    bare = only(image)
    assert bare.area < 1.7 * sleeved.area
    assert bare.fingers == sleeved.fingers == 4


def test_a_lost_hand_is_known_again_for_half_a_second():
    for gone_s, found in ((0.4, 1), (0.6, 0)):
        with SkinTracker() as tracker:
            tracker.track(drawn(wall(), 320, 260), 0.0)
            assert tracker.track(wall(), 0.1) == []
            assert tracker.track(wall(), gone_s) == []
            fist = drawn(wall(), 320, 240, (), size=70)
            assert len(tracker.track(fist, gone_s + 0.05)) == found


def test_close_forgets_and_may_be_called_twice():
    tracker = SkinTracker()
    tracker.track(drawn(wall(), 320, 260), 0.0)
    tracker.close()
    tracker.close()
    assert tracker.track(drawn(wall(), 320, 260, ()), 0.1) == []


@given(arrays(np.uint8, (48, 64, 3)), st.integers(0, 2))
def test_any_picture_gives_possible_hands(image, sharp):
    image = cv2.GaussianBlur(image, (0, 0), 1 + 3 * sharp)
    for hand in observe(find_patches(image), 64, 48):
        assert 0 <= hand.area <= 1 and 0 <= hand.x <= 1 and 0 <= hand.y <= 1
        assert 0 <= hand.openness <= 1 and 0 <= hand.score <= 1
        assert -180 <= hand.tilt <= 180 and hand.fingers in range(6)


@pytest.mark.parametrize("colour", [(255, 255, 255), SKIN, (0, 0, 255)])
def test_a_picture_of_one_colour(colour):
    assert seen(np.full((48, 64, 3), colour, np.uint8), hands=2) == []


def areas(path):
    """Area, or None, of the hand in each picture of a clip."""
    with open_camera(str(path)) as camera, SkinTracker() as tracker:
        frames = [tracker.track(shot.image, shot.time_s) for shot in read_frames(camera)]
        return [f[0].hand(camera.width, camera.height).area if f else None for f in frames]


def test_a_rendered_hand_comes_closer():
    found = areas(CLIPS / "near.mp4")
    assert all(found)
    assert all(b > 0.97 * a for a, b in pairwise(found))
    assert found[-1] > 2 * found[0]


def test_what_it_cannot_see_is_as_documented():
    assert set(areas(CLIPS / "pale.mp4")) == {None}  # on wood
    assert None in areas(CLIPS / "night.mp4")


def test_a_still_hand_has_a_steady_area():
    found = np.array(areas(clip("rendered_steps.mp4"))[10:20], float)
    assert found.std() < 0.02 * found.mean()  # one pixel of 70 is 1.4 %
