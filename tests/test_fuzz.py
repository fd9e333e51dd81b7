"""A part of the fuzz run: ``python -m tools.fuzz`` does the whole."""

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tools.fuzz.__main__ import figures, fuzz
from tools.fuzz.parsers import PARSERS
from tools.fuzz.worker import input_of, use

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(os.name == "nt", reason="time and memory limits are of POSIX")


@pytest.mark.timeout(100)
def test_no_damaged_input_crashes_or_hangs(tmp_path):
    found = tmp_path / "fuzz.json"
    command = [sys.executable, "-m", "tools.fuzz", "--inputs", "40", "--seed", "7", "-o", found]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(PARSERS)
    assert all(" 40 inputs: " in line and ", 0 failed; " in line for line in lines)
    assert all(each["holds"] for each in json.loads(found.read_text())["figures"])


@pytest.mark.parametrize("name", [name for name in PARSERS if name not in ("wav", "video")])
def test_good_input_is_read(tmp_path, name):
    parser = PARSERS[name]
    said = []
    for source in parser.originals():
        path = tmp_path / parser.file
        path.write_bytes(source)
        said.append(use(parser, path, random.Random(1)))
    assert said.count("read") >= len(said) - 2  # two songs are too long on purpose
    assert not [each for each in said if each.startswith("failed")]


def test_damage_is_the_same_for_a_seed():
    parser = PARSERS["csv"]
    originals = parser.originals()
    made = [input_of(parser, originals, 3, number) for number in range(20)]
    assert made == [input_of(parser, originals, 3, number) for number in range(20)]
    assert len(set(made)) > 15


class TestFailures:
    """The test of the test: what breaks is found, and told."""

    @pytest.mark.parametrize(
        ("breaks", "told"),
        [
            ("raise KeyError('x')", "KeyError: 'x'"),
            ("import os; os.abort()", "the process died (-6)"),
            ("import time; time.sleep(60)", "hangs for more than 1 s"),
        ],
    )
    @pytest.mark.timeout(60)
    def test_each_is_told(self, monkeypatch, tmp_path, breaks, told):
        code = "import tools.fuzz.parsers as p, dataclasses, sys\n"
        code += f"def use(path, rng):\n    {breaks}\n"
        code += "p.PARSERS['csv'] = dataclasses.replace(p.PARSERS['csv'], use=use)\n"
        code += "import runpy; runpy.run_module('tools.fuzz.worker', run_name='__main__')\n"
        program = tmp_path / "worker.py"
        program.write_text(code)
        start = subprocess.Popen

        def popen(command, **more):
            return start([sys.executable, str(program), *command[3:]], **more)

        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        monkeypatch.setattr("tools.fuzz.__main__.subprocess.Popen", popen)
        kept = tmp_path / "kept"
        result = fuzz(replace(PARSERS["csv"], limit_s=1.0), 2, 1, kept)
        assert result.inputs == len(result.failures) == len(list(kept.iterdir())) == 2
        assert all(line.endswith(told) for line in result.failures)
        assert figures([result])[0]["holds"] is False
