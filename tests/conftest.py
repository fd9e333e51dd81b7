"""What the tests share: a demo session, and which of them wait for real time."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from running import only_take, run_handmidi
from vision_assets import hand_model

_LIVE = ("bench", "calibrate", "cli", "examples", "network", "outputs", "play", "practice")
_LIVE += ("readme", "screen", "vision_process", "heard", "errors")
_LIVE += ("session_conductor", "session_measuring")  # the first: Ableton Link


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker alone run what plays in real time: two at once would starve each other."""
    for item in items:
        if item.path.stem.removeprefix("test_").startswith(_LIVE):
            item.add_marker(pytest.mark.xdist_group("live"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> tuple[subprocess.CompletedProcess, Path]:
    """The demo without devices, as ``make demo`` runs it: its output and its take."""
    hand_model()
    folder = tmp_path_factory.mktemp("demo")
    arguments = ("practice", "mama", "--camera", "demo", "--stats", "--no-calibration")
    done = run_handmidi(*arguments, cwd=folder, DISPLAY="", WAYLAND_DISPLAY="", PULSE_SERVER="none")
    assert done.returncode == 0, done.stderr
    return done, only_take(folder)
