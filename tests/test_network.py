"""Nothing of ours talks to another machine unasked: whole sessions are traced."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest
from running import only_take
from vision_assets import hand_model

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed"),
]

_OF_THIS_MACHINE = ('inet_addr("127.', '"::1"', "AF_UNIX", "AF_NETLINK", "AF_UNSPEC")


def traced(folder, *arguments):
    """Run ``handmidi`` to its end; the lines that name an address, and what it printed."""
    log = folder / "calls.log"
    calls = "connect,sendto,sendmsg,sendmmsg,bind"
    command = ["strace", "-f", "-qq", "-s", "256", "-o", log, "-e", f"trace={calls}"]
    command += [sys.executable, "-m", "handmidi", *map(str, arguments)]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        capture_output=True,
        text=True,
        timeout=110,
        stdin=subprocess.DEVNULL,
    )
    if "PTRACE" in done.stderr or "ptrace" in done.stderr:
        pytest.skip("this machine does not let a process be traced")
    assert done.returncode == 0, done.stderr
    return [line for line in log.read_text().splitlines() if "sa_family" in line], done.stdout


def elsewhere(lines):
    return [line for line in lines if not any(here in line for here in _OF_THIS_MACHINE)]


def test_the_trace_would_show_a_connection(tmp_path):
    """The test of the test: a packet to another machine is seen as such."""
    lines, _ = traced(
        tmp_path, "play", "--learn", "1", "--seconds", "0.5", "--osc", "192.0.2.1:9000"
    )
    assert any("192.0.2.1" in line for line in elsewhere(lines))


@pytest.mark.parametrize(
    "command",
    [
        ("play", "--seconds", "5", "--hands", "2", "--osc", "127.0.0.1:57199", "--osc-in", "57198"),
        ("play", "--seconds", "3", "--tracker", "skin"),
        ("practice", "mama", "--tempo", "200", "--seconds", "8"),
    ],
    ids=["play", "skin", "practice"],
)
def test_a_whole_session_stays_on_this_machine(tmp_path, command):
    hand_model()
    lines, said = traced(tmp_path, *command, "--camera", "demo", "--no-calibration")
    assert elsewhere(lines) == []
    assert "take:" in said
    assert (only_take(tmp_path) / "hand.csv").read_text().count("\n") > 40
    if "--osc" in command:
        sent = [line for line in lines if re.search(r"htons\(57199\)", line)]
        assert sent, "the trace misses what was sent"
