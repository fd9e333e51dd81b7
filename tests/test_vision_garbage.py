"""What no tracker should be given: a clear error or a picture without a hand, never a crash."""

import gc
import importlib.util
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from vision_assets import hand_model, write_video

from handmidi.errors import AssetError, CameraError, HandMidiError
from handmidi.vision.camera import open_camera, read_frames
from handmidi.vision.networks import read_models
from handmidi.vision.tracker import MAX_SIDE, TRACKERS, observe, open_tracker, track_video

CLIPS = Path(__file__).parent / "clips"
HERE = [
    name
    for name in TRACKERS
    if name != "mediapipe" or importlib.util.find_spec("mediapipe") is not None
]
WITH_MODEL = [name for name in HERE if name != "skin"]


@pytest.fixture(scope="module")
def pictures():
    """Some pictures of one hand."""
    with open_camera(str(CLIPS / "near.mp4")) as camera:
        return [shot.image for shot in read_frames(camera)][:4]


def opened(name, hands=2, model=None):
    chosen = None if name == "skin" else model or hand_model()
    return open_tracker(name, chosen, hands, background=False)


# ---- pictures


@pytest.mark.parametrize(
    ("image", "named"),
    [
        (None, "NoneType"),
        ([[[0, 0, 0]]], "list"),
        (np.zeros((0, 0, 3), np.uint8), r"\(0, 0, 3\)"),
        (np.zeros((480, 0, 3), np.uint8), r"\(480, 0, 3\)"),
        (np.zeros((480, 640), np.uint8), r"\(480, 640\)"),
        (np.zeros((480, 640, 1), np.uint8), r"\(480, 640, 1\)"),
        (np.zeros((480, 640, 4), np.uint8), r"\(480, 640, 4\)"),
        (np.zeros((1, 480, 640, 3), np.uint8), r"\(1, 480, 640, 3\)"),
        (np.zeros((480, 640, 3), np.uint16), "uint16"),
        (np.zeros((480, 640, 3), np.int8), "int8"),
        (np.full((480, 640, 3), np.nan, np.float32), "float32"),
        (np.zeros((480, 640, 3), bool), "bool"),
        (np.zeros((480, 640, 3), object), "object"),
        (np.zeros((1, MAX_SIDE + 1, 3), np.uint8), "longer than 16384 pixels"),
        (np.zeros((MAX_SIDE + 1, 1, 3), np.uint8), "longer than 16384 pixels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("name", HERE)
def test_what_is_no_picture_is_refused_and_the_next_is_read(name, image, named, pictures):
    with opened(name, 1) as tracker:
        with pytest.raises(ValueError, match=named) as caught:
            tracker.track(image, 0.0)
        assert "\n" not in str(caught.value)
        assert len(tracker.track(pictures[0], 0.1)) == 1


@pytest.mark.parametrize(
    "shape", [(1, 1, 3), (1, 2000, 3), (2000, 1, 3), (3, 7, 3), (2, MAX_SIDE, 3), (MAX_SIDE, 2, 3)]
)
@pytest.mark.parametrize("name", HERE)
def test_odd_shapes_are_pictures_without_a_hand(name, shape):
    noise = np.random.default_rng(1).integers(0, 255, shape, dtype=np.uint8)
    with opened(name) as tracker:
        for n, image in enumerate((np.zeros(shape, np.uint8), noise, np.full_like(noise, 255))):
            assert list(tracker.track(image, n / 30)) == []


@pytest.mark.parametrize("name", HERE)
def test_8k_pictures_are_read(name, pictures):
    large = cv2.resize(pictures[0], (7680, 4320), interpolation=cv2.INTER_CUBIC)
    with opened(name, 1) as tracker:
        (hand,) = observe(tracker.track(large, 0.0), 7680, 4320)
    with opened(name, 1) as tracker:
        small = cv2.resize(pictures[0], (640, 360))
        (same,) = observe(tracker.track(small, 0.0), 640, 360)
    assert (hand.x, hand.y) == pytest.approx((same.x, same.y), abs=0.03)
    assert hand.area == pytest.approx(same.area, rel=0.1)


def padded(image):
    wide = np.zeros((image.shape[0] + 9, image.shape[1] + 7, 3), np.uint8)
    wide[5:-4, 3:-4] = image
    return wide[5:-4, 3:-4]


def read_only(image):
    image = image.copy()
    image.flags.writeable = False
    return image


VIEWS = {
    "part of a larger one": padded,
    "mirrored": lambda image: image[:, ::-1],
    "upside down": lambda image: image[::-1],
    "turned": lambda image: image.transpose(1, 0, 2),
    "channels turned": lambda image: image[..., ::-1],
    "every other pixel": lambda image: np.repeat(np.repeat(image, 2, 0), 2, 1)[::2, ::2],
    "columns first": np.asfortranarray,
    "read only": read_only,
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", HERE)
def test_a_view_is_the_picture_that_it_shows(name, view, pictures):
    with opened(name, 1) as tracker, opened(name, 1) as plain:
        for n, image in enumerate(pictures):
            seen = VIEWS[view](image)
            before = seen.copy()
            found = tracker.track(seen, n / 30)
            expected = plain.track(np.ascontiguousarray(seen), n / 30)
            assert observe(found, 320, 240) == observe(expected, 320, 240)
            assert np.array_equal(seen, before)


@pytest.mark.parametrize("name", HERE)
def test_pictures_may_change_their_size(name, pictures):
    with opened(name) as tracker:
        for n, (image, size) in enumerate(
            zip(pictures, [(320, 240), (48, 36), (240, 320), (1280, 720)], strict=True)
        ):
            tracker.track(cv2.resize(image, size), n / 30)
        assert len(tracker.track(pictures[0], 1.0)) <= 2


# ---- videos


def count(path, name="skin"):
    with open_camera(str(path)) as camera, opened(name) as tracker:
        return len(list(track_video(camera, tracker)))


@pytest.mark.parametrize("name", HERE)
def test_a_truncated_video_ends_early(name, tmp_path):
    whole = write_video(tmp_path / "whole.avi", 20).read_bytes()
    assert count(tmp_path / "whole.avi", name) == 20
    short = tmp_path / "short.avi"
    short.write_bytes(whole[: len(whole) * 2 // 3])
    assert 0 < count(short, name) < 20


@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.5, 0.99])
def test_a_video_without_its_index_is_one_line(tmp_path, share):
    whole = (CLIPS / "two.mp4").read_bytes()  # an mp4's index stands at its end
    path = tmp_path / "short.mp4"
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(CameraError, match="give a video file") as caught:
        open_camera(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_video_is_read_as_far_as_it_goes(tmp_path, seed):
    rng = np.random.default_rng(seed)
    content = np.frombuffer((CLIPS / "two.mp4").read_bytes(), np.uint8).copy()
    places = rng.integers(0, len(content), 20 * (1 + seed % 3))
    content[places] = rng.integers(0, 256, len(places))
    path = tmp_path / "damaged.mp4"
    path.write_bytes(content.tobytes())
    try:
        assert count(path) <= 200
    except CameraError as error:
        assert "\n" not in str(error)


# ---- models


def task(path, palm, landmarks):
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("hand_detector.tflite", palm)
        out.writestr("hand_landmarks_detector.tflite", landmarks)


def _others(path):
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("README", "a face")


def _truncated(path):
    path.write_bytes(hand_model().read_bytes()[:3_000_000])


def _swapped(path):
    models = read_models(hand_model())
    task(path, models.landmarks, models.palm)


def _twice(path):
    models = read_models(hand_model())
    task(path, models.palm, models.palm)


def _half(path):
    models = read_models(hand_model())
    task(path, models.palm, models.landmarks[: len(models.landmarks) // 2])


NO_MODELS = {
    "missing": lambda path: None,
    "a folder": Path.mkdir,
    "empty": lambda path: path.write_bytes(b""),
    "random": lambda path: path.write_bytes(np.random.default_rng(0).bytes(10_000)),
    "text": lambda path: path.write_text("hand"),
    "truncated": _truncated,
    "other members": _others,
    "empty members": lambda path: task(path, b"", b""),
    "random members": lambda path: task(path, bytes(5000), np.random.default_rng(0).bytes(5000)),
    "half a network": _half,
    "networks swapped": _swapped,
    "one network twice": _twice,
}


@pytest.mark.parametrize("kind", NO_MODELS)
@pytest.mark.parametrize("name", WITH_MODEL)
def test_a_model_that_is_none_is_one_line(name, kind, tmp_path):
    hand_model()
    path = tmp_path / "model.task"
    NO_MODELS[kind](path)
    with pytest.raises(AssetError, match="handmidi setup") as caught:
        open_tracker(name, path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", WITH_MODEL)
def test_a_tracker_that_needs_a_model_says_so(name):
    with pytest.raises(ValueError, match="needs a model"):
        open_tracker(name)


def spoiled(path, value):
    """The hand model with `value` added to every landmark that it reads."""
    from ai_edge_litert.interpreter import Interpreter

    models = read_models(hand_model())
    network = Interpreter(model_content=models.landmarks)
    biases = [
        network.get_tensor(d["index"])
        for d in network.get_tensor_details()
        if list(d["shape"]) == [63] and d["dtype"] == np.float16
    ]
    landmarks = models.landmarks
    for bias in biases:
        assert landmarks.count(bias.tobytes()) == 1
        landmarks = landmarks.replace(bias.tobytes(), np.full_like(bias, value).tobytes())
    task(path, models.palm, landmarks)
    return path


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_landmarks_that_are_no_numbers_are_no_hand(value, tmp_path, pictures):
    with opened("direct", 2, spoiled(tmp_path / "spoiled.task", value)) as tracker:
        for n, image in enumerate(pictures):
            assert tracker.track(image, n / 30) == []


@pytest.mark.skipif("mediapipe" not in HERE, reason="mediapipe is not installed")
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_mediapipe_breaks_down_in_one_line(value, tmp_path, pictures):
    tracker = opened("mediapipe", 2, spoiled(tmp_path / "spoiled.task", value))
    said = ""
    for n, image in enumerate(pictures):
        try:
            assert tracker.track(image, n / 30) == []
        except HandMidiError as error:
            said = str(error)
    assert said.endswith("use --tracker direct") and "\n" not in said
    tracker.close()
    tracker.close()
    del tracker
    gc.collect()  # MediaPipe's own destructor may wait for ever


@pytest.mark.parametrize("name", WITH_MODEL)
def test_landmarks_far_outside_the_picture_have_numbers(name, tmp_path, pictures):
    with opened(name, 2, spoiled(tmp_path / "spoiled.task", 60000.0)) as tracker:
        for n, image in enumerate(pictures):
            for hand in observe(tracker.track(image, n / 30), 320, 240):
                assert np.isfinite((hand.area, hand.x, hand.y, hand.openness, hand.tilt)).all()
