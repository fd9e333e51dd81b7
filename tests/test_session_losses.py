"""What stands still is told, once."""

import pytest

from handmidi.session.losses import STILL_S, Losses


@pytest.fixture
def watched():
    told, reading = [], {"at": None}
    losses = Losses(told.append)
    losses.watch(lambda: reading["at"], "it is gone")

    def look(now_s, value):
        reading["at"] = value
        losses.look(now_s)
        return len(told)

    return look


def test_what_moves_on_is_left_alone(watched):
    assert [watched(i * 0.05, i) for i in range(100)] == [0] * 100


def test_what_stands_still_is_told_once(watched):
    watched(0.0, 1.0)
    assert watched(STILL_S - 0.01, 1.0) == 0
    assert watched(STILL_S + 0.01, 1.0) == 1
    assert watched(60.0, 1.0) == 1


def test_what_comes_back_and_goes_again_is_told_again(watched):
    watched(0.0, 1.0)
    assert watched(2.0, 1.0) == 1
    assert watched(2.1, 1.5) == 1
    assert watched(4.0, 1.5) == 2


def test_what_has_not_begun_is_not_missed(watched):
    assert watched(0.0, None) == watched(9.0, None) == 0
    assert watched(9.1, 0.0) == 0
    assert watched(10.5, 0.0) == 1
