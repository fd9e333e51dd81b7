"""What people read: tables and a score in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from handmidi.score import Score


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: boxed for a terminal, tabs for a pipe."""
    import sys

    if not sys.stdout.isatty():
        for row in (columns, *rows):
            print("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    Console().print(shown)


def score_lines(score: Score) -> list[str]:
    """A score in words."""
    counts = Counter(verdict.verdict for verdict in score.verdicts)
    kinds = ["correct", "wrong", "missed", "held"]
    parts = [f"{counts[kind]} {kind}" for kind in kinds if counts[kind] or kind != "held"]
    lines = [f"accuracy {score.accuracy:.0%}: {', '.join(parts)}, {len(score.extras)} extra"]
    if score.timing_bias_ms is not None:
        side = "late" if score.timing_bias_ms >= 0 else "early"
        spread = score.timing_spread_ms or 0.0
        lines.append(f"timing {abs(score.timing_bias_ms):.0f} ms {side}, spread {spread:.0f} ms")
    return lines
