"""``handmidi`` as a user runs it: a process of its own, watched from outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from handmidi.errors import HandMidiError
from handmidi.screen.display import has_display

READY = " ends it"
"""How the line ends that ``play`` and ``practice`` print when the first note can be played."""

_LEAVE_S = 5.0


class Child:
    """A running ``handmidi``; leaving its ``with`` block ends it.

    Parameters
    ----------
    arguments : sequence of str
        Command and flags.
    folder : Path
        Where it runs.
    environment : mapping, optional
        Its environment; that of this process if it is left out.

    Attributes
    ----------
    lines : list of str
        What it has said, errors among it.
    ready_s : float or None
        Seconds from its start until it said that it is ready.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = [sys.executable, "-m", "handmidi", *arguments]
        self._folder, self._environment = folder, environment
        self._process: subprocess.Popen | None = None
        self._told = threading.Event()
        self.lines: list[str] = []
        self.ready_s: float | None = None

    @property
    def pid(self) -> int:
        """Its process's number."""
        return self._process.pid

    def start(self) -> None:
        """Start it."""
        self._began_s = time.perf_counter()
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read, name="child's lines", daemon=True)
        self._reader.start()

    def wait_ready(self, limit_s: float = 60.0) -> float:
        """Wait until it is ready; returns `ready_s`.

        Raises
        ------
        HandMidiError
            If it ends before, or takes longer than `limit_s`.
        """
        self._told.wait(limit_s)
        if self.ready_s is None:
            raise self._failure("did not get ready")
        return self.ready_s

    def wait_end(self, limit_s: float) -> None:
        """Wait until it has ended well.

        Raises
        ------
        HandMidiError
            If it fails, or takes longer than `limit_s`.
        """
        try:
            status = self._process.wait(limit_s)
        except subprocess.TimeoutExpired:
            raise self._failure(f"did not end within {limit_s:.0f} s") from None
        self._reader.join(_LEAVE_S)
        if status:
            raise self._failure(f"failed with status {status}")

    def close(self) -> None:
        """End it, however it is. A second call does nothing."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_LEAVE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> None:
        with self._process.stdout as stream:
            for line in stream:
                self.lines.append(line.rstrip("\n"))
                if self.ready_s is None and self.lines[-1].endswith(READY):
                    self.ready_s = time.perf_counter() - self._began_s
                    self._told.set()
        self._told.set()

    def _failure(self, how: str) -> HandMidiError:
        last = self.lines[-1] if self.lines else "it said nothing"
        return HandMidiError(f"handmidi {self._command[3]} {how} ({last}): run it by itself")


@contextmanager
def display() -> Iterator[tuple[dict[str, str], str]]:
    """Where a window can be shown.

    Yields
    ------
    environment : dict
        For a `Child`.
    kind : str
        "window"; "window in Xvfb", a screen of memory that is started where there is no other;
        or "no window".
    """
    environment = dict(os.environ)
    if has_display():
        yield environment, "window"
    elif not shutil.which("Xvfb"):
        yield environment, "no window"
    else:
        with _xvfb() as number:
            yield environment | {"DISPLAY": f":{number}"}, "window in Xvfb"


@contextmanager
def _xvfb() -> Iterator[str]:
    """A new X server without a screen; yields its display's number."""
    ours, its = os.pipe()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    options = f"-displayfd {its} -screen 0 1280x1024x24 -nolisten tcp".split()
    with (
        os.fdopen(ours) as told,
        subprocess.Popen(["Xvfb", *options], pass_fds=(its,), **quiet) as server,
    ):
        os.close(its)
        try:
            number = told.readline().strip()  # it writes once it is ready
            if not number:
                raise HandMidiError("Xvfb does not start: run it by itself, or set DISPLAY")
            yield number
        finally:
            server.terminate()
