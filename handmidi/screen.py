"""A plain window: the mirrored picture, the hand's box, and the note."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence

import numpy as np

TITLE = "handmidi"
WIDTH = 960
_GREEN, _WHITE, _GREY = (80, 220, 80), (255, 255, 255), (200, 200, 200)
_STRIP, _FOOT = 76, 40
_QUIT, _PANIC = "quit", "panic"
_KEYS = {27: _QUIT, ord("q"): _QUIT, ord("p"): _PANIC}


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


def draw(
    image: np.ndarray,
    boxes: Sequence[tuple[float, float, float, float]],
    note: str,
    status: str,
    foot: str = "",
) -> np.ndarray:
    """The window's picture, mirrored as a player expects and `WIDTH` pixels wide.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width, 3)
        BGR, as filmed.
    boxes : sequence of (float, float, float, float)
        Left, top, right and bottom of each hand in pixels of `image`.
    note, status : str
        Large at the left, and small beside it.
    foot : str, optional
        Small, at the lower edge.
    """
    import cv2

    scale = WIDTH / image.shape[1]
    picture = cv2.resize(cv2.flip(image, 1), None, fx=scale, fy=scale)
    for left, top, right, bottom in boxes:
        mirrored = (image.shape[1] - right, top), (image.shape[1] - left, bottom)
        corners = [(round(x * scale), round(y * scale)) for x, y in mirrored]
        cv2.rectangle(picture, *corners, _GREEN, 3)
    picture[:_STRIP] //= 4  # white letters can be read on any wall
    font = cv2.FontFace("sans")
    (note_ends, _), _ = cv2.putText(picture, note, (20, 56), _WHITE, font, 46, 600)
    status_at = max(240, note_ends + 40)  # a chord takes more room than a note
    cv2.putText(picture, status, (status_at, 52), _GREY, font, 26, 400)
    if foot:
        height = picture.shape[0]
        picture[height - _FOOT :] //= 4
        cv2.putText(picture, foot, (20, height - 13), _GREY, font, 22, 400)
    return picture


class Screen:
    """The window. For the main thread only, as macOS wants it."""

    def __init__(self) -> None:
        self._is_open = False

    def open(self) -> None:
        """Show the window."""
        # Qt complains about missing fonts, which this window does not use.
        os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
        import cv2

        cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        cv2.resizeWindow(TITLE, WIDTH, WIDTH * 3 // 4)
        self._is_open = True

    def show(self, picture: np.ndarray) -> None:
        """Show what `draw` made."""
        import cv2

        cv2.imshow(TITLE, picture)

    def asked(self, wait_s: float) -> str | None:
        """Let the window live for `wait_s`; what the player asked for meanwhile.

        Returns
        -------
        {"quit", "panic", None}
            Esc, q or a closed window; p; nothing.
        """
        import cv2

        key = cv2.waitKey(max(1, round(wait_s * 1e3))) & 0xFF
        if cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) < 1:
            return _QUIT
        return _KEYS.get(key)

    def close(self) -> None:
        """Close the window."""
        if self._is_open:
            import cv2

            self._is_open = False
            cv2.destroyAllWindows()
            cv2.waitKey(1)
