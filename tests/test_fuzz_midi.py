"""A part of the fuzz run: ``python -m tools.fuzz_midi`` does the whole."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(os.name == "nt", reason="time and memory limits are of POSIX")


@pytest.mark.timeout(100)
def test_no_damaged_file_crashes_or_hangs():
    command = [sys.executable, "-m", "tools.fuzz_midi", "--files", "300", "--seed", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("300 files of seed 7: ")
    assert ", 0 failed; " in done.stdout


def test_every_original_is_a_song_and_damage_is_the_same_for_a_seed(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    from tools import fuzz_midi

    sources = fuzz_midi.originals()
    path, outcomes = tmp_path / "song.mid", []
    for source in sources:
        path.write_bytes(source)
        outcomes.append(fuzz_midi.use(path, random.Random(1)))
    assert outcomes.count("read") >= len(sources) - 2  # one lasts for days, one loop too long
    copies = [fuzz_midi.damaged(sources[0], random.Random(3), sources) for _ in range(2)]
    assert copies[0] == copies[1] != sources[0]
