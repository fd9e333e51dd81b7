"""What running processes take of the machine, as Linux tells it in /proc.

MB are millions of bytes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_KB = 1024 / 1e6


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process has taken up to now, and what it holds.

    Parameters
    ----------
    pid : int
    role : str
        "main", "vision", "screen", or "other": a helper of Python's own.
    cpu_s : float
        Processor time of all its threads, seconds.
    rss_mb : float
        Memory that it sees, MB; what two processes share counts twice.
    pss_mb : float
        Memory that is its own, and its part of what is shared, MB.
    threads, files : int
        Threads, and open file descriptors.
    """

    pid: int
    role: str
    cpu_s: float
    rss_mb: float
    pss_mb: float
    threads: int
    files: int


def can_look() -> bool:
    """Whether this system tells what processes take: Linux does."""
    return (_PROC / "self" / "smaps_rollup").is_file()


def family(pid: int) -> list[int]:
    """A process and all that it has started, itself first; empty if it is gone."""
    parents = {}
    for folder in _PROC.glob("[0-9]*"):
        fields = _stat(int(folder.name))
        if fields and fields[0] != "Z":
            parents[int(folder.name)] = int(fields[1])
    found = [pid] if pid in parents else []
    for known in found:  # grows on the way
        found += [child for child, parent in parents.items() if parent == known]
    return found


def look(pid: int) -> list[Usage]:
    """What a process and all that it has started take; itself first."""
    seen = (_usage(each, pid) for each in family(pid))
    return [usage for usage in seen if usage]


def total(seen: Sequence[Usage], field: str) -> float:
    """The sum of a field over processes."""
    return sum(getattr(usage, field) for usage in seen)


def own_peak_mb() -> float | None:
    """The most memory that this process has seen at once, MB; None if the system keeps it."""
    try:
        lines = (_PROC / "self" / "status").read_text().splitlines()
    except OSError:
        return None
    peak = next((line for line in lines if line.startswith("VmHWM")), None)
    return int(peak.split()[1]) * _KB if peak else None


def _usage(pid: int, main: int) -> Usage | None:
    fields = _stat(pid)
    if not fields:
        return None
    folder = _PROC / str(pid)
    try:
        command = (folder / "cmdline").read_bytes()
        rollup = (folder / "smaps_rollup").read_text().split()
        files = len(os.listdir(folder / "fd"))
        nicer = int(fields[16]) > os.getpriority(
            os.PRIO_PROCESS, main
        )  # as the screen makes itself
    except OSError:  # it has just ended
        return None
    role = "main" if pid == main else "other"
    if b"spawn_main" in command:
        role = "screen" if nicer else "vision"
    memory = {name: int(rollup[rollup.index(name) + 1]) * _KB for name in ("Rss:", "Pss:")}
    return Usage(
        pid,
        role,
        (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
        memory["Rss:"],
        memory["Pss:"],
        int(fields[17]),
        files,
    )


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on; empty if it is gone."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
