from pathlib import Path

import numpy as np
import pytest
from vision_assets import hand_model, write_video

from handmidi.hand import HandFrame
from handmidi.vision.camera import open_camera
from handmidi.vision.direct import DirectTracker
from handmidi.vision.skin import SkinHand, SkinTracker
from handmidi.vision.tracker import (
    ABOUT,
    MAX_SIDE,
    TRACKERS,
    TrackedHand,
    check_image,
    observe,
    open_tracker,
    track_video,
)

POINTS = np.column_stack((np.linspace(8, 24, 21), np.linspace(36, 12, 21), np.zeros(21)))


class EveryOther:
    """Sees the same hand in every other picture."""

    def __init__(self):
        self.seen = []

    def track(self, image, time_s):
        self.seen.append((image.shape, time_s))
        return [TrackedHand(POINTS, "left", 0.75)] if len(self.seen) % 2 else []


def test_unknown_tracker_names_the_choices():
    with pytest.raises(ValueError, match="'magic', not one of direct, mediapipe, skin"):
        open_tracker("magic", Path("hand.task"))


@pytest.mark.parametrize("hands", [0, 3])
def test_number_of_hands(hands):
    with pytest.raises(ValueError, match="hands"):
        open_tracker("direct", Path("hand.task"), hands=hands)


def test_open_the_default_tracker():
    with open_tracker("direct", hand_model()) as tracker:
        assert isinstance(tracker, DirectTracker)


def test_skin_needs_no_model():
    with open_tracker("skin", None, 2) as tracker:
        assert isinstance(tracker, SkinTracker)
        assert tracker.track(np.zeros((48, 64, 3), np.uint8), 0.0) == []


@pytest.mark.parametrize("name", ["direct", "mediapipe"])
def test_the_others_do(name):
    with pytest.raises(ValueError, match="needs a model"):
        open_tracker(name)


def test_what_to_know_of_a_tracker_is_one_line():
    assert set(ABOUT) == set(TRACKERS)
    for line in ABOUT.values():
        assert line.isprintable() and 20 < len(line) < 250
    assert "Google" in ABOUT["mediapipe"]
    assert ABOUT["skin"].startswith("fragile")


def test_box():
    assert TrackedHand(POINTS, "left", 1.0).box == (8, 12, 24, 36)


def test_observe():
    (hand,) = observe([TrackedHand(POINTS, "right", 0.5)], 64, 48)
    assert (hand.side, hand.score, hand.x, hand.y) == ("right", 0.5, 0.25, 0.5)
    assert hand.area == pytest.approx(16 * 24 / (64 * 48))
    assert hand == TrackedHand(POINTS, "right", 0.5).hand(64, 48)
    assert observe([], 64, 48) == ()


def test_observe_takes_hands_of_any_tracker():
    (hand,) = observe([SkinHand(POINTS[:, :2], "left", 0.9, 0.25, 10.0, 2, 3)], 64, 48)
    assert hand.area == pytest.approx(16 * 24 / (64 * 48))
    assert (hand.side, hand.openness, hand.tilt, hand.pinch, hand.fingers) == (
        "left",
        0.25,
        10.0,
        0.0,
        3,
    )


@pytest.mark.parametrize("side", ["height", "width"])
def test_the_longest_side_of_a_picture(side):
    shape = (MAX_SIDE, 1, 3) if side == "height" else (1, MAX_SIDE, 3)
    check_image(np.zeros(shape, np.uint8))
    longer = tuple(MAX_SIDE + 1 if n == MAX_SIDE else n for n in shape)
    with pytest.raises(ValueError, match="longer than 16384"):
        check_image(np.zeros(longer, np.uint8))


def test_track_video_gives_one_row_per_picture(tmp_path):
    tracker = EveryOther()
    with open_camera(str(write_video(tmp_path / "grey.avi", 5))) as camera:
        frames = list(track_video(camera, tracker))
    hands = observe([TrackedHand(POINTS, "left", 0.75)], 64, 48)
    assert frames == [HandFrame(n / 25, n / 25, hands if n % 2 == 0 else ()) for n in range(5)]
    assert tracker.seen == [((48, 64, 3), n / 25) for n in range(5)]
