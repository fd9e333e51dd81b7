"""The command line of the night."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from handmidi.bench.machine import describe
from tools import night
from tools.night.play import play
from tools.reliability import tell

SLOPE_MB_PER_H = 1.0
"""What memory may gain in an hour."""
DRIFT_MS = 1.0
"""How far apart the times of notes, files and sound may be after the night."""

_SETTLED_S = 3600.0


def slope_mb_per_h(samples: Sequence[tuple[float, float, int, int]]) -> float | None:
    """Of a straight line through the memory after the first hour; None without three looks."""
    settled = [each for each in samples if each[0] >= _SETTLED_S]
    if len(settled) < 3:
        return None
    times_h = np.array([each[0] for each in settled]) / 3600
    slope, _ = np.polyfit(times_h, np.array([each[1] for each in settled]), 1)
    return round(float(slope), 3)


def figures(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines for the table of the documentation."""
    hours = found["length_s"] / 3600
    what = f"{hours:g} h simulated, {found['frames']} pictures, {found['notes']} notes: "
    first, last = found["samples"][0], found["samples"][-1]

    def line(name: str, bar: str | None, figure: object, holds: bool | None) -> dict[str, Any]:
        return {"what": what + name, "bar": bar, "figure": figure, "holds": holds}

    slope = slope_mb_per_h(found["samples"])
    out = [
        line(
            "memory gained in an hour, MB", f"≤ {SLOPE_MB_PER_H:g}", slope,
            None if slope is None else slope <= SLOPE_MB_PER_H,
        ),
        line(
            "threads and files open, more at the end", "0",
            sum(last[2:]) - sum(first[2:]), sum(last[2:]) <= sum(first[2:]),
        ),
        line("hung notes", "0", found["hung"], found["hung"] == 0),
    ]  # fmt: skip
    for name, title in (
        ("sound_drift_ms", "sound against clock, ms"),
        ("file_drift_ms", "notes.mid against notes sent, ms"),
        ("trace_drift_ms", "hand.csv against pictures, ms"),
        ("recording_drift_ms", "mic.wav against clock, ms"),
    ):
        holds = abs(found[name]) <= DRIFT_MS
        out.append(line(title, f"≤ {DRIFT_MS:g}", found[name], holds))
    sizes = ", ".join(f"{name} {size / 1e6:.1f}" for name, size in found["bytes_per_h"].items())
    out.append(line("files, MB an hour", None, sizes, None))
    return out


def main(argv: Sequence[str] | None = None) -> int:
    """Play, print the figures; 1 if a bar does not hold."""
    parser = argparse.ArgumentParser("python -m tools.night", description=night.__doc__)
    parser.add_argument("--hours", type=float, default=8.0, metavar="N", help="how long (8)")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="figures as JSON")
    options = parser.parse_args(argv)
    run = {"command": f"python -m tools.night --hours {options.hours:g}", "machine": describe()}
    with tempfile.TemporaryDirectory(prefix="handmidi-night-") as folder:
        found = play(options.hours * 3600, Path(folder), lambda line: print(line, flush=True))
    return tell(run | {"figures": figures(found), "found": found}, options.output)


if __name__ == "__main__":
    sys.exit(main())
