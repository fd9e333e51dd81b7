"""The table of what the long runs found."""

from __future__ import annotations

import json

import pytest

from handmidi.bench.machine import describe
from tools.reliability import main


@pytest.fixture
def run(tmp_path):
    """A file as the long runs write it."""

    def write(name, *figures):
        path = tmp_path / f"{name}.json"
        keys = ("what", "bar", "figure", "holds")
        found = {
            "command": f"python -m tools.{name}",
            "machine": describe(),
            "figures": [dict(zip(keys, figure, strict=True)) for figure in figures],
        }
        path.write_text(json.dumps(found), encoding="utf-8")
        return path

    return write


def test_figures_of_all_runs_become_one_table_of_a_page(run, tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- reliability: begin -->\n<!-- reliability: end -->\nb\n")
    mail = run("mail_storm", ("duplicates", "0", "0 of 1,000", True))
    load = run("load", ("frame → message, p99", None, "9 ms", None))
    assert main([str(mail), str(load), "--docs", str(page)]) == 0
    lines = page.read_text().splitlines()
    assert "| duplicates | 0 | 0 of 1,000 | yes | `python -m tools.mail_storm` |" in lines
    assert "| frame → message, p99 |  | 9 ms |  | `python -m tools.load` |" in lines
    assert sum(line.startswith("- ") for line in lines) == 1  # one machine
    assert lines[0] == "a" and lines[-1] == "b"


def test_a_bar_that_does_not_hold_is_seen(run, capsys):
    assert main([str(run("faults", ("hung notes", "0", "3 of 380", False)))]) == 1
    assert "| **no** |" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"figures": [{}], "command": "x"}'])
def test_a_file_without_figures_is_refused_in_one_line(text, tmp_path, capsys):
    path = tmp_path / "found.json"
    path.write_text(text)
    assert main([str(path)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "has no figures" in line
