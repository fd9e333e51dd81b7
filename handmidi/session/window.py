"""What the window shows of a live session."""

from __future__ import annotations

from collections.abc import Callable

from handmidi.screen import Screen, draw
from handmidi.vision.process import VisionProcess
from handmidi.vision.view import View

_FRAME_S = 1 / 30
_OLD_S = 0.5


class Window:
    """The newest picture of the vision, with what is said about it. For the main thread.

    Parameters
    ----------
    screen : Screen
        Open; whoever opened it closes it.
    vision : VisionProcess
        Launched with its pictures.
    clock : callable
        Gives session seconds.
    """

    def __init__(self, screen: Screen, vision: VisionProcess, clock: Callable[[], float]) -> None:
        self._screen, self._vision, self._clock = screen, vision, clock
        self._number = 0
        self._view: View | None = None

    def show(self, note: str, status: str, foot: str = "") -> str | None:
        """Show it for a thirtieth of a second; see `draw` and `Screen.asked`."""
        newest = self._vision.view(self._number)
        if newest:
            self._number, self._view = newest
        if self._view:
            boxes = [hand.box for hand in self._view.hands]
            if self._clock() - self._view.time_s > _OLD_S:
                boxes, foot = [], "no picture from the camera"
            self._screen.show(draw(self._view.image, boxes, note, status, foot))
        return self._screen.asked(_FRAME_S)
