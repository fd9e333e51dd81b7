"""The examples do what they are there to show."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
import servers
from takes import make_take
from vision_assets import hand_model

from handmidi.errors import HandMidiError
from handmidi.instrument import load_preset
from handmidi.vision.tracker import open_tracker

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def run(name: str, *arguments: object, cwd: Path, **environment: str):
    return subprocess.run(
        [sys.executable, EXAMPLES / name, *map(str, arguments)],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda p: p.name)
def test_it_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 90


@pytest.mark.timeout(120)
def test_the_clip_becomes_notes(tmp_path):
    hand_model()
    lines = run("clip_to_notes.py", cwd=tmp_path).stdout.splitlines()
    assert len(lines) == 26
    assert lines[0].split() == ["2.37", "s", "F4"]
    assert lines[-1].endswith("F4")


def test_the_preset_is_good():
    preset = load_preset(str(EXAMPLES / "night-bells.toml"))
    assert preset.main.gate is not None
    assert len(preset.main.zones) == 11


@pytest.fixture
def tip_tracker(monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLES)
    with open_tracker("tip_tracker:TipTracker") as tracker:
        yield tracker


def test_the_tracker_follows_what_comes_in(tip_tracker):
    room = np.full((120, 160, 3), 90, np.uint8)
    assert tip_tracker.track(room, 0.0) == []
    with_baton = room.copy()
    with_baton[40:, 100:110] = 200
    (tip,) = tip_tracker.track(with_baton, 0.1)
    hand = tip.hand(160, 120)
    assert hand.y == pytest.approx(40 / 120, abs=0.02)
    assert 100 / 160 <= hand.x <= 110 / 160
    assert tip_tracker.track(room, 0.2) == []


@pytest.mark.parametrize("name", ["nowhere:Tracker", "os:Tracker", ":Tracker"])
def test_a_tracker_that_is_not_there(name):
    with pytest.raises(HandMidiError, match=r"module:Class.*PYTHONPATH"):
        open_tracker(name)


def test_lateness_is_told_note_by_note(tmp_path):
    from handmidi.midifile import read_performance
    from handmidi.score import score_performance
    from handmidi.song import load_song

    for number, late_s in enumerate((0.04, 0.06)):
        take = make_take(tmp_path / "takes" / str(number), late_s=late_s)
        score = score_performance(load_song(str(take.song)), read_performance(take.notes))
        take.score.write_text(score.to_json(), encoding="utf-8")
    make_take(tmp_path / "takes" / "unscored")
    lines = run("lateness.py", cwd=tmp_path).stdout.splitlines()
    assert lines[0].split() == ["note", "times", "median", "middle", "half"]
    assert len(lines) > 5
    for line in lines[1:]:
        assert int(line.split()[2]) == pytest.approx(50, abs=4)


@pytest.mark.timeout(60)
def test_scsynth_sounds(tmp_path):
    hand_model()
    if not shutil.which("scsynth"):
        pytest.skip("scsynth is not installed")
    recording = tmp_path / "heard.wav"
    with servers.jack() as environment:
        command = [sys.executable, EXAMPLES / "demo_to_scsynth.py", "6"]
        with subprocess.Popen(command, cwd=tmp_path, env=environment) as example:
            out = servers.jack_port("SuperCollider:out_1", environment)
            with servers.jack_recording(recording, out, 7, environment):
                assert example.wait(40) == 0
    with wave.open(str(recording)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16) / 32768
    assert len(servers.bursts(samples)) >= 3
