"""Imports run one way, and pure stages touch no device, clock or thread."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "handmidi"
ORDER = [
    {"errors", "files", "claim", "quiet", "paths", "checks", "text"},
    {"clock", "hand", "notes", "midibytes", "midifile", "tempomap", "meter", "heard"},
    {"trace"},
    {"song"},
    {"take", "assets"},
    {"vision"},
    {"instrument"},
    {"calibration"},
    {"outputs"},
    {"practice"},
    {"score"},
    {"history", "latency"},
    {"report"},
    {"mail"},
    {"screen"},
    {"session"},
    {"bench"},
    {"cli", "__main__"},
]
PURE = ("instrument", "score")
DEVICES = {"cv2", "rtmidi", "sounddevice", "fluidsynth", "threading", "time", "socket"}


def modules():
    return [p for p in PACKAGE.rglob("*.py") if p.name != "__init__.py" or p.parent != PACKAGE]


def stage_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def level(stage: str) -> int:
    return next(i for i, stages in enumerate(ORDER) if stage in stages)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_lower_module_imports_a_higher_one(path):
    own = stage_of(path)
    if own in ("demo", "songs"):
        return
    for name in imported(path):
        package, _, rest = name.partition(".")
        stage = rest.split(".")[0]
        known = any(stage in stages for stages in ORDER)
        if package == "handmidi" and known:
            assert level(stage) <= level(own), f"{path.name} imports {name}"


@pytest.mark.parametrize("stage", PURE)
def test_pure_stages_import_no_device_clock_or_thread(stage):
    for path in (PACKAGE / stage).rglob("*.py"):
        assert not {name.split(".")[0] for name in imported(path)} & DEVICES, path.name


@pytest.mark.parametrize("stage", PURE)
def test_pure_stages_load_no_device_either(stage):
    """Not by way of others, whatever is imported while they run."""
    modules_ = [".".join(p.relative_to(PACKAGE.parent).with_suffix("").parts) for p in modules()
                if stage_of(p) == stage]  # fmt: skip
    imports = "; ".join(f"import {name.removesuffix('.__init__')}" for name in modules_)
    code = f"import sys; {imports}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {*DEVICES - {"threading", "time", "socket"}, "pythonosc"}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_are_absolute(path):
    """The rules above read names: a relative one would pass them by."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    assert not [node for node in nodes if isinstance(node, ast.ImportFrom) and node.level]


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from handmidi.cli.parser import build_parser; build_parser().format_help();"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "cv2", "mido", "music21", "rich", "verovio", "sounddevice"}
