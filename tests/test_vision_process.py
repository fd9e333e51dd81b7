"""The vision process as a process: what it sees, how it dies, and what is left of it."""

from __future__ import annotations

import os
import signal
import time
from multiprocessing.shared_memory import SharedMemory

import numpy as np
import pytest
from vision_jobs import HAND, AlwaysDying, DiesOpening, Dying, StandIn, Vanishing

from handmidi.clock import SessionClock
from handmidi.errors import AssetError, CameraError, HandMidiError
from handmidi.vision import process as process_module
from handmidi.vision.camera import Shot
from handmidi.vision.process import VisionProcess
from handmidi.vision.view import SharedView
from handmidi.vision.watch import Start, _Look

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def started(tmp_path):
    """Makes a started process of a job; ends it, and looks that nothing stays behind."""
    made = []

    def make(job=StandIn, view=None, **how):
        clock, lines = SessionClock(), []
        vision = VisionProcess(job(tmp_path / "done", **how), clock, lines.append, view)
        vision.lines = lines
        made.append(vision)
        vision.launch()
        vision.open()
        clock.start()
        vision.start(0.0)
        return vision

    yield make
    for vision in made:
        pid = vision._child.pid if vision._child else None
        vision.close()
        vision.close()
        assert pid is None or not _lives(pid)


@pytest.fixture
def shared():
    """Where pictures go; whatever happens, its memory is gone in the end."""
    view = SharedView()
    name = view._memory.name
    yield view
    view.unlink()
    with pytest.raises(FileNotFoundError):
        SharedMemory(name)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def frames_of(vision, count, limit_s=20.0):
    out, end_s = [], time.monotonic() + limit_s
    while len(out) < count:
        assert time.monotonic() < end_s
        frame = vision.next(0.02)
        if frame:
            out.append((time.perf_counter(), frame))
    return out


def test_every_picture_is_seen_once_and_in_order(started):
    vision = started()
    seen = [frame for _, frame in frames_of(vision, 60)]
    times = [frame.time_s for frame in seen]
    assert times == sorted(set(times))
    # Pictures come at 50 a second, or a little later where the machine is busy: all but those that
    # were dropped are there.
    expected = (times[-1] - times[0]) * 50 + 1
    assert 0.9 * expected - vision.dropped <= len(seen) <= expected + 3
    assert all(frame.ready_s >= frame.time_s for frame in seen)
    (hand,) = seen[-1].hands
    assert (hand.side, hand.score) == ("right", 0.9)
    assert hand.x == pytest.approx((HAND[0, 0] + HAND[-1, 0]) / 2 / 64)


def test_a_view_is_whole_and_newer_each_time(shared, started):
    vision, number, values = started(view=shared), 0, []
    end_s = time.monotonic() + 20
    while len(values) < 40:
        assert time.monotonic() < end_s
        vision.next(0.0)
        newest = shared.read(number)
        if newest:
            number, view = newest
            assert view.image.shape == (48, 64, 3)
            assert view.image.min() == view.image.max()  # not torn
            values.append(int(view.image[0, 0, 0]))
            np.testing.assert_allclose(view.hands[0].points, HAND[:, :2], atol=1e-4)
            assert view.hands[0].side == "right"
    assert values == sorted(set(values))


@pytest.mark.parametrize(
    ("harm", "line"),
    [
        ("kill", "the vision process died (signal 9): starting it again"),
        ("stop", "the vision process stalls: starting it again"),
        ("hang", "the vision process stalls: starting it again"),
    ],
)
def test_a_process_that_dies_or_stalls_is_started_again(shared, started, tmp_path, harm, line):
    vision = started(harm=harm, view=shared)
    seen = frames_of(vision, 30)
    harmed_s = float((tmp_path / "done").read_text())
    after = [heard_s for heard_s, frame in seen if heard_s > harmed_s + 0.05]
    assert after[0] - harmed_s < process_module.RESTART_S + 4
    assert vision.lines == [line]
    assert vision.restarts == 1
    times = [frame.time_s for _, frame in seen]
    assert times == sorted(set(times))  # the clock is the session's own
    assert shared.read()[1].image.shape == (48, 64, 3)


def test_a_process_that_keeps_dying_is_given_up(started):
    vision = started(AlwaysDying, harm="kill")
    with pytest.raises(HandMidiError, match=r"died \(signal 9\), again and again: try another"):
        frames_of(vision, 1000)


def test_a_process_that_dies_a_while_after_each_start_is_given_up_too(started):
    vision = started(Dying)
    with pytest.raises(HandMidiError, match="again and again"):
        frames_of(vision, 1000)
    assert vision.restarts == 3


def test_a_camera_that_is_not_back_yet_is_told_of_once_and_waited_for(started, tmp_path):
    vision = started(Vanishing, harm="kill")
    end_s = time.monotonic() + 4
    while time.monotonic() < end_s:
        vision.next(0.02)
    assert vision.lines == [
        "the vision process died (signal 9): starting it again",
        "it is used by another program; trying again",
    ]
    assert vision.restarts == 0
    (tmp_path / "done").unlink()
    frames_of(vision, 1)
    assert vision.restarts == 1


def test_what_is_no_camera_fails_again_and_ends_it(started):
    vision = started(Vanishing, harm="kill", why="the hand model is gone", kind=AssetError)
    with pytest.raises(AssetError, match="the hand model is gone"):
        frames_of(vision, 1000)


def test_a_process_that_dies_as_it_opens_says_what_to_do(tmp_path):
    vision = VisionProcess(DiesOpening(tmp_path / "done"), SessionClock(), print)
    vision.launch()
    with pytest.raises(CameraError, match=r"died \(signal 9\) while it opened: try another"):
        vision.open()
    vision.close()


def test_it_can_be_closed_right_after_its_launch(shared, tmp_path):
    vision = VisionProcess(StandIn(tmp_path / "done"), SessionClock(), print, shared)
    vision.launch()
    pid = vision._child.pid
    vision.close()
    assert not _lives(pid)


def test_a_system_without_room_is_an_error_of_one_line(tmp_path, monkeypatch):
    def no_room(*_, **__):
        raise OSError(12, "Cannot allocate memory")

    vision = VisionProcess(StandIn(tmp_path / "done"), SessionClock(), print)
    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", no_room)
    with pytest.raises(HandMidiError, match="Cannot allocate memory"):
        vision.launch()
    vision.close()


def test_a_process_that_survives_its_kill_takes_nothing_with_it(shared, started, monkeypatch):
    vision = started(view=shared)
    frames_of(vision, 3)
    process = vision._child._process
    os.kill(process.pid, signal.SIGSTOP)
    monkeypatch.setattr("handmidi.vision.child._LEAVE_S", 0.1)
    monkeypatch.setattr(type(process), "kill", lambda _: None)
    vision.close()
    vision.close()
    monkeypatch.undo()
    process.kill()
    process.join(5)


def test_pictures_that_cannot_be_used_are_an_error_of_the_camera(started):
    vision = started(harm="always_odd")
    with pytest.raises(CameraError, match="the camera's pictures cannot be used"):
        frames_of(vision, 1000)
    assert vision.restarts == 0


def test_a_picture_that_cannot_be_tracked_is_left_out(started):
    vision = started(harm="odd")
    frames_of(vision, 20)
    assert (vision.restarts, vision.lines) == (0, [])


def test_a_tracker_that_breaks_is_an_error_of_one_line(started):
    vision = started(harm="breaks")
    with pytest.raises(HandMidiError, match="RuntimeError: out of order"):
        frames_of(vision, 20)


def test_a_camera_that_does_not_open_says_why(tmp_path):
    clock = SessionClock()
    vision = VisionProcess(StandIn(tmp_path, refuse="it is busy"), clock, print)
    vision.launch()
    with pytest.raises(CameraError, match="it is busy"):
        vision.open()
    vision.close()


def test_a_webcam_that_is_gone_is_waited_for(started):
    vision = started(pictures=20)
    frames_of(vision, 45)
    assert vision.restarts == 0
    assert "gone" in vision.lines[0] and "back" in vision.lines[1]


def test_ctrl_c_and_a_closed_terminal_are_not_for_the_vision(started):
    vision = started()
    frames_of(vision, 3)
    for number in (signal.SIGINT, signal.SIGHUP):
        os.kill(vision._child.pid, number)
    frames_of(vision, 10)
    assert vision.restarts == 0


def test_it_leaves_when_its_parent_is_gone(started):
    vision = started()
    pid = vision._child.pid
    frames_of(vision, 3)
    vision._child._pipe.close()
    vision._child._process.join(2.0)
    assert not _lives(pid)


@pytest.mark.parametrize("live", [True, False])
def test_it_begins_again_and_tells_nothing_of_the_round_before(started, live):
    vision = started(live=live, pictures=1_000_000 if live else 40)
    pid = vision._child.pid
    for number in (1, 2, 3):
        if not live and number == 2:
            frames_until_the_end(vision)
        else:
            frames_of(vision, 20)
        time.sleep(0.2)  # what is seen meanwhile lies in the pipe
        vision._clock.start()
        time.sleep(0.1)
        begun_s = vision._clock()
        vision.start(begun_s)
        assert not vision.ended
        times = [frame.time_s for _, frame in frames_of(vision, 5)]
        assert times == sorted(set(times))
        assert begun_s - 1 / 50 <= times[0] <= times[-1] < begun_s + 2.0
    assert (vision._child.pid, vision.restarts, vision.lines) == (pid, 0, [])


def test_one_that_died_between_two_rounds_is_started_again(started):
    vision = started()
    frames_of(vision, 5)
    os.kill(vision._child.pid, signal.SIGKILL)
    vision._child._process.join(5)
    vision._clock.start()
    vision.start(0.0)
    times = [frame.time_s for _, frame in frames_of(vision, 5)]
    assert times == sorted(set(times))
    assert vision.restarts == 1
    assert vision.lines == ["the vision process died (signal 9): starting it again"]


def frames_until_the_end(vision, limit_s=20.0):
    """Take a film's pictures until it is over."""
    end_s = time.monotonic() + limit_s
    while not vision.ended:
        assert time.monotonic() < end_s
        vision.next(0.02)


def test_a_tracker_s_time_never_goes_back_where_a_round_was_begun_meanwhile():
    class Recording:
        def __init__(self):
            self.times_s = []

        def track(self, image, time_s):
            self.times_s.append(time_s)
            return ()

    class Said(list):
        send = list.append

    tracker, image = Recording(), np.zeros((4, 4, 3), np.uint8)
    look = _Look(tracker, Said(), None)
    look.begin(Start(lambda: 10.0, 0.0, 1))
    look(Shot(image, 9.9, 0), 0)  # seen after the next round was begun at 9.8, as told below
    look.begin(Start(lambda: 0.2, 0.0, 2))
    look(Shot(image, 0.0, 0), 0)
    look(Shot(image, 0.033, 1), 0)
    assert tracker.times_s[0] == pytest.approx(9.9)
    assert tracker.times_s == sorted(set(tracker.times_s))


def test_a_tracker_s_time_never_goes_back(started):
    vision = started()  # its tracker breaks if it does
    for _ in range(3):
        frames_of(vision, 15)
        vision._clock.start()
        vision.start(0.0)
    frames_of(vision, 15)
    assert vision.lines == []
