"""Engraving: a MusicXML document to one SVG picture per system."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from handmidi.report.systems import even_systems

_STAFF_MM = 6.2
_UNITS_PER_STAFF = 8  # Verovio's unit is half the space between two lines
_MARK_MM, _MARK_DROP_MM = 4.6, 1.2
_MARK = re.compile(r'(class="syl">\s*<text x="-?\d+" y=")(-?\d+)')
_DIRECTION = re.compile(r"<direction\b(?:(?!</direction>).)*?<metronome.*?</direction>", re.DOTALL)
_BEAT_UNIT = re.compile(r"<beat-unit>([^<]*)</beat-unit>")
_PER_MINUTE = re.compile(r"<per-minute>([^<]*)</per-minute>")
_MEASURE = re.compile(r"<measure\b[^>]*>")
_DRAWN_MEASURE = 'class="measure"'
_STAFF_LINE = re.compile(_DRAWN_MEASURE + r'>.*?<path d="M(-?\d+) \S+ L(-?\d+) ', re.DOTALL)
_QUARTERS = {"whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25, "32nd": 0.125}
_TEXT_FONT = "Libertinus Serif"  # carried by typst, so that text looks the same everywhere


def engrave(xml: bytes, width_mm: float) -> list[str]:
    """Engrave a MusicXML document, its bars spread evenly over the systems.

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
    text = _with_plain_tempo(xml.decode())
    systems = _drawn(text, width_mm)
    if len(systems) > 1:
        (row,) = _drawn(text, width_mm, breaks="none", adjustPageWidth=True)
        widths = [int(right) - int(left) for left, right in _STAFF_LINE.findall(row)]
        full = [svg.count(_DRAWN_MEASURE) for svg in systems]
        even = even_systems(widths, full)
        if even != full:
            systems = _drawn(_with_breaks(text, even), width_mm, breaks="encoded")
    return [_styled(svg) for svg in systems]


def _drawn(xml: str, width_mm: float, **options: object) -> list[str]:
    import verovio

    verovio.enableLog(verovio.LOG_ERROR)
    toolkit = verovio.toolkit()
    toolkit.setOptions(_options(width_mm) | options)
    if not toolkit.loadData(xml):
        raise ValueError("xml must be a MusicXML document that Verovio can read")
    return [toolkit.renderToSVG(n + 1) for n in range(toolkit.getPageCount())]


def _with_breaks(xml: str, counts: Sequence[int]) -> str:
    """With a new page after so many bars each time, since a page holds one system."""
    measures = list(itertools.islice(_MEASURE.finditer(xml), sum(counts)))  # of the first part
    parts, done = [], 0
    for bar in itertools.accumulate(counts[:-1]):
        parts += [xml[done : measures[bar].end()], '<print new-page="yes"/>']
        done = measures[bar].end()
    return "".join([*parts, xml[done:]])


def _options(width_mm: float) -> dict:
    return {
        "pageWidth": round(width_mm * 10),
        "pageHeight": 100,  # lower than any system, so that each gets a page of its own
        "adjustPageHeight": True,
        "unit": _STAFF_MM * 10 / _UNITS_PER_STAFF,
        "scale": 100,
        "minLastJustification": 0.6,
        "header": "none",
        "footer": "none",
        "font": "Leland",
        "svgViewBox": True,
        "xmlIdSeed": 1,  # the same document, the same ids
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
    marks += "g.stem, g.flag {color: #000; fill: #000}"  # coloured ones would stripe the beams
    return svg.replace("</style>", f"{marks}</style>", 1)


def _with_plain_tempo(xml: str) -> str:
    """With each tempo as words, but for the first, which the page prints.

    Verovio would draw a tempo's note with a font that the page lacks.
    """
    count = itertools.count()
    return _DIRECTION.sub(lambda m: _words(m[0]) if next(count) else "", xml)


def _words(direction: str) -> str:
    quarters = _QUARTERS.get(_BEAT_UNIT.search(direction)[1], 1.0)
    dotted = quarters == 1 and "<beat-unit-dot" in direction
    a_minute = float(_PER_MINUTE.search(direction)[1])
    if not dotted:
        a_minute *= quarters * (1.5 if "<beat-unit-dot" in direction else 1)
    text = f"{'♩.' if dotted else '♩'} = {a_minute:.0f}"
    words = f'<words font-style="normal" font-weight="bold">{text}</words>'
    return f'<direction placement="above"><direction-type>{words}</direction-type></direction>'
