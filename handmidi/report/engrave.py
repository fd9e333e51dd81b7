"""Engraving: a MusicXML document to one SVG picture per system."""

from __future__ import annotations

import re

_STAFF_MM = 6.2
_UNITS_PER_STAFF = 8  # Verovio's unit is half the space between two lines
_MARK_MM, _MARK_DROP_MM = 4.6, 1.2
_MARK = re.compile(r'(class="syl">\s*<text x="-?\d+" y=")(-?\d+)')
_TEXT_FONT = "Libertinus Serif"  # carried by typst, so that text looks the same everywhere


def engrave(xml: bytes, width_mm: float) -> list[str]:
    """Engrave a MusicXML document.

    Parameters
    ----------
    xml : bytes
        As from `staves.musicxml`.
    width_mm : float
        Of a system.

    Returns
    -------
    list of str
        An SVG document for each system: as wide as asked, and as high as it needs.

    Raises
    ------
    ValueError
        If `xml` is no MusicXML.
    """
    import verovio

    verovio.enableLog(verovio.LOG_ERROR)
    toolkit = verovio.toolkit()
    toolkit.setOptions(_options(width_mm))
    if not toolkit.loadData(_without_directions(xml.decode())):
        raise ValueError("xml must be a MusicXML document that Verovio can read")
    systems = [toolkit.renderToSVG(n + 1) for n in range(toolkit.getPageCount())]
    return [_styled(svg) for svg in systems]


def _options(width_mm: float) -> dict:
    return {
        "pageWidth": round(width_mm * 10),
        "pageHeight": 100,  # lower than any system, so that each gets a page of its own
        "adjustPageHeight": True,
        "unit": _STAFF_MM * 10 / _UNITS_PER_STAFF,
        "scale": 100,
        "header": "none",
        "footer": "none",
        "font": "Leland",
        "svgViewBox": True,
        **{f"pageMargin{side}": 0 for side in ("Left", "Right")},
        "pageMarginTop": 10,  # bar numbers stand higher than Verovio reckons
        "pageMarginBottom": 12,  # and our marks lower
    }


def _styled(svg: str) -> str:
    """With our text font, and with marks that can be read from the music stand."""
    svg = re.sub(r'font-family="Times[^"]*"', f'font-family="{_TEXT_FONT}"', svg)
    # Verovio has left room for its own, smaller letters: larger ones would touch the notes.
    svg = _MARK.sub(lambda m: f"{m[1]}{int(m[2]) + round(_MARK_DROP_MM * 100)}", svg)
    marks = f"g.syl tspan {{font-weight: bold; font-size: {_MARK_MM * 100:g}px}}"
    return svg.replace("</style>", f"{marks}</style>", 1)


def _without_directions(xml: str) -> str:
    """Without the tempo: Verovio would draw its note with a font that the page lacks."""
    return re.sub(r"<direction\b.*?</direction>", "", xml, flags=re.DOTALL)
