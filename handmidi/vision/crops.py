"""Cutting the region of a hand out of a picture, as a network wants to see it."""

from __future__ import annotations

import cv2
import numpy as np

from handmidi.vision.geometry import Region

# Up to here it pays to copy what the region covers: the copy runs in the order of memory, the
# turned crop that follows finds it in the cache, and OpenCV samples four channels twice as fast
# as three. Larger parts are sampled where they lie.
_COPIED_BYTES = 3_000_000
_SAMPLING = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


class Cutter:
    """Cuts turned squares out of pictures. Used by one thread at a time.

    It keeps its buffers, since memory that is new for every picture costs more than the copy.

    Parameters
    ----------
    size : int
        Side of the crops, pixels.
    replicate : bool
        What lies beyond the picture's border: its outermost pixels, or black.
    """

    def __init__(self, size: int, replicate: bool) -> None:
        self._size = size
        self._border = cv2.BORDER_REPLICATE if replicate else cv2.BORDER_CONSTANT
        self._copy = np.empty(0, np.uint8)
        self._crop = np.empty((size, size, 4), np.uint8)

    def cut(self, image: np.ndarray, region: Region, out: np.ndarray) -> bool:
        """Fill `out` with the region, upright, in RGB.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width, 3)
            BGR.
        region : Region
        out : ndarray of uint8, shape (size, size, 3)
            Left as it is if nothing is cut.

        Returns
        -------
        bool
            Whether the region holds a part of the picture.
        """
        window = region.window(image.shape[1], image.shape[0])
        if window is None:
            return False
        left, top, right, bottom = window
        part = image[top:bottom, left:right]
        matrix, size = region.matrix(self._size, left, top), (self._size, self._size)
        if part.size > _COPIED_BYTES:
            cv2.warpAffine(part, matrix, size, out, _SAMPLING, self._border)
            cv2.cvtColor(out, cv2.COLOR_BGR2RGB, out)
            return True
        part = cv2.cvtColor(part, cv2.COLOR_BGR2BGRA, self._room(bottom - top, right - left))
        cv2.warpAffine(part, matrix, size, self._crop, _SAMPLING, self._border)
        cv2.cvtColor(self._crop, cv2.COLOR_BGRA2RGB, out)
        return True

    def _room(self, height: int, width: int) -> np.ndarray:
        """A buffer for a part of that size and four channels."""
        needed = height * width * 4
        if self._copy.size < needed:
            self._copy = np.empty(needed, np.uint8)
        return self._copy[:needed].reshape(height, width, 4)
