"""Verovio's pictures, made to stand together in one HTML document."""

from __future__ import annotations

import re
from collections.abc import Sequence

_GLYPH = re.compile(r'<g id="(\w+)-\w+">(.*?)</g>', re.DOTALL)
_DEFINITIONS = re.compile(r"<defs>(.*?)</defs>", re.DOTALL)
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_MILESTONE = re.compile(r'<g class="\w+Milestone[^"]*"\s*/>')  # empty, with a random name
_DESCRIPTION = re.compile(r"<desc>.*?</desc>", re.DOTALL)
_USE = re.compile(r'xlink:href="#(\w+)-\w+"')
_HEAD = re.compile(r' id="([mp]\d+)(?:-\d+)?"')
_ID = re.compile(r' id="[^"]*"')
_BETWEEN_TAGS = re.compile(r">\s+<")
_OPENING = re.compile(r'<svg viewBox="([^"]*)"[^>]*>')
_OWN_RULES = re.compile(r"#\w+ ")


def inline_systems(systems: Sequence[str]) -> tuple[str, str, list[str]]:
    """Pictures that share their glyphs, and whose note heads say whose they are.

    Each of Verovio's pictures brings its own copy of every glyph, style rules under an id of
    its own, and an id for each element. In one document ids must be unique: heads keep theirs
    as ``data-n``, such as ``m3`` for note 3 of the melody or ``p0`` for note 0 as played.

    Parameters
    ----------
    systems : sequence of str
        SVG documents from `engrave.engrave`.

    Returns
    -------
    glyphs : str
        An invisible SVG element that holds all glyphs.
    style : str
        CSS rules for the pictures.
    pictures : list of str
        An SVG element for each system.
    """
    glyphs: dict[str, str] = {}
    rules: dict[str, None] = {}
    pictures = []
    for number, svg in enumerate(systems, 1):
        for definitions in _DEFINITIONS.findall(svg):
            glyphs.update(_GLYPH.findall(definitions))
        rules.update(dict.fromkeys(_OWN_RULES.sub("#score ", s) for s in _STYLE.findall(svg)))
        pictures.append(_picture(svg, f"System {number} of {len(systems)}"))
    held = "".join(f'<g id="{name}">{shape}</g>' for name, shape in sorted(glyphs.items()))
    holder = f'<svg class="glyphs" aria-hidden="true"><defs>{_packed(held)}</defs></svg>'
    return holder, "".join(rules), pictures


def _picture(svg: str, name: str) -> str:
    svg = svg[svg.index("<svg") :]
    for part in (_DEFINITIONS, _STYLE, _DESCRIPTION):
        svg = part.sub("", svg)
    svg = _HEAD.sub(r' data-n="\1"', _USE.sub(r'href="#\1"', svg))
    svg = _MILESTONE.sub("", _ID.sub("", svg))
    return _packed(
        _OPENING.sub(rf'<svg viewBox="\1" role="img" aria-label="{name}">', svg, count=1)
    )


def _packed(svg: str) -> str:
    return _BETWEEN_TAGS.sub("><", svg).strip()
