import importlib.util
import sys

import numpy as np
import pytest
from vision_assets import hand_model, picture

from handmidi.errors import AssetError, HandMidiError
from handmidi.vision.mediapipe import MediaPipeTracker, _in_order
from handmidi.vision.tracker import TrackedHand

needs_mediapipe = pytest.mark.skipif(
    importlib.util.find_spec("mediapipe") is None, reason="mediapipe is not installed"
)


def hand(x):
    return TrackedHand(np.array([(x, 0.0, 0.0), (x + 10, 10.0, 0.0)]), "left", 1.0)


def test_a_missing_package_names_the_command(monkeypatch):
    model = hand_model()
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(HandMidiError, match=r"pip install 'handmidi\[mediapipe\]'"):
        MediaPipeTracker(model)


def test_a_missing_model_comes_first(tmp_path):
    with pytest.raises(AssetError, match="handmidi setup"):
        MediaPipeTracker(tmp_path / "hand.task")


def test_known_hands_come_first():
    left, right = hand(0), hand(100)
    assert _in_order([right, left], [left, right]) == [left, right]
    assert _in_order([right, left], [hand(5)]) == [left, right]
    assert _in_order([right], [left, right]) == [right]
    assert _in_order([left, right], []) == [left, right]


@needs_mediapipe
def test_times_that_stand_still_are_taken():
    with MediaPipeTracker(hand_model(), hands=2) as tracker:
        image = picture("two_pointing.jpg")
        hands = [tracker.track(image, time_s) for time_s in (0.0, 0.0, 0.0001, 0.02)][-1]
        assert {h.side: h.points[0, 0] > 300 for h in hands} == {"right": False, "left": True}
        with pytest.raises(ValueError, match="uint16"):
            tracker.track(image.astype(np.uint16), 0.1)
        tracker.close()
