"""Running the command line in a process of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from pythonosc.osc_bundle import OscBundle


def _environment(changes: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", **changes}


def run_handmidi(
    *arguments: object, cwd: Path, timeout_s: float = 100, **environment: str
) -> subprocess.CompletedProcess:
    """Run ``handmidi`` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "handmidi", *map(str, arguments)],
        cwd=cwd,
        env=_environment(environment),
        capture_output=True,
        text=True,
        timeout=timeout_s,
        stdin=subprocess.DEVNULL,
    )


def start_handmidi(
    *arguments: object, cwd: Path, preexec_fn=None, **environment: str
) -> subprocess.Popen:
    """Start ``handmidi``; the caller ends it."""
    return subprocess.Popen(
        [sys.executable, "-m", "handmidi", *map(str, arguments)],
        cwd=cwd,
        env=_environment(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        preexec_fn=preexec_fn,
    )


def only_take(folder: Path) -> Path:
    """The one take folder below `folder`."""
    (take,) = (path for path in (folder / "takes").iterdir() if path.is_dir())
    return take


@contextlib.contextmanager
def osc_heard() -> Iterator[tuple[list[tuple[float, str, list]], int]]:
    """What comes by OSC, (seconds, address, arguments) as it comes; and the port to send to."""
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
                now_s = time.monotonic()
                kept.extend((now_s, message.address, message.params) for message in bundle)

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield kept, sock.getsockname()[1]
        finally:
            ended.set()
            thread.join()


def vision_process(pid: int) -> int | None:
    """The vision process of a running ``handmidi``, on Linux."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes()
        except OSError:  # it has just ended
            continue
        if parent == pid and b"spawn_main" in command:
            return int(folder.name)
    return None
