"""The end of a practice: how it went, and what comes next."""

from __future__ import annotations

from handmidi.screen.keys import COMMANDS
from handmidi.screen.layout import LEAST, Layout, Rect
from handmidi.screen.scene import Result, Scene
from handmidi.screen.sheet import Sheet
from handmidi.screen.signs import sign
from handmidi.screen.text import width_of, wrapped

_TEXT = 1.5
_KEYS = {
    "restart": "again",
    "loop": "these bars",
    "slower": "slower",
    "faster": "faster",
    "next preset": "preset",
    "quit": "end",
}
_SHOWN = 12
"""Earlier takes that are shown, at most."""


def draw_result(sheet: Sheet, places: Layout, scene: Scene, result: Result) -> None:
    """Draw accuracy, what the notes were, earlier takes and advice over the whole window."""
    unit, theme = places.unit, sheet.theme
    page = places.window.inset(2 * unit if places.window.width > 30 * unit else unit, unit)
    title, top, words, status, keys = page.rows(
        round(2.4 * unit), round(0.52 * page.height), 0, round(1.7 * unit), round(1.7 * unit), gap=0
    )
    sheet.write(
        scene.title or "Result",
        (title.left, title.top + 0.9 * unit),
        1.5 * unit,
        theme.text,
        theme.ground,
        width=title.width,
        weight=600,
        least=unit,
    )
    left, right = top.columns(round(0.42 * top.width), 0, gap=2 * unit)
    _accuracy(sheet, left, unit, result)
    _counts(sheet, right, unit, result)
    _advice(sheet, words, unit, result.lines)
    sheet.write(
        result.status,
        (status.left, status.middle[1]),
        unit,
        theme.dim,
        theme.ground,
        width=status.width,
    )
    hints = [f"{COMMANDS[c][0][0]}: {what}" for c, what in _KEYS.items() if c in scene.commands]
    sheet.write(
        " · ".join(hints),
        (keys.left, keys.middle[1]),
        unit,
        theme.text,
        theme.ground,
        width=keys.width,
    )


def _accuracy(sheet: Sheet, room: Rect, unit: int, result: Result) -> None:
    """Write the accuracy large, with the earlier ones as columns below it."""
    theme = sheet.theme
    if result.accuracy is None:
        sheet.write(
            "nothing to score",
            (room.left, room.top + 2 * unit),
            2 * unit,
            theme.text,
            theme.ground,
            width=room.width,
            weight=600,
            least=unit,
        )
        return
    has_past = bool(result.earlier) and room.height > 11 * unit
    widest = room.width / width_of("100 %", 100, 600) * 100
    size = min((0.48 if has_past else 0.7) * room.height, widest)
    number, caption, past = room.rows(round(1.25 * size), round(1.7 * unit), 0, gap=0)
    sheet.write(
        f"{result.accuracy * 100:.0f} %",
        (number.left, number.middle[1]),
        size,
        theme.accent,
        theme.ground,
        width=number.width,
        weight=600,
        least=unit,
    )
    sheet.write(
        "of the notes were right",
        (caption.left, caption.middle[1]),
        unit,
        theme.dim,
        theme.ground,
        width=caption.width,
    )
    if has_past:
        _past(sheet, past, unit, result)


def _past(sheet: Sheet, room: Rect, unit: int, result: Result) -> None:
    """Draw a column for each take, this one last and lit."""
    theme = sheet.theme
    values = [*result.earlier[-_SHOWN:], result.accuracy]
    high = min(room.height - round(1.7 * unit), 7 * unit)
    chart, caption, _ = room.rows(high, round(1.7 * unit), 0, gap=0)
    high = chart.height - unit // 2
    pitch = min(chart.width / len(values), 2.0 * unit)
    for i, value in enumerate(values):
        left = chart.left + i * pitch
        top = chart.bottom - max(high * min(max(value, 0.0), 1.0), 2.0)
        colour = theme.accent if i == len(values) - 1 else theme.note_edge
        sheet.block(left, top, left + 0.7 * pitch, chart.bottom, colour)
    sheet.write(
        "earlier takes, and this one",
        (caption.left, caption.middle[1]),
        unit,
        theme.dim,
        theme.ground,
        width=caption.width,
    )


def _counts(sheet: Sheet, room: Rect, unit: int, result: Result) -> None:
    """Write how many notes had which verdict, each with its sign and a bar."""
    if not result.counts:
        return
    pitch = min(room.height / len(result.counts), 3.6 * unit)
    size = max(round(min(_TEXT * unit, 0.75 * pitch)), LEAST)
    shown = result.counts[: int(room.height / max(pitch, 1.15 * size) + 0.01)]
    most = max(max(count for _, count in shown), 1)
    for i, (name, count) in enumerate(shown):
        row = Rect(room.left, round(room.top + i * pitch), room.width, round(pitch))
        _count(sheet, row, size, (name, count), count / most)


def _count(sheet: Sheet, row: Rect, size: int, counted: tuple[str, int], share: float) -> None:
    """Draw one verdict's row; `share` is the length of its bar, 0..1."""
    name, number = counted[0], f"{counted[1]}"
    theme, y, radius = sheet.theme, row.middle[1], 0.42 * size
    colour = theme.verdicts[name]
    sign(sheet, name, row.left + radius, y, radius, colour)
    start = row.left + 3.2 * radius
    end = start + width_of("correct 000", size, 600)
    wide = width_of(number, size, 600)
    sheet.write(
        name, (start, y), size, theme.text, theme.ground, width=end - wide - start, least=LEAST
    )
    sheet.write(
        number,
        (end, y),
        size,
        theme.text,
        theme.ground,
        width=end - start,
        weight=600,
        align="right",
        least=LEAST,
    )
    left = end + size
    length = (row.right - left) * share
    if length > 1:
        sheet.block(left, y - 0.28 * size, left + length, y + 0.28 * size, colour)


def _advice(sheet: Sheet, room: Rect, unit: int, sentences: tuple[str, ...]) -> None:
    """Write the sentences, each on lines of its own, smaller if they are long."""
    for size in range(round(_TEXT * unit), max(unit, LEAST) - 1, -1):
        lines = [line for words in sentences for line in wrapped(words, size, room.width)]
        fit = int(room.height / (1.35 * size))
        if len(lines) <= fit:
            break
    if not lines or not fit:
        return
    if len(lines) > fit:
        lines = [*lines[: fit - 1], f"{lines[fit - 1]} …"]
    for i, line in enumerate(lines):
        sheet.write(
            line,
            (room.left, room.top + (i + 0.6) * 1.35 * size),
            size,
            sheet.theme.text,
            sheet.theme.ground,
            width=room.width,
        )
