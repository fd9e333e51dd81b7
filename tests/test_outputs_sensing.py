"""Active sensing: a receiver hears that we live, and that we do not."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
import servers

RECEIVER = """
import sys, time, mido
backend = mido.Backend("mido.backends.rtmidi/UNIX_JACK")
names = []
while not names:
    names = [name for name in backend.get_input_names() if "sensed" in name]
    time.sleep(0.02)
def take(message):
    print(time.monotonic(), message.type, flush=True)
with backend.open_input(names[0], callback=take) as port:
    port._rt.ignore_types(False, False, False)
    print("0 ready", flush=True)
    sys.stdin.read()
"""
SENDER = """
import sys, mido
from handmidi.outputs.midi import open_port
port = open_port("sensed", print, senses="--active" in sys.argv)
print("open", flush=True)
sys.stdin.readline()
port.send(mido.Message("note_on", note=60))
print("on", flush=True)
sys.stdin.read()
port.close()
"""


def program(code, environment, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environment | {"PYTHONPATH": str(Path(__file__).parent.parent)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@pytest.mark.timeout(60)
@pytest.mark.parametrize("senses", [True, False])
def test_it_is_heard_until_the_process_is_killed(senses):
    arguments = ["--active"] if senses else []
    with (
        servers.jack() as environment,
        program(RECEIVER, environment) as receiver,
        program(SENDER, environment, *arguments) as sender,
    ):
        try:
            assert sender.stdout.readline() == "open\n"
            assert receiver.stdout.readline() == "0 ready\n"
            time.sleep(1.5)
            sender.stdin.write("\n")
            sender.stdin.flush()
            assert sender.stdout.readline() == "on\n"
            time.sleep(0.5)
            sender.kill()
            killed_s = time.monotonic()
            sender.wait()
            time.sleep(0.5)
            heard, _ = receiver.communicate("", timeout=10)
        finally:
            sender.kill()
            receiver.kill()
    lines = [line.split() for line in heard.splitlines()]
    sensed = [float(when) for when, kind in lines if kind == "active_sensing"]
    if not senses:
        assert sensed == []
        return
    assert len(sensed) >= 6
    assert sensed[-1] < killed_s + 0.1
    assert [kind for _, kind in lines if kind != "active_sensing"] == ["note_on"]
