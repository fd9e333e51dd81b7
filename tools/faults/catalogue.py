"""The faults: what is done to a session that plays, and what must come of it."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tools.faults.broken import STAGES
from tools.faults.session import Session

SLEEP_S = 2.0
_BREAKS_S, _FLOOD_S = 10.0, 2.0
_OSC_IN = 57_196


class Servers:
    """What the catalogue may do to the servers; see `tools.faults.bed.Bed`."""

    jackd: object
    pulseaudio: object

    def end(self, name: str, number: int) -> None: ...

    def start(self, name: str) -> None: ...


Inject = Callable[[Session, "Servers"], None]


def _nothing(session: Session, servers: Servers) -> None: ...


@dataclass(frozen=True)
class Fault:
    """What is done, and what must come of it.

    Parameters
    ----------
    name : str
    inject : callable
        Does it; returns when it is done.
    outcome : {"ends", "goes on", "dies"}
        The program ends by itself at once; it plays on till its time is over; or it was killed.
    falls_silent : bool
        Whether the notes that sound must end within the limit.
    restarts : bool
        Whether the vision process must be back soon.
    program : tuple of str
        What Python runs.
    flags : tuple of str
        More arguments of the command.
    practises : bool
        A song is practised, with its backing and a microphone; else the hand plays alone.
    listens : bool
        Whether a program hears the MIDI port.
    on_terminal, has_window : bool
    own_servers : bool
        Whether the servers are harmed: the next round needs new ones.
    statuses : tuple of int
        Exit statuses that are right.
    alone : bool
        Whether nothing is played beside it: what it measures begins with a wait of ours that takes
        most of its limit, and a busy machine would be measured with the rest.
    says : str
        A part of what must be printed.
    undo : callable
        Mends what would be in the way of looking at the take.
    """

    name: str
    inject: Inject
    outcome: str = "goes on"
    falls_silent: bool = False
    restarts: bool = False
    program: tuple[str, ...] = ("handmidi",)
    flags: tuple[str, ...] = ()
    practises: bool = True
    listens: bool = True
    on_terminal: bool = False
    has_window: bool = False
    own_servers: bool = False
    alone: bool = False
    statuses: tuple[int, ...] = field(default=(0,))
    says: str = ""
    undo: Inject = _nothing


def _main(number: int) -> Inject:
    return lambda session, _: os.kill(session.process.pid, number)


def _vision(number: int) -> Inject:
    return lambda session, _: os.kill(session.vision(), number)


def _screen(number: int) -> Inject:
    def harm(session: Session, _: Servers) -> None:
        session.wait_for(session.screen, _BREAKS_S)  # it may come after the first notes
        os.kill(session.screen(), number)

    return harm


def _all(session: Session, _: Servers) -> None:
    session.signal_all(signal.SIGKILL)


def _trigger(session: Session, _: Servers) -> None:
    session.trigger.touch()
    session.wait_for(lambda: session.broke_s, _BREAKS_S)


def _sleep(session: Session, _: Servers) -> None:
    session.signal_all(signal.SIGSTOP)
    time.sleep(SLEEP_S)
    session.signal_all(signal.SIGCONT)


def _largest(size: int) -> Inject:
    """No file may grow beyond `size` bytes: the disk is full for whatever is longer."""

    def fill(session: Session, _: Servers) -> None:
        limits = (size, resource.RLIM_INFINITY)
        resource.prlimit(session.process.pid, resource.RLIMIT_FSIZE, limits)

    return fill


def _full_for_a_while(session: Session, servers: Servers) -> None:
    _largest(0)(session, servers)
    time.sleep(1.0)
    _largest(resource.RLIM_INFINITY)(session, servers)


def _no_files(session: Session, _: Servers) -> None:
    limits = (3, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    resource.prlimit(session.process.pid, resource.RLIMIT_NOFILE, limits)


def _remove(session: Session, _: Servers) -> None:
    _take_away(session, session.takes[0])


def _take_away(session: Session, folder: Path) -> None:
    """Remove it at once: else it is no longer empty when its last file is gone."""
    gone = session.folder / "gone"
    folder.rename(gone)
    shutil.rmtree(gone)


def _replace(session: Session, servers: Servers) -> None:
    _take_away(session, session.folder / "takes")
    (session.folder / "takes").write_text("no folder any more\n")


def _flood(_: Session, __: Servers) -> None:
    """As many packets as a process can send, one half of them no OSC."""
    packets = [b"/handmidi/1/panic\0\0\0,\0\0\0", b"/\xff" * 700]
    end_s = time.monotonic() + _FLOOD_S
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        while time.monotonic() < end_s:
            for packet in packets:
                with contextlib.suppress(OSError):  # the system's buffer is full
                    sender.sendto(packet, ("127.0.0.1", _OSC_IN))


def _may_write(may: bool) -> Inject:
    """Whether files can be made in the take folders; root asks nobody's leave, but for chattr."""

    def change(session: Session, _: Servers) -> None:
        for folder in [session.folder / "takes", *session.takes]:
            if os.geteuid() == 0:
                subprocess.run(["chattr", "-i" if may else "+i", folder], check=True)
            else:
                folder.chmod(0o755 if may else 0o555)

    return change


def _close_ear(session: Session, _: Servers) -> None:
    session.ear.close()


def _close_osc(session: Session, _: Servers) -> None:
    session.osc.close()


def _server(name: str, number: int) -> Inject:
    return lambda _, servers: servers.end(name, number)


def _returns(name: str) -> Inject:
    def end_and_start(_: Session, servers: Servers) -> None:
        servers.end(name, signal.SIGTERM)
        time.sleep(0.5)
        servers.start(name)

    return end_and_start


def _ends(name: str, number: int, status: int = 0, **more) -> Fault:
    return Fault(name, _main(number), "ends", falls_silent=True, statuses=(status,), **more)


def _tracker(name: str, class_: str, **more) -> Fault:
    flags = ("--tracker", f"tools.faults.trackers:{class_}")
    return Fault(name, _trigger, falls_silent=True, flags=flags, **more)


FAULTS = (
    _ends("Ctrl-C (SIGINT)", signal.SIGINT),
    _ends("SIGTERM", signal.SIGTERM),
    _ends("SIGHUP", signal.SIGHUP),
    Fault(
        "the terminal is closed",
        lambda session, _: session.close_terminal(),
        "ends",
        falls_silent=True,
        on_terminal=True,
        statuses=(0, 1),
    ),
    Fault("main process killed", _main(signal.SIGKILL), "dies"),
    Fault("all processes killed", _all, "dies"),
    Fault("vision killed", _vision(signal.SIGKILL), falls_silent=True, restarts=True),
    Fault("vision crashes (SIGSEGV)", _vision(signal.SIGSEGV), falls_silent=True, restarts=True),
    Fault(
        "vision stopped (SIGSTOP)",
        _vision(signal.SIGSTOP),
        falls_silent=True,
        restarts=True,
        alone=True,
    ),
    _tracker("the tracker aborts", "Aborting", restarts=True),
    _tracker("the tracker stalls 3 s", "Stalling", restarts=True, alone=True),
    _tracker("the tracker raises", "Raising", outcome="ends", statuses=(1,)),
    Fault("sleep of 2 s, and wake", _sleep, falls_silent=True, alone=True),
    Fault("window killed", _screen(signal.SIGKILL), has_window=True),
    Fault("window stopped", _screen(signal.SIGSTOP), has_window=True),
    *(
        Fault(
            f"exception in {stage}",
            _trigger,
            "goes on" if stage == "recorder" else "ends",
            falls_silent=stage != "recorder",
            program=("tools.faults.broken", stage),
            statuses=(1,),
        )
        for stage in STAGES
    ),
    Fault("MIDI listener goes away", _close_ear),
    Fault("OSC listener goes away", _close_osc),
    Fault("OSC in is flooded", _flood, flags=("--osc-in", str(_OSC_IN)), says="some are lost"),
    Fault("jackd ends", _server("jackd", signal.SIGTERM), own_servers=True),
    Fault("jackd killed", _server("jackd", signal.SIGKILL), own_servers=True),
    Fault("jackd ends and returns", _returns("jackd"), own_servers=True),
    Fault("PulseAudio killed", _server("pulseaudio", signal.SIGKILL), own_servers=True),
    Fault(
        "PulseAudio ends and returns",
        _returns("pulseaudio"),
        own_servers=True,
        says="the synth (pulseaudio) sounds again",
    ),
    Fault("disk full", _largest(4096), statuses=(1,)),
    Fault("disk full for 1 s", _full_for_a_while),
    Fault("no file can be opened", _no_files, statuses=(0, 1)),
    Fault("take folder removed", _remove, statuses=(0, 1)),
    Fault("take folder read-only", _may_write(False), statuses=(1,), undo=_may_write(True)),
    Fault("takes folder is a file", _replace, statuses=(1,)),
)
