import threading

import numpy as np

from handmidi.vision.geometry import Region
from handmidi.vision.search import LOST_FOR_S, SEARCH_EVERY_S, SEARCH_LOST_EVERY_S, Search

IMAGE = np.zeros((48, 64, 3), np.uint8)
REGION = Region(10, 20, 30, 0.0)


class Palms:
    """A detector that finds what it is told, when it is told."""

    def __init__(self):
        self.may_end = threading.Event()
        self.looks = self.finds = 0

    def find(self, image):
        self.finds += 1
        return [REGION]

    def look(self, image):
        self.looks += 1

    def infer(self):
        assert self.may_end.wait(10)
        return ["outputs"]

    def regions(self, outputs):
        assert outputs == ["outputs"]
        return [REGION]


def test_a_search_beside_is_never_waited_for():
    palms = Palms()
    search = Search(palms)
    assert search.found() == []
    search.begin(IMAGE, 0.0)
    assert search.found() == []
    palms.may_end.set()
    search.close()
    assert search.found() == [REGION]
    assert search.found() == []


def test_searches_begin_at_a_low_rate_and_one_at_a_time():
    palms = Palms()
    search = Search(palms)
    for time_s in (0.0, 0.1, SEARCH_EVERY_S + 0.1):
        search.begin(IMAGE, time_s)
    assert palms.looks == 1
    palms.may_end.set()
    assert search.now(IMAGE) == [REGION]
    assert palms.finds == 0
    search.begin(IMAGE, SEARCH_EVERY_S - 0.01)
    assert palms.looks == 1
    search.begin(IMAGE, SEARCH_EVERY_S)
    assert palms.looks == 2
    search.close()
    search.close()


def test_a_lost_hand_is_searched_for_more_often():
    palms = Palms()
    palms.may_end.set()
    search = Search(palms)
    search.begin(IMAGE, 10.0)
    search.lost(10.05)
    for time_s in (10.0 + SEARCH_LOST_EVERY_S / 2, 10.01 + SEARCH_LOST_EVERY_S):
        assert search.now(IMAGE) == [REGION]
        search.begin(IMAGE, time_s)
    assert palms.looks == 2
    assert search.now(IMAGE) == [REGION]
    search.begin(IMAGE, 10.06 + LOST_FOR_S)
    assert palms.looks == 3
    assert search.now(IMAGE) == [REGION]
    search.begin(IMAGE, 10.07 + LOST_FOR_S + SEARCH_LOST_EVERY_S)
    assert palms.looks == 3
    search.close()


def test_without_a_search_beside_the_picture_is_searched_at_once():
    palms = Palms()
    search = Search(palms)
    assert search.now(IMAGE) == [REGION]
    assert palms.finds == 1
    search.close()
