"""Signs: a shape for each verdict and state, so that nothing is told by colour alone."""

from __future__ import annotations

from handmidi.screen.sheet import Sheet
from handmidi.screen.theme import Colour

_STROKES: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "correct": (((-0.85, 0.05), (-0.25, 0.65), (0.9, -0.65)),),
    "wrong": (((-0.7, -0.7), (0.7, 0.7)), ((-0.7, 0.7), (0.7, -0.7))),
    "extra": (((-0.85, 0), (0.85, 0)), ((0, -0.85), (0, 0.85))),
    "held": (((-0.85, -0.5), (0.85, -0.5)), ((-0.85, 0.5), (0.85, 0.5))),
}
_FILLED = {
    "early": ((0.7, -0.85), (0.7, 0.85), (-0.8, 0)),
    "late": ((-0.7, -0.85), (-0.7, 0.85), (0.8, 0)),
    "warning": ((0, -0.95), (1.05, 0.85), (-1.05, 0.85)),
}


def sign(sheet: Sheet, name: str, x: float, y: float, radius: float, colour: Colour) -> None:
    """Draw a sign.

    Parameters
    ----------
    sheet : Sheet
    name : str
        A verdict, ``warning``, ``works`` or ``broken``.
    x, y : float
        Its middle, pixels.
    radius : float
        Half its height.
    colour : Colour
    """
    thickness = sheet.stroke(max(radius * 0.32, 1.2))
    if name in _FILLED:
        sheet.polygon([(x + radius * u, y + radius * v) for u, v in _FILLED[name]], colour)
    elif name == "missed":
        sheet.disc(x, y, radius * 0.75, colour, thickness)
    elif name == "works":
        sheet.disc(x, y, radius * 0.6, colour)
    else:
        for stroke in _STROKES["wrong" if name == "broken" else name]:
            sheet.path([(x + radius * u, y + radius * v) for u, v in stroke], colour, thickness)
    if name == "warning":
        half, ink = max(radius / 9, 0.6), sheet.theme.ink
        sheet.block(x - half, y - 0.35 * radius, x + half, y + 0.3 * radius, ink)
        sheet.block(x - half, y + 0.47 * radius, x + half, y + 0.47 * radius + 2 * half, ink)
