"""The project's Markdown files: their shell blocks and commands, and a shell to run them."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`]+)`")
_COMMAND = re.compile(r"^\s*(?:\w+=\S+ )*(?:\S*/)?handmidi (.+)$")
_PLACES = {  # what stands for something in a table, and something that it may stand for
    "TARGET": "127.0.0.1:9000", "HOST:PORT": "127.0.0.1:9000", "ADDRESS": "a@example.org",
    "CC": "74", "N": "1", "BPM": "96", "S": "5", "WxH": "640x480", "PERCENT": "70", "BARS": "5-8",
}  # fmt: skip


class Block(NamedTuple):
    """A shell block: its file, its line there, and what stands in it."""

    file: str
    line: int
    text: str


def documents() -> list[Path]:
    """Every Markdown file of the project."""
    found = [*ROOT.glob("*.md")]
    for folder in ("docs", "examples", "songs", "soundfonts", "handmidi", "tests"):
        found += (ROOT / folder).rglob("*.md")
    return sorted(found)


def blocks() -> list[Block]:
    """The blocks marked ``sh`` of every document, in order."""
    found = []
    for path in documents():
        text = path.read_text(encoding="utf-8")
        for fence in _FENCE.finditer(text):
            if fence[1] == "sh":
                line = text.count("\n", 0, fence.start()) + 1
                found.append(Block(str(path.relative_to(ROOT)), line, fence[2]))
    return found


def prose(path: Path) -> str:
    """A document without its fenced blocks."""
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


def commands(path: Path) -> Iterator[list[str]]:
    """The arguments of each ``handmidi …`` in a document, in blocks and in the text."""
    text = path.read_text(encoding="utf-8")
    lines = [line for fence in _FENCE.finditer(text) for line in fence[2].splitlines()]
    lines += [" ".join(code.split()) for code in _INLINE.findall(prose(path))]
    for line in lines:
        line = re.sub(r"(^|\s)#.*", "", line)
        if found := _COMMAND.search(line.rstrip(" &")):
            said = re.split(r" [>|;] ?", found[1])[0]
            words = shlex.split(re.sub(r"[\[\]…\\]", " ", said))
            yield [_PLACES.get(word, word) for word in words]


class Shell:
    """Bash, into which one block is typed after another, as a reader would.

    Parameters
    ----------
    folder : Path
        Where it begins; what the blocks print goes there, too.
    environment : dict
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._environment = folder, environment
        self._jobs = folder / "jobs.log"
        self._child: subprocess.Popen | None = None

    def run(self, text: str, limit_s: float) -> tuple[int, str]:
        """The exit status of the block's first command that failed, else 0; and what it printed."""
        said, done = self._folder / "said.log", self._folder / "done.log"
        done.unlink(missing_ok=True)
        child = self._alive()
        typed = f"{{\n{text}\n}} </dev/null >{said} 2>&1\njobs -p >{self._jobs}\necho 0 >{done}\n"
        child.stdin.write(typed)
        child.stdin.flush()
        end_s = time.monotonic() + limit_s
        while not done.is_file() and child.poll() is None and time.monotonic() < end_s:
            time.sleep(0.05)
        status = 0 if done.is_file() else child.poll()
        if status is None:  # what is typed next would wait behind it
            self.close()
        words = said.read_text(encoding="utf-8", errors="replace")
        return (124 if status is None else status), words

    def close(self) -> None:
        """End the shell, and what it left in the background (jackd leaves its process group)."""
        jobs = self._jobs.read_text().split() if self._jobs.is_file() else []
        for process in map(int, jobs):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
        if self._child and self._child.poll() is None:
            self._child.stdin.close()
            try:
                self._child.wait(10.0)
            except subprocess.TimeoutExpired:  # a command of the block goes on
                os.killpg(self._child.pid, signal.SIGKILL)
                self._child.wait()

    def _alive(self) -> subprocess.Popen:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                ["bash", "-e", "-o", "pipefail"],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.PIPE,
                start_new_session=True,
                text=True,
            )
        return self._child
