"""One round: a session plays, a fault is injected, and the outcome is measured."""

from __future__ import annotations

import contextlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tools.faults.bed import Bed
from tools.faults.catalogue import SLEEP_S, Fault
from tools.faults.session import ROOT, Session, rows_with_hand, watched

SILENT_S = 0.2
"""How long a note may sound after the fault."""
RESTART_S = 2.0
LOST_S = 1.0
_FRAME_S = 1 / 30
_PLAYS_S = 5.0
_MOMENT_S, _SOUNDS_S = 2.0, 2.0
_END_S, _LEAVE_S = 6.0, 3.0


@dataclass
class Outcome:
    """What one round showed; `wrong` says in words what must not be."""

    fault: str
    moment_s: float
    hung: int = 0
    silent_ms: float | None = None
    restart_s: float | None = None
    lost_take: bool = False
    lost_s: float = 0.0
    orphans: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    said: str = ""

    def to_dict(self) -> dict:
        """For JSON."""
        return asdict(self)


def play_round(fault: Fault, bed: Bed, rng: random.Random) -> Outcome:
    """Play, harm, measure."""
    moment_s = rng.uniform(0.0, _MOMENT_S)
    folder = Path(tempfile.mkdtemp(dir=bed.folder, prefix="r"))
    session = Session(
        folder, bed.environment, _arguments(fault), fault.program, fault.listens, fault.on_terminal
    )
    outcome = Outcome(fault.name, round(moment_s, 3))
    with watched(session), contextlib.ExitStack() as mended:
        session.wait_until_playing()
        time.sleep(moment_s)
        session.wait_for(session.sounds, _SOUNDS_S)
        memory = _shared_memory(session)
        taken = session.takes
        frames = len(session.osc.hands_s)
        harmed_s = time.monotonic()
        mended.callback(fault.undo, session, bed)
        fault.inject(session, bed)
        done_s = time.monotonic()
        harmed_s = session.broke_s or harmed_s  # one who breaks by itself knows when
        _follow(fault, session, outcome, harmed_s, done_s)
        _look_for_orphans(session, bed, memory, outcome)
        mended.close()
        _look_at_take(fault, session, outcome, taken, frames)
        if outcome.wrong or outcome.hung or outcome.orphans or outcome.lost_take:
            outcome.said = session.said[-2000:]
    shutil.rmtree(folder, ignore_errors=True)
    return outcome


def _arguments(fault: Fault) -> list[str]:
    seconds = _MOMENT_S + _PLAYS_S + (3.0 if fault.practises else 0.0)
    words = ["practice", "mama"] if fault.practises else ["play", "--preset", "mama"]
    words += ["--camera", "demo", "--no-calibration", "--seconds", f"{seconds:g}"]
    return [*words, *fault.flags, *(() if fault.has_window else ("--headless",))]


def _follow(
    fault: Fault, session: Session, outcome: Outcome, harmed_s: float, done_s: float
) -> None:
    """What is heard from the fault on, and how the program ends."""
    limit_s = _END_S if fault.outcome != "goes on" else _PLAYS_S + _MOMENT_S + _END_S + 6.0
    ended = session.end(limit_s)
    status = session.process.poll()
    if not ended:
        outcome.wrong.append(f"it did not end within {limit_s:g} s")
    elif fault.outcome != "dies" and status not in fault.statuses:
        outcome.wrong.append(f"exit status {status}, not {fault.statuses}")
    time.sleep(0.3)  # what was sent last is still on its way
    ledgers = session.ledgers()
    if fault.outcome == "dies":  # nobody of ours is left to end a note
        return
    from_s = done_s if done_s - harmed_s >= SLEEP_S else harmed_s
    for each in ledgers:
        if _heard_to_the_end(fault, each, session) and each.broken:
            outcome.hung = max(outcome.hung, each.unpaired)
            who = "OSC" if each.heard == tuple(session.osc.notes) else "MIDI"
            told = [f"{m.time_s - harmed_s:+.3f} s {m.is_on:d} {m.note}" for m in each.broken]
            outcome.wrong.append(f"{who}: {', '.join(told)}")
    if fault.falls_silent:
        silent = [each.silent_after_s(from_s) for each in ledgers]
        outcome.silent_ms = max(round((each or 0.0) * 1e3, 1) for each in silent)
        if outcome.silent_ms > SILENT_S * 1e3:
            outcome.wrong.append(f"notes sounded for {outcome.silent_ms:.0f} ms")
    if fault.outcome == "goes on":
        later = max(each.ons_after(done_s + SILENT_S) for each in ledgers)
        if not later:
            outcome.wrong.append("it never played again")
    if fault.restarts:
        back = [at_s for at_s in session.osc.hands_s if at_s > done_s + 0.1]
        outcome.restart_s = round(_first_after_gap(session.osc.hands_s, done_s) - done_s, 3)
        if not back or outcome.restart_s > RESTART_S:
            outcome.wrong.append(f"vision was back after {outcome.restart_s} s")
    if fault.says not in session.said:
        outcome.wrong.append(f"it does not say: {fault.says}")
    if re.search("Traceback", session.said):
        outcome.wrong.append("a traceback was printed")


def _heard_to_the_end(fault: Fault, ledger, session: Session) -> bool:
    """A listener that was taken away, or whose server was, has not heard the end."""
    if "OSC listener" in fault.name:
        return ledger.heard != tuple(session.osc.notes)
    if "MIDI listener" in fault.name or fault.own_servers:
        return ledger.heard == tuple(session.osc.notes)
    return True


def _first_after_gap(hands_s: list[float], done_s: float) -> float:
    """When hands came again: the end of the first gap after the fault, or infinity."""
    last_s = max((at_s for at_s in hands_s if at_s <= done_s), default=done_s)
    for at_s in (at_s for at_s in hands_s if at_s > done_s):
        if at_s - last_s > 0.1:
            return at_s
        last_s = at_s
    return float("inf")


def _shared_memory(session: Session) -> set[str]:
    """The shared memory that its processes have, but JACK's own."""
    found = set()
    for pid in session.processes():
        with contextlib.suppress(OSError):
            found |= set(re.findall(r"/dev/shm/(psm_\w+)", Path(f"/proc/{pid}/maps").read_text()))
    return found


def _look_for_orphans(session: Session, bed: Bed, memory: set[str], outcome: Outcome) -> None:
    """Processes, shared memory and ports that are left."""

    def left() -> list[str]:
        ports = [port for port in bed.ports().splitlines() if session.name in port]
        return [
            *session.processes().values(),
            *(name for name in memory if Path("/dev/shm", name).exists()),
            *ports,
        ]

    end_s = time.monotonic() + _LEAVE_S
    while (found := left()) and time.monotonic() < end_s:
        time.sleep(0.05)
    outcome.orphans = found


def _look_at_take(
    fault: Fault, session: Session, outcome: Outcome, taken: list[Path], frames: int
) -> None:
    """Whether the take opens, how much of its end is missing, and whether a report is made."""
    if "folder is a file" in fault.name:
        return
    takes = session.takes
    if len(takes) != 1 or len(taken) != 1:
        outcome.lost_take = True
        outcome.wrong.append(f"there are {len(takes)} takes")
        return
    if "disk full" not in fault.name and "folder removed" not in fault.name:
        try:
            outcome.lost_s = round(
                max(frames - rows_with_hand(takes[0] / "hand.csv"), 0) * _FRAME_S, 3
            )
        except OSError as error:
            outcome.wrong.append(f"hand.csv cannot be read: {error}")
            outcome.lost_take = True
    if outcome.lost_s > LOST_S:
        outcome.wrong.append(f"{outcome.lost_s} s are lost")
        outcome.lost_take = True
    words = ["report", str(takes[0])]
    if not fault.practises:
        words = ["map", str(takes[0] / "hand.csv"), "--preset", "mama", "-o", "again.mid"]
    done = subprocess.run(
        [sys.executable, "-m", "handmidi", *words],
        env=session.environment | {"PYTHONPATH": str(ROOT)},
        cwd=session.folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    if done.returncode or "Traceback" in done.stderr:
        outcome.wrong.append(f"report: {done.stderr.strip()[-300:]}")
        outcome.lost_take = True
