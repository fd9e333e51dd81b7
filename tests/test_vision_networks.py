import zipfile

import numpy as np
import pytest
from vision_assets import hand_model, picture

from handmidi.errors import AssetError
from handmidi.vision.geometry import Region
from handmidi.vision.networks import LandmarkNetwork, read_models
from handmidi.vision.palm import PalmDetector


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


@pytest.mark.parametrize("output", [0, 1, 2])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_outputs_that_are_no_numbers_are_no_hand(models, monkeypatch, output, value):
    reader = LandmarkNetwork(models.landmarks)
    points = np.linspace(20, 200, 63, dtype=np.float32)
    outputs = [points, *(np.full(n, v, np.float32) for n, v in ((1, 0.9), (1, 0.2)))]
    monkeypatch.setattr(reader._net, "infer", lambda: outputs)
    picture, region = np.zeros((48, 64, 3), np.uint8), Region(30, 20, 40, 0.0)
    assert reader.read(picture, region).presence == pytest.approx(0.9)
    outputs[output][-1] = value
    assert reader.read(picture, region) is None


@pytest.mark.parametrize(
    "region", [Region(900, 20, 40, 0), Region(9, 9, 0, 0), Region(*[np.nan] * 4)]
)
def test_a_region_without_picture_holds_no_hand(models, region):
    reader = LandmarkNetwork(models.landmarks)
    assert reader.read(np.zeros((48, 64, 3), np.uint8), region) is None


def test_points_lie_where_the_hand_is_whatever_the_region(models):
    image = picture("two_pointing.jpg")
    reader = LandmarkNetwork(models.landmarks)
    region = PalmDetector(models.palm).find(image)[0]
    first = reader.read(image, region)
    again = reader.read(image, first.region)
    apart = np.linalg.norm(first.points[:, :2] - again.points[:, :2], axis=1)
    assert apart.mean() < 0.05 * first.region.side
