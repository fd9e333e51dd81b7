"""A small SVG picture in millimetres, for the printed page and for the screen."""

from __future__ import annotations

from html import escape

INK, GREY, FAINT, PALE = "currentColor", "#5a5a5a", "#c8c8c8", "#ececec"
"""Shades; report.html turns them round on a dark screen."""

_FONT = "Libertinus Serif"


class Drawing:
    """An SVG document, built from top to bottom.

    Parameters
    ----------
    width_mm, height_mm : float
    name : str
        What it shows, for those who cannot see it.
    """

    def __init__(self, width_mm: float, height_mm: float, name: str) -> None:
        self.width_mm, self.height_mm, self.name = width_mm, height_mm, name
        self._parts: list[str] = []

    def line(
        self,
        x: float,
        y: float,
        to_x: float,
        to_y: float,
        colour: str = INK,
        width: float = 0.15,
        dash: str = "",
    ) -> None:
        """A straight line; `dash` as SVG's stroke-dasharray."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<path d="M{_n(x)} {_n(y)}L{_n(to_x)} {_n(to_y)}" stroke="{colour}" '
            f'stroke-width="{_n(width)}"{dashed}/>'
        )

    def curve(self, points: list[tuple[float, float]], colour: str, width: float = 0.4) -> None:
        """Straight lines from point to point."""
        path = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        self._parts.append(
            f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{_n(width)}" '
            'stroke-linejoin="round"/>'
        )

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        """A filled circle."""
        self._parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{colour}"/>')

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        stroke: str = "",
        dash: str = "",
        note: str = "",
    ) -> None:
        """A rectangle; `note` is the id of the note that it stands for, such as ``m3``."""
        extra = f' stroke="{stroke}" stroke-width="0.15"' if stroke else ""
        extra += f' stroke-dasharray="{dash}"' if dash else ""
        extra += f' data-n="{note}"' if note else ""
        self._parts.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(max(width, 0.2))}" '
            f'height="{_n(height)}" rx="0.25" fill="{fill}"{extra}/>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 2.3,
        colour: str = GREY,
        anchor: str = "start",
        bold: bool = False,
    ) -> None:
        """One line of text on the baseline `y`; `anchor` is start, middle or end."""
        weight = ' font-weight="bold"' if bold else ""
        self._parts.append(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{colour}" '
            f'text-anchor="{anchor}"{weight}>{escape(text)}</text>'
        )

    def svg(self) -> str:
        """The document; its size is its viewBox, in millimetres."""
        width, height = _n(self.width_mm), _n(self.height_mm)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}mm" height="{height}mm" font-family="{_FONT}" role="img" '
            f'aria-label="{escape(self.name)}">{"".join(self._parts)}</svg>'
        )


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
