"""A practice whose window stalls for two seconds: no note waits for it."""

from __future__ import annotations

import csv
import os
import signal
import time
from itertools import pairwise
from pathlib import Path

import mido
import pytest
from displays import virtual_display
from running import only_take, run_handmidi, start_handmidi
from vision_assets import hand_model

from handmidi.bench import processes
from handmidi.session import opening

LATE_S = 0.5


def onsets(path: Path) -> list[tuple[float, int]]:
    """Second and key number of each note-on."""
    time_s, found = 0.0, []
    for message in mido.MidiFile(path):
        time_s += message.time
        if message.type == "note_on" and message.velocity:
            found.append((time_s, message.note))
    return found


@pytest.mark.skipif(not processes.can_look(), reason="needs Linux's /proc")
@pytest.mark.skipif(hasattr(opening, "open_screen"), reason="the session draws its own window")
@pytest.mark.timeout(110)
def test_a_screen_stalled_for_two_seconds_delays_no_note(tmp_path):
    hand_model()
    practice = ("practice", "mama", "--camera", "demo", "--seconds", "11", "--no-calibration")
    with (
        virtual_display() as display,
        start_handmidi(
            *practice, cwd=tmp_path, DISPLAY=display.name, PULSE_SERVER="none"
        ) as session,
    ):
        display.window()
        time.sleep(5.0)
        (pid,) = (seen.pid for seen in processes.look(session.pid) if seen.role == "screen")
        os.kill(pid, signal.SIGSTOP)
        time.sleep(2.0)
        os.kill(pid, signal.SIGCONT)
        _, errors = session.communicate(timeout=60)
    assert session.returncode == 0, errors
    take = only_take(tmp_path)
    # When each note was due follows from the hands that were seen, in virtual time.
    assert run_handmidi("map", take, "-o", "due.mid", cwd=tmp_path).returncode == 0
    sent, due = onsets(take / "notes.mid"), onsets(tmp_path / "due.mid")
    assert [pitch for _, pitch in sent] == [pitch for _, pitch in due]
    assert len(sent) > 5
    assert max(sent_s - due_s for (sent_s, _), (due_s, _) in zip(sent, due, strict=True)) < LATE_S
    with open(take / "hand.csv", newline="", encoding="utf-8") as stream:
        ready_s = [float(row["ready_s"]) for row in csv.DictReader(stream)]
    assert max(b - a for a, b in pairwise(ready_s)) < LATE_S
