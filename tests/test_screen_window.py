"""The real window on a virtual display: what it shows, its keys, and how it stalls and dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from calibration_players import landmarks
from displays import keep, virtual_display

from handmidi.clock import SessionClock
from handmidi.screen.draw import draw
from handmidi.screen.keys import COMMANDS, LOCAL
from handmidi.screen.process import ScreenProcess
from handmidi.screen.scene import Moment, Scene
from handmidi.screen.theme import Look
from handmidi.screen.window import SIZE
from handmidi.vision.view import Outline, SharedView

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tools.render_screen import NOW_S, states

pytestmark = pytest.mark.timeout(120)
SIZES = [(640, 360), (1280, 720), (1024, 768), (720, 1080)]
STATES = states()
_X_KEYS = {"Esc": "Escape", "+": "plus", "=": "equal", "-": "minus", "?": "question"}


@pytest.fixture(scope="module")
def display():
    with virtual_display(1600, 1100) as made:
        yield made


class Shown:
    """A window on the display, and what it should show."""

    def __init__(self, display):
        self.display, self.view, self.warnings = display, SharedView(), []
        shade = np.linspace(40, 160, 480, dtype=np.uint8)[:, None, None]
        points = landmarks(0.06, 0.4, 0.5, 1.0, 640, 480)[:, :2]
        self.view.write(np.tile(shade, (1, 640, 3)), [Outline(points, "right")], 0.0)
        self.drawn = self.view.read()[1]
        # Without a window manager, one window in fifty stays black though it is drawn: Qt's.
        assert any(self.launched() for _ in range(3))

    def launched(self):
        """Whether a window came that shows what is drawn; if not, it is gone again."""
        self.screen = ScreenProcess(SessionClock(), self.view, self.warnings.append)
        self.screen.launch()
        self.display.window()
        end_s = time.monotonic() + 20  # it is made first, and given its size then
        while self.display.geometry()[2:] != SIZE and time.monotonic() < end_s:
            time.sleep(0.05)
        if self.shows(SIZE, Scene(), Moment(), Look(), limit_s=8.0)[0]:
            return True
        self.screen.close()
        return False

    def tell(self, scene, moment):
        self.screen.show(scene)
        self.screen.tell(moment)

    def shows(self, size, scene, moment, look, limit_s=30.0):
        """Whether the window comes to show just what `draw` draws; and that picture."""
        wanted = draw(size, scene, moment, self.drawn, 0.0, look)
        end_s = time.monotonic() + limit_s
        while time.monotonic() < end_s:
            shown = self.display.picture()
            if shown.shape == wanted.shape and (shown == wanted).all():
                return True, shown
            time.sleep(0.05)
        return False, shown

    def given(self, limit_s=30.0):
        """The commands that come."""
        self.screen.wait(limit_s)
        return self.screen.commands()

    def close(self):
        self.screen.close()
        self.view.unlink()


@pytest.fixture
def shown(display, monkeypatch):
    monkeypatch.setenv("DISPLAY", display.name)
    made = Shown(display)
    yield made
    made.close()


def still(moment: Moment) -> Moment:
    """The same at second 0, where a clock stands that was not started."""
    at_s, verdict_s = moment.time_s - NOW_S, moment.verdict_s - NOW_S
    return replace(moment, time_s=at_s, verdict_s=verdict_s, rate=0.0)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_every_state_is_shown_as_it_is_drawn_at_the_windows_own_size(shown, size):
    shown.display.resize(*size)
    look = Look()
    for name, (scene, moment, wanted) in STATES.items():
        for key, field in (("c", "contrast"), ("h", "help")):
            if getattr(wanted, field) != getattr(look, field):
                shown.display.key(key)
        look, moment = wanted, still(moment)
        shown.tell(scene, moment)
        same, picture = shown.shows(size, scene, moment, look)
        keep(picture, f"{name}-{size[0]}x{size[1]}")
        assert same, name
    assert shown.screen.commands() == []
    assert shown.warnings == []


def test_a_tiny_window_is_no_error(shown):
    shown.display.resize(60, 40)
    time.sleep(0.3)
    assert shown.display.picture().shape == (40, 60, 3)
    shown.display.resize(640, 360)
    shown.tell(Scene("a"), Moment(note="C4"))
    assert shown.shows((640, 360), Scene("a"), Moment(note="C4"), Look())[0]
    assert shown.screen.is_alive


def test_every_key_gives_its_command_and_the_windows_own_give_none(shown):
    for command, (keys, _) in COMMANDS.items():
        for key in keys:
            if command not in LOCAL:
                shown.display.key(_X_KEYS.get(key, key))
                assert shown.given() == [command], key
    for key in ("Left", "Home", "Insert", "x"):
        shown.display.key(key)
    shown.display.key("r")
    assert shown.given() == ["restart"]
    assert shown.screen.is_alive  # after Esc, too: the session ends it


def test_contrast_and_help_by_each_of_their_keys(shown):
    scene, moment = Scene("Song", "mama", commands=tuple(COMMANDS)), Moment(note="E4")
    shown.tell(scene, moment)
    size = shown.display.geometry()[2:]
    for key, look in [
        ("c", Look(contrast=True)), ("h", Look(True, True)), ("question", Look(True)),
        ("F1", Look(True, True)), ("c", Look(help=True)), ("F1", Look()),
    ]:  # fmt: skip
        shown.display.key(key)
        assert shown.shows(size, scene, moment, look)[0], (key, look)
    assert shown.screen.commands() == []


@pytest.mark.parametrize("key", ["f", "F11"])
def test_full_screen_is_asked_for_and_given_back(shown, key):
    scene, moment, screen = Scene("Song"), Moment(note="C4"), (1600, 1100)
    shown.tell(scene, moment)
    assert set(shown.display.full_screen_wishes(lambda: shown.display.key(key))) == {True}
    shown.display.resize(*screen)  # as the window manager would that is not there
    assert shown.shows(screen, scene, moment, Look())[0]
    assert set(shown.display.full_screen_wishes(lambda: shown.display.key(key))) == {False}
    assert shown.screen.commands() == []


def test_a_closed_window_ends_the_session(shown):
    shown.display.close_window()
    assert shown.given() == ["quit"]
    shown.screen._process.join(5)
    assert shown.screen._process.exitcode == 0
    assert shown.warnings == []


def test_a_stalled_window_blocks_nobody_and_catches_up(shown):
    size = shown.display.geometry()[2:]
    scene, pid = Scene("Song"), shown.screen.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        longest_s, end_s, number = 0.0, time.monotonic() + 2, 0
        while time.monotonic() < end_s:
            began_s, number = time.perf_counter(), number + 1
            shown.tell(scene, Moment(note=str(number)))
            shown.view.write(np.full((480, 640, 3), number % 256, np.uint8), [], 0.0)
            assert shown.screen.commands() == []
            longest_s = max(longest_s, time.perf_counter() - began_s)
            shown.screen.wait(0.01)
        assert longest_s < 0.5  # it does not wait for the two seconds to end
    finally:
        os.kill(pid, signal.SIGCONT)
    picture = np.full((480, 640, 3), 77, np.uint8)
    end_s = time.monotonic() + 5
    while not shown.view.write(picture, [], 0.0):
        assert time.monotonic() < end_s
    shown.drawn = replace(shown.drawn, image=picture, hands=[])
    assert shown.shows(size, scene, Moment(note=str(number)), Look())[0]
    assert shown.warnings == []


def test_a_killed_window_is_told_of_once(shown):
    os.kill(shown.screen.pid, signal.SIGKILL)
    shown.screen._thread.join(5)
    line = "the window's process died (signal 9): going on without it, Ctrl-C ends it"
    assert shown.warnings == [line]
    shown.tell(Scene(), Moment())
    shown.screen.wait(0.01)
    assert (shown.screen.commands(), shown.screen.is_alive) == ([], False)


def test_ctrl_c_and_a_closed_terminal_are_not_for_the_window_and_a_kind_kill_is(shown):
    process = shown.screen._process
    for number in (signal.SIGINT, signal.SIGHUP):
        os.kill(process.pid, number)
    shown.tell(Scene(), Moment(note="C4"))
    assert shown.shows(shown.display.geometry()[2:], Scene(), Moment(note="C4"), Look())[0]
    os.kill(process.pid, signal.SIGTERM)
    shown.screen._thread.join(10)  # it waits for the process: two who wait disturb each other
    assert process.exitcode == 0
    assert len(shown.warnings) == 1


def test_it_is_nicer_than_the_session_and_knows_little(shown):
    assert os.getpriority(os.PRIO_PROCESS, shown.screen.pid) > os.getpriority(os.PRIO_PROCESS, 0)
    maps = Path(f"/proc/{shown.screen.pid}/maps").read_text()
    assert "cv2" in maps
    for heavy in ("verovio", "typst", "rtmidi", "litert", "portaudio", "fluidsynth"):
        assert heavy not in maps


def test_a_display_that_is_gone_is_a_warning(monkeypatch, capfd):
    monkeypatch.setenv("DISPLAY", ":987")
    warnings = []
    screen = ScreenProcess(SessionClock(), None, warnings.append)
    screen.launch()
    screen._thread.join(20)
    screen.close()
    (line,) = warnings
    assert line.endswith("going on without it, Ctrl-C ends it")
    assert capfd.readouterr().err == ""


_PARENT = """
import sys, time
from handmidi.clock import SessionClock
from handmidi.screen.process import ScreenProcess
if __name__ == "__main__":
    screen = ScreenProcess(SessionClock(), None, print)
    screen.launch()
    print(screen.pid, flush=True)
    time.sleep(60)
"""


def test_it_leaves_when_its_parent_is_gone(display, tmp_path):
    program = tmp_path / "parent.py"
    program.write_text(_PARENT)
    with subprocess.Popen(
        [sys.executable, str(program)], env=display.environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        pid = int(parent.stdout.readline())
        display.window()
        parent.kill()
    end_s = time.monotonic() + 5
    while Path(f"/proc/{pid}/stat").exists():
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if state == "Z":  # nobody waits for it here
            break
        assert time.monotonic() < end_s
        time.sleep(0.05)
