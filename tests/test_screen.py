"""The window, on a virtual display."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time

import numpy as np
import pytest
from running import only_take, start_handmidi
from vision_assets import hand_model

from handmidi.screen import WIDTH, draw, has_display


def test_picture_is_mirrored_and_as_wide_as_the_window():
    image = np.zeros((48, 64, 3), np.uint8)
    image[24:, :8] = 200  # left as filmed, below the strip with the letters
    picture = draw(image, [], "C♯5", "Mama: beat 1 of 56")
    assert picture.shape == (WIDTH * 3 // 4, WIDTH, 3)
    assert picture[-1, -1].min() > 150
    assert picture[-1, 0].max() < 50


def test_box_and_note_are_drawn():
    image = np.zeros((480, 640, 3), np.uint8)
    plain = draw(image, [], "", "")
    assert plain.max() == 0
    boxed = draw(image, [(100, 200, 300, 400)], "", "")
    left, right = (WIDTH - round(x * 1.5) for x in (300, 100))
    green = np.flatnonzero(boxed[450, :, 1] > 200)
    assert abs(green.min() - left) <= 3
    assert abs(green.max() - right) <= 3
    assert draw(image, [], "G♯4", "")[:76].max() == 255


def test_a_chord_does_not_run_into_the_status():
    image = np.zeros((480, 640, 3), np.uint8)
    chord = draw(image, [], "E4 G4 B4 C5", "")[:76].max(axis=(0, 2)) > 0
    both = draw(image, [], "E4 G4 B4 C5", "preset melody-and-chords")[:76].max(axis=(0, 2)) > 0
    ends = np.flatnonzero(chord).max()
    assert not both[ends + 1 : ends + 20].any()
    assert both[ends + 20 :].any()


def test_no_display_is_noticed(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert not has_display()
    monkeypatch.setenv("DISPLAY", ":987")
    assert not has_display()


@contextlib.contextmanager
def virtual_display():
    """An X server of our own on a free display number."""
    if not shutil.which("Xvfb") or not shutil.which("xdotool"):
        pytest.skip("Xvfb or xdotool is not installed")
    read, write = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x960x24", "-nolisten", "tcp"],
        pass_fds=[write], stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        os.close(write)
        try:
            with os.fdopen(read) as told:
                yield f":{told.readline().strip()}"
        finally:
            server.terminate()


@pytest.mark.timeout(90)
def test_window_shows_and_q_ends_the_session(tmp_path):
    hand_model()
    with virtual_display() as display:
        environment = {**os.environ, "DISPLAY": display}

        def xdotool(*words: str) -> subprocess.CompletedProcess:
            return subprocess.run(
                ["xdotool", *words], env=environment, capture_output=True, text=True, timeout=30
            )

        with start_handmidi(
            "play", "--camera", "demo", "--seconds", "30", cwd=tmp_path, DISPLAY=display
        ) as running:
            end_s = time.monotonic() + 30
            while not (found := xdotool("search", "--name", "^handmidi$").stdout.split()):
                assert time.monotonic() < end_s and running.poll() is None
                time.sleep(0.2)
            size = xdotool("getwindowgeometry", "--shell", found[-1]).stdout
            time.sleep(1.5)
            xdotool("key", "--window", found[-1], "q")
            out, err = running.communicate(timeout=20)
        assert running.returncode == 0, err
        assert err == ""
        assert "take:" in out
        assert "WIDTH=960" in size
        assert only_take(tmp_path).joinpath("hand.csv").stat().st_size < 30 * 30 * 60
