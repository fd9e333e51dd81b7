"""The picture that is drawn on: shapes between pixels, and words that are noted down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handmidi.screen import text as letters
from handmidi.screen.layout import LEAST, Rect
from handmidi.screen.theme import Colour, Theme

_SHIFT = 4
_FINE = 1 << _SHIFT


@dataclass(frozen=True, slots=True)
class Written:
    """A text that was drawn: what tests look at.

    Parameters
    ----------
    text : str
    place : Rect
        Letters with what reaches above and below the line.
    size : int
        Of the font, pixels.
    colour, ground : Colour
    """

    text: str
    place: Rect
    size: int
    colour: Colour
    ground: Colour


class Sheet:
    """A picture in the making.

    Parameters
    ----------
    size : tuple of int
        Width and height, pixels.
    theme : Theme

    Attributes
    ----------
    image : ndarray of uint8, shape (height, width, 3)
        BGR.
    texts : list of Written
    """

    def __init__(self, size: tuple[int, int], theme: Theme) -> None:
        self.theme = theme
        self.image = np.empty((size[1], size[0], 3), np.uint8)
        self.texts: list[Written] = []
        self.fill(Rect(0, 0, *size), theme.ground)

    def write(
        self,
        text: str,
        at: tuple[float, float],
        size: float,
        colour: Colour,
        ground: Colour,
        *,
        width: float,
        weight: int = 400,
        align: str = "left",
        least: float | None = None,
    ) -> Rect | None:
        """Write one line.

        Parameters
        ----------
        text : str
        at : tuple of float
            x of its left end, its middle or its right end, and y of the middle of a capital.
        size : float
            Of the font, pixels.
        colour, ground : Colour
            Of the letters, and of what they stand on.
        width : float
            What there is of room. A longer text gets smaller as far as `least`, then shorter.
        weight : int, default 400
        align : {"left", "center", "right"}, default "left"
        least : float, optional
            The smallest size; `size` if it is left out. Never below `LEAST`.

        Returns
        -------
        Rect or None
            Where it stands; None if nothing of it had room.
        """
        small = max(round(size if least is None else least), LEAST)
        text, px = letters.fitted(letters.clean(text), round(size), small, width, weight)
        if not text:
            return None
        wide = letters.width_of(text, px, weight)
        x = round(at[0] - {"left": 0, "center": wide / 2, "right": wide}[align])
        base = round(at[1] + letters.MIDDLE * px)
        letters.put(self.image, text, x, base, px, colour, weight)
        top = round(base - letters.ABOVE * px)
        place = Rect(x, top, wide, round(base + letters.BELOW * px) - top)
        self.texts.append(Written(text, place, px, colour, ground))
        return place

    def stroke(self, width: float) -> int:
        """A line's thickness, whole pixels, as the theme wants it."""
        return max(1, round(width * self.theme.stroke))

    def fill(self, place: Rect, colour: Colour) -> None:
        """Fill a rectangle."""
        import cv2

        if place.width > 0 and place.height > 0:
            last = place.right - 1, place.bottom - 1
            cv2.rectangle(self.image, (place.left, place.top), last, colour, cv2.FILLED)

    def polygon(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        """Fill a convex shape; its corners may lie between pixels."""
        import cv2

        cv2.fillConvexPoly(self.image, _fine(points), colour, cv2.LINE_AA, _SHIFT)

    def path(
        self,
        points: Sequence[tuple[float, float]],
        colour: Colour,
        thickness: int,
        is_closed: bool = False,
    ) -> None:
        """Draw a line through points that may lie between pixels."""
        import cv2

        cv2.polylines(
            self.image, [_fine(points)], is_closed, colour, thickness, cv2.LINE_AA, _SHIFT
        )

    def disc(self, x: float, y: float, radius: float, colour: Colour, thickness: int = -1) -> None:
        """Draw a disc, or a ring of some thickness."""
        import cv2

        at = round(x * _FINE), round(y * _FINE)
        cv2.circle(self.image, at, round(radius * _FINE), colour, thickness, cv2.LINE_AA, _SHIFT)

    def block(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        colour: Colour,
        *,
        radius: float = 0.0,
        edge: Colour | None = None,
        thickness: int = 1,
    ) -> None:
        """Fill a rectangle with round corners whose sides may lie between pixels."""
        points = _rounded(left, top, right, bottom, radius)
        self.polygon(points, colour)
        if edge is not None:
            self.path(points, edge, thickness, is_closed=True)


def _fine(points: Sequence[tuple[float, float]]) -> np.ndarray:
    """Points as whole parts of a pixel."""
    return np.rint(np.asarray(points, float) * _FINE).astype(np.int32)


_TURN = np.linspace(0, np.pi / 2, 9)
_CORNER = np.stack([1 - np.cos(_TURN), 1 - np.sin(_TURN)], axis=1)
"""Left upper corner of radius 1, from the left side to the upper."""


def _rounded(left: float, top: float, right: float, bottom: float, radius: float) -> np.ndarray:
    """The outline of a rectangle with round corners, clockwise, shape (36, 2)."""
    radius = max(0.0, min(radius, (right - left) / 2, (bottom - top) / 2))
    corner = _CORNER * radius
    back = corner[::-1]
    return np.concatenate(
        [
            np.add((left, top), corner),
            np.add((right, top), back * (-1, 1)),
            np.subtract((right, bottom), corner),
            np.add((left, bottom), back * (1, -1)),
        ]
    )
