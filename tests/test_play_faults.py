"""What breaks while `play` runs: notes end at once, the session goes on, nothing stays behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import pytest
from pythonosc.osc_bundle import OscBundle
from running import only_take, start_handmidi, vision_process
from vision_assets import hand_model

pytestmark = [
    pytest.mark.timeout(90),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes found in /proc"),
]

ENDED_S = 0.25
"""Notes end 0.2 s after the last frame; the rest is the test's own machine."""


@pytest.fixture
def notes():
    """Note messages by OSC as they arrive, (seconds, kind, pitch), and the port to send to."""
    hand_model()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.1)
        kept, ended = [], threading.Event()

        def listen():
            while not ended.is_set():
                try:
                    bundle = OscBundle(sock.recv(65536))
                except TimeoutError:
                    continue
                for message in bundle:
                    if "/note/" in message.address:
                        kind = message.address.rpartition("/")[2]
                        kept.append((time.monotonic(), kind, message.params[1]))

        thread = threading.Thread(target=listen)
        thread.start()
        yield kept, sock.getsockname()[1]
        ended.set()
        thread.join()


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


def sounding(kept):
    return bool(kept) and kept[-1][1] == "on"


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (signal.SIGKILL, "the vision process died (signal 9)"),
        (signal.SIGSEGV, "the vision process died (signal 11)"),
        (signal.SIGSTOP, "the vision process stalls"),
    ],
)
def test_a_vision_that_dies_or_stalls_hangs_no_note_and_comes_back(tmp_path, notes, number, line):
    kept, port = notes
    with playing(tmp_path, port, 9) as running:
        try:
            wait_for(lambda: sounding(kept) and len(kept) > 4)
            harmed_s = time.monotonic()
            before = len(kept)
            os.kill(vision_process(running.pid), number)
            wait_for(lambda: not sounding(kept))
            ended_s = time.monotonic()
            out, err = running.communicate(timeout=60)
        finally:
            running.kill()
    assert running.returncode == 0, err
    assert err == ""
    assert f"{line}: starting it again" in out
    assert ended_s - harmed_s < ENDED_S + 0.1
    after = [at_s for at_s, kind, _ in kept[before:] if kind == "on" and at_s > ended_s]
    assert after, "it never played again"
    ons = [pitch for _, kind, pitch in kept if kind == "on"]
    assert ons == [pitch for _, kind, pitch in kept if kind == "off"]
    info = json.loads((only_take(tmp_path) / "take.json").read_text())
    assert info["statistics"]["vision_restarts"] == 1
    assert any(line in warning for warning in info["warnings"])


def test_nothing_stays_behind_when_the_session_itself_is_killed(tmp_path, notes):
    kept, port = notes
    with playing(tmp_path, port, 30) as running:
        try:
            wait_for(lambda: sounding(kept))
            vision = vision_process(running.pid)
        finally:
            running.kill()
        running.communicate(timeout=20)
    wait_for(lambda: not Path(f"/proc/{vision}").exists(), 3.0)
