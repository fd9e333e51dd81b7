import csv
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest
from vision_assets import clip, hand_model, picture

from handmidi.vision.camera import open_camera
from handmidi.vision.direct import DirectTracker
from handmidi.vision.geometry import next_region
from handmidi.vision.networks import Landmarks
from handmidi.vision.search import SEARCH_EVERY_S
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


def test_hands_that_cross_keep_their_sides(model):
    path = Path(__file__).resolve().parent / "clips" / "crossing.mp4"
    if not path.is_file():
        pytest.skip("the rendered clips are not here")
    with (
        open_camera(str(path)) as camera,
        DirectTracker(model, 2, background=False) as tracker,
    ):
        frames = [{h.side: h.x for h in f.hands} for f in track_video(camera, tracker)]
    assert len(frames) - sum(len(frame) == 2 for frame in frames) <= 2
    left = [frame["left"] for frame in frames]
    # It goes one way all along: no picture calls the other hand the left one.
    assert np.all(np.diff(left) < 0.01) and left[0] - left[-1] > 0.3
    assert frames[0]["right"] < left[0] and frames[-1]["right"] > left[-1]


class Held:
    """An executor whose jobs run when the test says so."""

    def __init__(self):
        self.jobs = []

    def submit(self, work):
        future = Future()
        self.jobs.append((work, future))
        return future

    def finish(self):
        work, future = self.jobs[-1]
        future.set_result(work())

    def shutdown(self, **_):
        pass


def test_the_search_for_a_second_hand_delays_nobody(model):
    image = picture("two_pointing.jpg")
    half = image.copy()
    half[:, 300:] = 255
    with DirectTracker(model, hands=2) as tracker:
        tracker._search._beside = beside = Held()
        for number in range(12):
            assert len(tracker.track(half if number == 0 else image, number / 30)) == 1
            # The first picture, which misses a hand, is searched when it is done.
            assert len(beside.jobs) == 1
        beside.finish()
        assert len(tracker.track(half, 0.4)) == 1
        assert len(beside.jobs) == 2
        tracker.track(image, 0.5)
        assert len(beside.jobs) == 2
        beside.finish()
        tracker.track(image, 0.5 + SEARCH_EVERY_S)
        beside.finish()
        hands = tracker.track(image, 0.6 + SEARCH_EVERY_S)
        assert [hand.side for hand in hands] == ["right", "left"]


class Scene:
    """Hands at places that the test moves: a landmark reader and a search that see them."""

    def __init__(self, **places):
        self.places = {side: np.array(place, float) for side, place in places.items()}
        self.right = {"right": 1.0, "left": 0.0}
        self.size = 20.0

    def _landmarks(self, side):
        points = np.zeros((21, 3))
        points[:, :2] = self.places[side]
        for finger, base in enumerate((1, 5, 9, 13, 17)):
            for joint in range(4):
                points[base + joint, :2] += (4 * finger - 8, -self.size - 8 * joint)
        return Landmarks(points, 0.9, self.right[side], next_region(points))

    def read(self, _, region):
        def apart(side):
            seen = self._landmarks(side).region
            return np.hypot(seen.x - region.x, seen.y - region.y)

        nearest = min(self.places, key=apart, default=None)
        near = nearest is not None and apart(nearest) < region.side / 2
        return self._landmarks(nearest) if near else None

    def now(self, _):
        return [self._landmarks(side).region for side in self.places]

    found_beside = False

    def found(self):
        return self.now(None) if self.found_beside else []

    def lost(self, *_):
        pass

    def begin(self, *_):
        pass

    def close(self):
        pass


@pytest.fixture
def scene(model):
    scene = Scene(left=(100, 240), right=(500, 240))
    with DirectTracker(model, hands=2) as tracker:
        tracker._reader = tracker._search = scene
        yield scene, tracker


def run(scene, tracker, pictures, start_s=0.0):
    return [tracker.track(BLANK, start_s + n / 30) for n in range(pictures)]


def sides_and_places(hands):
    return {hand.side: round(hand.points[0, 0]) for hand in hands}


def test_hands_that_pass_each_other_keep_their_sides(scene):
    scene, tracker = scene
    run(scene, tracker, 20)
    for step in range(41):
        scene.places["left"][:] = 100 + 10 * step, 215
        scene.places["right"][:] = 500 - 10 * step, 265
        expected = {"left": 100 + 10 * step, "right": 500 - 10 * step}
        assert sides_and_places(tracker.track(BLANK, 1 + step / 30)) == expected


def test_two_regions_on_one_hand_become_one_and_the_other_is_found_again(scene):
    scene, tracker = scene
    run(scene, tracker, 20)
    # The right hand goes behind the left one, whose region is the only one with a hand then.
    scene.places["right"][:] = 105, 242
    run(scene, tracker, 1, 1.0)
    hidden = scene.places.pop("right")
    for hands in run(scene, tracker, 20, 1.1):
        assert sides_and_places(hands) == {"left": 100}
    scene.places["right"] = hidden + np.array((300, 0))
    scene.found_beside = True
    assert sides_and_places(tracker.track(BLANK, 2.0)) == {"left": 100, "right": 405}


def test_one_bad_reading_swaps_no_sides(scene):
    scene, tracker = scene
    run(scene, tracker, 20)
    scene.right = {"right": 0.0, "left": 1.0}
    assert sides_and_places(tracker.track(BLANK, 1.0)) == {"left": 100, "right": 500}
    scene.right = {"right": 1.0, "left": 0.0}
    assert sides_and_places(tracker.track(BLANK, 1.1)) == {"left": 100, "right": 500}


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_landmarks_that_are_no_places_drop_the_hand(model, value):
    image = picture("two_pointing.jpg")
    with DirectTracker(model, hands=2, background=False) as tracker:
        assert len(tracker.track(image, 0.0)) == 2
        infer = tracker._reader._net.infer
        tracker._reader._net.infer = lambda: [np.full_like(o, value) for o in infer()]
        tracker.track(image, 0.1)
        tracker._reader._net.infer = infer
        assert len(tracker.track(image, 0.2)) == 2


def test_inference_alone_changes_nothing(model):
    image = picture("hand_thumb_up.jpg")
    with DirectTracker(model) as a, DirectTracker(model) as b:
        for time_s in (0.0, 0.1, 0.2):
            (one,), (other,) = a.track(image, time_s), b.track(image, time_s)
            assert np.array_equal(one.points, other.points)
            b.infer()


def test_the_background_finds_the_second_hand(model):
    image = picture("two_pointing.jpg")
    half = image.copy()
    half[:, 300:] = 255
    with DirectTracker(model, hands=2) as tracker:
        tracker.track(half, 0.0)
        counts = [len(tracker.track(image, n / 30)) for n in range(1, 60)]
    assert counts[0] == 1 and counts[-1] == 2
