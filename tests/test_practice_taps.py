import os
import subprocess
import sys
import time

import numpy as np
import pytest
import servers
from hypothesis import given
from hypothesis import strategies as st

from handmidi.errors import HandMidiError, OutputError
from handmidi.practice.keys import Keys
from handmidi.practice.taps import CLICKS, LEFT_OUT, PERIOD_S, judge_taps

DUE = [2.0 + i * PERIOD_S for i in range(CLICKS)]


@given(st.floats(-0.15, 0.5))
def test_the_median_tap_counts(late_s):
    taps = [due + late_s + (0.03 if i % 5 == 0 else 0.0) for i, due in enumerate(DUE)]
    found = judge_taps(taps, DUE)
    assert found.ms == pytest.approx(late_s * 1e3, abs=0.01)
    assert found.count == CLICKS - LEFT_OUT


def test_falling_in_is_left_out():
    taps = [due + (0.4 - i * 0.1 if i < LEFT_OUT else 0.05) for i, due in enumerate(DUE)]
    assert judge_taps(taps, DUE).ms == pytest.approx(50)
    assert judge_taps(taps, DUE).spread_ms == pytest.approx(0, abs=1e-6)


def test_scatter_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(OutputError, match=r"the taps scatter by \d+ ms \(at most 40\)"):
        judge_taps([due + 0.1 + rng.normal(0, 0.09) for due in DUE], DUE)


@pytest.mark.parametrize("count", [0, 5, 9 + LEFT_OUT])
def test_too_few_taps_are_refused(count):
    with pytest.raises(OutputError, match=r"only \d clicks were tapped \(10 are needed\)"):
        judge_taps(DUE[:count], DUE)


def test_without_a_terminal_it_is_one_line(monkeypatch):
    with open(os.devnull) as nowhere:
        monkeypatch.setattr(sys, "stdin", nowhere)
        with pytest.raises(HandMidiError, match="no terminal to tap in"), Keys():
            pass
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(HandMidiError, match="no terminal to tap in"), Keys():
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
@pytest.mark.timeout(60)
def test_a_player_taps_in_a_terminal(tmp_path):
    import pty
    import termios

    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    environment = {"HANDMIDI_DATA": str(tmp_path / "data")}
    soundfont = servers.soundfont()
    with servers.pulseaudio(tmp_path) as sound:
        command = [sys.executable, "-m", "handmidi", "calibrate", "--tap", "--soundfont", soundfont]
        with subprocess.Popen(
            command, stdin=slave, stdout=subprocess.PIPE, env=sound | environment, text=True
        ) as child:
            assert "tap the space bar with every click" in child.stdout.readline()
            next_s = time.monotonic() + 0.3
            while child.poll() is None:
                next_s += PERIOD_S
                time.sleep(max(next_s - time.monotonic(), 0))
                os.write(master, b" ")
            said = child.stdout.read()
    assert child.returncode == 0
    assert "used for scoring from now on" in said
    assert "tapped" in (tmp_path / "data" / "latency.json").read_text()
    assert termios.tcgetattr(slave) == before
    os.close(master)
    os.close(slave)
