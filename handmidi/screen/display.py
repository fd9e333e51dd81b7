"""Whether there is a display to show a window on."""

from __future__ import annotations

import ctypes
import sys


def has_display() -> bool:
    """Whether a window can be shown: OpenCV's window library ends the program where not.

    On Linux it speaks to X servers only, so one is really asked: ``$DISPLAY`` may be stale.
    """
    if not sys.platform.startswith("linux"):
        return True
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return False
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if display:
        x11.XCloseDisplay(ctypes.c_void_p(display))
    return bool(display)
