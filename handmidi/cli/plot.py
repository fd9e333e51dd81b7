"""Bars of characters, for a terminal or a file."""

from __future__ import annotations

import sys
from collections.abc import Sequence

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_WIDEST = 3


def bar_plot(shares: Sequence[float | None], width: int = 72, height: int = 8) -> list[str]:
    """Bars from 0 to 100 %, with an axis at the left.

    Parameters
    ----------
    shares : sequence of float or None
        Each 0..1; None leaves a gap. Where they are too many for the width, the last are shown.
    width, height : int
        In characters: of all, and of the bars.

    Returns
    -------
    list of str
        Lines from top to bottom, the base line last.
    """
    room = max(width - 7, 1)
    shown = shares[-room:]
    column = max(min(room // max(len(shown), 1), _WIDEST), 1)
    fine = _can_say(_EIGHTHS)
    lines = []
    for row in range(height, 0, -1):
        percent = 100 * row / height
        label = f"{percent:3.0f} % " if percent in (50, 100) else " " * 6
        cells = (_cell(share, row, height, fine) * max(column - 1, 1) for share in shown)
        gap = " " if column > 1 else ""
        lines.append(f"{label}{'│' if fine else '|'}{gap.join(cells)}".rstrip())
    return [*lines, f"  0 % {'└' if fine else '+'}{('─' if fine else '-') * column * len(shown)}"]


def _cell(share: float | None, row: int, height: int, fine: bool) -> str:
    """What one bar shows in one row, the lowest being 1."""
    eighths = round(8 * height * min(max(share or 0.0, 0.0), 1.0)) - 8 * (row - 1)
    if fine:
        return _EIGHTHS[min(max(eighths, 0), 8)]
    return "#" if eighths >= 4 else " "


def _can_say(text: str) -> bool:
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
