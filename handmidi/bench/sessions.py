"""Whole sessions at a camera's pace, and how soon they begin."""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from handmidi.bench.child import Child
from handmidi.bench.film import FPS
from handmidi.bench.processes import Usage, can_look, look, total
from handmidi.errors import HandMidiError

_END_S = 180.0  # engraving, and rendering where there is no sound
_BEFORE_END_S = 0.5
_KEPT = ("frame_to_hand_ms", "frame_to_message_ms", "due_to_sent_ms", "vision_restarts")


@dataclass(frozen=True, slots=True)
class Session:
    """What is played.

    Parameters
    ----------
    name : str
        For people.
    command : tuple of str
        ``play`` or ``practice`` with its flags, but those of the film, time and place.
    film : Path
    """

    name: str
    command: tuple[str, ...]
    film: Path


def run_session(
    session: Session, length_s: float, environment: Mapping[str, str]
) -> dict[str, Any]:
    """Play, and look at it from outside.

    Parameters
    ----------
    session : Session
    length_s : float
        Seconds; the film is longer.
    environment : mapping
        Of the process.

    Returns
    -------
    dict
        `name`, `command`; from its take: `frames`, `used_percent` of the film's frames from the
        first to the last that was seen, `twice`, frames that were seen again, and percentiles of
        `frame_to_hand_ms`, `frame_to_message_ms` and `due_to_sent_ms`; `vision_restarts`; `sound`
        and `microphone`, as it says them or None; on Linux, else None: `cpu_percent` by process
        (100 is one core), `pss_mb` and `rss_mb` of all processes together.

    Raises
    ------
    HandMidiError
        If it does not start, or fails.
    """
    with tempfile.TemporaryDirectory(prefix="handmidi-bench-") as folder:
        flags = ("--camera", str(session.film), "--no-calibration", "--out", "takes")
        command = (*session.command, *flags, "--seconds", f"{length_s:g}")
        with Child(command, Path(folder), environment) as child:
            child.wait_ready()
            taken = _watch(child.pid, length_s - _BEFORE_END_S)
            child.wait_end(_END_S)
        (take,) = (path for path in (Path(folder) / "takes").iterdir() if path.is_dir())
        kept = _kept(take)
    named = {"name": session.name, "command": " ".join(("handmidi", *session.command))}
    sound = _said(child.lines, "sound: FluidSynth on ")
    heard = {"sound": sound, "microphone": _said(child.lines, "recording: ")}
    return {**named, **kept, **heard, **taken}


def use_of_frames(
    times_s: Sequence[float], ready_s: Sequence[float], fps: float = FPS
) -> dict[str, Any]:
    """How many of a film's frames were seen.

    Parameters
    ----------
    times_s, ready_s : sequence of float
        For each hand in each frame that was seen: when the frame was due, and when its hands
        were known, seconds.
    fps : float
        Of the film.

    Returns
    -------
    dict
        `frames`, how many were seen; `used_percent` of those between the first and the last,
        rounded down, None without any; `twice`, how many were seen again.
    """
    if not times_s:
        return {"frames": 0, "used_percent": None, "twice": 0}
    looks = len(set(zip(times_s, ready_s, strict=True)))
    seen = len({round((time_s - times_s[0]) * fps) for time_s in times_s})
    offered = round((max(times_s) - min(times_s)) * fps) + 1
    used = math.floor(1e4 * seen / offered) / 100
    return {"frames": seen, "used_percent": used, "twice": looks - seen}


def start_up(film: Path, times: int, environment: Mapping[str, str]) -> dict[str, Any]:
    """How long a user waits: for the help, and for ``play`` to be ready for the first note.

    Returns
    -------
    dict
        `help_s` and `play_s`, medians of `times` runs, and each run in `help_runs_s` and
        `play_runs_s`. ``play`` is ready when it says which key ends it.

    Raises
    ------
    HandMidiError
        If it does not start.
    """
    helps = [_help_s() for _ in range(times)]
    plays = [_play_s(film, environment) for _ in range(times)]
    return {
        "help_s": round(median(helps), 3),
        "play_s": round(median(plays), 3),
        "help_runs_s": [round(run, 3) for run in helps],
        "play_runs_s": [round(run, 3) for run in plays],
    }


def _help_s() -> float:
    began_s = time.perf_counter()
    command = [sys.executable, "-m", "handmidi", "--help"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began_s


def _play_s(film: Path, environment: Mapping[str, str]) -> float:
    flags = "play --no-calibration --seconds 0.5 --out takes --camera"
    with tempfile.TemporaryDirectory(prefix="handmidi-bench-") as folder:
        with Child((*flags.split(), str(film)), Path(folder), environment) as child:
            ready_s = child.wait_ready()
            child.wait_end(_END_S)
        return ready_s


def _watch(pid: int, length_s: float) -> dict[str, Any]:
    """What a session takes for so long; nothing is asked meanwhile, for that would disturb it."""
    before, began_s = look(pid), time.perf_counter()
    time.sleep(max(length_s, 0.1))
    if not can_look():
        return {"cpu_percent": None, "pss_mb": None, "rss_mb": None}
    after, took_s = look(pid), time.perf_counter() - began_s
    if not after:
        raise HandMidiError("a session was over too soon: run handmidi play by itself")
    return {
        "cpu_percent": _cpu_percent(before, after, took_s),
        "pss_mb": round(total(after, "pss_mb"), 1),
        "rss_mb": round(total(after, "rss_mb"), 1),
    }


def _cpu_percent(
    before: Sequence[Usage], after: Sequence[Usage], took_s: float
) -> dict[str, float]:
    """By role: how much of a core its processes took."""
    earlier_s = {usage.pid: usage.cpu_s for usage in before}
    spent: dict[str, float] = {}
    for usage in after:
        spent_s = usage.cpu_s - earlier_s.get(usage.pid, 0.0)
        spent[usage.role] = spent.get(usage.role, 0.0) + spent_s
    return {role: round(100 * spent_s / took_s, 1) for role, spent_s in spent.items()}


def _kept(take: Path) -> dict[str, Any]:
    """What a take tells of its session."""
    with open(take / "hand.csv", newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))  # `read_trace` would make one of two looks
    stamps = ([float(row[name]) for row in rows] for name in ("time_s", "ready_s"))
    statistics = json.loads((take / "take.json").read_text(encoding="utf-8"))["statistics"]
    return use_of_frames(*stamps) | {name: statistics[name] for name in _KEPT}


def _said(lines: Sequence[str], start: str) -> str | None:
    return next((line.removeprefix(start) for line in lines if line.startswith(start)), None)
