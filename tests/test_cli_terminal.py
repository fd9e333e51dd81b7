"""What is printed where: terminals, pipes, --quiet, --json, plain encodings."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
from pathlib import Path

import pytest
from rich.cells import cell_len
from running import run_handmidi, start_handmidi
from takes import make_take
from vision_assets import hand_model, write_video

from handmidi.cli import main, terminal
from handmidi.cli.progress import progress, stages, waiting
from handmidi.cli.tables import table

pytestmark = pytest.mark.timeout(90)
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture(autouse=True)
def usual():
    """Each test begins and ends as a command without flags does."""
    terminal.set_up()
    yield
    terminal.set_up()


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A current folder with a take of Frère Jacques and a hand trace."""
    monkeypatch.chdir(tmp_path)
    make_take(tmp_path / "takes" / "one")
    rows = [f"{i / 30:.4f},{i / 30:.4f},right,1,0.05,0.5,0.5,1" for i in range(60)]
    head = "time_s,ready_s,hand,score,area,x,y,openness"
    (tmp_path / "hand.csv").write_text("\n".join([head, *rows]) + "\n")
    return tmp_path


def on_a_terminal(
    *arguments: str, cwd: Path, columns: int = 80, **environment: str
) -> tuple[str, int]:
    """What a terminal gets of a command, stdout and stderr together, and the exit status."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    heard: list[bytes] = []

    def listen() -> None:
        try:
            while data := os.read(ours, 4096):
                heard.append(data)
        except OSError:
            return

    listener = threading.Thread(target=listen)
    listener.start()
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
    done = subprocess.run(
        [sys.executable, "-m", "handmidi", *arguments],
        cwd=cwd, stdin=subprocess.DEVNULL, stdout=its, stderr=its, timeout=60,
        env={**kept, "TERM": "xterm-256color", **environment},
    )  # fmt: skip
    os.close(its)
    listener.join(10)
    os.close(ours)
    return b"".join(heard).decode().replace("\r\n", "\n"), done.returncode


def lines(text: str) -> list[str]:
    """Without colour, and as a terminal shows what was written over."""
    return [line.rpartition("\r")[2].rstrip() for line in ESCAPE.sub("", text).split("\n")]


@pytest.mark.parametrize("columns", [60, 80, 200])
@pytest.mark.parametrize("command", [["presets"], ["songs"], ["history"], ["score", "takes"]])
def test_tables_keep_to_the_width(command, columns, here):
    text, status = on_a_terminal(*command, cwd=here, columns=columns)
    assert status == 0
    shown = [line for line in lines(text) if not line.startswith("accuracy and trend are")]
    assert max(map(cell_len, shown)) <= columns
    assert "…" not in "".join(shown)
    assert "\t" not in text


@pytest.mark.parametrize("columns", range(30, 100, 7))
def test_nothing_is_cut_off(columns, here, monkeypatch):
    rows = [("frere-jacques", "Frère Jacques", "1", "8 notes, C5 to C6"), ("x", "", "12", "漢字 y")]
    monkeypatch.setattr(sys, "stdout", kept := Screen())
    monkeypatch.setenv("COLUMNS", str(columns))
    table(("name", "title", "difficulty", "plays"), rows)
    shown = kept.getvalue()
    for word in " ".join(cell for row in rows for cell in row).split():
        assert word in shown
    assert max(map(cell_len, ESCAPE.sub("", shown).splitlines())) <= max(columns, 31)


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", [80, 200])
def test_each_song_is_a_line(columns, here):
    text, _ = on_a_terminal("songs", cwd=here, columns=columns)
    assert any(re.match(r"\d\s+frere-jacques\s+Frère Jacques\s", line) for line in lines(text))


def test_a_bar_moves_on_a_terminal_and_leaves_nothing(here):
    hand_model()
    write_video(here / "grey.avi", 20)
    text, status = on_a_terminal("track", "grey.avi", "-o", "x.csv", cwd=here)
    assert status == 0
    assert "tracking" in text
    assert "\x1b[" in text
    assert "20 of 20" not in text  # no plain lines
    assert lines(text)[-2] == "hand found in 0 of 20 frames: x.csv"


@pytest.mark.parametrize("plain", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_who_wants_no_colour_gets_no_escapes(plain, here):
    hand_model()
    write_video(here / "grey.avi", 5)
    text, status = on_a_terminal("track", "grey.avi", "-o", "x.csv", cwd=here, **plain)
    assert status == 0
    assert "tracking 5 of 5 …" in text
    assert "\x1b" not in text
    text, _ = on_a_terminal("songs", cwd=here, **plain)
    assert "\x1b" not in text
    assert "\t" not in text


def test_a_pipe_gets_plain_lines(here):
    done = run_handmidi("report", "takes/one", cwd=here)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "scoring and engraving …"
    assert done.stdout.splitlines()[-1] == "report: takes/one/report.pdf"
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize("quiet", [False, True])
def test_ctrl_c_is_one_line(quiet, here):
    hand_model()
    os.mkfifo(here / "trace.csv")  # nobody reads it: opening it waits
    words = ["map", "trace.csv", "--preset", "blues", "-o", "x.mid", *["--quiet"] * quiet]
    with start_handmidi(*words, cwd=here) as running:
        opened = os.open(here / "trace.csv", os.O_WRONLY)  # from here on it reads
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=20)
        os.close(opened)
    assert (running.returncode, out, err) == (1, "", "handmidi: stopped\n")


def test_ctrl_c_ends_a_bar(here):
    hand_model()
    with start_handmidi("track", "demo", "-o", "x.csv", cwd=here) as running:
        assert running.stderr.readline().startswith("tracking 0 of")
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=20)
    assert (running.returncode, out) == (1, "")
    assert err.splitlines()[-1] == "handmidi: stopped"
    assert "Traceback" not in err


def test_quiet_says_nothing_that_was_not_asked_for(here):
    hand_model()
    write_video(here / "grey.avi", 5)
    for words in (
        ["track", "grey.avi", "-o", "x.csv"],
        ["map", "hand.csv", "--preset", "blues", "-o", "x.mid"],
        ["report", "takes/one"],
        ["report", "takes"],
        ["setup"],
    ):
        done = run_handmidi("--quiet", *words, cwd=here)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), words


def test_quiet_keeps_results_and_errors(here, capsys):
    assert main(["score", "takes", "-q"]) == 0
    assert capsys.readouterr().out.startswith("take\taccuracy")
    assert main(["score", "takes/one", "--quiet"]) == 0
    assert capsys.readouterr().out.startswith("accuracy 100%")
    assert main(["--quiet", "map", "none.csv", "--preset", "blues", "-o", "x.mid"]) == 1
    assert capsys.readouterr().err.startswith("handmidi: cannot read ")


def test_quiet_play_prints_the_take_and_warnings(here):
    hand_model()
    words = ["play", "--camera", "demo", "--headless", "--no-synth", "--seconds", "1", "--quiet"]
    done = run_handmidi(*words, cwd=here)
    assert done.returncode == 0, done.stderr
    assert (here / done.stdout.rstrip("\n") / "take.json").is_file()
    assert all(line.startswith("handmidi: ") for line in done.stderr.splitlines())


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["map", "hand.csv", "--preset", "blues", "-o", "x.mid"], {"notes", "file"}),
        (["report", "takes/one"], {"take", "report", "score"}),
        (["report", "takes", "--html"], {"take", "report", "html", "score"}),
        (["score", "takes/one"], {"accuracy", "verdicts", "extras"}),
        (["score", "takes"], {"take", "score"}),
        (["history"], {"song", "takes"}),
        (["history", "frere-jacques"], {"take", "accuracy"}),
        (["songs"], {"name", "title"}),
        (["songs", "mama"], {"name", "tracks"}),
        (["presets"], {"name", "zones"}),
        (["presets", "--scales"], {"name", "intervals"}),
    ],
)
def test_json_is_one_document_on_stdout(words, keys, here, capsys):
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told[0] if isinstance(told, list) else told) >= keys


def test_track_tells_its_figures_as_json(here, capsys):
    hand_model()
    write_video(here / "grey.avi", 5)
    assert main(["track", "grey.avi", "-o", "x.csv", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"frames": 5, "found": 0, "trace": "x.csv"}


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_no_sign_is_too_much_for_an_encoding(encoding, here):
    for words in (
        ["songs"],
        ["presets", "blues"],
        ["history"],
        ["play", "--help"],
        ["report", "takes"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "handmidi", *words], cwd=here, capture_output=True, timeout=60,
            env={**os.environ, "PYTHONIOENCODING": encoding},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert b"?" not in done.stdout.replace(b"Frere", b"").replace(b"?re", b"")
        done.stdout.decode(encoding)


def test_signs_have_plain_ones(monkeypatch):
    kept = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(kept, encoding="ascii"))
    terminal.set_up()
    terminal.say("scoring … F♯4–B♭4 → Frère 漢")
    assert kept.getvalue().decode() == "scoring ... F#4-Bb4 -> Frere ?\n"


def test_a_bar_in_ascii_is_ascii(here):
    hand_model()
    write_video(here / "grey.avi", 20)
    text, status = on_a_terminal(
        "track", "grey.avi", "-o", "x.csv", cwd=here, PYTHONIOENCODING="ascii"
    )
    assert status == 0
    assert "tracking" in text
    assert text.isascii()
    assert "?" not in ESCAPE.sub("", text)


@pytest.mark.skipif(sys.platform == "win32", reason="such names are not allowed there")
@pytest.mark.parametrize(
    "words", ["history", "history odd", "history --json", "score takes", "score takes/x", "songs x"]
)
def test_names_of_others_move_no_cursor(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    odd = "\x1b[2J\x07\x9b31m\u202e"
    song = {"name": "odd", "title": f"Odd{odd}"}
    folders = [tmp_path / "takes" / f"{i}{odd}" for i in range(2)]
    for folder, more in zip(folders, ({}, {"preset": f"mama{odd}"}), strict=True):
        folder.mkdir(parents=True)
        info = {"song": song, "started": "2026-11-22T14:05:00+01:00"} | more
        (folder / "take.json").write_text(json.dumps(info))
    (folders[0] / "report.pdf").write_text("%PDF")
    main([word.replace("x", f"x{odd}") for word in words.split()])
    shown = capsys.readouterr()
    assert "Odd" in shown.out or "handmidi:" in shown.err
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", shown.out + shown.err)
    if "--json" not in words:
        assert "\u202e" not in shown.out + shown.err


def test_progress_is_at_most_eleven_lines(capsys):
    with progress("tracking", 1000) as tell:
        for done in range(1, 1001):
            tell(done)
    told = capsys.readouterr().err.splitlines()
    assert told == [f"tracking {done} of 1000 …" for done in range(0, 1001, 100)]


def test_progress_without_a_known_end_is_a_line(capsys):
    with progress("tracking") as tell:
        for done in range(50):
            tell(done)
    assert capsys.readouterr().err == "tracking …\n"


def test_each_stage_is_told(capsys):
    with stages(2) as tell:
        for stage in ("scoring", "engraving"):
            for done in range(3):
                tell(stage, done)
    told = capsys.readouterr().err.splitlines()
    assert told[2:4] == ["scoring 2 of 2 …", "engraving 0 of 2 …"]


def test_remarks_leave_stdout_to_json_and_are_silent_if_quiet(capsys):
    terminal.set_up(as_json=True)
    with waiting("engraving"):
        terminal.say("done")
    assert capsys.readouterr() == ("", "engraving …\ndone\n")
    terminal.set_up(quiet=True)
    with waiting("engraving"), progress("tracking", 3) as tell:
        tell(3)
        terminal.say("done")
        terminal.aside("side by side …")
        terminal.caution("no microphone")
    assert capsys.readouterr() == ("", "handmidi: no microphone\n")
    terminal.result("accuracy 50%")
    assert capsys.readouterr().out == "accuracy 50%\n"


def test_a_reader_that_left_ends_nothing(monkeypatch):
    class Gone(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Gone())
    terminal.say("one")
    terminal.say("two")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_is_no_fault_of_ours():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "handmidi", "songs"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=30,
        )
    assert done.returncode == 1
    assert done.stderr == (
        "handmidi: cannot write (No space left on device): make room, then try again\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's way to close it")
def test_without_stdout_it_runs():
    command = f'"{sys.executable}" -m handmidi songs >&-'
    done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")
