"""Every error that a user may read: one table of what is said, and what provokes it.

Each row of `error_table` runs its command line, or, where no command line can get there without
the hardware or the system that it needs, the function that fails; then the program's own `main`
says it. Checked are the status (1; 2 for wrong usage), that it is one line on stderr, and its text.

The table is complete: `error_sites` reads the messages of HandMidiError, its children and wrong
usage out of the source, and each is in a row, or in `UNPROVOKED` with the reason. Left out by rule:

- what hands on a message that was made elsewhere: its text is all filled in;
- a ValueError, TypeError or LookupError: it is for programmers, or becomes part of a message.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from error_sites import messages
from error_table import ROWS, UNPROVOKED
from error_world import Row, World
from vision_assets import hand_model

from handmidi.cli import main

pytestmark = pytest.mark.timeout(30)


@pytest.fixture
def world(tmp_path, monkeypatch) -> Iterator[World]:
    """An empty folder; no display, no sound, no network and no mail account."""
    model = hand_model()
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "HANDMIDI_ACCEPT_MEDIAPIPE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (("DATA", tmp_path / "data"), ("MODEL", model), ("AUDIO_DRIVER", "none")):
        monkeypatch.setenv(f"HANDMIDI_{name}", str(value))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with ExitStack() as opened:
        yield World(tmp_path / "here", monkeypatch, opened)


def pattern(text: str) -> str:
    """The expression for a message whose gaps hold anything."""
    return ".*".join(map(re.escape, text.removeprefix("argument ").split("{}")))


def run(case: Row, world: World) -> int:
    """The status with which the program leaves."""
    for step in case.steps:
        step(world)
    words = case.run
    if isinstance(words, str):
        words = case.words
    else:
        world.patch.setattr("handmidi.cli.songs.songs", lambda args: case.run(world))
        words = ["songs"]
    try:
        return main(words)
    except SystemExit as left:
        return left.code


@pytest.mark.parametrize("case", ROWS, ids=lambda case: case.name)
def test_what_goes_wrong_is_one_line(case, world, capfd):
    status = run(case, world)
    said = capfd.readouterr().err
    lines = said.splitlines()
    assert len(lines) == 1 + case.warnings, said
    assert re.search(pattern(case.text), lines[-1]), said
    usage = said.rstrip().endswith("--help)")
    assert all(line.startswith("handmidi: ") for line in lines)
    assert "internal error" not in said
    assert status == (2 if usage else 1)


def test_the_table_is_complete():
    """Each message has a row for each place that says it."""
    rows, missing = Counter(case.text for case in ROWS), []
    for text, places in messages().items():
        if rows[text] < len(places) and text not in UNPROVOKED:
            missing.append(f"{rows[text]} rows for {', '.join(places)}: {text}")
    assert not missing, "\n".join(missing)


def test_the_table_has_nothing_old():
    said = "\n".join(messages())
    assert not [text for text in UNPROVOKED if text not in said]
