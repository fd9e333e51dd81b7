"""What the window shows when pictures come, and when they stop."""

from __future__ import annotations

import numpy as np

from handmidi.session.window import Window
from handmidi.vision.view import Outline, View


class Screen:
    def __init__(self):
        self.shown = []

    def show(self, picture):
        self.shown.append(picture)

    def asked(self, wait_s):
        return "panic"


class Vision:
    def __init__(self):
        self.newest = None

    def view(self, after):
        return self.newest if self.newest and self.newest[0] > after else None


def green(picture):
    """Whether a hand's box is drawn in a grey picture."""
    return bool((picture[..., 1].astype(int) > picture[..., 0].astype(int) + 60).any())


def test_the_newest_picture_stays_and_an_old_one_shows_no_hand():
    screen, vision, now_s = Screen(), Vision(), [1.0]
    window = Window(screen, vision, lambda: now_s[0])
    assert window.show("–", "preset mama") == "panic"
    assert screen.shown == []  # no picture yet
    hand = Outline(np.array([[20.0, 20.0], [60.0, 60.0]]), "right")
    vision.newest = 1, View(np.full((96, 128, 3), 90, np.uint8), [hand], 0.99)
    window.show("C4", "preset mama", "30 frames/s")
    window.show("C4", "preset mama", "30 frames/s")
    assert [green(picture) for picture in screen.shown] == [True, True]
    now_s[0] = 1.6  # the camera was unplugged
    window.show("–", "preset mama", "30 frames/s")
    assert not green(screen.shown[-1])
    assert (screen.shown[-1] != screen.shown[-2]).any()
