"""What breaks while `play` runs: notes end at once, the session goes on, nothing stays behind."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from running import only_take, osc_heard, start_handmidi, vision_process
from vision_assets import hand_model

pytestmark = [
    pytest.mark.timeout(90),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes found in /proc"),
]

ENDED_S = 0.25
"""Notes end 0.2 s after the last frame; the rest is the test's own machine."""


@pytest.fixture
def notes():
    """What comes by OSC, and the port to send to; see `osc_heard`."""
    hand_model()
    with osc_heard() as (heard, port):
        yield heard, port


def played(heard):
    """The note messages, (seconds, "on" or "off", pitch)."""
    return [
        (at_s, address.rpartition("/")[2], arguments[1])
        for at_s, address, arguments in heard
        if "/note/" in address
    ]


def wait_for(condition, limit_s=30.0):
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


def playing(folder, port, seconds):
    return start_handmidi(
        "play", "--camera", "demo", "--headless", "--no-synth", "--no-calibration",
        "--preset", "mama", "--osc", f"127.0.0.1:{port}", "--seconds", seconds, cwd=folder,
    )  # fmt: skip


def sounding(heard):
    notes = played(heard)
    return bool(notes) and notes[-1][1] == "on"


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (signal.SIGKILL, "the vision process died (signal 9)"),
        (signal.SIGSEGV, "the vision process died (signal 11)"),
        (signal.SIGSTOP, "the vision process stalls"),
    ],
)
def test_a_vision_that_dies_or_stalls_hangs_no_note_and_comes_back(tmp_path, notes, number, line):
    heard, port = notes
    with playing(tmp_path, port, 9) as running:
        try:
            wait_for(lambda: sounding(heard) and len(played(heard)) > 4)
            harmed_s = time.monotonic()
            before = len(played(heard))
            os.kill(vision_process(running.pid), number)
            wait_for(lambda: not sounding(heard))
            ended_s = time.monotonic()
            out, err = running.communicate(timeout=60)
        finally:
            running.kill()
    assert running.returncode == 0, err
    assert err == ""
    assert f"{line}: starting it again" in out
    assert ended_s - harmed_s < ENDED_S + 0.1
    kept = played(heard)
    after = [at_s for at_s, kind, _ in kept[before:] if kind == "on" and at_s > ended_s]
    assert after, "it never played again"
    ons = [pitch for _, kind, pitch in kept if kind == "on"]
    assert ons == [pitch for _, kind, pitch in kept if kind == "off"]
    info = json.loads((only_take(tmp_path) / "take.json").read_text())
    assert info["statistics"]["vision_restarts"] == 1
    assert any(line in warning for warning in info["warnings"])


def test_nothing_stays_behind_when_the_session_itself_is_killed(tmp_path, notes):
    heard, port = notes
    with playing(tmp_path, port, 30) as running:
        try:
            wait_for(lambda: sounding(heard))
            vision = vision_process(running.pid)
        finally:
            running.kill()
        running.communicate(timeout=20)
    wait_for(lambda: not Path(f"/proc/{vision}").exists(), 3.0)
