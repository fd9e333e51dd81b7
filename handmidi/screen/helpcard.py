"""The keys, over the body of the screen; the note goes on above them."""

from __future__ import annotations

from handmidi.screen.keys import COMMANDS
from handmidi.screen.layout import LEAST, Layout
from handmidi.screen.scene import Scene
from handmidi.screen.sheet import Sheet
from handmidi.screen.text import width_of

_TEXT = 1.3
_NEEDS = 44
"""Width of two columns, in units: with less there is one."""

_CAPS, _CAP = 7.0, 3.2
"""Width of the keys, and of the first alone, in sizes of their letters."""


def draw_help(sheet: Sheet, places: Layout, scene: Scene) -> None:
    """Draw the keys that can be pressed now, and what they do."""
    theme, unit, body = sheet.theme, places.unit, places.body
    sheet.block(
        body.left,
        body.top,
        body.right,
        body.bottom,
        theme.panel,
        radius=unit / 2,
        edge=theme.line,
        thickness=sheet.stroke(1),
    )
    names = [name for name in COMMANDS if name in scene.commands]
    if not names:
        return
    room = body.inset(round(1.2 * unit), round(0.6 * unit))
    is_tight = len(names) * 1.3 * LEAST > room.height
    across = 2 if room.width > _NEEDS * unit or is_tight else 1
    down = -(-len(names) // across)
    width = room.width // across - (unit if across > 1 else 0)
    pitch = min(room.height / down, 3.2 * unit)
    size = max(round(min(_TEXT * unit, pitch / 1.25)), LEAST)
    while size > LEAST and not all(_fits(name, size, width) for name in names):
        size -= 1
    top = room.top + (room.height - down * pitch) / 2
    for i, name in enumerate(names):
        column, row = divmod(i, down)
        left = room.left + column * (room.width // across)
        y = top + (row + 0.5) * pitch
        _key(sheet, left, y, width, size, name)


def _fits(name: str, size: int, width: float) -> bool:
    return _CAPS * size + width_of(COMMANDS[name][1], size) <= width


def _key(sheet: Sheet, left: float, y: float, width: float, size: int, name: str) -> None:
    """Draw a command's keys as caps, and its meaning behind them."""
    theme = sheet.theme
    keys, meaning = COMMANDS[name]
    start = left + (_CAPS if _CAPS * size < 0.5 * width else _CAP) * size
    x = left
    for key in keys:
        wide = max(width_of(key, size, 600) + 0.8 * size, 1.5 * size)
        if x + wide > start - 0.3 * size:
            break
        sheet.block(
            x,
            y - 0.66 * size,
            x + wide,
            y + 0.66 * size,
            theme.note,
            radius=0.2 * size,
            edge=theme.note_edge,
            thickness=sheet.stroke(1),
        )
        sheet.write(
            key,
            (x + wide / 2, y),
            size,
            theme.text,
            theme.note,
            width=wide,
            weight=600,
            align="center",
        )
        x += wide + 0.4 * size
    sheet.write(
        meaning,
        (start, y),
        size,
        theme.text,
        theme.panel,
        width=left + width - start,
        least=LEAST,
    )
