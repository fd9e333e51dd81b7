"""Play for half an hour and watch memory, threads and files: ``python -m tools.soak``.

The demo clip is repeated to a long film, and ``handmidi play`` plays it at its own pace, with
whatever window and sound this machine has. Its processes are looked at every ten seconds.
Linux only: the figures come from /proc.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from handmidi.bench.child import Child, display
from handmidi.bench.film import write_loop
from handmidi.bench.machine import describe, machine_line
from handmidi.bench.processes import can_look, look, total
from handmidi.bench.report import rewrite
from handmidi.errors import HandMidiError

LIMIT_MB = 500.0
"""Most memory of all processes together, MB."""
FLAT_MB_PER_HOUR = 10.0
"""What may be gained in an hour and still be called flat, MB."""
SETTLE_S = 180.0
"""The beginning that no slope is told of, seconds."""

_EVERY_S, _LEAST_S = 10.0, 300.0
_END_S = 1200.0  # without sound the whole session is rendered afterwards


@dataclass(frozen=True, slots=True)
class Sample:
    """All processes of a session at one moment.

    Parameters
    ----------
    time_s : float
        Since it was ready to play.
    rss_mb, pss_mb : float
        Memory of all together, MB: shared memory counted for each, and once.
    processes, threads, files : int
        How many there are.
    """

    time_s: float
    rss_mb: float
    pss_mb: float
    processes: int
    threads: int
    files: int


def summary(samples: Sequence[Sample]) -> dict[str, Any]:
    """What the samples say.

    Parameters
    ----------
    samples : sequence of Sample
        At least one, in order.

    Returns
    -------
    dict
        `rss_mb` and `pss_mb`, each with `start`, `peak`, `end` and `slope_per_hour`, the slope of
        a straight line through what was seen after `SETTLE_S`; `threads` and `files` at `start`
        and `end`; `flat`: whether the rss gains at most `FLAT_MB_PER_HOUR`, and there are no more
        threads and files in the end; `small`: whether the rss's peak is at most `LIMIT_MB`. The
        slopes and `flat` are None where less than five minutes remain for them. (What a process
        has for itself also grows when others, that had the same libraries, end: so the rss is
        judged.)
    """
    first, last = samples[0], samples[-1]
    out: dict[str, Any] = {"length_s": round(last.time_s, 1), "samples": len(samples)}
    for name in ("rss_mb", "pss_mb"):
        values = [getattr(sample, name) for sample in samples]
        out[name] = {"start": values[0], "peak": max(values), "end": values[-1]}
        out[name] = {key: round(value, 1) for key, value in out[name].items()}
        out[name]["slope_per_hour"] = _slope(samples, values)
    for name in ("threads", "files"):
        out[name] = {"start": getattr(first, name), "end": getattr(last, name)}
    slope = out["rss_mb"]["slope_per_hour"]
    more = last.threads > first.threads or last.files > first.files
    out["flat"] = None if slope is None else slope <= FLAT_MB_PER_HOUR and not more
    out["small"] = out["rss_mb"]["peak"] <= LIMIT_MB
    return out


def lines(found: dict[str, Any]) -> list[str]:
    """A summary in words."""
    said = [f"{found['length_s'] / 60:.1f} minutes, {found['samples']} looks"]
    for name, title in (("rss_mb", "memory, RSS"), ("pss_mb", "memory, shared counted once")):
        m = found[name]
        slope = m["slope_per_hour"]
        grows = "too short to tell a slope" if slope is None else f"{slope:+.1f} MB an hour"
        said.append(
            f"{title}: {m['start']} MB at the start, {m['peak']} at most, "
            f"{m['end']} at the end, {grows}"
        )
    for name in ("threads", "files"):
        said.append(f"{name}: {found[name]['start']} at the start, {found[name]['end']} at the end")
    flat = {None: "not told", True: "yes", False: "no"}[found["flat"]]
    criterion = f"at most {FLAT_MB_PER_HOUR:g} MB an hour, no more threads and files"
    said.append(f"flat ({criterion}): {flat}")
    said.append(f"at most {LIMIT_MB:g} MB: {'yes' if found['small'] else 'no'}")
    return said


def main(argv: Sequence[str] | None = None) -> int:
    """Play, watch, tell; 1 if it is neither flat nor small, or failed."""
    parser = argparse.ArgumentParser("python -m tools.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, metavar="N", help="how long (30)")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write all as JSON")
    parser.add_argument(
        "--docs", type=Path, metavar="FILE", help="rewrite what docs/speed.md says of it"
    )
    options = parser.parse_args(argv)
    if not 0 < options.minutes <= 24 * 60:
        parser.error("--minutes is more than 0, and 1440 at most")
    if not can_look():
        print("the soak needs Linux: it reads /proc", file=sys.stderr)
        return 1
    samples: list[Sample] = []
    try:
        if options.docs:
            rewrite(options.docs, None, "soak")
        machine = describe()
        statistics, shown = _soak(options.minutes * 60, samples)
        found = summary(samples)
        if statistics["vision_restarts"]:
            found["flat"] = None  # with each, the memory of a whole process begins anew
        said = [*lines(found), _played(statistics), f"with: {shown}", machine_line(machine)]
        print(*said, sep="\n")
        if options.output:
            whole = found | {"with": shown, "machine": machine, "statistics": statistics}
            whole["rows"] = [asdict(sample) for sample in samples]
            options.output.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
        if options.docs:
            rewrite(options.docs, "\n".join(f"- {line}" for line in said), "soak")
    except (HandMidiError, OSError) as error:
        print(*(lines(summary(samples)) if samples else ()), sep="\n")
        print(f"soak: {error}", file=sys.stderr)
        return 1
    return 0 if found["flat"] is not False and found["small"] else 1


def _played(statistics: dict[str, Any]) -> str:
    message_ms = statistics["frame_to_message_ms"] or {}
    points = ", ".join(f"{name} {value} ms" for name, value in message_ms.items())
    return (
        f"{statistics['frames']} frames, {statistics['frames_dropped']} dropped; frame → message "
        f"{points}; vision started again {statistics['vision_restarts']} times"
    )


def _soak(length_s: float, samples: list[Sample]) -> tuple[dict[str, Any], str]:
    """The take's statistics, and what window and sound there were; fills `samples`."""
    with tempfile.TemporaryDirectory(prefix="handmidi-soak-") as name, display() as (env, shown):
        folder, film = Path(name), Path(name) / "film.mp4"
        print("writing the film …", flush=True)
        write_loop(film, "demo", length_s + 3 * _EVERY_S)
        flags = f"--no-calibration --stats --seconds {length_s + 2:g} --out takes"
        with Child(["play", "--camera", str(film), *flags.split()], folder, env) as child:
            print(f"ready after {child.wait_ready():.1f} s; playing …", flush=True)
            _watch(child.pid, length_s, samples)
            child.wait_end(_END_S)
        sound = next((line for line in child.lines if line.startswith("sound: FluidSynth")), None)
        (take,) = (folder / "takes").iterdir()
        info = json.loads((take / "take.json").read_text(encoding="utf-8"))
    if not samples or samples[-1].time_s + _EVERY_S < length_s - 1:
        raise HandMidiError(f"the session was over too soon ({child.lines[-1]})")
    return info["statistics"], f"{shown}; {sound or 'no sound'}"


def _watch(pid: int, length_s: float, samples: list[Sample]) -> None:
    """Look until the time is over, or the session is."""
    began_s = time.monotonic()
    while not samples or samples[-1].time_s + _EVERY_S <= length_s:
        next_s = began_s + min((len(samples) + 1) * _EVERY_S, length_s)
        time.sleep(max(next_s - time.monotonic(), 0.0))
        seen = look(pid)
        if not seen:
            return
        sums = [total(seen, field) for field in ("rss_mb", "pss_mb", "threads", "files")]
        now_s = round(time.monotonic() - began_s, 1)
        memory = [round(mb, 2) for mb in sums[:2]]
        samples.append(Sample(now_s, *memory, len(seen), *map(int, sums[2:])))


def _slope(samples: Sequence[Sample], values: Sequence[float]) -> float | None:
    times_s = np.array([sample.time_s for sample in samples])
    settled = times_s >= SETTLE_S
    if times_s[-1] - SETTLE_S < _LEAST_S:
        return None
    slope, _ = np.polyfit(times_s[settled], np.array(values)[settled], 1)
    return round(float(slope) * 3600, 2)


if __name__ == "__main__":
    sys.exit(main())
