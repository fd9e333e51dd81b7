"""One table of what the long runs found: ``python -m tools.reliability FILE.json … --docs PAGE``.

Each file names its command, its machine, and its figures with their bars.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from handmidi.bench.machine import machine_line
from handmidi.bench.report import rewrite
from handmidi.errors import HandMidiError

_HEAD = ("what", "bar", "figure", "holds", "command")


def tell(run: Mapping[str, Any], output: Path | None) -> int:
    """Print a run's figures, and write them down; 1 if a bar does not hold."""
    for each in run["figures"]:
        bar = f" (bar: {each['bar']})" if each["bar"] else ""
        print(f"{each['what'].rpartition(': ')[2]}{bar}: {each['figure']}")
    print(machine_line(run["machine"]))
    if output:
        output.write_text(json.dumps(run, indent=1) + "\n", encoding="utf-8")
    return int(any(each["holds"] is False for each in run["figures"]))


def read(path: Path) -> dict[str, Any]:
    """What a long run wrote down.

    Raises
    ------
    HandMidiError
        If the file cannot be read, or names no command, machine and figures.
    """
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
        rows(run)
        machine_line(run["machine"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise HandMidiError(
            f"{path} has no figures ({type(error).__name__}: {error}): run its tool again with -o"
        ) from error
    return run


def rows(run: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """A run's lines of the table; a figure without a bar is stated, not judged."""
    told = {True: "yes", False: "**no**", None: ""}
    return [
        (
            each["what"],
            str(each["bar"] or ""),
            str(each["figure"]),
            told[each["holds"]],
            f"`{run['command']}`",
        )
        for each in run["figures"]
    ]


def markdown(runs: Iterable[Mapping[str, Any]]) -> str:
    """The table, and the machines below it."""
    runs = list(runs)
    lines = (_HEAD, ["---"] * len(_HEAD), *(row for run in runs for row in rows(run)))
    table = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    # Load differs from run to run; the machine should not.
    machines = dict.fromkeys(machine_line({**run["machine"], "load": None}) for run in runs)
    return "\n\n".join((table, "\n".join(f"- {machine}" for machine in machines)))


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table, and put it into a page; 1 if a bar does not hold."""
    parser = argparse.ArgumentParser("python -m tools.reliability", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="what a run wrote")
    parser.add_argument("--docs", type=Path, metavar="PAGE", help="rewrite its table")
    options = parser.parse_args(argv)
    try:
        runs = [read(path) for path in options.files]
        print(markdown(runs))
        if options.docs:
            rewrite(options.docs, markdown(runs), "reliability")
    except HandMidiError as error:
        print(f"reliability: {error}", file=sys.stderr)
        return 1
    return int(any(each["holds"] is False for run in runs for each in run["figures"]))


if __name__ == "__main__":
    sys.exit(main())
