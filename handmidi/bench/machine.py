"""What machine it is, and whether it has time for us."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import handmidi

BUSY = 0.5
"""Load average, processes that want to run, from which on figures are not worth much."""

_PACKAGES = ("ai-edge-litert", "mediapipe", "mido", "numpy", "opencv-python", "pyfluidsynth")


def describe() -> dict[str, Any]:
    """The machine.

    Returns
    -------
    dict
        `cpu`, `cores`, `system`, `python`, `handmidi`, `packages` (versions by name) and `load`,
        the load average of the last minute, None where the system keeps none.
    """
    packages = {}
    for package in _PACKAGES:
        try:
            packages[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "cpu": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "handmidi": handmidi.__version__,
        "packages": packages,
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def busy_line(machine: Mapping[str, Any]) -> str | None:
    """A line that warns of a busy machine, None if it is quiet or does not tell."""
    load = machine["load"]
    if load is None or load < BUSY:
        return None
    return f"this machine is busy (load {load:.1f}): the figures are too high, try when it is quiet"


def machine_line(machine: Mapping[str, Any]) -> str:
    """The machine in one line."""
    packages = ", ".join(f"{name} {number}" for name, number in machine["packages"].items())
    load = "" if machine["load"] is None else f"; load {machine['load']:.1f} before the start"
    return (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}; "
        f"handmidi {machine['handmidi']}, Python {machine['python']}, {packages}{load}"
    )


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    if facts.is_file():
        for line in facts.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
