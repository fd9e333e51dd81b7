"""A practice among real servers: JACK hears every note, PulseAudio is the microphone."""

from __future__ import annotations

import json
import wave
from collections import Counter
from pathlib import Path

import mido
import numpy as np
import pytest
import servers
from running import only_take, start_handmidi
from vision_assets import hand_model

from handmidi.paths import demo_clip

TRUTH = json.loads(demo_clip().with_name("demo.json").read_text(encoding="utf-8"))


@pytest.mark.timeout(120)
def test_another_process_receives_every_note_of_the_demo(tmp_path):
    """MIDI and sound on JACK: FluidSynth's clock on the dummy driver is the song's."""
    hand_model()
    with (
        servers.jack() as environment,
        start_handmidi(
            "practice", "mama", "--camera", "demo", "--headless", cwd=tmp_path, **environment
        ) as running,
        servers.running("receive_notes", "handmidi", environment=environment) as receiver,
    ):
        received, _ = receiver.communicate(timeout=80)
        out, err = running.communicate(timeout=30)
    assert running.returncode == 0, err
    assert "(UNIX_JACK)" in out
    assert "FluidSynth on jack" in out
    take = only_take(tmp_path)
    heard = [mido.Message.from_str(line) for line in received.splitlines()[1:]]
    for kind in ("note_on", "note_off"):
        played = [m.note for m in mido.MidiFile(take / "notes.mid") if m.type == kind]
        assert [m.note for m in heard if m.type == kind] == played
        assert len(played) == 26
    score = json.loads((take / "score.json").read_text())
    found = [verdict["verdict"] for verdict in score["verdicts"]]
    assert found == [verdict["verdict"] for verdict in TRUTH["verdicts"]]
    assert score["timing_bias_ms"] == pytest.approx(TRUTH["lateness_ms"], abs=20)


@pytest.mark.timeout(90)
def test_practice_sounds_and_is_recorded(tmp_path):
    """The synth plays into PulseAudio's null sink, whose monitor is the microphone."""
    hand_model()
    with servers.pulseaudio(tmp_path) as environment:
        folder = tmp_path / "here"
        folder.mkdir()
        data = {"HANDMIDI_DATA": str(_data_folder())}
        with start_handmidi(
            "practice", "mama", "--camera", "demo", "--headless", "--seconds", "9",
            cwd=folder, **environment, **data,
        ) as running:  # fmt: skip
            out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    assert "FluidSynth on pulseaudio" in out
    assert "recording:" in out
    take = only_take(folder)
    with wave.open(str(take / "mic.wav")) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16) / 32768
    assert 8 < len(samples) / 48_000 < 11
    assert np.abs(samples[48_000 * 3 :]).max() > 0.02
    info = json.loads((take / "take.json").read_text())
    assert -0.5 < info["microphone_started_s"] < 1
    assert -60 < info["level"]["peak_dbfs"] <= 0
    assert info["latencies"]["output"]["source"] == "audio buffer"
    verdicts = json.loads((take / "score.json").read_text())["verdicts"]
    assert Counter(verdict["verdict"] for verdict in verdicts)["correct"] >= 5


def _data_folder() -> Path:
    """The servers' environment has another home: the model stays where it is."""
    from handmidi import paths

    return paths.data_folder()
