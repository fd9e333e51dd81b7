"""Words on the screen: what a font makes of them, how wide they are, and how they are cut.

OpenCV carries its own variable font, so nothing depends on the fonts of the machine.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

ABOVE, BELOW, MIDDLE = 0.8, 0.24, 0.375
"""Share of the size that letters reach above and below their base line; half a capital's height."""

_MORE = "…"
_UNSEEN = {"Cf", "Cs", "Co", "Cn"}
"""Unicode's categories of what has no shape of its own."""

_ACCIDENTALS = re.compile("([♯♭])")
_TUCK = {"♯": (0.25, 0.56), "♭": (0.31, 0.48)}
"""The font sets an accidental as wide as an ideograph: how far it moves left, and its width."""


@lru_cache(maxsize=1)
def _face():
    import cv2

    return cv2.FontFace("sans")


def clean(text: str) -> str:
    """The text on one line, with composed accents and nothing that cannot be seen."""
    composed = unicodedata.normalize("NFC", text)
    kinds = [(letter, unicodedata.category(letter)) for letter in composed]
    seen = [" " if kind == "Cc" else letter for letter, kind in kinds if kind not in _UNSEEN]
    return " ".join("".join(seen).split())


@lru_cache(maxsize=8192)
def width_of(text: str, size: int, weight: int = 400) -> int:
    """How many pixels a text is wide.

    Parameters
    ----------
    text : str
    size : int
        Of the font, pixels; a capital letter is three quarters of it high.
    weight : int, default 400
        100 (thin) to 900 (black).
    """
    import cv2

    total = 0.0
    for piece in filter(None, _ACCIDENTALS.split(text)):
        if piece in _TUCK:
            total += _TUCK[piece][1] * size
        else:
            box = cv2.getTextSize((0, 0), piece, (0, 0), _face(), size, weight)
            total += max(box[2], 0)
    return round(total)


def shortened(text: str, size: int, width: float, weight: int = 400) -> str:
    """The text, or as much of its beginning as fits into `width`, with an ellipsis; or nothing."""
    if width_of(text, size, weight) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(text[:middle].rstrip() + _MORE, size, weight) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + _MORE if low else ""


def fitted(text: str, size: int, least: int, width: float, weight: int = 400) -> tuple[str, int]:
    """The text and a size, `least` to `size`, at which it fits; shortened where none does."""
    size = max(size, least)
    wanted = width_of(text, size, weight)
    if wanted > width > 0:
        size = max(least, int(size * width / wanted))
        while size > least and width_of(text, size, weight) > width:
            size -= 1
    return shortened(text, size, width, weight), size


def first_that_fits(texts: Sequence[str], size: int, width: float, weight: int = 400) -> str:
    """The first of some ways to say a thing that fits into `width`, else the last."""
    return next((t for t in texts if width_of(t, size, weight) <= width), texts[-1])


def wrapped(text: str, size: int, width: float, weight: int = 400) -> list[str]:
    """The text on lines that fit into `width`, cut at spaces; a longer word is shortened."""
    lines: list[str] = []
    for word in clean(text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(shortened(word, size, width, weight))
    return lines


def put(image: np.ndarray, text: str, x: int, base: int, size: int, colour, weight: int) -> None:
    """Draw a text into `image`, its base line at `base`."""
    import cv2

    at = float(x)
    for piece in filter(None, _ACCIDENTALS.split(text)):
        if piece in _TUCK:
            back, advance = _TUCK[piece]
            origin = round(at - back * size), base
            cv2.putText(image, piece, origin, colour, _face(), size, weight)
            at += advance * size
        else:
            cv2.putText(image, piece, (round(at), base), colour, _face(), size, weight)
            at += width_of(piece, size, weight)
