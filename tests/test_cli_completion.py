"""Tab: real shells, asked as they ask."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from handmidi.cli.parser import names
from handmidi.instrument.presetfile import library as presets
from handmidi.outputs.osc_template import library as targets
from handmidi.song.library import nameable as songs

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(sys.platform == "win32", reason="shells"),
]
PROGRAM = Path(sys.executable).with_name("handmidi")

START = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
}
LOAD = {
    "bash": 'eval "$(handmidi completion bash)"',
    "zsh": 'autoload -U compinit; compinit -u -D; eval "$(handmidi completion zsh)"',
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a song, a preset, two takes and a few other files."""
    monkeypatch.chdir(tmp_path)
    if not PROGRAM.exists():
        pytest.skip("handmidi is not installed beside this Python")
    monkeypatch.setenv("PATH", f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HANDMIDI_DATA", str(tmp_path / "data"))
    for name in ("own-song.mid", "own.toml", "clip.mp4", "hand.csv", "presets/mine.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for name in ("2026-11-22-120000-mama", "2026-11-23-120000-mama"):
        (tmp_path / "takes" / name).mkdir(parents=True)
        (tmp_path / "takes" / name / "take.json").touch()
    return tmp_path


def offered(line: str, *flags: str) -> tuple[list[str], str]:
    """What the program answers to a shell, and its stderr."""
    asked = {"_ARGCOMPLETE": "1", "_ARGCOMPLETE_SHELL": "bash", "_ARGCOMPLETE_IFS": "\n"}
    asked |= {"COMP_LINE": line, "COMP_POINT": str(len(line)), "COMP_TYPE": "9"}
    done = subprocess.run(
        ["bash", "-c", 'exec "$@" 8>&1', "bash", sys.executable, *flags, "-m", "handmidi"],
        capture_output=True, text=True, timeout=20, env={**os.environ, **asked},
    )  # fmt: skip
    return [word.strip() for word in done.stdout.splitlines()], done.stderr


def typed(shell: str, line: str, wanted: str) -> str:
    """What an interactive shell shows after a line and Tab, until `wanted` is there."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    pid, screen = pty.fork()
    if not pid:
        os.environ.update(TERM="dumb", PS1="> ")
        os.execvp(shell, START[shell])
    try:
        os.write(screen, f"{LOAD[shell]}; echo re''ady\n".encode())
        read_until(screen, "ready")
        os.write(screen, line.encode() + b"\t")
        return read_until(screen, wanted)
    finally:
        os.close(screen)
        os.waitpid(pid, 0)


def read_until(screen: int, wanted: str, limit_s: float = 15) -> str:
    """What comes from a terminal until `wanted` is in it; all of it, if that never comes."""
    text, end_s = "", time.monotonic() + limit_s
    while wanted not in text and time.monotonic() < end_s:
        if select.select([screen], [], [], 0.2)[0]:
            text += os.read(screen, 4096).decode(errors="replace")
    return text


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("handmidi prac", "handmidi practice "),
        ("handmidi play --no-sy", "--no-synth "),
        ("handmidi practice greens", "greensleeves "),
        ("handmidi play --preset min", "mine "),
        ("handmidi map han", "hand.csv "),
    ],
)
def test_tab_finishes_a_word(shell, line, wanted, here):
    assert wanted in typed(shell, line, wanted)


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
def test_fish_offers_names_with_their_meaning(here):
    ask = "handmidi completion fish | source; complete -C "
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"{ask} 'handmidi play --pre'; {ask} 'handmidi prac'"],
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    told = [line.split("\t") for line in done.stdout.splitlines()]
    assert [line[0] for line in told] == ["--preset", "practice"]
    assert all(len(line) == 2 for line in told)


@pytest.mark.parametrize(
    ("line", "some", "none"),
    [
        ("handmidi ", {"play", "practice", "completion"}, {"--help"}),
        ("handmidi play --preset ", {"theremin", "mine", "own.toml"}, {"own-song.mid", "mama.mid"}),
        ("handmidi practice ", {"mama", "greensleeves", "own-song.mid"}, {"theremin", "own.toml"}),
        ("handmidi practice o", {"own-song.mid", "ode-to-joy"}, {"mama"}),
        ("handmidi history ", {"mama"}, {"own-song.mid"}),
        ("handmidi play --tracker ", {"direct", "skin"}, {"play"}),
        ("handmidi play --osc s", {"supercollider", "surge"}, {"puredata"}),
        ("handmidi play --camera ", {"demo", "clip.mp4"}, {"hand.csv"}),
        ("handmidi report ", {"takes/2026-11-23-120000-mama", "takes/"}, {"hand.csv"}),
        ("handmidi report takes/2026-11-22", {"takes/2026-11-22-120000-mama"}, {"takes/"}),
        ("handmidi map ", {"hand.csv"}, {"clip.mp4"}),
        ("handmidi completion ", {"bash", "zsh", "fish"}, {"clip.mp4"}),
        ("handmidi --quiet play --learn bend --model ", {"full", "lite"}, {"direct"}),
    ],
)
def test_what_is_offered(line, some, none, here):
    words, _ = offered(line)
    assert some <= set(words)
    assert not none & set(words)


@pytest.mark.parametrize(
    "line",
    ["handmidi ", "handmidi play --learn bend --osc puredata --preset ", "handmidi practice "],
)
def test_tab_imports_nothing_heavy(line, here):
    words, times = offered(line, "-X", "importtime")
    loaded = {row.rpartition("|")[2].strip() for row in times.splitlines()}
    assert words
    assert "handmidi.cli.parser.names" in loaded
    assert not loaded & {"numpy", "cv2", "mido", "rich", "music21", "handmidi.instrument"}


def test_names_are_those_that_can_be_used(here):
    """Tab lists files, since what reads them is slow to import: both must agree."""
    assert set(names.presets("/")) >= set(presets())
    assert set(names.practised("")) == set(songs())
    assert set(names.targets("")) == set(targets())


def test_the_script_is_printed_alone(here):
    for shell in ("bash", "zsh", "fish"):
        done = subprocess.run(
            [PROGRAM, "completion", shell], capture_output=True, text=True, check=True
        )
        assert "handmidi" in done.stdout
        assert done.stderr == ""
