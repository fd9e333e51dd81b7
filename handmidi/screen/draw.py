"""A picture of the screen, out of what the session told and what the camera saw."""

from __future__ import annotations

import numpy as np

from handmidi.screen.cells import draw_cells, levels
from handmidi.screen.foot import draw_foot
from handmidi.screen.head import draw_head
from handmidi.screen.helpcard import draw_help
from handmidi.screen.ladder import draw_caption, draw_ladder
from handmidi.screen.lane import draw_lane, draw_progress
from handmidi.screen.layout import Layout, layout
from handmidi.screen.picture import draw_picture
from handmidi.screen.result import draw_result
from handmidi.screen.scene import Moment, Scene
from handmidi.screen.sheet import Sheet
from handmidi.screen.theme import Look, theme_of
from handmidi.vision.view import View

SMALLEST = (320, 240)
"""Width and height below which a window shows less than it should."""


def draw(
    size: tuple[int, int],
    scene: Scene,
    moment: Moment,
    view: View | None,
    now_s: float,
    look: Look,
) -> np.ndarray:
    """Draw the screen.

    Parameters
    ----------
    size : tuple of int
        Width and height of the window, pixels; made for 320 × 240 and more, of any shape.
    scene : Scene
    moment : Moment
    view : View or None
        The camera's newest picture, as filmed; None before the first.
    now_s : float
        Session second of drawing: the lane goes on between two moments.
    look : Look

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        BGR.
    """
    return paint(size, scene, moment, view, now_s, look).image


def paint(
    size: tuple[int, int],
    scene: Scene,
    moment: Moment,
    view: View | None,
    now_s: float,
    look: Look,
) -> Sheet:
    """Draw the screen, as `draw` does; the sheet also knows the words that are on it."""
    sheet = Sheet(size, theme_of(look))
    usual = {} if view is None else {"aspect": view.image.shape[1] / view.image.shape[0]}
    places = layout(size, scene, moment, **usual)
    if moment.result is not None and not look.help:
        draw_result(sheet, places, scene, moment.result)
        return sheet
    draw_head(sheet, places, scene, moment, now_s)
    draw_foot(sheet, places, scene, moment)
    if look.help:
        draw_help(sheet, places, scene)
        return sheet
    draw_picture(sheet, places.picture, places.unit, moment, view)
    _ladders(sheet, places, scene, moment)
    if moment.progress is not None and not places.lane:
        draw_progress(sheet, places.body, places.unit, moment.progress)
    if places.lane:
        draw_lane(sheet, places, scene, moment, now_s)
    if places.meters:
        draw_cells(sheet, places.meters, places.unit, levels(moment))
    return sheet


def _ladders(sheet: Sheet, places: Layout, scene: Scene, moment: Moment) -> None:
    for i, (ladder, place) in enumerate(zip(scene.ladders, places.ladders, strict=True)):
        lit = moment.lit[i] if i < len(moment.lit) else ()
        cursor = moment.cursors[i] if i < len(moment.cursors) else None
        in_lane = places.lane is not None and i == 0
        points_right = in_lane or place.left < places.picture.left
        draw_caption(sheet, places.captions[i], places.unit, ladder)
        draw_ladder(sheet, place, places.unit, ladder, lit, cursor, points_right)
