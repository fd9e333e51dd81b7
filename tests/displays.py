"""A virtual display, and what a person would see and do there."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

_Z_PIXMAP, _ALL_PLANES = 2, ctypes.c_ulong(-1)
_CLIENT_MESSAGE, _STRUCTURE_NOTIFY = 33, 1 << 17


class _Image(ctypes.Structure):
    """The beginning of Xlib's XImage."""

    _fields_ = [
        *((name, ctypes.c_int) for name in ("width", "height", "xoffset", "format")),
        ("data", ctypes.POINTER(ctypes.c_uint8)),
        *((f"_{i}", ctypes.c_int) for i in range(5)),
        ("bytes_per_line", ctypes.c_int),
    ]


class _Message(ctypes.Structure):
    """Xlib's XClientMessageEvent, as long as any event."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("_rest", ctypes.c_long * 24),
    ]


def _xlib() -> ctypes.CDLL:
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    x11.XInternAtom.restype = ctypes.c_ulong
    x11.XGetImage.restype = ctypes.POINTER(_Image)
    return x11


class Display:
    """A running X server.

    Parameters
    ----------
    name : str
        Such as ``:7``.
    width, height : int
        Pixels.
    """

    def __init__(self, name: str, width: int, height: int) -> None:
        self.name, self.width, self.height = name, width, height
        self.environment = {**os.environ, "DISPLAY": name}

    def xdotool(self, *words: object) -> str:
        """What xdotool answers."""
        done = subprocess.run(
            ["xdotool", *map(str, words)],
            env=self.environment, capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        return done.stdout

    def window(self, limit_s: float = 30.0) -> str:
        """The number of our window, when there is one."""
        end_s = time.monotonic() + limit_s
        while not (found := self.xdotool("search", "--name", "^handmidi$").split()):
            assert time.monotonic() < end_s, "no window"
            time.sleep(0.1)
        return found[-1]

    def key(self, name: str) -> None:
        """Press a key, named as X11 does, in our window."""
        self.xdotool("key", "--window", self.window(), name)

    def geometry(self) -> tuple[int, int, int, int]:
        """Left, top, width and height of our window."""
        told = self.xdotool("getwindowgeometry", "--shell", self.window()).split()
        values = dict(line.split("=") for line in told)
        return tuple(int(values[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))

    def resize(self, width: int, height: int) -> None:
        """Give our window another size."""
        self.xdotool("windowsize", "--sync", self.window(), width, height)

    def picture(self) -> np.ndarray:
        """What our window shows, shape (height, width, 3), BGR; beyond the screen is cut."""
        left, top, width, height = self.geometry()
        with self._connected() as (x11, display):
            root = x11.XDefaultRootWindow(display)
            size = self.width, self.height
            image = x11.XGetImage(
                display, ctypes.c_ulong(root), 0, 0, *size, _ALL_PLANES, _Z_PIXMAP
            ).contents
            shape = self.height, image.bytes_per_line
            rows = np.ctypeslib.as_array(image.data, shape).reshape(self.height, -1, 4)
            shown = rows[top : top + height, left : left + width, :3].copy()
            x11.XDestroyImage(ctypes.byref(image))
        return shown

    def close_window(self) -> None:
        """Ask our window to close, as the cross in its corner does."""
        window = int(self.window())
        with self._connected() as (x11, display):
            protocols, delete = (
                x11.XInternAtom(display, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW")
            )
            event = _Message(_CLIENT_MESSAGE, 0, 1, display, window, protocols, 32)
            event.data[0] = delete
            x11.XSendEvent(
                display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(event)
            )
            x11.XSync(display, 0)

    def full_screen_wishes(self, act: Callable[[], None], limit_s: float = 10.0) -> list[bool]:
        """What a window manager is asked for while `act` runs: full screen or not; waits for one.

        See _NET_WM_STATE in the Extended Window Manager Hints of freedesktop.org.
        """
        with self._connected() as (x11, display):
            atoms = (b"_NET_WM_STATE", b"_NET_WM_STATE_FULLSCREEN")
            state, full = (x11.XInternAtom(display, name, 0) for name in atoms)
            root = ctypes.c_ulong(x11.XDefaultRootWindow(display))
            x11.XSelectInput(display, root, ctypes.c_long(_STRUCTURE_NOTIFY))
            x11.XSync(display, 0)
            act()
            event, wishes, end_s = _Message(), [], time.monotonic() + limit_s
            while not wishes:
                assert time.monotonic() < end_s, "nothing was asked of the window manager"
                time.sleep(0.05)
                while x11.XCheckTypedEvent(display, _CLIENT_MESSAGE, ctypes.byref(event)):
                    if event.message_type == state and full in event.data[1:3]:
                        wishes.append(event.data[0] == 1)
        return wishes

    @contextlib.contextmanager
    def _connected(self) -> Iterator[tuple[ctypes.CDLL, ctypes.c_void_p]]:
        x11 = _xlib()
        display = ctypes.c_void_p(x11.XOpenDisplay(self.name.encode()))
        assert display
        try:
            yield x11, display
        finally:
            x11.XCloseDisplay(display)


def keep(picture: np.ndarray, name: str) -> None:
    """Write a picture into the folder ``$HANDMIDI_SCREENSHOTS``, if it is set: for the eye."""
    folder = os.environ.get("HANDMIDI_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(Path(folder) / f"{name}.png"), picture)


@contextlib.contextmanager
def virtual_display(width: int = 1280, height: int = 960) -> Iterator[Display]:
    """An X server of our own on a free display number."""
    if not shutil.which("Xvfb") or not shutil.which("xdotool"):
        pytest.skip("Xvfb or xdotool is not installed")
    read, write = os.pipe()
    size = f"{width}x{height}x24"
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp", "-noreset"],
        pass_fds=[write], stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        os.close(write)
        try:
            with os.fdopen(read) as told:
                yield Display(f":{told.readline().strip()}", width, height)
        finally:
            server.terminate()
