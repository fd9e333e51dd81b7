"""The window, on a virtual display."""

from __future__ import annotations

import time

import pytest
from displays import keep, virtual_display
from running import only_take, start_handmidi
from vision_assets import hand_model

from handmidi.screen.display import has_display


def test_no_display_is_noticed(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert not has_display()
    monkeypatch.setenv("DISPLAY", ":987")
    assert not has_display()


@pytest.mark.timeout(90)
def test_window_shows_and_q_ends_the_session(tmp_path):
    hand_model()
    with virtual_display() as display:
        with start_handmidi(
            "play", "--camera", "demo", "--seconds", "30", cwd=tmp_path, DISPLAY=display.name
        ) as running:
            display.window()
            time.sleep(1.5)
            keep(display.picture(), "session")
            display.key("q")
            out, err = running.communicate(timeout=20)
        assert running.returncode == 0, err
        assert err == ""
        assert "take:" in out
        assert only_take(tmp_path).joinpath("hand.csv").stat().st_size < 30 * 30 * 60
