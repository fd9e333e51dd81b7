"""What the tests share: a demo session, run once."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from running import only_take, run_handmidi
from vision_assets import hand_model


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> tuple[subprocess.CompletedProcess, Path]:
    """The demo without devices, as ``make demo`` runs it: its output and its take."""
    hand_model()
    folder = tmp_path_factory.mktemp("demo")
    arguments = ("practice", "mama", "--camera", "demo", "--stats", "--no-calibration")
    done = run_handmidi(*arguments, cwd=folder, DISPLAY="", WAYLAND_DISPLAY="", PULSE_SERVER="none")
    assert done.returncode == 0, done.stderr
    return done, only_take(folder)
