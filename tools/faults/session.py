"""A real session with somebody who listens: what it says, plays, keeps and leaves behind."""

from __future__ import annotations

import contextlib
import csv
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage

from tools.faults.ledger import Heard, Ledger
from tools.faults.moment import fired_s

ROOT = Path(__file__).resolve().parents[2]
MARK = "HANDMIDI_FAULT_ROUND"
_START_S = 40.0
_TRACKS = ("libLiteRt", "_pywrap_litert", "tflite", "litert")
"""What the vision process alone has in its memory."""


class NotHeardError(RuntimeError):
    """The round has not begun: a listener was not there in time."""


class Osc:
    """A UDP port that notes what comes: note messages, and when each hand came."""

    def __init__(self) -> None:
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._sock.bind(("127.0.0.1", 0))
        self._sock.settimeout(0.1)
        self.port = self._sock.getsockname()[1]
        self.notes: list[Heard] = []
        self.hands_s: list[float] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                data = self._sock.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                return
            now_s = time.monotonic()
            is_bundle = OscBundle.dgram_is_bundle(data)
            for message in OscBundle(data) if is_bundle else [OscMessage(data)]:
                self._take(now_s, message)

    def _take(self, now_s: float, message: OscMessage) -> None:
        _, _, what = message.address.partition("/handmidi/1/")
        if what in ("note/on", "note/off"):
            channel, pitch = message.params[:2]
            self.notes.append(Heard(now_s, what == "note/on", (channel, pitch)))
        elif what in ("hand/left", "hand/right"):
            self.hands_s.append(now_s)

    def close(self) -> None:
        """Stop listening; whoever sends here is refused from now on."""
        self._ended.set()
        self._thread.join()
        self._sock.close()


class Ear:
    """A program that listens to the MIDI port; see `tools.faults.ear`."""

    def __init__(self, name: str, environment: dict[str, str]) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tools.faults.ear", name],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.is_ready = threading.Event()
        self.notes: list[Heard] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        for line in self._child.stdout:
            if line.startswith("ready"):
                self.is_ready.set()
                continue
            time_s, is_on, channel, pitch = line.split()
            self.notes.append(Heard(float(time_s), is_on == "1", (int(channel), int(pitch))))

    def close(self) -> None:
        """End it as a well-behaved client of JACK ends."""
        with contextlib.suppress(OSError):
            self._child.stdin.close()
        try:
            self._child.wait(3.0)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._thread.join(2.0)


class Session:
    """A running ``handmidi``, with ears on OSC and MIDI.

    Parameters
    ----------
    folder : Path
        Where it runs; takes go below it.
    environment : dict
        With the servers' addresses.
    arguments : sequence of str
        The command and its flags.
    program : sequence of str
        What Python runs.
    listens : bool, default True
        Whether a program on JACK hears its MIDI port, too.
    on_terminal : bool, default False
        Give it a terminal of its own, which can be closed.
    """

    def __init__(
        self,
        folder: Path,
        environment: dict[str, str],
        arguments: list[str],
        program: tuple[str, ...] = ("handmidi",),
        listens: bool = True,
        on_terminal: bool = False,
    ) -> None:
        self.folder, self.environment = folder, environment
        self.mark = uuid.uuid4().hex
        self.name = f"faults-{self.mark[:8]}"
        self.trigger = folder / "break-now"
        self.osc = Osc()
        self.ear = Ear(self.name, environment) if listens else None
        self._log = open(folder / "said.log", "w+b")  # noqa: SIM115 - closed by close()
        self._terminal, stdin = os.openpty() if on_terminal else (None, subprocess.DEVNULL)
        own = {
            MARK: self.mark,
            "HANDMIDI_FAULT": str(self.trigger),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "HANDMIDI_DATA": str(folder / "data"),
        }
        targets = ["--port", self.name, "--osc", f"127.0.0.1:{self.osc.port}"]
        out = stdin if on_terminal else self._log
        self.process = subprocess.Popen(
            [sys.executable, "-m", *program, *arguments, *targets],
            env=environment | own,
            cwd=folder,
            stdin=stdin,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=_take_terminal if on_terminal else None,
        )
        if on_terminal:
            os.close(stdin)
            self._emulator = subprocess.Popen(["cat"], stdin=self._terminal, stdout=self._log)
            os.close(self._terminal)

    # ---- looking

    @property
    def said(self) -> str:
        """What it printed so far."""
        return (self.folder / "said.log").read_text(encoding="utf-8", errors="replace")

    @property
    def takes(self) -> list[Path]:
        """Its take folders."""
        return sorted(path for path in (self.folder / "takes").glob("*") if path.is_dir())

    def processes(self) -> dict[int, str]:
        """Its processes that live: number and command, by the mark in their environment."""
        found = {}
        mark = f"{MARK}={self.mark}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    words = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                    found[int(folder.name)] = words.decode(errors="replace")
        return found

    def child(self, does: Callable[[int], bool]) -> int | None:
        """One of its processes."""
        return next(
            (pid for pid in self.processes() if pid != self.process.pid and does(pid)), None
        )

    def vision(self) -> int | None:
        """The process with camera and tracker: it has the model in its memory."""
        return self.child(
            lambda pid: "spawn_main" in self.processes().get(pid, "") and _maps(pid, *_TRACKS)
        )

    def screen(self) -> int | None:
        """The window's process: it talks to the X server, as OpenCV could by the tracker's."""
        return self.child(
            lambda pid: (
                "spawn_main" in self.processes().get(pid, "")
                and _maps(pid, "libxcb", "libqxcb")
                and not _maps(pid, *_TRACKS)
            )
        )

    def ledgers(self) -> list[Ledger]:
        """What each ear heard."""
        ears = [Ledger.of(self.ear.notes, came_late=True)] if self.ear else []
        return [Ledger.of(self.osc.notes), *ears]

    def sounds(self) -> bool:
        """Whether a note is heard now."""
        return bool(self.osc.notes) and self.osc.notes[-1].is_on

    @property
    def broke_s(self) -> float | None:
        """When the fault that was triggered happened, monotonic seconds; None before."""
        return fired_s(self.trigger)

    # ---- waiting

    def wait_for(self, true: Callable[[], object], limit_s: float) -> bool:
        """Whether it became true in time; also False if the session ends before."""
        end_s = time.monotonic() + limit_s
        while not true():
            if time.monotonic() > end_s or self.process.poll() is not None:
                return bool(true())
            time.sleep(0.005)
        return True

    def wait_until_playing(self) -> None:
        """Until notes are heard on every ear; NotHeardError if none are."""
        heard = [each for each in (self.osc, self.ear) if each]
        if not self.wait_for(lambda: all(len(each.notes) > 2 for each in heard), _START_S):
            raise NotHeardError(f"it does not play: {self.said[-500:]}")

    def end(self, limit_s: float) -> bool:
        """Whether the program ended by itself in time."""
        try:
            self.process.wait(limit_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    # ---- harming

    def signal_all(self, number: int) -> None:
        """Send a signal to all its processes."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def close_terminal(self) -> None:
        """As when its window is closed."""
        self._emulator.kill()
        self._emulator.wait()

    def close(self) -> None:
        """End whatever is left."""
        self.signal_all(signal.SIGCONT)
        self.signal_all(signal.SIGKILL)
        self.process.wait(5.0)
        if self._terminal is not None:
            self.close_terminal()
        for each in (self.ear, self.osc):
            if each:
                each.close()
        self._log.close()


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _maps(pid: int, *libraries: str) -> bool:
    with contextlib.suppress(OSError):
        maps = Path(f"/proc/{pid}/maps").read_text()
        return any(library in maps for library in libraries)
    return False


def rows_with_hand(path: Path) -> int:
    """How many rows of a hand.csv have a hand."""
    with open(path, newline="", encoding="utf-8") as stream:
        return sum(bool(row.get("hand")) for row in csv.DictReader(stream))


@contextlib.contextmanager
def watched(session: Session) -> Iterator[Session]:
    """The session, ended whatever happens."""
    try:
        yield session
    finally:
        session.close()
