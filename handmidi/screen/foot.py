"""The foot of the screen: what is connected, or a line that must be read."""

from __future__ import annotations

from handmidi.screen.keys import COMMANDS
from handmidi.screen.layout import Layout, Rect
from handmidi.screen.scene import Moment, Scene
from handmidi.screen.sheet import Sheet
from handmidi.screen.signs import sign
from handmidi.screen.text import width_of, wrapped

_LEAST_WIDTH = 7
"""Of a connection, in units: less tells nothing."""


def draw_foot(sheet: Sheet, places: Layout, scene: Scene, moment: Moment) -> None:
    """Draw the notice if there is one, else the connections; the key for help at the right."""
    unit, foot, theme = places.unit, places.foot, sheet.theme
    count = max(round(foot.height / (1.9 * unit)), 1)
    first, *more = foot.rows(*[foot.height // count] * count, gap=0)
    if "help" in scene.commands:
        hint = f"{COMMANDS['help'][0][0]}: keys"
        wide = width_of(hint, unit)
        first, right = first.columns(0, wide, gap=unit)
        sheet.write(hint, (right.left, right.middle[1]), unit, theme.dim, theme.ground, width=wide)
    if moment.notice:
        _notice(sheet, unit, [first, *more], moment)
    else:
        _connections(sheet, unit, [first, *more], _ordered(scene, moment))


def _notice(sheet: Sheet, unit: int, rows: list[Rect], moment: Moment) -> None:
    """Write the notice on as many lines as there are; the last one is shortened."""
    theme = sheet.theme
    radius = 0.55 * unit
    indent, size = round(3 * radius) if moment.is_warning else 0, round(1.15 * unit)
    if moment.is_warning:
        sign(sheet, "warning", rows[0].left + radius, rows[0].middle[1], radius, theme.accent)
    lines = wrapped(moment.notice, size, rows[0].width - indent, 600)
    last = len(rows) - 1
    for row, words in zip(rows, [*lines[:last], " ".join(lines[last:])], strict=False):
        sheet.write(
            words,
            (row.left + indent, row.middle[1]),
            size,
            theme.text,
            theme.ground,
            width=row.width - indent,
            weight=600,
            least=unit,
        )


def _ordered(scene: Scene, moment: Moment) -> list[tuple[str, bool]]:
    """What is said of each connection, and whether it works.

    What does not work comes first, for what has no room is left out.
    """
    said = []
    if moment.is_muted:
        said.append(("sound muted (m)" if "mute" in scene.commands else "sound muted", False))
    for one in scene.connections:
        if one.works and not (moment.is_muted and one.kind == "sound"):
            said.append((f"{one.kind} {one.name}", True))
        elif not one.works:
            said.append((f"no {one.kind}: {one.name}", False))
    return sorted(said, key=lambda pair: pair[1])


def _connections(
    sheet: Sheet, unit: int, rows: list[Rect], connections: list[tuple[str, bool]]
) -> None:
    """Write one after another with a sign, as long as there is room."""
    theme = sheet.theme
    radius = 0.45 * unit
    indent, gap = round(3 * radius), round(1.4 * unit)
    row, *others = rows
    x = row.left
    for words, works in connections:
        wanted = indent + width_of(words, unit)
        if x + wanted > row.right and x > row.left and others:
            row = others.pop(0)
            x = row.left
        room = row.right - x
        if room < min(wanted, _LEAST_WIDTH * unit):
            return
        name = "works" if works else "broken"
        colour = theme.verdicts["correct" if works else "wrong"]
        sign(sheet, name, x + radius, row.middle[1], radius, colour)
        written = sheet.write(
            words,
            (x + indent, row.middle[1]),
            unit,
            theme.dim if works else theme.text,
            theme.ground,
            width=room - indent,
        )
        x = (written.right if written else x + indent) + gap
