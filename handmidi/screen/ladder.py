"""The zones of a hand as a ladder: rungs of equal height, the lowest value at the bottom."""

from __future__ import annotations

from handmidi.screen.layout import LEAST, Rect
from handmidi.screen.scene import Ladder
from handmidi.screen.sheet import Sheet
from handmidi.screen.text import first_that_fits, width_of

_SEEN_GAP = 5.0
"""Rungs at least so high, in pixels, are parted by a line."""

_RANKS = "CGEADFB"
"""Which notes are labelled first where not all can be."""

_LARGEST = 0.07
"""Size of a label at most, as a share of the ladder's height."""


def rung_y(place: Rect, ladder: Ladder, rung: float) -> float:
    """Where a place on a ladder lies on the screen: y in pixels, between pixels too."""
    return place.bottom - place.height * rung / max(len(ladder.rungs), 1)


def draw_ladder(
    sheet: Sheet,
    place: Rect,
    unit: int,
    ladder: Ladder,
    lit: tuple[int, ...],
    cursor: float | None,
    points_right: bool = False,
) -> None:
    """Draw the rungs, the sounding ones lit, and the hand.

    Parameters
    ----------
    sheet : Sheet
    place : Rect
    unit : int
        Size of small letters, pixels.
    ladder : Ladder
    lit : tuple of int
        The rungs that sound.
    cursor : float or None
        Where the hand is, in rungs.
    points_right : bool, default False
        Whether the hand's mark is on the right side, towards a lane or a picture there.
    """
    count = len(ladder.rungs)
    if not count or min(place.width, place.height) < LEAST:
        return
    sheet.fill(place, sheet.theme.panel)
    _edges(sheet, place, ladder)
    size = _label_size(place, count, unit)
    words = _words(place, unit, size, points_right)
    sounding = sorted({i for i in lit if 0 <= i < count}, reverse=True)
    taken = _lit(sheet, place, words, ladder, sounding, size)
    _labels(sheet, words, ladder, size, taken, set(sounding))
    if cursor is not None:
        y = rung_y(place, ladder, min(max(cursor, 0), count))
        widest = max(width_of(rung.label, size, 700) for rung in ladder.rungs)
        _cursor(sheet, place, unit, y, words.left + widest + size / 2, points_right)


def draw_caption(sheet: Sheet, place: Rect, unit: int, ladder: Ladder) -> None:
    """Write what the hand moves by, and which hand it is where there are two."""
    hand = "" if ladder.hand == "any" else f"{ladder.hand} hand"
    ways = (" · ".join(filter(None, (hand, ladder.control))), hand or ladder.control)
    sheet.write(
        first_that_fits(ways, unit, place.width),
        (place.left, place.middle[1]),
        unit,
        sheet.theme.dim,
        sheet.theme.ground,
        width=place.width,
    )


def _pointer(place: Rect, unit: int) -> float:
    """How long the hand's pointer is."""
    return min(1.3 * unit, 0.25 * place.width)


def _words(place: Rect, unit: int, size: int, points_right: bool) -> Rect:
    """Where labels stand, clear of the pointer."""
    pointer = round(_pointer(place, unit) + 0.35 * unit)
    far = min(size // 2, place.width // 10)
    left, right = (far, pointer) if points_right else (max(pointer, size), far)
    return Rect(place.left + left, place.top, max(place.width - left - right, 0), place.height)


def _cursor(
    sheet: Sheet, place: Rect, unit: int, y: float, labels: float, points_right: bool
) -> None:
    """Draw the hand as a pointer at one side, and a line beyond the labels."""
    theme = sheet.theme
    long = _pointer(place, unit)
    left, right = place.left, place.right
    half = sheet.stroke(unit / 12) / 2
    begins = labels if labels < right - 3 * long else right
    tip, back = (right - long, right) if points_right else (left + long, left)
    for grow, colour in ((1.5, theme.ink), (0.0, theme.text)) if begins < right else ():
        sheet.block(begins, y - half - grow, right, y + half + grow, colour)
    for grow, colour in ((2.0, theme.ink), (0.0, theme.text)):
        away = -2 * grow if points_right else 2 * grow
        sheet.polygon(
            [
                (tip + away, y),
                (back, y - 0.55 * long - grow),
                (back, y + 0.55 * long + grow),
            ],
            colour,
        )


def _edges(sheet: Sheet, place: Rect, ladder: Ladder) -> None:
    """Draw lines between the rungs; without steps, a mark at the middle of each."""
    count = len(ladder.rungs)
    if place.height / count < _SEEN_GAP:
        return
    thickness = sheet.stroke(1)
    for rung in range(0 if ladder.continuous else 1, count):
        y = round(rung_y(place, ladder, rung + (0.5 if ladder.continuous else 0)))
        width = min(place.width // 5, place.height // 20) if ladder.continuous else place.width
        sheet.fill(Rect(place.right - width, y, width, thickness), sheet.theme.line)


def _label_size(place: Rect, count: int, unit: int) -> int:
    most = max(_LARGEST * place.height, 1.2 * unit)
    return max(LEAST, min(round(0.6 * place.height / count), round(most), place.width // 4), unit)


def _half(size: int) -> int:
    """Half the height that a label takes up."""
    return round(0.62 * size) + 1


def _lit(
    sheet: Sheet, place: Rect, words: Rect, ladder: Ladder, rungs: list[int], size: int
) -> list[Rect]:
    """Draw the rungs that sound; where their labels ended up.

    A low rung grows as high as its label, unless one above it did.
    """
    theme = sheet.theme
    high = place.height / len(ladder.rungs)
    for rung in rungs:
        y = rung_y(place, ladder, rung + 0.5)
        sheet.block(place.left, y - high / 2, place.right, y + high / 2, theme.accent)
    taken: list[Rect] = []
    for rung in rungs:
        half = max(high / 2, _half(size))
        y = rung_y(place, ladder, rung + 0.5)
        y = min(max(y, place.top + half), place.bottom - half)
        box = Rect(words.left, round(y) - _half(size), 1, 2 * _half(size))
        if any(box.meets(other) for other in taken):
            continue
        sheet.block(place.left, y - half, place.right, y + half, theme.accent, radius=size / 5)
        taken.append(box)
        sheet.write(
            ladder.rungs[rung].label,
            (words.left, y),
            size,
            theme.ink,
            theme.accent,
            width=words.width,
            weight=700,
            least=LEAST,
        )
    return taken


def _labels(
    sheet: Sheet, place: Rect, ladder: Ladder, size: int, taken: list[Rect], lit: set[int]
) -> None:
    """Label as many rungs as have room, the Cs before others."""
    half = _half(size)
    for i in sorted(set(range(len(ladder.rungs))) - lit, key=lambda i: _rank(ladder, i)):
        label = ladder.rungs[i].label
        y = rung_y(place, ladder, i + 0.5)
        y = min(max(y, place.top + half), place.bottom - half)
        box = Rect(place.left, round(y) - half, 1, 2 * half)
        if any(box.meets(other) for other in taken):
            continue
        taken.append(box)
        sheet.write(
            label,
            (box.left, y),
            size,
            sheet.theme.text,
            sheet.theme.panel,
            width=place.width,
            least=LEAST,
        )


def _rank(ladder: Ladder, rung: int) -> tuple[int, int]:
    label = ladder.rungs[rung].label
    is_natural = label[:1] in _RANKS and label[1:].lstrip("-").isdigit()
    return _RANKS.index(label[0]) if is_natural else len(_RANKS), rung
