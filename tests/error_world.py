"""What a row of the table of errors prepares, and what it runs."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass
class World:
    """An empty current folder with a data folder of its own."""

    folder: Path
    patch: pytest.MonkeyPatch
    opened: ExitStack


Step = Callable[[World], object]


@dataclass(frozen=True)
class Row:
    """A message, and what provokes it.

    Parameters
    ----------
    text : str
        As `error_sites.messages` has it: ``{}`` is whatever is filled in.
    run : str or callable
        A command line; or what fails by itself where no command line gets there in a test.
    steps : tuple of callable
        Prepare the world.
    warnings : int, default 0
        Lines that come before the error's.
    """

    text: str
    run: str | Step
    steps: tuple[Step, ...] = ()
    warnings: int = 0

    @property
    def name(self) -> str:
        """How the test is called."""
        return f"{self.run if isinstance(self.run, str) else 'call'}: {self.text}"[:90]

    @property
    def words(self) -> list[str]:
        """The command line in words."""
        return shlex.split(self.run)


def row(text: str, run: str | Step, *steps: Step, warnings: int = 0) -> Row:
    """A `Row`, written shortly."""
    return Row(text, run, steps, warnings)


def file(name: str, content: str | bytes = "") -> Step:
    """A file in the current folder."""

    def write(world: World) -> None:
        path = world.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    return write


def link(name: str, to: str) -> Step:
    """A link in the current folder."""
    return lambda world: (world.folder / name).symlink_to(to)


def folder(name: str) -> Step:
    """A folder in the current folder."""
    return lambda world: (world.folder / name).mkdir(parents=True)


def env(**values: str | None) -> Step:
    """Variables of the environment; None unsets one."""

    def change(world: World) -> None:
        for name, value in values.items():
            if value is None:
                world.patch.delenv(name, raising=False)
            else:
                world.patch.setenv(name, value)

    return change


def patched(target: str, value: Any) -> Step:
    """Something of the program or the system is replaced."""
    return lambda world: world.patch.setattr(target, value)


def module(name: str, value: Any = None) -> Step:
    """A module is replaced; by default it is not installed."""
    return lambda world: world.patch.setitem(sys.modules, name, value)


def fail(error: Exception) -> None:
    """Raise, where a lambda is wanted."""
    raise error


def refusing(target: str, error: Exception | type[Exception]) -> Step:
    """A function that only raises."""

    def refuse(*_: Any, **__: Any) -> None:
        raise error

    return patched(target, refuse)


def midi(kind: int = 1, division: int = 480, *tracks: bytes) -> bytes:
    """A MIDI file, of tracks without their ends."""
    chunks = [track + b"\0\xff\x2f\0" for track in tracks or (NOTE,)]
    head = b"MThd" + b"".join(
        n.to_bytes(k, "big") for n, k in ((6, 4), (kind, 2), (len(chunks), 2))
    )
    body = b"".join(b"MTrk" + len(chunk).to_bytes(4, "big") + chunk for chunk in chunks)
    return head + division.to_bytes(2, "big") + body


NOTE = bytes([0, 0x90, 60, 64, 0x83, 0x60, 0x80, 60, 0])
"""A track of one note of a beat."""
DRUM = bytes([0, 0x99, 36, 64, 0x83, 0x60, 0x89, 36, 0])
LONG = bytes([0, 0x90, 60, 64, 0xFF, 0xFF, 0xFF, 0x7F, 0x80, 60, 0])
"""A track of one note without an end in sight."""


def take(name: str = "take", **changes: Any) -> Step:
    """A take of frere-jacques."""
    from takes import make_take

    return lambda world: make_take(world.folder / name, **changes)
