"""What the documents say is true: commands run; links, flags, keys and addresses are there."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import documents
import pytest
import servers
from documents import ROOT, Shell, blocks

from handmidi.cli.parser import build_parser
from handmidi.screen.keys import COMMANDS

LIMIT_S = 110.0
CANNOT = {
    r"^make (demo|test|bench)\b": "goes on for minutes; make -n is asked below",
    r"\bhandmidi (play|practice|calibrate)\b(?!.*--camera demo)": "needs a webcam and a player",
    r"\bhandmidi send\b": "needs a mail server",
    r"\bhandmidi songs --(import|remove)\b": "changes your own library; test_cli_songs.py does it",
    r"\bhandmidi bench\b|-m tools\.(playability|scoring|soak)": "measures for minutes",
    r"\bpython (tools/|-m tools\.render)": "writes the project's own files again",
}
"""Which lines cannot be run here, as patterns, and why. A block with such a line is left out."""
PROGRAMS = ("jackd", "jack_wait", "scsynth", "strace", "ss")
OTHER_FLAGS = {"--export-hw"}  # of other people's programs


def why_not(text: str) -> str | None:
    """Why a block cannot be run here."""
    for pattern, why in CANNOT.items():
        if re.search(pattern, text, re.MULTILINE):
            return why
    return None


@pytest.fixture(scope="module")
def shells(demo, tmp_path_factory):
    """A shell for each document, each in a folder that looks like the checkout after make demo."""
    opened: dict[str, Shell] = {}
    with servers.jack() as environment:
        names = {name: value for name, value in environment.items() if "DISPLAY" not in name}
        names["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{names['PATH']}"

        def shell(file: str) -> Shell:
            if file not in opened:
                ask_scsynth_to_end()  # the document before may have started one
                folder = tmp_path_factory.mktemp("readme")
                own = {} if "examples" in file else {"JACK_DEFAULT_SERVER": folder.name}
                fill(folder, demo[1])
                opened[file] = Shell(folder, names | own)
            return opened[file]

        yield shell
        ask_scsynth_to_end()
        for each in opened.values():
            each.close()


def fill(folder: Path, take: Path) -> None:
    """What a reader has: the checkout, its .venv, and the take of ``make demo``."""
    for path in ROOT.iterdir():
        if path.name not in ("takes", ".venv", ".git", ".env"):
            (folder / path.name).symlink_to(path)
    (folder / ".venv").symlink_to(sys.prefix)
    shutil.copytree(take, folder / "takes" / take.name)


def ask_scsynth_to_end() -> None:
    """Ends the server that the README starts: jackd waits for clients that are killed."""
    end_s = time.monotonic() + 20.0
    while time.monotonic() < end_s:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            try:
                return sock.bind(("127.0.0.1", 57110))  # nobody has it
            except OSError:
                sock.sendto(b"/quit\0\0\0,\0\0\0", ("127.0.0.1", 57110))
        time.sleep(0.2)


RUNNABLE = [block for block in blocks() if not why_not(block.text)]


@pytest.mark.timeout(LIMIT_S + 60)
@pytest.mark.parametrize("block", RUNNABLE, ids=lambda block: f"{block.file}:{block.line}")
def test_block_runs_as_printed(block, shells):
    for program in PROGRAMS:
        if re.search(rf"^\W*{program}\b", block.text, re.MULTILINE) and not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    shell = shells(block.file)
    status, said = shell.run(block.text, LIMIT_S)
    assert status == 0, f"{block.file}, line {block.line}:\n{block.text}\n{said}"
    assert "Traceback" not in said


def test_what_plays_live_runs_in_one_worker(request):
    """This is one of them: xdist knows the group by the end of the name."""
    if request.config.getoption("loadgroup", False):
        assert request.node.nodeid.endswith("@live")


@pytest.mark.parametrize("pattern", CANNOT)
def test_each_reason_is_needed(pattern):
    assert any(re.search(pattern, block.text, re.MULTILINE) for block in blocks())


def test_first_steps_are_run():
    """The tour needs no webcam: none of its blocks may be left out."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    begin, end = (text[: text.index(f"## {name}\n")].count("\n") for name in _TOUR)
    tour = [b for b in blocks() if b.file == "README.md" and begin < b.line < end]
    assert len(tour) >= 5
    assert set(tour) <= set(RUNNABLE)


_TOUR = ("Five minutes", "With your own hand")


@pytest.mark.parametrize("target", ["demo", "test", "bench", "lint", "songs"])
def test_make_has_the_target(target):
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", documents.documents(), ids=lambda p: str(p.relative_to(ROOT)))
class TestDocument:
    def test_commands_are_understood(self, path, capsys):
        names = subcommands(build_parser())
        for arguments in documents.commands(path):
            is_name = arguments[0] in names and len(arguments) == 1  # no command, but its name
            if is_name or {"--help", "--version"} & set(arguments):
                continue
            try:
                build_parser().parse_args(arguments)
            except SystemExit as end:  # help ends well
                if end.code:
                    pytest.fail(f"handmidi {' '.join(arguments)}\n{capsys.readouterr().err}")

    def test_flags_exist(self, path):
        known = ours() | OTHER_FLAGS
        said = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", path.read_text(encoding="utf-8")))
        assert said <= known, sorted(said - known)

    def test_links_lead_somewhere(self, path):
        for link in re.findall(r"\]\(([^)\s]+)\)", documents.prose(path)):
            if re.match(r"\w+:", link):
                continue
            name, _, heading = link.partition("#")
            file = (path.parent / name).resolve() if name else path
            assert file.exists(), link
            if heading:
                assert heading in headings(file), link

    def test_osc_addresses_exist(self, path):
        text = path.read_text(encoding="utf-8")
        for address in re.findall(r"/handmidi/1/([\w/]*\w)", text):
            assert any(re.fullmatch(each, address) for each in addresses()), address


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands by name."""
    return next(a.choices for a in parser._actions if isinstance(a, argparse._SubParsersAction))


def ours() -> set[str]:
    """Every flag of handmidi's commands, and of the project's tools and scripts."""
    parser, found = build_parser(), set()
    for each in (parser, *subcommands(parser).values()):
        found.update(flag for action in each._actions for flag in action.option_strings)
    for path in [*(ROOT / "tools").rglob("*.py"), ROOT / "Makefile", ROOT / "tools" / "setup.sh"]:
        found.update(re.findall(r"(?<![\w-])--[a-z][\w-]*", path.read_text(encoding="utf-8")))
    return found


def headings(path: Path) -> set[str]:
    """What can stand behind # in a link to a document, as GitHub makes it."""
    lines = re.findall(r"^#+ (.+)$", documents.prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def addresses() -> set[str]:
    """Patterns of the OSC addresses below /handmidi/1/ that are sent or understood."""
    target = ROOT / "handmidi" / "outputs" / "osc_targets" / "handmidi.toml"
    messages = tomllib.loads(target.read_text(encoding="utf-8"))["messages"]
    sent = {m[0].removeprefix("/handmidi/1/") for each in messages.values() for m in each}
    sent = {a.replace("{side}", "(left|right)").replace("{name}", r"\w+") for a in sent}
    return sent | {"preset", "panic", "transport/(start|stop|tempo)", "transport"}


def test_every_key_is_told():
    text = (ROOT / "docs" / "screen.md").read_text(encoding="utf-8")
    for keys, meaning in COMMANDS.values():
        assert f"| {', '.join(keys)} | {meaning} |" in text


def test_every_guide_is_linked():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    for path in (ROOT / "docs").rglob("*.md"):
        name = path.relative_to(ROOT / "docs").as_posix()
        if name != "README.md":
            assert f"({name})" in index, name
    for path in (ROOT / "docs" / "guides").glob("[!R]*.md"):
        assert f"docs/guides/{path.name}" in readme
