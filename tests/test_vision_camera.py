import shutil
import sys
import threading
import time

import cv2
import numpy as np
import pytest
from vision_assets import clip, write_video

from handmidi import paths
from handmidi.errors import CameraError
from handmidi.vision import webcams as module
from handmidi.vision.camera import Camera, open_camera, read_frames, reopen_camera

linux = pytest.mark.skipif(sys.platform != "linux", reason="cameras are files on Linux only")


class Webcam:
    """Stands in for cv2.VideoCapture, since a test machine has no camera."""

    opened = None
    pictures, size = 3, (360, 640)
    gives = {}  # noqa: RUF012

    def __init__(self, source, backend):
        self.calls, self.left = [("open", source, backend)], self.pictures
        Webcam.opened = self

    def set(self, key, value):
        self.calls.append((key, value))

    def get(self, key):
        return self.gives.get(key, 0.0)

    def read(self):
        return self.retrieve() if self.grab() else (False, None)

    def grab(self):
        self.left -= 1
        return self.left >= 0

    def retrieve(self):
        return True, np.full((*self.size, 3), self.left, np.uint8)

    def release(self):
        self.calls.append("release")


@pytest.fixture
def webcams(tmp_path, monkeypatch):
    """A machine with the cameras 0, 2 and 10, the first with a name."""
    for name in ("video0", "video2", "video10", "videos"):
        (tmp_path / name).touch()
    facts = tmp_path / "facts" / "video0"
    facts.mkdir(parents=True)
    (facts / "name").write_text("Looking Glass\n")
    monkeypatch.setattr(module, "_DEVICES", tmp_path)
    monkeypatch.setattr(module, "_DEVICE_FACTS", tmp_path / "facts")
    monkeypatch.setattr(cv2, "VideoCapture", Webcam)
    return tmp_path


def test_a_video_from_first_to_last_picture(tmp_path):
    path = write_video(tmp_path / "grey.avi", 6, fps=12.5)
    with open_camera(str(path)) as camera:
        assert (camera.name, camera.width, camera.height) == ("grey.avi", 64, 48)
        assert (camera.fps, camera.asked_fps, camera.live) == (12.5, 12.5, False)
        assert camera.fourcc == "MJPG"
        shots = list(read_frames(camera))
        assert camera.read() is None
    assert [s.number for s in shots] == [0, 1, 2, 3, 4, 5]
    assert [s.time_s for s in shots] == [0, 0.08, 0.16, 0.24, 0.32, 0.4]
    assert [round(float(s.image.mean()) / 10) for s in shots] == [0, 1, 2, 3, 4, 5]


def test_a_closed_camera_gives_nothing(tmp_path):
    camera = open_camera(str(write_video(tmp_path / "grey.avi", 2)))
    camera.close()
    camera.close()
    assert camera.read() is None


def test_odd_file_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_video(tmp_path / "grey.avi", 2).rename(tmp_path / "a:b %03d ü.avi")
    with open_camera("a:b %03d ü.avi") as camera:
        assert len(list(read_frames(camera))) == 2


def test_a_file_cut_short_plays_as_far_as_it_goes(tmp_path):
    path = write_video(tmp_path / "grey.avi", 20)
    path.write_bytes(path.read_bytes()[:-4000])
    with open_camera(str(path)) as camera:
        assert 0 < len(list(read_frames(camera))) < 20


@pytest.mark.parametrize("source", ["nowhere.mp4", "."])
def test_no_such_file(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CameraError, match=r"cannot read the video .*--camera"):
        open_camera(source)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.mp4", b""),
        ("zeros.mp4", bytes(5000)),
        ("words.mp4", b"no video at all\n" * 100),
        ("words.txt", b"no video at all\n" * 100),
        ("list.m3u8", b"#EXTM3U\n#EXTINF:10,\ngrey.avi\n#EXT-X-ENDLIST\n"),
    ],
)
def test_no_video(tmp_path, capfd, name, content):
    write_video(tmp_path / "grey.avi", 2)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CameraError, match=f"{name} is no video"):
        open_camera(str(tmp_path / name))
    assert capfd.readouterr() == ("", "")


def test_a_video_without_pictures(tmp_path):
    path = write_video(tmp_path / "grey.avi", 0)
    with pytest.raises(CameraError, match=r"grey\.avi"):
        open_camera(str(path))


@linux
def test_a_webcam_is_asked_for_its_compressed_format_first(webcams):
    with open_camera("0", 1280, 720, 60) as camera:
        assert (camera.name, camera.live) == ("Looking Glass", True)
        assert (camera.width, camera.height, camera.fps) == (640, 360, 30.0)
        assert [int(camera.read()[0, 0, 0]) for _ in range(2)] == [1, 0]
        assert camera.read() is None
    assert Webcam.opened.calls == [
        ("open", 0, cv2.CAP_V4L2),
        (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
        (cv2.CAP_PROP_FRAME_WIDTH, 1280),
        (cv2.CAP_PROP_FRAME_HEIGHT, 720),
        (cv2.CAP_PROP_FPS, 60),
        (cv2.CAP_PROP_BUFFERSIZE, 2),
        "release",
    ]


@linux
def test_a_webcam_without_a_picture_is_let_go(webcams, monkeypatch):
    monkeypatch.setattr(Webcam, "pictures", 0)
    with pytest.raises(CameraError, match=r"camera 2 gives no picture: unplug it"):
        open_camera("2")
    assert Webcam.opened.calls[-1] == "release"


@linux
def test_what_a_webcam_was_asked_for_and_what_it_gives(webcams, monkeypatch):
    given = {cv2.CAP_PROP_FPS: 15.0, cv2.CAP_PROP_FOURCC: cv2.VideoWriter.fourcc(*"YUYV")}
    monkeypatch.setattr(Webcam, "gives", given)
    with open_camera("0", 1280, 720, 60) as camera:
        assert (camera.asked_fps, camera.fps, camera.fourcc) == (60, 15.0, "YUYV")
        assert (camera.asked.width, camera.asked.height) == (1280, 720)


@linux
def test_a_webcam_that_is_back_under_another_index(webcams, monkeypatch):
    with open_camera("0", 320, 240, 60, mirrored=True) as camera:
        pass
    for folder in (webcams, webcams / "facts"):
        (folder / "video0").rename(folder / "video4")
    with reopen_camera(camera) as again:
        assert (again.name, again.asked.source) == ("Looking Glass", "4")
        assert (again.asked_fps, again.asked.mirrored) == (60, True)
    assert Webcam.opened.calls[0] == ("open", 4, cv2.CAP_V4L2)
    shutil.rmtree(webcams / "facts")
    (webcams / "video4").unlink()
    with pytest.raises(CameraError, match="no camera 0"):
        reopen_camera(camera)


@linux
def test_pictures_too_small_for_a_hand(webcams, monkeypatch):
    monkeypatch.setattr(Webcam, "size", (12, 640))
    with pytest.raises(CameraError, match="Looking Glass are 640 × 12, too small"):
        open_camera("0")
    assert Webcam.opened.calls[-1] == "release"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"width": 15}, "width"), ({"height": 0}, "height"), ({"fps": 0}, "fps")]
    + [({"fps": value}, "fps") for value in (1001, float("nan"))],
)
def test_wishes_out_of_range(wrong, field):
    with pytest.raises(ValueError, match=field):
        open_camera("demo", **wrong)


@pytest.mark.parametrize(("width", "height"), [(48, 64), (33, 61), (17, 16), (101, 30)])
@pytest.mark.parametrize("mirrored", [False, True])
def test_portrait_odd_and_mirrored(tmp_path, width, height, mirrored):
    path = tmp_path / "odd.y4m"
    bright = np.full((height, width), 16, np.uint8)
    bright[:, : width // 3] = 235
    planes = bright.tobytes() + bytes([128]) * (2 * width * height)
    header = f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C444\n".encode()
    path.write_bytes(header + (b"FRAME\n" + planes) * 3)
    with open_camera(str(path), mirrored=mirrored) as camera:
        assert (camera.width, camera.height, camera.fps) == (width, height, 25)
        shots = list(read_frames(camera))
    for shot in shots:
        assert shot.image.shape == (height, width, 3) and shot.image.flags.c_contiguous
        left, right = shot.image[:, 1].mean(), shot.image[:, -2].mean()
        assert (left < 50 and right > 200) if mirrored else (left > 200 and right < 50)
    assert len(shots) == 3


def test_a_picture_that_was_not_retrieved_is_passed_over(tmp_path):
    with open_camera(str(write_video(tmp_path / "grey.avi", 4))) as camera:
        assert camera.grab() and camera.grab()
        assert round(float(camera.read().mean()) / 10) == 2


@pytest.mark.parametrize("name", ["demo", "palm_approach.mp4", "two_hands_1.gif"])
def test_seeking_is_exact(name):
    path = str(paths.demo_clip() if name == "demo" else clip(name))
    with open_camera(path) as camera:
        numbers = [0, 5, camera.frames // 2, camera.frames - 2]
        pictures = {s.number: s.image for s in read_frames(camera) if s.number in numbers}
        for number in reversed(numbers):
            assert camera.seek(number) == number
            np.testing.assert_array_equal(camera.read(), pictures[number])
    assert camera.seek(3) == 3 and camera.read() is None


class Stuck:
    """A capture whose driver does not return."""

    def __init__(self):
        self.waits, self.wake, self.released = threading.Event(), threading.Event(), 0

    def get(self, key):
        return 0.0

    def grab(self):
        self.waits.set()
        assert self.wake.wait(10)
        assert not self.released
        return True

    def release(self):
        self.released += 1


def test_a_driver_that_hangs_keeps_its_device_and_nobody_else():
    capture = Stuck()
    asked = open_camera("demo").asked
    camera = Camera(capture, "stuck", True, np.zeros((48, 64, 3), np.uint8), asked)
    thread = threading.Thread(target=camera.grab)
    thread.start()
    assert capture.waits.wait(5)
    start = time.monotonic()
    camera.close()
    assert time.monotonic() - start < 5 and not capture.released
    capture.wake.set()
    thread.join(5)
    camera.close()
    assert capture.released == 1
