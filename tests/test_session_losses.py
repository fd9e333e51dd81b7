"""What stands still is told, once, and mended if it can be."""

import threading

import pytest

from handmidi.session import losses as module
from handmidi.session.losses import STILL_S, Losses


class World:
    """A clock, something that moves or not, and what was told of it."""

    def __init__(self, mend=None):
        self.now_s, self.value, self.told = 0.0, None, []
        self.losses = Losses(lambda: self.now_s, self.told.append)
        self.losses.watch(lambda: self.value, "it is gone", mend)

    def go(self, until_s, moves=False):
        """Look often; returns how many lines were told so far."""
        while self.now_s < until_s:
            self.now_s += 0.05
            if moves:
                self.value = self.now_s
            self.losses.look()
        return len(self.told)


@pytest.fixture
def world():
    return World()


def test_what_moves_on_is_left_alone(world):
    assert world.go(5.0, moves=True) == 0


def test_what_stands_still_is_told_once(world):
    world.go(1.0, moves=True)
    assert world.go(1.0 + STILL_S - 0.1) == 0
    assert world.go(1.0 + STILL_S + 0.2) == 1
    assert world.go(60.0) == 1


def test_what_comes_back_and_goes_again_is_told_again(world):
    world.go(1.0, moves=True)
    assert world.go(3.0) == 1
    assert world.go(4.0, moves=True) == 1
    assert world.go(6.0) == 2


def test_what_has_not_begun_is_not_missed(world):
    assert world.go(9.0) == 0
    world.value = 0.0
    assert world.go(9.5) == 0
    assert world.go(11.0) == 1


def test_a_machine_that_slept_has_lost_nothing(world):
    world.go(1.0, moves=True)
    world.now_s += 30.0
    assert world.go(31.5) == 0
    assert world.go(33.0) == 1


def test_it_is_mended_and_told(monkeypatch):
    monkeypatch.setattr(module, "_AGAIN_S", 0.01)
    missed, helped = [], threading.Event()

    def mend(missed_s):
        missed.append(missed_s)
        if len(missed) < 3:
            return None
        helped.set()
        return "it is back"

    world = World(mend)
    world.go(1.0, moves=True)
    world.go(3.0)
    assert helped.wait(10)
    while world.told != ["it is gone", "it is back"]:  # by the other thread
        assert len(world.told) < 2
    assert missed[0] == pytest.approx(2.0, abs=1.0)
    assert missed[1:] == [0.0, 0.0]  # this clock stands meanwhile
    assert world.go(3.5) == 2
    assert world.go(5.0) == 3  # it is gone again


def test_nothing_is_mended_that_moves_by_itself_or_after_the_end(monkeypatch):
    monkeypatch.setattr(module, "_AGAIN_S", 0.05)
    missed = []
    for ends in (False, True):
        world = World(missed.append)
        world.go(1.0, moves=True)
        world.go(2.1)
        if ends:
            world.losses.close()
        else:
            world.value += 1
        for thread in threading.enumerate():
            if thread.name == "losses":
                thread.join(10)
        assert not missed
