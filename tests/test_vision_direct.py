import csv
from concurrent.futures import Future

import numpy as np
import pytest
from vision_assets import clip, hand_model, picture

from handmidi.vision.camera import open_camera
from handmidi.vision.direct import SEARCH_EVERY_S, DirectTracker
from handmidi.vision.shape import openness, stretches
from handmidi.vision.tracker import track_video

BLANK = np.zeros((480, 640, 3), np.uint8)


@pytest.fixture(scope="module")
def model():
    return hand_model()


def traced(model, name, hands=1):
    with (
        open_camera(str(clip(name))) as camera,
        DirectTracker(model, hands, background=False) as tracker,
    ):
        return list(track_video(camera, tracker))


@pytest.mark.parametrize(
    ("image", "named"),
    [
        (None, "NoneType"),
        (np.zeros((0, 640, 3), np.uint8), r"\(0, 640, 3\)"),
        (np.zeros((480, 640), np.uint8), r"\(480, 640\)"),
        (np.zeros((480, 640, 1), np.uint8), r"\(480, 640, 1\)"),
        (np.zeros((480, 640, 4), np.uint8), r"\(480, 640, 4\)"),
        (np.zeros((480, 640, 3), np.uint16), "uint16"),
        (np.zeros((480, 640, 3), np.float32), "float32"),
    ],
)
def test_what_is_no_picture_is_refused(model, image, named):
    with DirectTracker(model) as tracker:
        with pytest.raises(ValueError, match=named):
            tracker.track(image, 0.0)
        assert tracker.track(BLANK, 0.1) == []


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 2000, 3), (1000, 3, 3), (480, 640, 3)])
def test_no_hand_in_pictures_of_nothing(model, shape):
    noise = np.random.default_rng(1).integers(0, 255, shape, dtype=np.uint8)
    with DirectTracker(model, hands=2) as tracker:
        assert tracker.track(np.zeros(shape, np.uint8), 0.0) == []
        assert tracker.track(noise, 0.1) == []


def test_close_twice(model):
    tracker = DirectTracker(model, hands=2)
    tracker.track(BLANK, 0.0)
    tracker.close()
    tracker.close()


def test_sides_are_the_owner_s(model):
    image = picture("two_pointing.jpg")
    before = image.copy()
    with DirectTracker(model, hands=2) as tracker:
        hands = tracker.track(image, 0.0)
        assert {h.side: h.points[0, 0] > 300 for h in hands} == {"right": False, "left": True}
        assert np.array_equal(image, before)
    with DirectTracker(model, hands=2) as tracker:
        mirrored = tracker.track(np.ascontiguousarray(image[:, ::-1]), 0.0)
    assert {h.side: h.points[0, 0] > 500 for h in mirrored}["left"]


def test_a_picture_that_is_a_view(model):
    image = picture("two_pointing.jpg")
    wide = np.zeros((image.shape[0], image.shape[1] + 50, 3), np.uint8)
    wide[:, 50:] = image
    with DirectTracker(model) as a, DirectTracker(model) as b:
        assert np.array_equal(a.track(image, 0.0)[0].points, b.track(wide[:, 50:], 0.0)[0].points)


def test_a_fist_is_closed(model):
    with DirectTracker(model) as tracker:
        (hand,) = tracker.track(picture("hand_thumb_up.jpg"), 0.0)
    assert hand.side == "left" and hand.score > 0.9
    assert openness(stretches(hand.points)) == 0.0


def test_a_palm_that_comes_closer(model):
    frames = traced(model, "palm_approach.mp4")
    hands = [hand for frame in frames for hand in frame.hands]
    assert len(frames) == 202 and len(hands) >= 200
    assert {hand.side for hand in hands} == {"right"}
    assert np.median([hand.openness for hand in hands]) > 0.95
    assert max(hand.area for hand in hands) > 5 * min(hand.area for hand in hands)


def test_area_of_a_rendered_hand(model):
    areas = [frame.hands[0].area * 640 * 480 for frame in traced(model, "rendered_steps.mp4")]
    with open(clip("rendered_steps_truth.csv"), newline="") as stream:
        truth = [float(row["joint_box_area"]) for row in csv.DictReader(stream)]
    ratio = np.array(areas) / truth
    assert abs(np.mean(ratio) - 0.968) < 0.02
    assert np.std(ratio) < 0.03


def test_two_runs_are_equal(model):
    assert traced(model, "two_hands_3.gif", 2) == traced(model, "two_hands_3.gif", 2)


def test_the_longest_tracked_hand_comes_first(model):
    frames = traced(model, "two_hands_2.gif", 2)
    counts = [len(frame.hands) for frame in frames]
    assert counts == [2] * 44 + [1] + [2] * 6
    # The left hand is lost in one frame, and comes back after the one that stayed.
    sides = ["left", "right"] * 44 + ["right"] * 2 + ["left"] + ["right", "left"] * 5
    assert [hand.side for frame in frames for hand in frame.hands] == sides


def test_the_search_for_a_second_hand_delays_nobody(model):
    image = picture("two_pointing.jpg")
    half = image.copy()
    half[:, 300:] = 255
    with DirectTracker(model, hands=2) as tracker:
        asked = []

        class Held:
            def submit(self, find, searched):
                search = Future()
                asked.append((find, searched, search))
                return search

            def shutdown(self, **_):
                pass

        assert len(tracker.track(half, 0.0)) == 1
        tracker._finder, finder = Held(), tracker._finder
        finder.shutdown()
        for number in range(12):
            assert len(tracker.track(image, number / 30)) == 1
        assert len(asked) == 1
        find, searched, search = asked[0]
        search.set_result(find(searched))
        hands = tracker.track(image, 0.5)
        assert [hand.side for hand in hands] == ["right", "left"]
        tracker.track(half, 0.5 + SEARCH_EVERY_S)
        assert len(tracker.track(half, 0.6 + SEARCH_EVERY_S)) == 1
        assert len(asked) == 2


def test_the_background_finds_the_second_hand(model):
    image = picture("two_pointing.jpg")
    half = image.copy()
    half[:, 300:] = 255
    with DirectTracker(model, hands=2) as tracker:
        tracker.track(half, 0.0)
        counts = [len(tracker.track(image, n / 30)) for n in range(1, 60)]
    assert counts[0] == 1 and counts[-1] == 2
