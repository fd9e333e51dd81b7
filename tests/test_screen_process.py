"""What passes between the session and its window's process, with stand-ins for the window."""

from __future__ import annotations

import os
import time

import pytest
import screen_children

from handmidi.clock import SessionClock
from handmidi.errors import HandMidiError
from handmidi.screen import process as process_module
from handmidi.screen.keys import COMMANDS
from handmidi.screen.process import ScreenProcess
from handmidi.screen.scene import Moment, Scene
from handmidi.screen.window import LEAST, MOST, command_of, drawn_size

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def launched(monkeypatch):
    """Launches a stand-in; ends it, and looks that nothing stays behind."""
    made = []

    def launch(child, clock=None):
        monkeypatch.setattr(process_module, "run_window", child)
        warnings = []
        screen = ScreenProcess(clock or SessionClock(), None, warnings.append)
        screen.warnings = warnings
        made.append(screen)
        screen.launch()
        screen.first_pid = screen.pid
        return screen

    yield launch
    for screen in made:
        screen.close()
        screen.close()
        assert not screen.is_alive
        with pytest.raises(ProcessLookupError):
            os.kill(screen.first_pid, 0)
        assert not screen._thread.is_alive()


def heard(screen, wanted, limit_s=20.0):
    """All commands up to the one that is wanted."""
    found, end_s = [], time.monotonic() + limit_s
    while wanted not in found:
        assert time.monotonic() < end_s, found
        screen.wait(0.1)
        found += screen.commands()
    return found


def until(true, limit_s=20.0):
    end_s = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end_s
        time.sleep(0.01)


def test_scene_and_moment_arrive_once_each(launched):
    screen = launched(screen_children.echo)
    screen.show(Scene("one"))
    screen.tell(Moment(note="C4"))
    found = heard(screen, "moment C4 False")
    screen.tell(Moment(note="D4"))
    found += heard(screen, "moment D4 False")
    screen.show(Scene("two"))
    found += heard(screen, "scene two")
    assert found == ["scene one", "moment C4 False", "moment D4 False", "scene two"]


def test_the_newest_moment_is_told_and_older_ones_are_forgotten(launched):
    screen = launched(screen_children.echo)
    for i in range(1000):
        screen.tell(Moment(note=str(i)))
    found = heard(screen, "moment 999 False")
    assert len(found) < 500
    numbers = [int(words.split()[1]) for words in found]
    assert numbers == sorted(set(numbers))


def test_a_clock_that_is_started_later_is_told(launched):
    clock = SessionClock()
    screen = launched(screen_children.echo, clock)
    screen.tell(Moment(note="A4"))
    heard(screen, "moment A4 False")
    clock.start()
    screen.tell(Moment(note="B4"))
    heard(screen, "moment B4 True")


def test_a_process_that_asks_and_does_not_read_blocks_nobody(launched):
    screen = launched(screen_children.asks_too_much)
    for i in range(300):
        screen.show(Scene("x" * 10_000))
        screen.tell(Moment(note=str(i)))
        assert screen.commands() == []
        screen.wait(0.001)
    assert screen.is_alive


@pytest.mark.parametrize(
    ("child", "line"),
    [
        (screen_children.dies, "the window's process died (status 3)"),
        (screen_children.fails, "the window failed (no colours)"),
    ],
)
def test_a_process_that_dies_is_told_of_once_and_the_rest_goes_on(launched, child, line):
    screen = launched(child)
    until(lambda: screen.warnings)
    screen.show(Scene("one"))
    screen.tell(Moment())
    began_s = time.monotonic()
    screen.wait(0.2)
    assert time.monotonic() - began_s > 0.19  # or the session would spin
    assert screen.commands() == []
    assert not screen.is_alive
    assert screen.warnings == [f"{line}: going on without it, Ctrl-C ends it"]


def test_a_window_that_was_closed_is_a_wish_and_no_warning(launched):
    screen = launched(screen_children.is_closed)
    assert heard(screen, "quit") == ["quit"]
    until(lambda: not screen.is_alive)
    screen._thread.join(5)
    assert screen.warnings == []


def test_a_process_that_hangs_is_ended_all_the_same(launched):
    screen = launched(screen_children.hangs)
    heard(screen, "ready")
    screen.close()
    assert screen.warnings == []


def test_it_can_be_closed_right_after_its_launch_and_without_one(launched):
    screen = launched(screen_children.echo)
    screen.close()
    assert screen.warnings == []
    never = ScreenProcess(SessionClock(), None, print)
    assert not never.is_alive
    never.close()
    launched(screen_children.echo)


def test_a_system_without_room_is_an_error_of_one_line(monkeypatch):
    def no_room(*_, **__):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", no_room)
    screen = ScreenProcess(SessionClock(), None, print)
    with pytest.raises(HandMidiError, match="Cannot allocate memory"):
        screen.launch()
    screen.close()


# ---- keys and sizes


@pytest.mark.parametrize("command", COMMANDS)
def test_every_letter_gives_its_command_large_or_small(command):
    keys = [key for key in COMMANDS[command][0] if len(key) == 1]
    assert keys
    for key in keys:
        assert command_of(ord(key)) == command
        assert command_of(0x100000 | ord(key)) == command  # num lock, with GTK
        assert command_of(ord(key.upper())) == command


@pytest.mark.parametrize(
    ("code", "command"),
    [
        (27, "quit"),
        (0xFFBE, "help"), (0x700000, "help"), (0xF704, "help"),
        (0xFFC8, "full screen"), (0x7A0000, "full screen"), (0xF70E, "full screen"),
        (0xFFAB, "faster"), (0xFFAD, "slower"),
        (0xFF51, None), (0xFF50, None), (0xFF63, None), (0x250000, None),  # Q, P and c below
        (0, None), (0xE1, None), (0x71000071 & ~0xFF, None),
    ],
)  # fmt: skip
def test_other_keys(code, command):
    assert command_of(code) == command


def test_what_is_drawn_is_neither_too_small_nor_too_large():
    assert drawn_size(1280, 720) == (1280, 720)
    assert drawn_size(1, 1) == LEAST
    assert drawn_size(7680, 4320) == MOST
    width, height = drawn_size(1000, 5000)
    assert height == MOST[1] and width >= LEAST[0]
