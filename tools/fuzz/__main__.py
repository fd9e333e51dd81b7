"""``python -m tools.fuzz``: damage input, and see that nothing crashes, hangs or fills memory."""

from __future__ import annotations

import argparse
import json
import selectors
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handmidi.bench.machine import describe
from tools.fuzz.inputs import ROOT
from tools.fuzz.parsers import PARSERS, Parser
from tools.fuzz.worker import input_of

LIMIT_MB = 900
"""What a process may hold, with every import (OpenCV, librosa and numba take most of it)."""
_START_S = 60.0
_MOST_SHOWN = 10


@dataclass
class Result:
    """What became of a parser's inputs."""

    parser: str
    outcomes: Counter = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    peak_mb: float = 0.0

    @property
    def inputs(self) -> int:
        """How many were used."""
        return self.outcomes["read"] + self.outcomes["refused"] + len(self.failures)

    def line(self) -> str:
        """The result in a line."""
        return (
            f"{self.parser:7} {self.inputs:6} inputs: {self.outcomes['read']} read, "
            f"{self.outcomes['refused']} refused, {len(self.failures)} failed; "
            f"slowest {self.slowest_s:.2f} s, at most {self.peak_mb:.0f} MB"
        )


def fuzz(parser: Parser, inputs: int, seed: int, keep: Path | None = None) -> Result:
    """Use so many damaged inputs; a process that dies or hangs is a failure, and replaced."""
    result, first = Result(parser.name), 0
    while first < inputs:
        with tempfile.TemporaryDirectory(prefix="handmidi-fuzz-") as folder:
            words = [parser.name, str(seed), str(first), str(inputs), folder]
            with subprocess.Popen(
                [sys.executable, "-m", "tools.fuzz.worker", *words],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL,
            ) as worker:
                at, why = _follow(worker, parser, result, keep, seed)
                worker.kill()
        if why:
            _fail(result, parser, at if at is not None else first, why, keep, seed)
        first = inputs if at is None and not why else (first if at is None else at) + 1
    return result


def _follow(
    worker: subprocess.Popen, parser: Parser, result: Result, keep: Path | None, seed: int
) -> tuple[int | None, str]:
    """Read until it ends; the input that it died of and why, or None and nothing."""
    at: int | None = None
    lines = _Lines(worker.stdout)
    while True:
        line = lines.next(parser.limit_s if at is not None else _START_S)
        if line is None:
            return at, f"hangs for more than {parser.limit_s:g} s"
        if not line:
            worker.wait()
            return (at, "") if lines.ended else (at, f"the process died ({worker.returncode})")
        said = json.loads(line)
        if isinstance(said, int):
            at = said
        elif isinstance(said, dict):
            result.peak_mb, lines.ended, at = max(result.peak_mb, said["peak_mb"]), True, None
        else:
            outcome, took_s = said
            result.slowest_s = max(result.slowest_s, took_s)
            if outcome.startswith("failed"):
                _fail(result, parser, at, outcome, keep, seed)
            else:
                result.outcomes[outcome] += 1


class _Lines:
    """Lines of a pipe, waited for no longer than asked."""

    def __init__(self, pipe: Any) -> None:
        self._pipe, self._waiting = pipe, b""
        self._selector = selectors.DefaultSelector()
        self._selector.register(pipe, selectors.EVENT_READ)
        self.ended = False

    def next(self, limit_s: float) -> bytes | None:
        """The next line; empty at the end; None if it does not come in time."""
        while b"\n" not in self._waiting:
            if not self._selector.select(limit_s):
                return None
            data = self._pipe.read1(65536)
            if not data:
                return b""
            self._waiting += data
        line, _, self._waiting = self._waiting.partition(b"\n")
        return line


def _fail(
    result: Result, parser: Parser, number: int, why: str, keep: Path | None, seed: int
) -> None:
    result.failures.append(f"{parser.name} input {number} of seed {seed}: {why}")
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        data = input_of(parser, parser.originals(), seed, number)
        (keep / f"{seed}-{number}-{parser.file}").write_bytes(data)


def figures(results: Sequence[Result]) -> list[dict[str, Any]]:
    """The lines for the table of the documentation."""
    return [
        {
            "what": f"{each.parser}: {each.inputs} damaged inputs: crashes, hangs, other failures",
            "bar": "0",
            "figure": f"{len(each.failures)} ({each.outcomes['read']} read, "
            f"{each.outcomes['refused']} refused; slowest {each.slowest_s:.2f} s, "
            f"{each.peak_mb:.0f} MB)",
            "holds": not each.failures and each.peak_mb <= LIMIT_MB,
        }
        for each in results
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Run, tell a line for each parser, and list what went wrong; 1 if anything did."""
    parser = argparse.ArgumentParser("python -m tools.fuzz", description=__doc__)
    parser.add_argument("parsers", nargs="*", metavar="PARSER", help=", ".join(PARSERS))
    parser.add_argument("--inputs", type=int, default=10_000, metavar="N", help="each (10000)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the damage (1)")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="side by side (1)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where bad inputs are kept")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="figures as JSON")
    options = parser.parse_args(argv)
    if unknown := set(options.parsers) - set(PARSERS):
        parser.error(f"no parser is called {', '.join(sorted(unknown))}: {', '.join(PARSERS)}")
    chosen = [PARSERS[name] for name in options.parsers or PARSERS]
    run = {
        "command": f"python -m tools.fuzz --inputs {options.inputs} --seed {options.seed}",
        "machine": describe(),
    }
    results = []
    with ThreadPoolExecutor(options.jobs) as pool:
        wanted = [options.inputs, options.seed, options.keep]
        for result in pool.map(lambda each: fuzz(each, *wanted), chosen):
            print(result.line(), flush=True)
            print(*result.failures[:_MOST_SHOWN], sep="\n", end="\n" if result.failures else "")
            results.append(result)
    run["figures"] = figures(results)
    if options.output:
        options.output.write_text(json.dumps(run, indent=1) + "\n")
    return int(not all(each["holds"] for each in run["figures"]))


if __name__ == "__main__":
    sys.exit(main())
