import contextlib
import threading
import time

import numpy as np
import pytest
from vision_assets import write_video

from handmidi.errors import CameraError
from handmidi.vision.camera import open_camera
from handmidi.vision.grabber import FrameGrabber


class Pushed:
    """A live camera whose pictures a test pushes one by one."""

    name, width, height, fps, live = "pushed", 4, 3, 30.0, True

    def __init__(self):
        self.pictures, self.ready = [], threading.Semaphore(0)
        self.now = 0.0

    def push(self, value, time_s):
        """`value` None: the cable is pulled; "broken": no picture in the data; an exception:
        raised instead of a picture."""
        self.pictures.append((value, time_s))
        self.ready.release()

    def grab(self):
        assert self.ready.acquire(timeout=10)
        value, self.now = self.pictures[0]
        if isinstance(value, Exception):
            raise value
        return value is not None

    def retrieve(self):
        value, _ = self.pictures.pop(0)
        self.now = -1.0
        return None if value == "broken" else np.full((3, 4, 3), value, np.uint8)


@pytest.fixture
def pushed():
    camera = Pushed()
    with FrameGrabber(camera, lambda: camera.now) as grabber:
        yield camera, grabber
        camera.push(None, 0.0)


def since(start):
    return lambda: time.monotonic() - start


def wait_until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_webcam_picture_bears_the_time_of_its_grab(pushed):
    camera, grabber = pushed
    camera.push(7, 1.25)
    shot = grabber.next(10)
    assert (shot.time_s, shot.number, int(shot.image[0, 0, 0])) == (1.25, 0, 7)
    assert grabber.next(0) is None
    assert not grabber.ended and grabber.error is None


def test_only_the_newest_picture_is_kept(pushed):
    camera, grabber = pushed
    for number in range(5):
        camera.push(number, float(number))
    wait_until(lambda: grabber.dropped == 4)
    shot = grabber.next(10)
    assert (shot.time_s, shot.number) == (4.0, 4)
    assert grabber.next(0) is None and grabber.dropped == 4


def test_a_broken_picture_is_passed_over(pushed):
    camera, grabber = pushed
    camera.push("broken", 0.1)
    camera.push(3, 0.2)
    shot = grabber.next(10)
    assert (shot.time_s, shot.number) == (0.2, 1)


def test_a_second_of_broken_pictures_is_a_failure(pushed):
    camera, grabber = pushed
    for number in range(31):
        camera.push("broken", number / 30)
    with pytest.raises(CameraError, match="stopped sending"):
        grabber.next(10)


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (None, CameraError, "pushed stopped sending pictures"),
        (OSError("no such device"), OSError, "no such device"),
    ],
)
def test_a_failure_comes_after_the_last_good_picture(pushed, fault, kind, words):
    camera, grabber = pushed
    camera.push(1, 0.5)
    camera.push(fault, 0.6)
    wait_until(lambda: grabber.error)
    assert not grabber.ended
    assert grabber.next(10).time_s == 0.5
    assert grabber.ended
    for _ in range(2):
        with pytest.raises(kind, match=words):
            grabber.next(10)


def test_a_video_is_paced_and_stamped_exactly(tmp_path):
    start = time.monotonic()
    with (
        open_camera(str(write_video(tmp_path / "grey.avi", 8, fps=20))) as camera,
        contextlib.closing(FrameGrabber(camera, since(start))) as grabber,
    ):
        grabber.start(0.1)
        arrivals = []
        while not grabber.ended:
            if shot := grabber.next(5):
                arrivals.append((shot, time.monotonic() - start))
        assert grabber.next(0) is None
        assert len(arrivals) + grabber.dropped == 8
    for shot, when_s in arrivals:
        assert shot.time_s == 0.1 + shot.number / 20
        assert when_s >= shot.time_s
        assert round(float(shot.image.mean()) / 10) == shot.number


def test_a_slow_reader_gets_the_newest_of_a_video(tmp_path):
    with (
        open_camera(str(write_video(tmp_path / "grey.avi", 8, fps=100))) as camera,
        FrameGrabber(camera, since(time.monotonic())) as grabber,
    ):
        wait_until(lambda: grabber.dropped == 7)
        assert grabber.next(5).number == 7
        wait_until(lambda: grabber.ended)


def test_close_does_not_wait_for_the_next_picture(tmp_path):
    with open_camera(str(write_video(tmp_path / "grey.avi", 2))) as camera:
        grabber = FrameGrabber(camera, lambda: 0.0)
        assert grabber.next(0) is None
        grabber.start(1000.0)
        grabber.start()
        assert grabber.next(0.01) is None
        grabber.close()
        grabber.close()
        assert "frame-grabber" not in {thread.name for thread in threading.enumerate()}
        assert grabber.ended
