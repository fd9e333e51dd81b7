import zipfile

import numpy as np
import pytest
from vision_assets import hand_model, picture

from handmidi.errors import AssetError
from handmidi.vision.networks import LandmarkNetwork, PalmDetector, read_models


@pytest.fixture(scope="module")
def models():
    return read_models(hand_model())


def task(path, palm, landmarks):
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("hand_detector.tflite", palm)
        out.writestr("hand_landmarks_detector.tflite", landmarks)
    return path


def test_a_missing_model_names_the_next_step(tmp_path):
    with pytest.raises(AssetError, match=r"no hand model at .*nowhere\.task.*handmidi setup"):
        read_models(tmp_path / "nowhere.task")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04" + bytes(40)])
def test_a_file_that_is_no_model(tmp_path, content):
    path = tmp_path / "hand.task"
    path.write_bytes(content)
    with pytest.raises(AssetError, match=r"is no hand model.*handmidi setup"):
        read_models(path)


def test_a_zip_with_other_members(tmp_path):
    path = tmp_path / "face.task"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("face_detector.tflite", b"")
    with pytest.raises(AssetError, match=r"is no hand model.*hand_detector"):
        read_models(path)


def test_a_flipped_byte_is_noticed(tmp_path):
    path = task(tmp_path / "hand.task", bytes(1000), bytes(1000))
    content = bytearray(path.read_bytes())
    content[500] ^= 1
    path.write_bytes(content)
    with pytest.raises(AssetError, match="is no hand model"):
        read_models(path)


@pytest.mark.parametrize("content", [b"", b"TFL3", bytes(5000)])
def test_a_network_that_is_none(content):
    with pytest.raises(AssetError, match=r"damaged.*handmidi setup"):
        PalmDetector(content)


def test_half_a_network(models):
    with pytest.raises(AssetError, match="damaged"):
        LandmarkNetwork(models.landmarks[: len(models.landmarks) // 2])


def test_networks_in_each_other_s_place(models):
    with pytest.raises(AssetError, match="another kind"):
        PalmDetector(models.landmarks)
    with pytest.raises(AssetError, match="another kind"):
        LandmarkNetwork(models.palm)


def test_opening_a_network_says_nothing(models, capfd):
    PalmDetector(models.palm)
    assert capfd.readouterr() == ("", "")


def test_no_palm_in_an_empty_picture(models):
    assert PalmDetector(models.palm).find(np.zeros((480, 640, 3), np.uint8)) == []


def test_palms_of_a_person_who_points_with_both_hands(models):
    regions = PalmDetector(models.palm).find(picture("two_pointing.jpg"))
    assert len(regions) == 2
    reader = LandmarkNetwork(models.landmarks)
    hands = sorted(
        (reader.read(picture("two_pointing.jpg"), r) for r in regions),
        key=lambda hand: hand.points[0, 0],
    )
    wrists = [hand.points[0, :2] for hand in hands]
    assert np.allclose(wrists, ((163, 463), (410, 436)), atol=12)
    assert hands[0].right > 0.9 > 0.1 > hands[1].right
    assert all(hand.points.shape == (21, 3) and hand.presence > 0.9 for hand in hands)
