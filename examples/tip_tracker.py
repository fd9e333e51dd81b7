"""A tracker of one's own: it follows the tip of whatever comes into the picture.

A hand will do, or a baton. The first picture must be the empty room, and the light stay as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np

from handmidi.hand import Hand
from handmidi.vision.geometry import box_of
from handmidi.vision.tracker import check_image

CHANGED = 40  # of 255, in the colour that changed most
SMALLEST = 0.002  # of the picture


@dataclass(frozen=True, eq=False)
class Tip:
    """What came into the picture; a `handmidi.vision.tracker.SeenHand`."""

    points: np.ndarray
    side: str = "right"
    score: float = 1.0

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the outline, pixels."""
        return box_of(self.points)

    def hand(self, width: int, height: int) -> Hand:
        """An open hand where the highest point is."""
        left, top, right, bottom = self.box
        area = (right - left) * (bottom - top) / (width * height)
        x, y = map(float, self.points[self.points[:, 1].argmin()])
        return Hand(self.side, self.score, area, x / width, y / height, openness=1.0)


class TipTracker:
    """Compares each picture with the first; a `handmidi.vision.tracker.Tracker`."""

    def __init__(self, hands: int = 1) -> None:
        self._room: np.ndarray | None = None

    def track(self, image: np.ndarray, time_s: float) -> Sequence[Tip]:
        """The largest thing that was not there before."""
        check_image(image)
        if self._room is None or self._room.shape != image.shape:
            self._room = image.copy()
        changed = (cv2.absdiff(image, self._room).max(axis=2) > CHANGED).astype(np.uint8)
        outlines, _ = cv2.findContours(changed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        largest = max(outlines, key=cv2.contourArea, default=None)
        if largest is None or cv2.contourArea(largest) < SMALLEST * changed.size:
            return []
        points = largest[:: max(1, len(largest) // 60), 0].astype(float)
        return [Tip(points)]

    def close(self) -> None:
        """Forget the room."""
        self._room = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
