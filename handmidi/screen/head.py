"""The head of the screen: what sounds, how it goes, and what is being played."""

from __future__ import annotations

from handmidi.screen.cells import draw_cells, levels
from handmidi.screen.layout import LEAST, Layout, Rect
from handmidi.screen.scene import Moment, Scene
from handmidi.screen.sheet import Sheet
from handmidi.screen.signs import sign
from handmidi.screen.text import first_that_fits, fitted, width_of, wrapped

_VERDICT_S = 1.5
"""How long a verdict is shown."""

_TITLE = 1.4
_CHORD = 0.7
"""How much smaller a chord may be than a note: all of it matters more than its size."""

_NOTE_ROOM = "C♯5"
_FREQUENCY_ROOM = "8888.8 Hz"


def draw_head(sheet: Sheet, places: Layout, scene: Scene, moment: Moment, now_s: float) -> None:
    """Draw note and frequency, verdict and accuracy, title and place; or the task alone."""
    if moment.task:
        _task(sheet, places, moment.task)
        return
    _note(sheet, places, moment)
    if places.score:
        _score(sheet, places.score, places, moment, now_s)
        _lines(sheet, places.facts, places.unit, scene, moment)
    else:
        _title(sheet, places.facts, places.unit, scene, moment)


def _task(sheet: Sheet, places: Layout, task: str) -> None:
    """Write what to do across the whole head, as large as it fits."""
    first, last = places.note, places.facts
    room = Rect(
        first.left,
        first.top,
        max(first.right, last.right) - first.left,
        max(first.bottom, last.bottom) - first.top,
    )
    size = round(0.75 * places.note_px)
    while size > LEAST:
        lines = wrapped(task, size, room.width, 600)
        if len(lines) * 1.2 * size <= room.height and not any("…" in line for line in lines):
            break
        size -= 1
    lines = wrapped(task, size, room.width, 600)[: max(int(room.height / (1.2 * size)), 1)]
    y = room.middle[1] - 0.6 * size * (len(lines) - 1)
    for line in lines:
        sheet.write(
            line,
            (room.left, y),
            size,
            sheet.theme.text,
            sheet.theme.ground,
            width=room.width,
            weight=600,
        )
        y += 1.2 * size


def _note(sheet: Sheet, places: Layout, moment: Moment) -> None:
    """Write what sounds, and its frequency where there is room for it."""
    theme, room, size = sheet.theme, places.note, places.note_px
    window = places.window
    usual = max(round(min(window.height / 14, 0.08 * window.width)) + 1, LEAST)
    least = round(_CHORD * usual) if " " in moment.note else usual
    y = room.middle[1] if room.height < 1.3 * size else room.top + 0.6 * size
    small = round(0.4 * size)
    reserved = width_of(_FREQUENCY_ROOM, small)
    gap = places.unit
    if not moment.note:
        return
    frequency = "" if moment.frequency_hz is None else f"{moment.frequency_hz:.1f} Hz"
    narrow = width_of(moment.note, usual, 600)
    has_room = bool(frequency) and narrow + gap + reserved <= room.width
    width = room.width - (gap + reserved if has_room else 0)
    written = sheet.write(
        moment.note,
        (room.left, y),
        size,
        theme.text,
        theme.ground,
        width=width,
        weight=600,
        least=least,
    )
    if has_room and written:
        wide = max(written.width, width_of(_NOTE_ROOM, size, 600))
        start = min(room.left + wide + gap, room.right - reserved)
        base = y + 0.375 * (size - small)
        sheet.write(
            frequency,
            (start + reserved, base),
            small,
            theme.dim,
            theme.ground,
            width=reserved,
            align="right",
            least=LEAST,
        )


def _score(sheet: Sheet, room: Rect, places: Layout, moment: Moment, now_s: float) -> None:
    """Write the newest verdict or what is awaited, and the accuracy below it."""
    theme, unit = sheet.theme, places.unit
    size = max(round(0.4 * places.note_px), LEAST)
    y = room.top + 0.62 * size
    is_new = 0 <= now_s - moment.verdict_s < _VERDICT_S
    words, colour, start = "", theme.accent, 0.0
    if moment.awaited:
        ways = (f"waiting for {moment.awaited}", moment.awaited)
        words = first_that_fits(ways, unit, room.width, 600)
    elif moment.verdict and is_new:
        words, colour = moment.verdict, theme.verdicts[moment.verdict]
        radius = 0.42 * size
        start = 3 * radius
        sign(sheet, words, room.left + radius, y, radius, colour)
    sheet.write(
        words,
        (room.left + start, y),
        size,
        colour,
        theme.ground,
        width=room.width - start,
        weight=600,
        least=unit,
    )
    if moment.accuracy is not None:
        _accuracy(sheet, room, unit, size, moment.accuracy)


def _accuracy(sheet: Sheet, room: Rect, unit: int, size: int, accuracy: float) -> None:
    theme = sheet.theme
    y = room.bottom - 0.62 * size
    number = sheet.write(
        f"{accuracy * 100:.0f} %",
        (room.left, y),
        size,
        theme.text,
        theme.ground,
        width=room.width,
        weight=600,
        least=unit,
    )
    if number:
        start = room.left + max(number.width, width_of("100 %", size, 600)) + unit // 2
        sheet.write(
            first_that_fits(("right so far", "right", ""), unit, room.right - start),
            (start, y + 0.375 * (size - unit)),
            unit,
            theme.dim,
            theme.ground,
            width=room.right - start,
        )


def _lines(sheet: Sheet, room: Rect, unit: int, scene: Scene, moment: Moment) -> None:
    """Write title, place, tempo and loop on lines of their own, the first ones first."""
    theme = sheet.theme
    tempo = f"tempo {moment.tempo}" if moment.tempo else ""
    loop = f"loop: {moment.loop}" if moment.loop else ""
    rows = [
        (scene.title or scene.preset, theme.text, 600),
        (" · ".join(filter(None, (moment.place, tempo))), theme.text, 400),
        (loop or (scene.preset if scene.title else ""), theme.dim, 400),
    ]
    fit = max(int(room.height / (1.25 * LEAST)), 1)
    rows = rows[:fit]
    pitch = min(room.height / len(rows), 1.5 * _TITLE * unit)
    most = max(round(min(_TITLE * unit, pitch / 1.2)), LEAST)
    least = min(unit, most)
    size = min(fitted(words, most, least, room.width, weight)[1] for words, _, weight in rows)
    for i, (words, colour, weight) in enumerate(rows):
        sheet.write(
            words,
            (room.left, room.top + (i + 0.5) * pitch),
            size,
            colour,
            theme.ground,
            width=room.width,
            weight=weight,
        )


def _title(sheet: Sheet, room: Rect, unit: int, scene: Scene, moment: Moment) -> None:
    """Write the title, and the levels below it."""
    theme = sheet.theme
    high = round(1.7 * unit)
    preset = scene.preset if scene.preset != scene.title else ""
    words = " · ".join(
        filter(None, (scene.title, preset, moment.tempo and f"tempo {moment.tempo}"))
    )
    if moment.place:
        words = " · ".join(filter(None, (words, moment.place)))
    sheet.write(
        words,
        (room.left, room.top + high / 2),
        _TITLE * unit,
        theme.text,
        theme.ground,
        width=room.width,
        weight=600,
        least=unit,
    )
    low = min(round(3.7 * unit), room.height - high)
    below = Rect(room.left, room.bottom - low, room.width, max(low, 0))
    draw_cells(sheet, below, unit, levels(moment))
