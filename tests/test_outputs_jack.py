"""A JACK server that ends while we play, and comes back."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import servers

from tools.faults import bed as beds

PROGRAM = Path(__file__).parent / "programs" / "keep_port.py"


@pytest.fixture
def bed(tmp_path_factory):
    if missing := [program for program in beds.PROGRAMS if not shutil.which(program)]:
        pytest.skip(f"{missing} not installed")
    servers.soundfont()
    opened = beds.Bed(tmp_path_factory.mktemp("b"))
    yield opened
    opened.close()


@pytest.mark.timeout(60)
def test_the_port_is_told_lost_and_opened_again(bed):
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), "kept"],
        env=bed.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        try:
            assert child.stdout.readline() == "open MIDI port 'kept' (UNIX_JACK)\n"
            bed.end("jackd")
            assert child.stdout.readline().startswith("JACK has ended, and the MIDI port 'kept'")
            bed.start("jackd")
            assert child.stdout.readline() == "JACK is back, and the MIDI port 'kept': connect it\n"
            assert "kept:kept" in bed.ports()
            time.sleep(0.3)
            said, _ = child.communicate("", timeout=15)
        finally:
            child.kill()
    assert said == "close MIDI port 'kept' (UNIX_JACK)\n"
    assert child.returncode == 0
    assert "kept" not in bed.ports()


@pytest.mark.timeout(60)
def test_a_server_that_stays_away_holds_nothing_up(bed):
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), "kept"],
        env=bed.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        try:
            child.stdout.readline()
            bed.end("jackd")
            child.stdout.readline()
            said, _ = child.communicate("", timeout=15)
        finally:
            child.kill()
    assert said == "close MIDI port 'kept' (UNIX_JACK), gone\n"
    assert child.returncode == 0
