"""What the tests share: a demo session, and which of them wait for real time."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import hypothesis
import pytest
from running import only_take, run_handmidi
from vision_assets import hand_model

os.environ.setdefault("HANDMIDI_LOG", "off")  # the user's own stays as it is
hypothesis.settings.register_profile("handmidi", deadline=None)  # speed is measured elsewhere
hypothesis.settings.load_profile("handmidi")

_LIVE = ("calibrate", "devices", "examples", "play", "play_faults", "readme")
_LIVE += ("outputs_clock", "outputs_external", "outputs_jack", "outputs_midi", "outputs_osc")
_LIVE += ("outputs_osc_listener", "outputs_osc_synths", "outputs_sensing", "outputs_synth")
_LIVE += ("faults_tool", "practice_clicks", "practice_link", "practice_metronome", "practice_ports")
_LIVE += ("practice_recorder", "practice_taps", "practice_waiting")
_LIVE += ("screen_stall", "screen_window", "session_conductor", "session_measuring")
_LIVE += ("session_rounds", "vision_process")
_ALONE = ("test_a_stopped_practice_is_scored_as_far_as_it_went",)  # no note may be lost
_SHARED = ("quick", "wheel", "shares", "dask", "browser")
"""Fixtures of a module that take long: their tests stay on one worker."""
_STANDING_BACK = 10
_ran_live: list[bool] = []
_BESIDE = ("test_what_the_microphone_heard_is_scored_by_the_same_code",)  # reckons for a minute


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker alone run what looks at moments: two at once would starve each other.

    Sessions that are only asked what they leave behind may run beside them. What looks at
    moments comes first: one worker begins with it, and the others stand back.
    """
    for item in items:
        name = item.path.stem.removeprefix("test_")
        fixtures = getattr(item, "fixturenames", ())
        is_demo = "demo" in fixtures  # one demo, and at its own pace
        alone = name in _LIVE or getattr(item, "originalname", "") in _ALONE
        if (alone and item.name not in _BESIDE) or is_demo:
            item.add_marker(pytest.mark.live)
            item.add_marker(pytest.mark.xdist_group("live"))
        elif shared := set(_SHARED) & set(fixtures):
            item.add_marker(pytest.mark.xdist_group(f"{name} {shared.pop()}"))
    items.sort(key=lambda item: item.get_closest_marker("live") is None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let a worker stand back behind the one whose tests look at moments."""
    if "PYTEST_XDIST_WORKER" in os.environ and hasattr(os, "nice"):
        if item.get_closest_marker("live"):
            _ran_live.append(True)
        elif not _ran_live and (now := os.nice(0)) < _STANDING_BACK:
            os.nice(_STANDING_BACK - now)


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> tuple[subprocess.CompletedProcess, Path]:
    """The demo without devices, as ``make demo`` runs it: its output and its take."""
    hand_model()
    folder = tmp_path_factory.mktemp("demo")
    arguments = ("practice", "mama", "--camera", "demo", "--stats", "--no-calibration")
    done = run_handmidi(*arguments, cwd=folder, DISPLAY="", WAYLAND_DISPLAY="", PULSE_SERVER="none")
    assert done.returncode == 0, done.stderr
    return done, only_take(folder)
