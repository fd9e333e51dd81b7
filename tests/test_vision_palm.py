import numpy as np
import pytest
from vision_assets import hand_model, picture

from handmidi.vision.networks import LandmarkNetwork, read_models
from handmidi.vision.palm import PalmDetector


@pytest.fixture(scope="module")
def models():
    return read_models(hand_model())


@pytest.fixture(scope="module")
def detector(models):
    return PalmDetector(models.palm)


def test_no_palm_in_an_empty_picture(detector):
    assert detector.find(np.zeros((480, 640, 3), np.uint8)) == []


def test_palms_of_a_person_who_points_with_both_hands(models, detector):
    image = picture("two_pointing.jpg")
    regions = detector.find(image)
    assert len(regions) == 2
    reader = LandmarkNetwork(models.landmarks)
    hands = sorted((reader.read(image, r) for r in regions), key=lambda hand: hand.points[0, 0])
    wrists = [hand.points[0, :2] for hand in hands]
    assert np.allclose(wrists, ((163, 463), (410, 436)), atol=12)
    assert hands[0].right > 0.9 > 0.1 > hands[1].right
    assert all(hand.points.shape == (21, 3) and hand.presence > 0.9 for hand in hands)


def test_a_picture_taken_in_may_change(detector):
    image = picture("two_pointing.jpg")
    regions = detector.find(image)
    detector.look(image)
    image[:] = 0
    assert detector.regions(detector.infer()) == regions


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_outputs_that_are_no_numbers(detector, value):
    boxes, logits = detector.infer()
    assert detector.regions([np.full_like(boxes, value), np.full_like(logits, 5.0)]) == []
    assert detector.regions([boxes, np.full_like(logits, np.nan)]) == []
