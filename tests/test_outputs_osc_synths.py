"""Real synths, started headless, sound the demo's notes from OSC at the right pitch."""

import json
import wave

import numpy as np
import pytest
import servers

LENGTH_S = 11


def heard(target, port, tmp_path, environment):
    """What was played, in hertz, and for each sound that was recorded how many cents off it is."""
    recording = tmp_path / "heard.wav"
    with servers.jack_recording(recording, port, LENGTH_S, environment):
        played = servers.run("play_osc", target, environment=environment)
    assert played.returncode == 0, played.stderr
    hertz = json.loads(played.stdout)
    with wave.open(str(recording)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16) / 32768
    sounds = servers.bursts(samples)
    assert len(sounds) == len(hertz)
    return hertz, [
        servers.cents(servers.tune_hz(samples[each], near_hz), near_hz)
        for each, near_hz in zip(sounds, hertz, strict=True)
    ]


@pytest.mark.timeout(40)
@pytest.mark.parametrize("options", ["", ",ahead_ms=60"], ids=["immediately", "ahead"])
def test_scsynth_sounds_every_note(options, tmp_path):
    log = tmp_path / "scsynth.log"
    with servers.jack() as environment, servers.scsynth(log, environment) as port:
        target = f"supercollider@127.0.0.1:{port},synth=handmidi{options}"
        out = servers.jack_port("SuperCollider:out_1", environment)
        hertz, cents = heard(target, out, tmp_path, environment)
    assert len(hertz) == 26
    assert np.abs(cents).max() < 30
    said = log.read_text()
    assert "ready" in said
    assert "FAILURE" not in said
    assert "\nlate " not in said or options  # a busy machine may miss the time ahead


@pytest.mark.timeout(40)
def test_pure_data_sounds_every_note(tmp_path):
    with servers.jack() as environment, servers.pure_data(tmp_path, environment) as port:
        out = servers.jack_port("pure_data:output_1", environment)
        hertz, cents = heard(f"puredata@127.0.0.1:{port}", out, tmp_path, environment)
    assert len(hertz) == 26
    assert np.abs(cents).max() < 30
