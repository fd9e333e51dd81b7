import contextlib
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from vision_assets import write_video

from handmidi.errors import CameraError
from handmidi.vision.camera import open_camera
from handmidi.vision.grabber import RETRY_S, FrameGrabber


class Pushed:
    """A live camera whose pictures a test pushes one by one."""

    width, height, asked_fps, live = 4, 3, 30.0, True
    asked = SimpleNamespace(source="/dev/video7")

    def __init__(self, name="pushed", fps=30.0):
        self.name, self.fps, self.closed = name, fps, False
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

    def close(self):
        self.closed = True


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
    assert grabber.delivered == 5 and grabber.fps == 1.0


def test_a_clock_that_stands_still_is_no_error(pushed):
    camera, grabber = pushed
    for _ in range(3):
        camera.push(0, 1.0)
    wait_until(lambda: grabber.delivered == 3)
    assert grabber.fps == 0.0 and grabber.error is None


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


# ---- videos that began before


@pytest.mark.parametrize("late_s", [0.5, 4.0, 20.0])
def test_a_film_that_began_long_ago_goes_on_where_it_should_be(late_s):
    start = time.monotonic() - late_s
    with (
        open_camera("demo") as camera,
        contextlib.closing(FrameGrabber(camera, since(start))) as grabber,
    ):
        grabber.start(0.0)
        shots = [grabber.next(10) for _ in range(3)]
    # A picture early if the seek began just before it was due.
    assert all(shot.number >= late_s * 30 - 1 for shot in shots)
    assert all(shot.time_s == shot.number / 30 for shot in shots)
    assert grabber.dropped < 60  # what was due before it started is not its own
    with open_camera("demo") as camera:
        for _ in range(shots[0].number + 1):
            assert camera.grab()
        np.testing.assert_array_equal(camera.retrieve(), shots[0].image)


def test_a_film_that_is_over_has_ended():
    with open_camera("demo") as camera, FrameGrabber(camera, since(-1000.0)) as grabber:
        assert grabber.next(10) is None
        assert grabber.ended and grabber.error is None and not grabber.dropped


class Heavy:
    """A film of 30 pictures a second, of which the machine can read 20."""

    name, fps, live = "heavy", 30.0, False

    def __init__(self):
        self.now, self.number = 0.0, -1

    def grab(self):
        self.now += 0.05
        self.number += 1
        return self.number < 100

    def retrieve(self):
        return np.zeros((3, 4, 3), np.uint8)


def test_a_film_too_heavy_for_the_machine_is_seen_now_and_then():
    camera = Heavy()
    with FrameGrabber(camera, lambda: camera.now) as grabber:
        wait_until(lambda: grabber._over)
    assert grabber.delivered >= 4
    missed = grabber.dropped + (grabber.next(0) is not None)
    assert missed == 100


# ---- webcams that come and go


@contextlib.contextmanager
def unplugged(monkeypatch, reopen):
    """A grabber whose webcam gave one picture and was pulled, and what the user was told."""
    monkeypatch.setattr("handmidi.vision.grabber.RETRY_S", 0.02)
    camera, told = Pushed("Eye"), []
    grabber = FrameGrabber(camera, lambda: camera.now, reopen, told.append)
    camera.push(1, 0.5)
    camera.push(None, 0.6)
    with contextlib.closing(grabber):
        grabber.start()
        yield camera, grabber, told


def test_a_webcam_is_awaited_and_goes_on(monkeypatch):
    again, calls = Pushed("Eye 2"), []

    def reopen():
        calls.append(time.monotonic())
        if len(calls) < 4:
            raise CameraError("not yet")
        return again

    with unplugged(monkeypatch, reopen) as (camera, grabber, told):
        assert grabber.next(5).number == 0
        wait_until(lambda: len(told) == 2)
        assert told == [
            "Eye is gone: plug it in again; the session goes on",
            "Eye 2 is back",
        ]
        assert camera.closed and len(calls) == 4
        assert min(np.diff(calls)) >= 0.015
        again.push(9, 0.7)
        shot = grabber.next(5)
        assert shot.number >= 1 and shot.image[0, 0, 0] == 9
        assert not grabber.ended and grabber.error is None
        again.push(None, 0.8)
        wait_until(lambda: told[2:] == ["Eye 2 is gone: plug it in again; the session goes on"])
    assert again.closed and grabber.ended


def test_close_does_not_wait_for_a_webcam(monkeypatch):
    def reopen():
        raise CameraError("never")

    with unplugged(monkeypatch, reopen) as (_, grabber, told):
        wait_until(lambda: told)
        monkeypatch.setattr("handmidi.vision.grabber.RETRY_S", 1000.0)
        grabber.close()
        assert "frame-grabber" not in {thread.name for thread in threading.enumerate()}
    assert len(told) == 1 and 0.5 <= RETRY_S <= 1


def test_a_webcam_that_comes_after_close_is_let_go(monkeypatch):
    again, opening, go_on = Pushed(), threading.Event(), threading.Event()

    def reopen():
        opening.set()
        assert go_on.wait(10)
        return again

    with unplugged(monkeypatch, reopen) as (_, grabber, _):
        assert opening.wait(5)
        start = time.monotonic()
        grabber.close()
        assert time.monotonic() - start < 5 and not again.closed
        go_on.set()
        wait_until(lambda: again.closed)


def test_what_is_no_camera_error_ends_it(monkeypatch):
    def reopen():
        raise RuntimeError("a mistake")

    with unplugged(monkeypatch, reopen) as (_, grabber, _):
        grabber.next(5)
        with pytest.raises(RuntimeError, match="a mistake"):
            grabber.next(5)


# ---- webcams that are slow


def told_at(fps, says_fps=30.0, seconds=8.0):
    """What the user is told of a webcam that gives so many pictures a second."""
    camera, told = Pushed("Eye", says_fps), []
    with FrameGrabber(camera, lambda: camera.now, None, told.append) as grabber:
        count = int(seconds * fps)
        for number in range(count):
            camera.push(0, number / fps)
        wait_until(lambda: grabber.delivered == count)
        camera.push(None, 0.0)
        assert grabber.fps == pytest.approx(fps, rel=0.01)
    return told


def test_dim_light_is_told_once():
    (line,) = told_at(15.0)
    assert line.startswith("Eye gives 15 pictures a second, not 30: more light or a shorter ")
    if sys.platform == "linux":
        assert line.endswith(" helps (v4l2-ctl -d /dev/video7 -c exposure_dynamic_framerate=0)")


def test_a_webcam_that_offers_no_more_is_not_told_to_light_up():
    assert told_at(15.0, 15.0) == [
        "Eye gives 15 pictures a second, not 30: it offers no more at 4 × 3"
    ]


@pytest.mark.parametrize(("fps", "seconds"), [(30.0, 8.0), (25.0, 8.0), (60.0, 8.0), (15.0, 2.5)])
def test_a_webcam_that_is_fast_enough_or_new_is_not_spoken_of(fps, seconds):
    assert told_at(fps, seconds=seconds) == []


def test_a_slow_video_is_not_spoken_of(tmp_path):
    told, now = [], iter(range(0, 1000, 5))
    path = write_video(tmp_path / "grey.avi", 8, fps=20)
    with (
        open_camera(str(path)) as camera,
        FrameGrabber(camera, lambda: float(next(now)), None, told.append) as grabber,
    ):
        wait_until(lambda: grabber._over)
    assert told == []
