"""Small measures: a caption, a number, and where it helps a bar."""

from __future__ import annotations

from dataclasses import dataclass

from handmidi.screen.layout import Rect
from handmidi.screen.scene import Moment
from handmidi.screen.sheet import Sheet

_LOUD_DB, _QUIET_DB = 0.0, -60.0
_VALUE = 1.3
_WIDTH = 6.6
_LOW, _HIGH = 3.2, 3.9
"""Width of a cell at least, and its least and greatest height, in units."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A measure.

    Parameters
    ----------
    caption, value : str
    share : float or None
        How long its bar is, 0..1; None is no bar.
    """

    caption: str
    value: str
    share: float | None = None


def levels(moment: Moment) -> list[Cell]:
    """What is known of levels and speed, the most needed first."""
    cells = []
    if moment.velocity is not None:
        cells.append(Cell("velocity", f"{moment.velocity}", moment.velocity / 127))
    if moment.level_dbfs is not None:
        level = max(moment.level_dbfs, -99.0)
        share = (level - _QUIET_DB) / (_LOUD_DB - _QUIET_DB)
        cells.append(Cell("microphone", f"{level:.0f} dB".replace("-", "−"), share))
    if moment.latency_ms is not None:
        cells.append(Cell("latency", f"{moment.latency_ms:.0f} ms"))
    if moment.fps is not None:
        cells.append(Cell("camera", f"{moment.fps:.0f} fps"))
    return cells


def draw_cells(sheet: Sheet, room: Rect, unit: int, cells: list[Cell]) -> None:
    """Draw as many cells as have room, below each other and then side by side."""
    most = max(int(room.width / (_WIDTH * unit)), 1)
    down = int(room.height / (_LOW * unit))
    if not cells or not down:
        return
    across = min(-(-len(cells) // down), most)
    height = min(room.height / min(-(-len(cells) // across), down), _HIGH * unit)
    width = room.width // across
    for i, cell in enumerate(cells[: across * down]):
        row, column = divmod(i, across)
        place = Rect(
            room.left + column * width,
            room.top + round(row * height),
            width - (unit if across > 1 else 0),
            round(height),
        )
        _draw(sheet, place, unit, cell)


def _draw(sheet: Sheet, place: Rect, unit: int, cell: Cell) -> None:
    theme, left, width, height = sheet.theme, place.left, place.width, place.height
    sheet.write(
        cell.caption, (left, place.top + 0.17 * height), unit, theme.dim, theme.ground, width=width
    )
    sheet.write(
        cell.value,
        (left, place.top + 0.54 * height),
        _VALUE * unit,
        theme.text,
        theme.ground,
        width=width,
        weight=500,
        least=unit,
    )
    if cell.share is not None:
        top, high = place.top + round(0.82 * height), max(unit // 5, 2)
        done = round(width * min(max(cell.share, 0.0), 1.0))
        sheet.fill(Rect(left, top, width, high), theme.line)
        sheet.fill(Rect(left, top, done, high), theme.accent)
