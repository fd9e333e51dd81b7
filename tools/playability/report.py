"""The benchmark's figures as a table, as Markdown, and as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from handmidi.bench.machine import describe, machine_line

from .traces import MEAN_US, P99_US, Cost
from .trials import BASE, CONDITIONS, Bar, Condition, Score
from .ways import ways

Rows = list[list[str]]

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
OURS = "settle"
_DETAILS = ("F1", "precision", "recall", "median", "p95", "p95, own", "false notes/min")


class Printable(Protocol):
    """What can stand in a page."""

    def markdown(self) -> str:
        """Tables and notes for the documentation."""


@dataclass
class Report:
    """What was found so far.

    Parameters
    ----------
    seeds : range
    scores : dict
        By condition and way.
    cost : Cost or None
    video : dict
        Facts about the rendered clips; or, if there are none, ``{"left out": why}``.
    """

    seeds: range
    scores: dict[str, dict[str, Score]] = field(default_factory=dict)
    cost: Cost | None = None
    video: dict[str, Any] = field(default_factory=dict)

    @property
    def conditions(self) -> list[Condition]:
        """Those that were run, in order."""
        return [c for c in CONDITIONS if c.name in self.scores]

    @property
    def ways(self) -> list[str]:
        """Those that were run, ours first."""
        return [way for way in ways() if any(way in row for row in self.scores.values())]

    def misses(self) -> list[str]:
        """Conditions whose bar `settle` misses, and the cost if it is too high."""
        missed = [
            c.name
            for c in self.conditions
            if OURS in self.scores[c.name] and not c.bar.met(self.scores[c.name][OURS])
        ]
        return missed + (["cost"] if self.cost and not self.cost.met else [])

    def details(self) -> Rows:
        """What each way makes of the first condition; the head first."""
        scores = self.scores.get(BASE, {})
        return [[BASE, *_DETAILS], *([way, *_details(score)] for way, score in scores.items())]

    def overview(self) -> Rows:
        """F1 and p95 of every way in every condition, and the bar for ours; the head first."""
        rows = [["F1 · p95 in ms", *self.ways, f"bar for {OURS}", "", f"{OURS}, p95, own"]]
        for condition in self.conditions:
            scores, bar = self.scores[condition.name], condition.bar
            cells = [_cell(scores.get(way)) for way in self.ways]
            ours, wanted = scores.get(OURS), _wanted(bar)
            verdict = ("met" if bar.met(ours) else "missed") if ours and wanted else ""
            own = _ms(ours.own_p95_ms) if ours else ""
            rows.append([condition.name, *cells, wanted, verdict, own])
        return rows

    def notes(self) -> list[str]:
        """What stands below the table."""
        lines = [f"{len(self.seeds)} players, seeds {self.seeds[0]} to {self.seeds[-1]}"]
        told = self.scores.get("song, told", {}).get(OURS)
        if told:
            lines.append(
                f"ghosts, notes that the hand did not play, with the song told: {told.ghosts}"
            )
        if "left out" in self.video:
            lines.append(f"rendered video left out: {self.video['left out']}")
        elif self.video:
            lines.append(
                "rendered video: {clips} clips, {frames} frames, {lost} without a hand; tracked "
                "÷ asked area {ratio:.3f} ± {ratio_sd:.3f}; {render_ms:.0f} ms to draw and "
                "{track_ms:.1f} ms to track a frame".format(**self.video)
            )
        if self.cost:
            c, word = self.cost, "met" if self.cost.met else "missed"
            lines.append(
                f"a row from Hand to messages, all controls on: {c.mean_us:.0f} µs on average, "
                f"p99 {c.p99_us:.0f} µs (bar {MEAN_US:g} and {P99_US:g}: {word}), {c.rows} rows"
            )
        return [*lines, machine_line(describe())]

    def to_dict(self) -> dict[str, Any]:
        """All figures, for JSON."""
        return {
            "machine": machine_line(describe()),
            "seeds": [self.seeds[0], self.seeds[-1]],
            "conditions": {
                c.name: {
                    "bar": {k: v for k, v in asdict(c.bar).items() if v is not None},
                    "ways": {way: figures(s) for way, s in self.scores[c.name].items()},
                }
                for c in self.conditions
            },
            "missed": self.misses(),
            "cost": asdict(self.cost) if self.cost else None,
            "video": self.video,
        }

    def markdown(self) -> str:
        """Tables and notes for the documentation."""
        tables = map(markdown, (self.details(), self.overview()))
        return "\n\n".join((*tables, "\n".join(f"- {line}" for line in self.notes())))


def show(report: Report, boxed: bool) -> None:
    """Print tables and notes: boxed for a terminal, tabs for a pipe."""
    if not boxed:
        for row in (*report.details(), [], *report.overview(), []):
            print("\t".join(row))
        print(*report.notes(), sep="\n")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    for head, *rows in (report.details(), report.overview()):
        table = Table(box=None, header_style="bold", pad_edge=False)
        for name in head:
            table.add_column(name, no_wrap="·" in name or not name)
        for row in rows:
            table.add_row(*(Text(cell.replace(" · ", "\n")) for cell in row))
        console.print(table, "")
    console.print(*map(Text, report.notes()), sep="\n")


def markdown(rows: Rows) -> str:
    """A table; its head comes first."""
    head, *body = rows
    lines = (head, ["---"] * len(head), *body)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def rewrite(page: Path, report: Printable, marks: tuple[str, str] = (BEGIN, END)) -> None:
    """Put the table between the marks of a page.

    Raises
    ------
    ValueError
        If the page has no such marks.
    """
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not begin or not end:
        raise ValueError(f"{page} has no place for figures: it needs {' and '.join(marks)}")
    page.write_text(f"{before}{begin}\n{report.markdown()}\n{end}{after}", encoding="utf-8")


def _cell(score: Score | None) -> str:
    if score is None:
        return ""
    return f"{score.count.f1:.3f} · {_ms(score.count.p95_ms).removesuffix(' ms')}"


def _details(score: Score) -> list[str]:
    count = score.count
    return [
        *(f"{share:.3f}" for share in (count.f1, count.precision, count.recall)),
        _ms(count.median_ms, "+"),
        _ms(count.p95_ms),
        _ms(score.own_p95_ms),
        f"{count.false_per_min:.1f}",
    ]


def _ms(value: float, sign: str = "") -> str:
    return "–" if math.isnan(value) else f"{value:{sign}.0f} ms"


def _wanted(bar: Bar) -> str:
    parts = [f"≥ {bar.f1:.3f}"] if bar.f1 is not None else []
    parts += [f"≤ {bar.p95_ms:g}"] if bar.p95_ms is not None else []
    parts += [f"median ≤ ±{bar.median_ms:g}"] if bar.median_ms is not None else []
    parts += ["no ghost"] if bar.ghosts == 0 else []
    return " · ".join(parts)


def figures(score: Score) -> Mapping[str, float | int | None]:
    """A score for JSON."""
    count = score.count
    found = {
        "f1": count.f1,
        "precision": count.precision,
        "recall": count.recall,
        "median_ms": count.median_ms,
        "p95_ms": count.p95_ms,
        "own_p95_ms": score.own_p95_ms,
        "false_per_min": count.false_per_min,
    }
    rounded = {k: None if math.isnan(v) else round(v, 4) for k, v in found.items()}
    return rounded | {"notes": count.meant, "takes": score.takes, "ghosts": score.ghosts}
