"""``handmidi score`` and ``report`` of many takes, as they are typed."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from running import run_handmidi, start_handmidi
from takes import make_take

from handmidi.bench.processes import family
from handmidi.cli import main
from handmidi.cli.parser import build_parser

pytestmark = pytest.mark.timeout(90)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A current folder with three takes and a broken one."""
    monkeypatch.chdir(tmp_path)
    for i in range(3):
        make_take(tmp_path / "takes" / f"{i}", missed=2 * i)
    make_take(tmp_path / "broken").notes.write_bytes(b"no MIDI")
    return tmp_path


def scores(text):
    return [(each["take"], "score" in each) for each in json.loads(text)]


def assert_gone(pids):
    """None of these processes lives a few seconds from now."""
    end_s = time.monotonic() + 5
    while left := [pid for pid in pids if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < end_s, left
        time.sleep(0.05)


def test_a_folder_of_takes_is_a_list(here, capsys):
    assert main(["score", "takes", "--json"]) == 0
    shown = capsys.readouterr()
    assert scores(shown.out) == [("takes/0", True), ("takes/1", True), ("takes/2", True)]
    assert shown.err.splitlines()[0] == "scoring 0 of 3 …"
    assert shown.err.splitlines()[-1] == "scoring 3 of 3 …"


def test_each_score_is_that_of_a_single_run(here, capsys):
    main(["score", "takes", "--json", "--jobs", "2"])
    many = json.loads(capsys.readouterr().out)
    for each in many:
        assert main(["score", each["take"], "--json"]) == 0
        alone = capsys.readouterr().out
        assert json.loads(alone) == each["score"]
        assert (Path(each["take"]) / "score.json").read_text() == alone


def test_one_bad_take_stops_nobody(here, capsys):
    assert main(["score", "takes/2", "broken", "gone/far", "takes/0", "--json"]) == 1
    shown = capsys.readouterr()
    assert scores(shown.out) == [
        ("takes/2", True), ("broken", False), ("gone/far", False), ("takes/0", True),
    ]  # fmt: skip
    errors = [line for line in shown.err.splitlines() if line.startswith("handmidi: ")]
    assert len(errors) == 3
    assert "broken" in errors[0]
    assert errors[1] == "handmidi: no such take: gone/far; name a take, or a folder of takes"
    assert errors[2] == "handmidi: 2 of 4 takes failed"


def test_the_table_keeps_the_order(here, capsys):
    assert main(["score", "takes/1", "takes/0"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["take", "accuracy", "correct", "extra", "timing", "corrected"]
    assert [row[0] for row in rows[1:]] == ["takes/1", "takes/0"]
    assert rows[2][1:] == ["100%", "64 of 64", "0", "50 ms late", "50 ms late"]


def test_the_database_among_the_takes_is_no_take(here, capsys):
    assert main(["score", "takes"]) == 0
    every = sorted(str(path) for path in Path("takes").iterdir())
    assert "takes/history.sqlite" in every
    capsys.readouterr()
    assert main(["score", *every, "--json"]) == 0
    assert len(scores(capsys.readouterr().out)) == 3


def test_what_cannot_be_scored_is_left_out_and_told(here, capsys):
    (here / "takes" / "1" / "take.json").write_text('{"song": null}')
    assert main(["score", "takes", "--json"]) == 0
    shown = capsys.readouterr()
    assert len(scores(shown.out)) == 2
    assert "1 take without anything to score left out" in shown.err
    (here / "play").mkdir()
    (here / "takes" / "1").rename(here / "play" / "1")
    assert main(["score", "play"]) == 1
    assert "nothing to score here" in capsys.readouterr().err


def test_notes_and_song_stay_as_they_were(here, capsys):
    (here / "mama").mkdir()  # a folder of a song's name changes nothing
    assert main(["score", "takes/0/notes.mid", "frere-jacques", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] == 1.0
    assert main(["score", "gone.mid", "mama"]) == 1
    assert "gone.mid" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["score"],
        ["score", "takes/0/notes.mid"],
        ["score", "takes/0/notes.mid", "mama", "mama"],
        ["score", "takes/0/notes.mid", "mama", "--jobs", "2"],
        ["score", "takes", "--jobs", "0"],
    ],
)
def test_wrong_usage_is_2(here, arguments, capsys):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "handmidi score --help" in capsys.readouterr().err


def test_reports_of_a_folder(here, capsys):
    assert main(["report", "takes", "broken"]) == 1
    shown = capsys.readouterr()
    assert "report.pdf written into 3 takes" in shown.out
    assert "1 of 4 takes failed" in shown.err
    for i in range(3):
        assert (here / "takes" / f"{i}" / "report.pdf").read_bytes().startswith(b"%PDF")
    assert not (here / "broken" / "report.pdf").exists()


def test_help_tells_both_forms():
    commands = next(a for a in build_parser()._actions if a.choices).choices
    text = commands["score"].format_help()
    assert "SONG" in text
    assert "folders of takes" in " ".join(text.split())


def test_dask_is_an_extra(here, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["score", "takes", "--dask", "127.0.0.1:1"]) == 1
    assert "handmidi[dask]" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_all_at_once(here):
    stuck = here / "takes" / "1" / "notes.mid"
    stuck.unlink()
    os.mkfifo(stuck)
    with start_handmidi("score", "takes", "--jobs", "2", cwd=here) as running:
        for line in running.stderr:
            if line.startswith("scoring 2"):
                break
        every = family(running.pid)
        assert len(every) >= 3
        for pid in every:  # as a terminal does
            os.kill(pid, signal.SIGINT)
        began_s = time.monotonic()
        out, err = running.communicate(timeout=20)
    assert time.monotonic() - began_s < 10
    assert running.returncode == 1
    # The third take may have begun between the line that was waited for and the signal.
    told = [line for line in err.splitlines() if not line.startswith("scoring 3")]
    assert told == ["handmidi: stopped"]
    assert out == ""
    assert_gone(every)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes")
def test_nothing_stays_when_the_program_is_killed(here):
    stuck = here / "takes" / "0" / "notes.mid"
    stuck.unlink()
    os.mkfifo(stuck)
    with start_handmidi("score", "takes", "--jobs", "2", cwd=here) as running:
        for line in running.stderr:
            if line.startswith("scoring 2"):
                break
        every = family(running.pid)
        running.kill()
        running.communicate(timeout=10)
    assert_gone(every)


@pytest.mark.skipif(sys.platform == "win32", reason="terminals")
def test_a_terminal_sees_a_bar(here):
    ours, its = pty.openpty()
    said = []

    def listen():
        try:
            while data := os.read(ours, 4096):
                said.append(data)
        except OSError:
            return

    listener = threading.Thread(target=listen)
    listener.start()
    code = (
        "import os, sys; sys.stderr = os.fdopen(int(sys.argv[1]), 'w');"
        "from handmidi.cli import main; sys.exit(main(['score', 'takes', '--json']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(its)], cwd=here, pass_fds=(its,), timeout=60,
        capture_output=True, text=True, env={**os.environ, "TERM": "xterm-256color"},
    )  # fmt: skip
    os.close(its)
    listener.join(10)
    os.close(ours)
    assert done.returncode == 0
    assert len(scores(done.stdout)) == 3
    text = b"".join(said).decode()
    assert "scoring" in text
    assert "━" in text


def test_nothing_is_said_that_was_not_asked(here):
    done = run_handmidi("score", "takes", "--json", cwd=here)
    assert all(line.startswith("scoring ") for line in done.stderr.splitlines()), done.stderr
