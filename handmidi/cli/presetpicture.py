"""A picture of a preset's zones: the window's ladder, and where its rungs lie for the hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handmidi.cli.presetwords import destination_words, plays_words, range_words
from handmidi.cli.zones import Span, ends, spans
from handmidi.instrument.preset import Part, Preset
from handmidi.screen.ladder import draw_ladder, rung_y
from handmidi.screen.layout import Rect
from handmidi.screen.scene import Ladder, Rung
from handmidi.screen.sheet import Sheet
from handmidi.screen.theme import CALM

WIDTH, HEIGHT = 1000, 760
_UNIT = 18
_SIDES = {"any": "Any hand", "right": "Right hand", "left": "Left hand"}


def draw_preset(preset: Preset, flats: Sequence[frozenset[int]]) -> np.ndarray:
    """The zones of each hand that plays, side by side.

    On the left are the rungs as the window shows them, equally high; on the right how far the
    hand moves through each, with words for the two ends.

    Parameters
    ----------
    preset : Preset
    flats : sequence of frozenset
        For each part the pitch classes that are written with a flat.

    Returns
    -------
    ndarray of uint8, shape (760, 1000, 3)
        BGR.
    """
    sheet, theme = Sheet((WIDTH, HEIGHT), CALM), CALM
    page = Rect(0, 0, WIDTH, HEIGHT).inset(2 * _UNIT)
    head, body = page.rows(3 * _UNIT, 0, gap=_UNIT)
    at = head.left, head.top + _UNIT
    sheet.write(preset.title, at, 34, theme.text, theme.ground, width=head.width, weight=600)
    other = "left" if preset.hand == "right" else "right"
    hands = zip(preset.parts, (preset.hand, other), flats, strict=False)
    columns = [body]
    if preset.other:
        half = (body.width - 3 * _UNIT) // 2
        columns = body.columns(half, half, gap=3 * _UNIT)
    for (part, hand, flat), place in zip(hands, columns, strict=False):
        _draw_hand(sheet, place, part, _SIDES[hand], flat, preset.mpe)
    return sheet.image


def _draw_hand(
    sheet: Sheet, place: Rect, part: Part, hand: str, flats: frozenset[int], mpe: bool
) -> None:
    theme = sheet.theme
    head, words, _, body = place.rows(_UNIT + 8, _UNIT + 8, _UNIT, 0, gap=4)
    what = f"{hand}, by {part.by.control}: {range_words(part, flats)}" if part.plays else hand
    at = head.left, head.middle[1]
    sheet.write(what, at, 20, theme.text, theme.ground, width=head.width, least=14)
    told = plays_words(part, mpe)
    at = words.left, words.middle[1]
    sheet.write(told, at, 15, theme.dim, theme.ground, width=words.width, least=12)
    stretches = spans(part, flats)
    if not stretches:
        for i, each in enumerate(part.controllers):
            y = body.top + (1 + 2 * i) * _UNIT
            way = " to ".join(ends(each.by))
            line = f"{destination_words(each)} by {each.by.control}, {way}"
            sheet.write(line, (body.left, y), 20, theme.text, theme.ground, width=body.width)
        return
    rungs, fan, track = body.columns(round(0.42 * body.width), 0, 2 * _UNIT, gap=0)
    rows = Rect(0, body.top + 2 * _UNIT, 0, body.height - 4 * _UNIT)
    rungs, fan, track = (
        Rect(each.left, rows.top, each.width, rows.height) for each in (rungs, fan, track)
    )
    ladder = Ladder(tuple(Rung(s.label, s.pitches) for s in stretches), part.by.control)
    draw_ladder(sheet, rungs, _UNIT, ladder, (), None)
    _draw_widths(sheet, rungs, fan, track, ladder, stretches)
    low, high = ends(part.by)
    for word, y in ((high, rows.top - _UNIT), (low, rows.bottom + _UNIT)):
        at = track.right, y
        sheet.write(word, at, 20, theme.text, theme.ground, width=fan.width, align="right")


def _draw_widths(
    sheet: Sheet, rungs: Rect, fan: Rect, track: Rect, ladder: Ladder, stretches: Sequence[Span]
) -> None:
    """Draw the axis of the control, and lines from the rungs' edges to where those lie on it."""
    theme = sheet.theme
    begin, end = stretches[0].low, stretches[-1].high

    def y_of(scaled: float) -> float:
        return track.bottom - (scaled - begin) / (end - begin) * track.height

    for i, span in enumerate(stretches):
        colour = (theme.note if i % 2 else theme.note_edge) if span.pitches else theme.panel
        sheet.block(track.left, y_of(span.high), track.right, y_of(span.low), colour)
    for i, low in enumerate([span.low for span in stretches] + [end]):
        points = [(rungs.right, rung_y(rungs, ladder, i)), (track.left, y_of(low))]
        sheet.path(points, theme.line, 2)
