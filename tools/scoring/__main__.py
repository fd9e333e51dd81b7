"""Run the benchmark: ``python -m tools.scoring``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from handmidi.bench.machine import describe, machine_line
from handmidi.bench.report import rewrite
from handmidi.errors import HandMidiError

from . import notation, pairing, reports, verdicts

Table = list[list[str]]
"""Rows of texts, the heads first."""

SECTIONS: dict[str, Callable[[], list[Table]]] = {
    "pairing": pairing.section,
    "verdicts": verdicts.section,
    "notation": notation.section,
    "reports": reports.section,
}
"""What is measured, in order.

To add to it, add a function that returns tables, and its marks in docs/scoring.md.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, show and write the figures; 1 if they could not be written."""
    options = _options(argv)
    names = options.sections or list(SECTIONS)
    try:
        machine = describe()
        if options.docs:
            for name in names:
                rewrite(options.docs, None, name)  # before minutes of work
        found = {}
        for name in names:
            found[name] = SECTIONS[name]()
            text = "\n\n".join(map(markdown, found[name]))
            print(text, end="\n\n", flush=True)
            if options.docs:
                rewrite(options.docs, f"{text}\n\n- {machine_line(machine)}", name)
        if options.output:
            whole = json.dumps(found | {"machine": machine}, indent=1, ensure_ascii=False)
            options.output.write_text(whole + "\n", encoding="utf-8")
    except (HandMidiError, OSError) as error:
        print(f"scoring: {error}", file=sys.stderr)
        return 1
    return 0


def markdown(table: Table) -> str:
    """A table for the terminal and for the documentation."""
    head, *rows = table
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tools.scoring", description=__doc__)
    add = parser.add_argument
    add("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)} (default all)")
    add("-o", "--output", type=Path, metavar="FILE", help="write all figures as JSON")
    add("--docs", type=Path, metavar="FILE", help="rewrite the figures in docs/scoring.md")
    options = parser.parse_args(argv)
    if unknown := [name for name in options.sections if name not in SECTIONS]:
        parser.error(f"there is no section {unknown[0]!r}: name some of {', '.join(SECTIONS)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
