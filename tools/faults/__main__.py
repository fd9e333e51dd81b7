"""``python -m tools.faults``: the fault matrix."""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from handmidi.bench.machine import describe
from tools.faults.bed import Bed
from tools.faults.catalogue import FAULTS, Fault
from tools.faults.driver import LOST_S, RESTART_S, SILENT_S, Outcome, play_round
from tools.faults.session import NotHeardError
from tools.scoring.reports import seconds as report_seconds

_BEGINS = 2


def rounds_of(fault: Fault, rounds: int, seed: int) -> list[Outcome]:
    """Play a fault's rounds, one after another."""
    _engrave_once()
    rng = random.Random(f"{seed} {fault.name}")
    outcomes, bed = [], None
    with tempfile.TemporaryDirectory(prefix="hf") as folder:
        try:
            for number in range(rounds):
                if bed is None:
                    short = Path(folder) / f"b{number}"
                    short.mkdir()
                    bed = Bed(short)
                outcome = _one(fault, bed, rng)
                outcomes.append(outcome)
                if fault.own_servers or outcome.wrong:
                    bed.close()
                    bed = None
        finally:
            if bed:
                bed.close()
    return outcomes


@cache
def _engrave_once() -> None:
    """A program ends with a report: what is read from a cold disk for it is no fault's doing."""
    report_seconds(bars=1)


def _one(fault: Fault, bed: Bed, rng: random.Random) -> Outcome:
    try:
        for _ in range(_BEGINS):
            with suppress(NotHeardError):  # nothing was harmed yet: this was no round
                return play_round(fault, bed, rng)
        return play_round(fault, bed, rng)
    except Exception as error:  # a round that breaks is an outcome, too
        return Outcome(fault.name, 0.0, lost_take=True, wrong=[f"{type(error).__name__}: {error}"])


def summary(outcomes: list[Outcome]) -> dict[str, Any]:
    """The worst of a fault's rounds."""
    silent = [each.silent_ms for each in outcomes if each.silent_ms is not None]
    back = [each.restart_s for each in outcomes if each.restart_s is not None]
    return {
        "rounds": len(outcomes),
        "hung": sum(each.hung for each in outcomes),
        "silent_ms": max(silent, default=None),
        "restart_s": max(back, default=None),
        "lost takes": sum(each.lost_take for each in outcomes),
        "lost_s": max(each.lost_s for each in outcomes),
        "orphans": sum(len(each.orphans) for each in outcomes),
        "wrong": sum(bool(each.wrong) for each in outcomes),
    }


def figures(rows: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines for the table of the documentation."""
    rounds = sum(row["rounds"] for row in rows.values())
    what = f"{len(rows)} faults, {rounds} rounds: "

    def line(name: str, bar: str, figure: object, holds: bool) -> dict[str, Any]:
        return {"what": what + name, "bar": bar, "figure": figure, "holds": holds}

    silent = max((row["silent_ms"] or 0 for row in rows.values()), default=0)
    back = max((row["restart_s"] or 0 for row in rows.values()), default=0)
    lost_s = max((row["lost_s"] for row in rows.values()), default=0)
    total = {
        name: sum(row[name] for row in rows.values())
        for name in ("hung", "lost takes", "orphans", "wrong")
    }
    return [
        line("hung notes", "0", total["hung"], not total["hung"]),
        line("lost takes", "0", total["lost takes"], not total["lost takes"]),
        line("orphans", "0", total["orphans"], not total["orphans"]),
        line("rounds with anything wrong", "0", total["wrong"], not total["wrong"]),
        line(
            "notes end after, ms, at worst", f"≤ {SILENT_S * 1e3:.0f}", silent,
            silent <= SILENT_S * 1e3,
        ),
        line("vision back after, s, at worst", f"≤ {RESTART_S:g}", back, back <= RESTART_S),
        line("lost of a take's end, s, at worst", f"≤ {LOST_S:g}", lost_s, lost_s <= LOST_S),
    ]  # fmt: skip


def main(argv: list[str] | None = None) -> int:
    """Play every fault's rounds, print the table; 1 if a bar does not hold."""
    parser = argparse.ArgumentParser("python -m tools.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, metavar="N", help="of each fault (20)")
    parser.add_argument("--faults", nargs="+", metavar="WORD", help="those with such a word")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--jobs", type=int, default=1, help="faults side by side (1); some stay alone"
    )
    parser.add_argument("--list", action="store_true", help="print the faults' names")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="figures as JSON")
    options = parser.parse_args(argv)
    chosen = [
        number
        for number, fault in enumerate(FAULTS)
        if not options.faults or any(word in fault.name for word in options.faults)
    ]
    if options.list:
        print("\n".join(FAULTS[number].name for number in chosen))
        return 0
    command = "python -m tools.faults " + " ".join(sys.argv[1:] if argv is None else argv)
    run = {"command": command.partition(" -o")[0].strip(), "machine": describe()}
    rows: dict[str, dict[str, Any]] = {}
    for name, outcomes in _play(chosen, options):
        rows[name] = summary(outcomes)
        _tell(name, rows[name], outcomes)
        run |= {"figures": figures(rows), "faults": rows}
        run.setdefault("rounds", []).extend(each.to_dict() for each in outcomes)
        if options.output:  # as it grows: a run of hours may be stopped
            options.output.write_text(json.dumps(run, indent=1) + "\n")
    _print(rows)
    return int(not all(each["holds"] for each in run["figures"]))


def _play(chosen: list[int], options: argparse.Namespace) -> Iterator[tuple[str, list[Outcome]]]:
    """Each fault's outcomes, as they are there: those that stay alone come last."""
    for alone in (False, True):
        numbers = [number for number in chosen if FAULTS[number].alone == alone]
        with ProcessPoolExecutor(1 if alone else options.jobs) as pool:
            jobs = {pool.submit(_job, each, options.rounds, options.seed): each for each in numbers}
            for job in as_completed(jobs):
                yield FAULTS[jobs[job]].name, job.result()


def _tell(name: str, row: dict[str, Any], outcomes: list[Outcome]) -> None:
    print(f"{name}: {row}", flush=True)
    for each in outcomes:
        if each.wrong or each.hung or each.orphans:
            print(f"  at {each.moment_s} s: {each.wrong} {each.orphans}", flush=True)


def _job(number: int, rounds: int, seed: int) -> list[Outcome]:
    """In another process: a `Fault` holds functions that cannot be sent."""
    return rounds_of(FAULTS[number], rounds, seed)


def _print(rows: dict[str, dict[str, Any]]) -> None:
    table = Table()
    table.add_column("fault")
    for name in next(iter(rows.values())):
        table.add_column(name, justify="right")
    for name, row in rows.items():
        table.add_row(name, *("" if value is None else str(value) for value in row.values()))
    Console(width=120).print(table)


if __name__ == "__main__":
    sys.exit(main())
