"""The camera's picture as the player's mirror, with the hands that were found in it."""

from __future__ import annotations

import numpy as np

from handmidi.screen.layout import Rect
from handmidi.screen.scene import Moment
from handmidi.screen.sheet import Sheet
from handmidi.screen.signs import sign
from handmidi.screen.text import first_that_fits
from handmidi.vision.view import Outline, View

LANDMARKS = 21
_FINGERS = ((0, 1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (17, 18, 19, 20))
_PALM = (0, 5, 9, 13, 17)
_BRACKET = 0.18
_LEAST_JOINT, _SMALL_HAND = 2.0, 90.0
"""Radius of a joint and span of a hand, pixels: below them less is drawn, or it hides the hand."""


def draw_picture(sheet: Sheet, slot: Rect, unit: int, moment: Moment, view: View | None) -> None:
    """Draw the mirrored picture, hands, and what is wrong with it.

    Parameters
    ----------
    sheet : Sheet
    slot : Rect
        The picture is as large as it can be in its middle.
    unit : int
        Size of small letters, pixels.
    moment : Moment
    view : View or None
    """
    place = slot if view is None else _within(slot, view.image.shape[1], view.image.shape[0])
    if min(place.width, place.height) < 4:
        return
    if view is None or not moment.is_filmed:
        sheet.fill(place, sheet.theme.panel)
    else:
        _mirror(sheet, place, view.image)
        for hand in view.hands:
            _hand(sheet, place, view.image.shape[1] / place.width, hand, unit)
    ways = _trouble(moment, view)
    if ways:
        _tell(sheet, place, unit, ways)


def _within(slot: Rect, width: int, height: int) -> Rect:
    """The largest rectangle of a picture's shape in the middle of a slot."""
    factor = min(slot.width / width, slot.height / height)
    wide, high = int(width * factor), int(height * factor)
    return Rect(
        slot.left + (slot.width - wide) // 2, slot.top + (slot.height - high) // 2, wide, high
    )


def _mirror(sheet: Sheet, place: Rect, image: np.ndarray) -> None:
    import cv2

    target = sheet.image[place.top : place.bottom, place.left : place.right]
    grows = place.width > image.shape[1]
    way = cv2.INTER_LINEAR if grows else cv2.INTER_AREA
    small = cv2.resize(
        image if grows else cv2.flip(image, 1), (place.width, place.height), None, 0, 0, way
    )
    target[:] = cv2.flip(small, 1) if grows else small


def _hand(sheet: Sheet, place: Rect, shrunk: float, hand: Outline, unit: int) -> None:
    """Draw a hand's box and its bones, or the outline of a tracker that knows no bones."""
    points = np.asarray(hand.points, float) / shrunk
    points[:, 0] = place.width - points[:, 0]
    points += (place.left, place.top)
    low = np.array((place.left, place.top), float)
    high = np.array((place.right - 1, place.bottom - 1), float)
    points = points.clip(low, high)
    span = float(np.ptp(points, axis=0).max())
    thin = sheet.stroke(min(max(unit / 9, 1.2), span / 45))
    theme = sheet.theme
    has_bones = len(points) == LANDMARKS
    paths = [points[list(bones)] for bones in (*_FINGERS, _PALM)] if has_bones else [points]
    layers = ((theme.ink, thin + 2), (theme.text, thin))[0 if span > _SMALL_HAND else 1 :]
    for colour, thickness in layers:
        for path in paths[:-1]:
            sheet.path(path, colour, thickness)
        sheet.path(paths[-1], colour, thickness, is_closed=True)
    radius = min(unit / 4.5, span / 32)
    if has_bones and radius > _LEAST_JOINT:
        for x, y in points:
            sheet.disc(x, y, radius, theme.ink)
            sheet.disc(x, y, radius - 1, theme.accent)
    _brackets(sheet, points, thin)


def _brackets(sheet: Sheet, points: np.ndarray, thin: int) -> None:
    """Draw the corners of the box: the whole of it would stripe a small picture."""
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    reach = _BRACKET * max(right - left, bottom - top)
    for x, inward in ((left, reach), (right, -reach)):
        for y, down in ((top, reach), (bottom, -reach)):
            corner = [(x + inward, y), (x, y), (x, y + down)]
            sheet.path(corner, sheet.theme.ink, thin + 3)
            sheet.path(corner, sheet.theme.accent, thin + 1)


def _trouble(moment: Moment, view: View | None) -> tuple[str, ...]:
    """What is wrong, at length and in short; nothing if all is well."""
    if not moment.is_filmed:
        return "No picture from the camera", "No picture"
    if view is None:
        return "Waiting for the camera", "Waiting"
    if moment.is_seen:
        return ()
    if moment.was_seen:
        return "Hand lost: show it again", "Hand lost"
    return "Show your hand", "Your hand?"


def _tell(sheet: Sheet, place: Rect, unit: int, ways: tuple[str, ...]) -> None:
    """Write across the picture's lower edge."""
    theme = sheet.theme
    height = min(round(2.6 * unit), place.height)
    band = Rect(place.left, place.bottom - height, place.width, height)
    sheet.fill(band, theme.panel)
    radius = 0.5 * unit
    x, y = band.left + 0.5 * unit, band.middle[1]
    room = band.right - x - 4 * radius
    sign(sheet, "warning", x + radius, y, radius, theme.accent)
    sheet.write(
        first_that_fits(ways, unit, room, 600),
        (x + 3 * radius, y),
        1.5 * unit,
        theme.text,
        theme.panel,
        width=room,
        weight=600,
        least=unit,
    )
