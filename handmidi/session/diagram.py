"""The picture of a calibration: a diagram of what was found, never the camera's picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from handmidi.calibration import Calibration
from handmidi.instrument.controls import CONTROLS
from handmidi.session.extents import MARGIN, Extent

WIDTH, HEIGHT = 1280, 800

_INK, _PALE, _FAINT, _GREEN = (40, 40, 40), (130, 130, 130), (226, 226, 226), (70, 150, 40)
_BARS = (200, 180, 160)
_LEGEND = (
    (_BARS, "where the hand was still"),
    (_INK, "reached"),
    (_GREEN, f"played on: the reach less {MARGIN:.0%} at either end"),
    (_PALE, "where the hand's centre plays"),
)
_STAGE = (40, 130, 440, 440)  # left, top, greatest width and height of the frame's shape
_ROWS_TOP, _ROW = 120, 108
_TRACK = (700, 1160)
_NAME_X = 520
_BINS = 60


@dataclass(frozen=True, slots=True)
class _Row:
    """How a control is shown: what its track spans, and what its ends are called."""

    span: tuple[float, float]
    ends: tuple[str, str]
    form: Callable[[float], str]


def _percent(value: float) -> str:
    return f"{100 * value:.3g} %"


_SHOWN = {
    "area": _Row((0.003, 0.6), ("far", "near"), _percent),
    "x": _Row((1.0, 0.0), ("left", "right"), "{:.2f}".format),
    "y": _Row((1.0, 0.0), ("low", "high"), "{:.2f}".format),
    "openness": _Row((0.0, 1.0), ("fist", "open"), "{:.2f}".format),
    "tilt": _Row((-90.0, 90.0), ("left", "right"), "{:.0f}°".format),
    "pinch": _Row((0.0, 1.0), ("apart", "touching"), "{:.2f}".format),
}


def draw_diagram(calibration: Calibration, extents: Sequence[Extent]) -> bytes:
    """A PNG with the ranges of a calibration.

    For each control: its values in the still frames as bars, what was reached as a line, and
    the range that is played on in green. Beside it the camera's frame as the player sees it,
    with a square of the farthest and one of the nearest hand, and the reach of its centre.

    Parameters
    ----------
    calibration : Calibration
    extents : sequence of Extent
        As `find_extents` gives them.

    Returns
    -------
    bytes
        `WIDTH` × `HEIGHT` pixels.
    """
    import cv2

    page = _Page()
    _head(page, calibration)
    _stage(page, calibration)
    for i, extent in enumerate(extents):
        _row(page, _ROWS_TOP + i * _ROW, extent)
    return cv2.imencode(".png", page.image)[1].tobytes()


class _Page:
    """A white picture with letters, lines and boxes."""

    def __init__(self) -> None:
        import cv2

        self.image = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
        self._cv2, self._font = cv2, cv2.FontFace("sans")

    def text(
        self, text: str, x: float, y: float, size: int, colour=_INK, anchor: float = 0.0
    ) -> None:
        """Write with the base line at y; `anchor` of the text's width lies left of x."""
        width = self.width(text, size)
        at = round(x - anchor * width), round(y)
        self._cv2.putText(self.image, text, at, colour, self._font, size, 400)

    def width(self, text: str, size: int) -> int:
        """How wide a text is, pixels."""
        return self._cv2.getTextSize((0, 0), text, (0, 0), self._font, size, 400)[2]

    def box(self, x0: float, y0: float, x1: float, y1: float, colour, thickness: int = -1) -> None:
        """A rectangle; filled unless it has a thickness."""
        corners = (round(x0), round(y0)), (round(x1), round(y1))
        self._cv2.rectangle(self.image, *corners, colour, thickness)


def _head(page: _Page, calibration: Calibration) -> None:
    c = calibration
    camera = "".join(sign if sign.isprintable() else "?" for sign in c.camera)
    while page.width(camera, 26) > WIDTH - 300:  # the end of a path tells more than its start
        camera = "…" + camera[2:]
    page.text(f"Calibration of {camera}", 40, 54, 26)
    page.text(
        f"{c.date:%Y-%m-%d %H:%M}, tracker {c.tracker}, {c.width} × {c.height}", 40, 90, 18, _PALE
    )


def _stage(page: _Page, calibration: Calibration) -> None:
    left, top, wide, high = _STAGE
    scale = min(wide / calibration.width, high / calibration.height)
    width, height = calibration.width * scale, calibration.height * scale
    page.box(left, top, left + width, top + height, _FAINT)
    ranges = calibration.ranges
    x0, x1 = ranges.get("x", (0.5, 0.5))
    y0, y1 = ranges.get("y", (0.5, 0.5))
    if "x" in ranges or "y" in ranges:
        mirrored = left + (1 - x0) * width, left + (1 - x1) * width
        page.box(mirrored[0], top + y1 * height, mirrored[1], top + y0 * height, _PALE, 2)
    for area, name in zip(ranges.get("area", ()), ("far", "near"), strict=False):
        half = math.sqrt(area * width * height) / 2
        centre = left + width / 2, top + height / 2
        page.box(centre[0] - half, centre[1] - half, centre[0] + half, centre[1] + half, _GREEN, 2)
        page.text(name, centre[0], centre[1] + half + 18, 16, _GREEN, 0.5)
    page.text("your left", left, top + height + 24, 16, _PALE)
    page.text("your right", left + width, top + height + 24, 16, _PALE, 1.0)
    legend = top + height + 70
    for i, (colour, text) in enumerate(_LEGEND):
        page.box(left, legend + 28 * i - 10, left + 24, legend + 28 * i - 4, colour)
        page.text(text, left + 36, legend + 28 * i, 18)


def _row(page: _Page, top: float, extent: Extent) -> None:
    shown, control = _SHOWN[extent.control], CONTROLS[extent.control]
    base = top + 66
    page.text(extent.control, _NAME_X, top + 38, 24)
    page.text(control.unit, _NAME_X, top + 58, 14, _PALE)

    def place(value: float | np.ndarray) -> np.ndarray:
        ends = np.array(shown.span)
        if control.is_ratio:
            value, ends = np.log(np.maximum(value, 1e-9)), np.log(ends)
        share = np.clip((np.asarray(value) - ends[0]) / (ends[1] - ends[0]), 0, 1)
        return _TRACK[0] + share * (_TRACK[1] - _TRACK[0])

    page.box(_TRACK[0], base, _TRACK[1], base + 8, _FAINT)
    _histogram(page, base - 4, place(extent.values))
    if extent.reached:
        a, b = sorted(map(float, place(np.array(extent.reached))))
        page.box(a, base + 3, b, base + 5, _INK)
    if extent.range is None:
        advice = f": {extent.advice}" if extent.advice else ""
        page.text(f"not calibrated{advice}", _TRACK[0], base + 26, 14, _PALE)
        return
    a, b = map(float, place(np.array(extent.range)))
    page.box(a, base, b, base + 8, _GREEN)
    for x, value, name, anchor in zip((a, b), extent.range, shown.ends, (1.0, 0.0), strict=True):
        page.text(f"{name} {shown.form(value)}", x, base + 26, 16, _INK, anchor)


def _histogram(page: _Page, base: float, places: np.ndarray) -> None:
    counts, edges = np.histogram(places, _BINS, _TRACK)
    for count, start, end in zip(counts, edges, edges[1:], strict=False):
        if count:  # the root lets a short stay be seen beside a long one
            page.box(start, base - 44 * math.sqrt(count / counts.max()), end - 1, base, _BARS)
