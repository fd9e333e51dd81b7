"""How well arrivals can be read at best: ``python -m tools.playability.bound``.

The engine is one way to read a reach. Here the simulator's own laws read it, by Bayes' rule over
all reaches that it could make (`bound_posterior`), and more and more is known of the player
(`bound_knowledge`). The usual 60 players take one core some five minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handmidi.bench.machine import describe, machine_line

from .bound_knowledge import STATES
from .bound_reading import LATER_S, Bound, measure
from .report import Rows, figures, markdown, rewrite
from .trials import BASE, CONDITIONS, HELD_OUT, Score

CHOICES = {"30": BASE, "60": "60 fps", "song": "song, told"}
"""The conditions that are read, by what the command calls them."""

MARKS = ("<!-- bound: begin -->", "<!-- bound: end -->")


@dataclass(frozen=True, slots=True)
class Bounds:
    """All that was found.

    Parameters
    ----------
    seeds : range
    rows : tuple of Bound
        One for each condition.
    """

    seeds: range
    rows: tuple[Bound, ...]

    def table(self) -> Rows:
        """p95 and p95 about each player's own median; the head first."""
        out = [["p95 · own, in ms", "bar", "engine", "F1", *(state.name for state in STATES)]]
        for row in self.rows:
            condition, f1 = row.condition, f"{row.engine.count.f1:.3f}"
            cells = [f"≤ {condition.bar.p95_ms:g}", _cell(row.engine), f1]
            out.append([condition.name, *cells, *map(_cell, row.best.values())])
        return out

    def notes(self) -> list[str]:
        """What stands below the table."""
        free = "; ".join(f"{row.condition.name} {row.free_ms:.0f} ms" for row in self.rows)
        errors_ms = [row.error_ms for row in self.rows]
        return [
            f"{len(self.seeds)} players, seeds {self.seeds[0]} to {self.seeds[-1]}; with other "
            f"players a p95 varies by {min(errors_ms):.1f} to {max(errors_ms):.1f} ms (standard "
            "error)",
            f"zone known, median left free, notes due up to {1000 * LATER_S[-1]:.0f} ms later: "
            f"p95 {free}",
        ]

    def markdown(self) -> str:
        """Table and notes for the documentation."""
        return "\n\n".join((markdown(self.table()), "\n".join(f"- {n}" for n in self.notes())))

    def to_dict(self) -> dict[str, Any]:
        """All figures, for JSON."""
        return {
            "machine": machine_line(describe()),
            "seeds": [self.seeds[0], self.seeds[-1]],
            "conditions": {
                row.condition.name: {
                    "bar_ms": row.condition.bar.p95_ms,
                    "engine": figures(row.engine),
                    "best": {name: figures(score) for name, score in row.best.items()},
                    "free_ms": round(row.free_ms, 2),
                    "standard_error_ms": round(row.error_ms, 2),
                }
                for row in self.rows
            },
        }


def main() -> int:
    """Read the arguments, measure, show and write the figures."""
    options = _options()
    names = [CHOICES[options.condition]] if options.condition else CHOICES.values()
    seeds, rows = range(options.first, options.first + options.players), []
    for condition in (c for c in CONDITIONS if c.name in names):
        rows.append(measure(condition, seeds))
        print(f"{condition.name} done", file=sys.stderr, flush=True)
    bounds = Bounds(seeds, tuple(rows))
    for cells in bounds.table():
        print("\t".join(cells))
    print(*bounds.notes(), sep="\n")
    if options.output:
        text = json.dumps(bounds.to_dict(), indent=1, ensure_ascii=False) + "\n"
        options.output.write_text(text, encoding="utf-8")
    if options.docs:
        rewrite(options.docs, bounds, MARKS)
    return 0


def _options() -> argparse.Namespace:
    about = "How well arrivals can be read at best, with more and more known of the player."
    parser = argparse.ArgumentParser("python -m tools.playability.bound", description=about)
    add = parser.add_argument
    add("--condition", choices=tuple(CHOICES), help="only this one")
    add("--first", type=int, default=HELD_OUT, metavar="SEED", help=f"default {HELD_OUT}")
    add("--players", type=int, default=60, metavar="N", help="default 60")
    add("-o", "--output", type=Path, metavar="FILE", help="write all figures as JSON")
    add("--docs", type=Path, metavar="FILE", help="rewrite the table in docs/playability.md")
    options = parser.parse_args()
    if options.first < 0 or options.players < 1:
        parser.error("--first is at least 0, --players at least 1")
    if options.docs and options.condition:
        parser.error("--docs needs all conditions")
    return options


def _cell(score: Score) -> str:
    return f"{score.count.p95_ms:.0f} · {score.own_p95_ms:.0f}"


if __name__ == "__main__":
    sys.exit(main())
