"""A film is decoded in another process, whose death is told."""

import os
import signal
from functools import partial

import cv2
import numpy as np
import pytest
from vision_assets import write_video

from handmidi import paths
from handmidi.cli import main
from handmidi.errors import CameraError
from handmidi.vision import capture, film
from handmidi.vision.camera import open_camera, read_frames
from handmidi.vision.film import open_film

pytestmark = pytest.mark.timeout(60)


@pytest.mark.parametrize("mirrored", [False, True])
def test_its_pictures_are_those_of_the_file(tmp_path, mirrored):
    path = tmp_path / "grey.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (64, 48))
    for number in range(12):
        image = np.full((48, 64, 3), 10 * number, np.uint8)
        image[:, :8] = 255
        writer.write(image)
    writer.release()
    with open_camera(str(path), mirrored=mirrored) as camera:
        expected = list(read_frames(camera))
        about = camera.name, camera.width, camera.height, camera.fps, camera.frames
    with open_film(str(path), mirrored) as it:
        found = list(read_frames(it))
        assert (it.name, it.width, it.height, it.fps, it.frames) == about
    assert len(found) == 12
    for one, other in zip(found, expected, strict=True):
        assert (one.time_s, one.number) == (other.time_s, other.number)
        np.testing.assert_array_equal(one.image, other.image)


def test_the_demo_clip_is_a_film():
    with open_film("demo") as it:
        assert it.name == paths.demo_clip().name
        assert it.read().shape == (it.height, it.width, 3)


def test_leaving_ends_the_decoder():
    with open_film("demo") as it:
        pid = it._process.pid
    it.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("source", ["0", "/dev/video9"])
def test_a_webcam_is_no_film(source):
    with pytest.raises(CameraError, match="is a webcam: give a video file"):
        open_film(source)


def test_what_is_no_video_says_the_same_as_ever(tmp_path):
    (tmp_path / "no.mp4").write_bytes(b"no video")
    with pytest.raises(CameraError, match=r"is no video: give a video file such as an mp4"):
        open_film(str(tmp_path / "no.mp4"))
    with pytest.raises(CameraError, match="cannot read the video"):
        open_film(str(tmp_path / "none.mp4"))


def test_a_decoder_that_dies_is_told():
    with open_film("demo") as it:
        it.read()
        os.kill(it._process.pid, signal.SIGKILL)
        with pytest.raises(CameraError, match=r"its decoder died \(signal 9\): give another"):
            while it.read() is not None:
                pass


def test_a_decoder_that_hangs_is_told(monkeypatch):
    monkeypatch.setattr(film, "_WAIT_S", 0.3)
    monkeypatch.setattr(film, "_decode", hangs)
    with pytest.raises(CameraError, match=r"gives no picture for 0\.3 s"):
        open_film("demo")


def hangs(pipe, source, mirrored):
    """In the other process."""
    signal.pause()


def test_a_decoder_that_dies_leaves_no_trace_of_its_track(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(film, "_decode", partial(dies_after, 3))
    monkeypatch.chdir(tmp_path)
    write_video(tmp_path / "film.avi", 9)
    assert main(["track", "film.avi", "--tracker", "skin", "-o", "hand.csv"]) == 1
    said = capsys.readouterr().err
    assert "film.avi is damaged, its decoder died (signal 6)" in said
    assert "Traceback" not in said
    assert not (tmp_path / "hand.csv").exists()


def dies_after(count, pipe, source, mirrored):
    """In the other process: a library that aborts."""
    for number, told in enumerate(film._told(source, mirrored)):
        if number > count:
            os.abort()
        pipe.send(told)


def test_vast_pictures_are_refused_before_they_are_decoded(tmp_path, monkeypatch):
    path = write_video(tmp_path / "grey.avi", 2)
    monkeypatch.setattr(capture, "_MOST_PIXELS", 100)
    with pytest.raises(CameraError, match=r"are 64 × 48, too large"):
        capture.capture_video(path)
