from pathlib import Path

import numpy as np
import pytest
from vision_assets import hand_model, write_video

from handmidi.hand import HandFrame
from handmidi.vision.camera import open_camera
from handmidi.vision.direct import DirectTracker
from handmidi.vision.tracker import TrackedHand, observe, open_tracker, track_video

POINTS = np.column_stack((np.linspace(8, 24, 21), np.linspace(36, 12, 21), np.zeros(21)))


class EveryOther:
    """Sees the same hand in every other picture."""

    def __init__(self):
        self.seen = []

    def track(self, image, time_s):
        self.seen.append((image.shape, time_s))
        return [TrackedHand(POINTS, "left", 0.75)] if len(self.seen) % 2 else []


def test_unknown_tracker_names_the_choices():
    with pytest.raises(ValueError, match="'magic', not one of direct, mediapipe"):
        open_tracker("magic", Path("hand.task"))


@pytest.mark.parametrize("hands", [0, 3])
def test_number_of_hands(hands):
    with pytest.raises(ValueError, match="hands"):
        open_tracker("direct", Path("hand.task"), hands=hands)


def test_open_the_default_tracker():
    with open_tracker("direct", hand_model()) as tracker:
        assert isinstance(tracker, DirectTracker)


def test_box():
    assert TrackedHand(POINTS, "left", 1.0).box == (8, 12, 24, 36)


def test_observe():
    (hand,) = observe([TrackedHand(POINTS, "right", 0.5)], 64, 48)
    assert (hand.side, hand.score, hand.x, hand.y) == ("right", 0.5, 0.25, 0.5)
    assert hand.area == pytest.approx(16 * 24 / (64 * 48))
    assert observe([], 64, 48) == ()


def test_track_video_gives_one_row_per_picture(tmp_path):
    tracker = EveryOther()
    with open_camera(str(write_video(tmp_path / "grey.avi", 5))) as camera:
        frames = list(track_video(camera, tracker))
    hands = observe([TrackedHand(POINTS, "left", 0.75)], 64, 48)
    assert frames == [HandFrame(n / 25, n / 25, hands if n % 2 == 0 else ()) for n in range(5)]
    assert tracker.seen == [((48, 64, 3), n / 25) for n in range(5)]
