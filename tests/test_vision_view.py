"""Pictures in shared memory."""

from __future__ import annotations

import pickle
import time
from multiprocessing import get_context

import numpy as np
import pytest

from handmidi.vision.view import MAX_PIXELS, MAX_POINTS, Outline, SharedView


@pytest.fixture
def shared():
    view = SharedView()
    yield view
    view.unlink()
    view.unlink()


def picture(height=48, width=64, value=7):
    return np.full((height, width, 3), value, np.uint8)


HAND = Outline(np.array([[1.0, 2.0], [11.5, 22.0]]), "left")


def test_what_is_written_is_read_once(shared):
    assert shared.read() is None  # nothing yet
    assert shared.write(picture(), [HAND], 1.5)
    number, view = shared.read()
    assert shared.read(number) is None
    assert view.image.shape == (48, 64, 3) and (view.image == 7).all()
    assert view.time_s == 1.5
    assert [hand.side for hand in view.hands] == ["left"]
    np.testing.assert_array_equal(view.hands[0].points, HAND.points)
    assert view.hands[0].box == (1.0, 2.0, 11.5, 22.0)


def test_a_view_is_a_copy(shared):
    shared.write(picture(value=1), [], 0.0)
    _, view = shared.read()
    shared.write(picture(value=2), [], 0.1)
    assert (view.image == 1).all()


def test_the_size_may_change_and_what_is_large_is_shown_smaller(shared):
    shared.write(picture(100, 10), [], 0.0)
    assert shared.read()[1].image.shape == (100, 10, 3)
    large = picture(2000, 3000, 9)
    shared.write(large, [Outline(np.array([[0.0, 0.0], [3000.0, 2000.0]]), "right")], 0.1)
    _, view = shared.read()
    height, width = view.image.shape[:2]
    assert height * width <= MAX_PIXELS
    assert width / height == pytest.approx(1.5, rel=0.01)
    assert (view.image == 9).all()
    np.testing.assert_allclose(view.hands[0].box[2:], (width, height), rtol=0.01)


def test_hands_and_points_beyond_its_room_are_left_out(shared):
    many = Outline(np.arange(2.0 * 100).reshape(100, 2), "right")
    shared.write(picture(), [many] * 3, 0.0)
    _, view = shared.read()
    assert [len(hand.points) for hand in view.hands] == [MAX_POINTS] * 2


def test_nobody_waits_for_the_screen(shared):
    shared._locks[0].acquire()
    assert not shared.write(picture(), [], 0.0)
    assert shared.read(-1) is None
    shared.renew()  # as after a writer that died with the lock
    assert shared.write(picture(), [], 0.0)
    assert shared.read()


def test_a_picture_that_its_writer_left_half_done_is_not_shown(shared):
    shared.write(picture(), [], 0.0)
    shared._locks[0].acquire()
    shared._head["whole"] = False  # it died here
    shared.renew()
    assert shared.read() is None
    assert shared.write(picture(), [], 0.1)
    assert shared.read()[0] == 2


def test_a_reader_that_was_stopped_gives_no_picture_that_a_new_writer_wrote_into(shared):
    class Stopped:
        def acquire(self, timeout):
            shared._head["lock"] = 1  # the vision was started again meanwhile
            return True

        def release(self):
            pass

    shared.write(picture(), [], 0.0)
    shared._locks[0] = Stopped()
    assert shared.read() is None
    assert shared.read()  # by the new lock


def test_a_lock_for_each_writer_that_died(shared):
    for number in range(7):
        shared._locks[int(shared._head["lock"])].acquire()
        shared.renew()
        assert shared.write(picture(), [], float(number))
        assert shared.read()


def _hold(view):
    view._locks[int(view._head["lock"])].acquire()
    time.sleep(60)


@pytest.mark.timeout(60)
def test_a_reader_that_runs_already_follows_to_the_new_lock(shared):
    writer = get_context("spawn").Process(target=_hold, args=(shared,))
    writer.start()
    end_s = time.monotonic() + 30
    while shared.write(picture(), [], 0.0):
        assert time.monotonic() < end_s
        time.sleep(0.02)
    writer.kill()
    writer.join()
    assert shared.read() is None
    reader_side = SharedView.__new__(SharedView)
    reader_side.__setstate__((shared._memory, shared._locks))
    shared.renew()
    assert shared.write(picture(value=9), [], 0.5)
    assert (reader_side.read()[1].image == 9).all()


def _write_many(view, count):
    for i in range(count):
        view.write(picture(480, 640, i % 256), [], float(i))
    view.close()


@pytest.mark.timeout(60)
def test_another_process_writes_and_no_picture_is_torn(shared):
    writer = get_context("spawn").Process(target=_write_many, args=(shared, 2000))
    writer.start()
    number = seen = 0
    while writer.is_alive() or shared.read(number):
        newest = shared.read(number)
        if newest:
            assert newest[0] > number
            number, view = newest
            seen += 1
            assert view.image.min() == view.image.max() == int(view.time_s) % 256
    writer.join()
    assert (writer.exitcode, seen > 10) == (0, True)


def test_it_is_not_to_be_kept_in_files(shared):
    with pytest.raises(RuntimeError, match="inheritance"):
        pickle.dumps(shared)
