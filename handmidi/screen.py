"""A plain window: the mirrored picture, the hand's box, and the note."""

from __future__ import annotations

import os
import sys

import numpy as np

TITLE = "handmidi"
_GREEN, _WHITE, _BLACK = (80, 220, 80), (255, 255, 255), (0, 0, 0)
_QUIT_KEYS = (27, ord("q"))


def has_display() -> bool:
    """Whether a window can be shown: OpenCV's window library ends the program where not."""
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


class Screen:
    """The window. For the main thread only, as macOS wants it."""

    def __init__(self) -> None:
        self._is_open = False

    def open(self) -> None:
        """Show the window."""
        import cv2

        cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO)
        self._is_open = True

    def show(self, image: np.ndarray, boxes: list[tuple], lines: list[str]) -> None:
        """Draw a picture, mirrored as the player expects.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width, 3)
            BGR, as filmed.
        boxes : list of (float, float, float, float)
            Left, top, right and bottom in pixels of `image`.
        lines : list of str
            The first is large (the note); letters, digits and plain signs.
        """
        import cv2

        picture = cv2.flip(image, 1)
        width = picture.shape[1]
        for left, top, right, bottom in boxes:
            corners = (round(width - right), round(top)), (round(width - left), round(bottom))
            cv2.rectangle(picture, *corners, _GREEN, 2)
        y = 0
        for i, line in enumerate(lines):
            scale = 1.6 if i == 0 else 0.6
            y += round(34 * scale) + 4
            for colour, thickness in ((_BLACK, 6), (_WHITE, 2)):
                cv2.putText(
                    picture, line, (12, y), cv2.FONT_HERSHEY_SIMPLEX, scale, colour,
                    max(1, round(thickness * scale)), cv2.LINE_AA,
                )  # fmt: skip
        cv2.imshow(TITLE, picture)

    def asked_to_quit(self, wait_s: float) -> bool:
        """Let the window live for `wait_s`; True for Esc, q, or a closed window."""
        import cv2

        key = cv2.waitKey(max(1, round(wait_s * 1e3))) & 0xFF
        return key in _QUIT_KEYS or cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) < 1

    def close(self) -> None:
        """Close the window."""
        if self._is_open:
            import cv2

            self._is_open = False
            cv2.destroyAllWindows()
            cv2.waitKey(1)
