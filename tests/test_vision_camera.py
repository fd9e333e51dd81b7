import sys

import cv2
import numpy as np
import pytest
from vision_assets import write_video

from handmidi.errors import CameraError
from handmidi.vision import camera as module
from handmidi.vision.camera import camera_indices, open_camera, read_frames

linux = pytest.mark.skipif(sys.platform != "linux", reason="cameras are files on Linux only")


class Webcam:
    """Stands in for cv2.VideoCapture, since a test machine has no camera."""

    opened = None
    pictures = 3

    def __init__(self, source, backend):
        self.calls, self.left = [("open", source, backend)], self.pictures
        Webcam.opened = self

    def set(self, key, value):
        self.calls.append((key, value))

    def get(self, key):
        return 0.0

    def read(self):
        return self.retrieve() if self.grab() else (False, None)

    def grab(self):
        self.left -= 1
        return self.left >= 0

    def retrieve(self):
        return True, np.full((360, 640, 3), self.left, np.uint8)

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
        assert (camera.fps, camera.live) == (12.5, False)
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


def test_indices(webcams):
    assert camera_indices() == [0, 2, 10]


@linux
def test_no_such_webcam_lists_the_others(webcams):
    for source in ("3", "/dev/video345"):
        with pytest.raises(CameraError, match=rf"no camera {source} \(there is 0, 2, 10\)"):
            open_camera(source)


@linux
def test_a_machine_without_webcams(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_DEVICES", tmp_path)
    with pytest.raises(CameraError, match=r"no camera 0 \(this machine has none\)"):
        open_camera("0")


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
        (cv2.CAP_PROP_BUFFERSIZE, 1),
        "release",
    ]


@linux
def test_a_busy_webcam(webcams, monkeypatch):
    monkeypatch.setattr(Webcam, "pictures", 0)
    with pytest.raises(CameraError, match=r"camera 2 gives no picture.*another program"):
        open_camera("2")
    assert Webcam.opened.calls[-1] == "release"
