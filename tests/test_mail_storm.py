"""A part of the storm: ``python -m tools.mail_storm`` does the whole."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.mail_storm import Storm, figures, judge

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(os.name == "nt", reason="senders are killed by POSIX's signals")


@pytest.mark.timeout(100)
def test_nothing_is_lost_and_nothing_comes_twice(tmp_path):
    found = tmp_path / "storm.json"
    command = [sys.executable, "-m", "tools.mail_storm", "--messages", "25", "--seed", "5"]
    done = subprocess.run(
        [*command, "-o", found], cwd=ROOT, capture_output=True, text=True, timeout=90
    )
    assert done.returncode == 0, done.stdout + done.stderr
    run = json.loads(found.read_text())
    assert run["found"]["duplicates"] == run["found"]["lost"] == run["found"]["wait"] == 0
    assert run["found"]["delivered once"] >= 25 and run["found"]["failures"] > 0


def test_what_is_wrong_would_be_seen(tmp_path):
    storm = Storm(1)
    storm.delivered["<1>", "a@example.org"] = 2
    found = judge({"<1>": {"a@example.org", "b@example.org"}}, storm, tmp_path)
    assert (found["duplicates"], found["lost"]) == (1, 1)
    found |= {"messages": 1, "senders killed": 0, "failures": 0}
    assert [each["holds"] for each in figures(found)] == [False, False, None]
