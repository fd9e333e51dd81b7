"""The window, in a process of its own: what it is told, it draws; its keys it gives back.

It asks for news when it has shown the last, so that at most one message is under way to it.
It leaves when its window is closed, when it is told to, and when whoever started it is gone.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import NamedTuple, NoReturn

from handmidi.clock import SessionClock
from handmidi.quiet import quiet_stderr
from handmidi.screen.keys import COMMANDS, LOCAL
from handmidi.screen.scene import Moment, Scene
from handmidi.screen.theme import Look
from handmidi.vision.view import SharedView, View

TITLE = "handmidi"
SIZE = (1280, 720)
"""Width and height of the window at first, pixels."""

LEAST, MOST = (320, 240), (3840, 2160)
"""Widths and heights that are drawn; a window beyond them gets a scaled picture."""

_FRAME_S = 1 / 30
_SOONER_S, _LATER_S, _STEP_S = 0.014, 0.020, 0.003
"""A picture is drawn right after a camera picture was tracked, so much sooner or later than due:
drawing beside the tracker would slow it, all session long where both have the same rate."""
_REST_S = 0.01
_ANSWER_S = 0.005
_NICER = 10
_KEYS = {key: command for command, (keys, _) in COMMANDS.items() for key in keys}

# Codes of keys without a letter: keysyms of X11, virtual keys of Windows (shifted by 16 bits),
# function keys of Cocoa. Only X11 is tried; on the others there is a letter for each command.
_NAMES = {27: "Esc", 0xFFAB: "+", 0xFFAD: "-"}
_NAMES |= dict.fromkeys((0xFFBE, 0x700000, 0xF704), "F1")
_NAMES |= dict.fromkeys((0xFFC8, 0x7A0000, 0xF70E), "F11")


class Asked(NamedTuple):
    """The window has shown what it knows."""


class News(NamedTuple):
    """The answer: the session's clock, and what has changed since the last one."""

    clock: SessionClock
    scene: Scene | None
    moment: Moment | None


class Given(NamedTuple):
    """A command by key; "quit" also by closing the window."""

    command: str


class Left(NamedTuple):
    """The window is gone: `why` in words, empty if the player closed it."""

    why: str


def command_of(code: int) -> str | None:
    """The command of `handmidi.screen.keys.COMMANDS` that a key gives.

    Parameters
    ----------
    code : int
        As `cv2.waitKeyEx` returns it.
    """
    low = code & 0xFFFF  # GTK puts the shift keys above
    letter = chr(low).lower() if 0 < low < 0x80 else ""
    return _KEYS.get(_NAMES.get(code) or _NAMES.get(low) or letter)


def drawn_size(width: int, height: int) -> tuple[int, int]:
    """The width and height that are drawn for a window of `width` times `height` pixels."""
    factor = min(1.0, MOST[0] / width, MOST[1] / height)
    return max(round(width * factor), LEAST[0]), max(round(height * factor), LEAST[1])


def run_window(pipe: Connection, view: SharedView | None) -> None:
    """Run the window's process to its end.

    Parameters
    ----------
    pipe : Connection
        Its end of a duplex pipe: it says `Asked`, `Given` and `Left`, and hears `News`.
    view : SharedView, optional
        Where the camera's pictures are.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the session
    signal.signal(signal.SIGTERM, _leave)
    try:
        if hasattr(os, "nice"):
            os.nice(_NICER)  # the hand comes before its picture
        window = _Window(pipe, view)
        with quiet_stderr():  # Qt has a page to say where it cannot
            window.open()
        while window.is_open:
            window.live()
        pipe.send(Left(""))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # whoever started it is gone
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        _tell(pipe, Left(f"the window failed ({what})"))
    finally:
        pipe.close()
        if view:
            view.close()


class _Window:
    """The window and what it knows."""

    def __init__(self, pipe: Connection, shared: SharedView | None) -> None:
        # Qt complains about missing fonts, which this window does not use.
        os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
        import cv2

        from handmidi.screen.draw import draw

        cv2.setNumThreads(1)  # the tracker wants the other cores
        self._cv2, self._draw = cv2, draw
        self._pipe, self._shared = pipe, shared
        self._asked = False
        self._clock, self._scene, self._moment = SessionClock(), Scene(), Moment()
        self._view: View | None = None
        self._number = 0
        self._look, self._full, self._size = Look(), False, SIZE
        self._due_s = time.perf_counter()
        self.is_open = False

    def open(self) -> None:
        """Show the window."""
        cv2 = self._cv2
        cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_FREERATIO | cv2.WINDOW_GUI_NORMAL)
        cv2.resizeWindow(TITLE, *SIZE)
        self.is_open = True

    def live(self) -> None:
        """Draw one picture, and mind the keys until the next is due."""
        self._hear()
        self._show()
        now_s = time.perf_counter()
        self._due_s = max(self._due_s + _FRAME_S, now_s + _REST_S)
        while self.is_open and (left_s := self._due_s - time.perf_counter()) > -_LATER_S:
            if left_s < _SOONER_S and self._look_up():  # the tracker has just come to rest
                self._due_s = time.perf_counter()
                break
            wait_s = left_s - _SOONER_S if left_s > _SOONER_S else _STEP_S
            code = self._cv2.waitKeyEx(max(1, round(wait_s * 1e3)))
            if code >= 0:
                self._obey(command_of(code))
            if not self._is_shown():
                self.is_open = False
                self._pipe.send(Given("quit"))

    def _hear(self) -> None:
        """Ask for news; they are there at once, unless the session is busy: then next time."""
        if not self._asked:
            self._pipe.send(Asked())
            self._asked = True
        if self._pipe.poll(_ANSWER_S):
            self._clock, scene, moment = self._pipe.recv()
            self._scene, self._moment = scene or self._scene, moment or self._moment
            self._asked = False

    def _look_up(self) -> bool:
        """Take the newest view; whether there is one."""
        newest = self._shared.read(self._number) if self._shared else None
        if newest:
            self._number, self._view = newest
        return newest is not None

    def _show(self) -> None:
        self._look_up()
        width, height = self._cv2.getWindowImageRect(TITLE)[2:]
        if width > 0 and height > 0:  # neither while it is being resized
            self._size = drawn_size(width, height)
        told = self._scene, self._moment, self._view
        self._cv2.imshow(TITLE, self._draw(self._size, *told, self._clock(), self._look))

    def _is_shown(self) -> bool:
        try:
            return self._cv2.getWindowProperty(TITLE, self._cv2.WND_PROP_VISIBLE) >= 1
        except self._cv2.error:  # the last window was closed: Qt has left
            return False

    def _obey(self, command: str | None) -> None:
        if command is None:
            return
        if command not in LOCAL:
            self._pipe.send(Given(command))
        elif command == "full screen":
            self._full = not self._full
            kind = self._cv2.WINDOW_FULLSCREEN if self._full else self._cv2.WINDOW_NORMAL
            self._cv2.setWindowProperty(TITLE, self._cv2.WND_PROP_FULLSCREEN, kind)
        else:
            self._look = replace(self._look, **{command: not getattr(self._look, command)})


def _leave(*_: object) -> NoReturn:
    sys.exit(0)


def _tell(pipe: Connection, message: NamedTuple) -> None:
    """Say something that nobody may hear any more."""
    try:
        pipe.send(message)
    except OSError:
        return
