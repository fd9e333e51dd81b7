"""A synth of others, connected to the virtual port as a player would connect it."""

import json
import wave

import numpy as np
import pytest
import servers

from handmidi.notes import frequency
from handmidi.paths import demo_clip

TRUTH = demo_clip().with_name("demo.json")
RATE_HZ = 48_000
PORT = "hm external"


@pytest.mark.timeout(60)
def test_fluidsynth_on_jack_sounds_every_note_of_the_demo(tmp_path):
    heard = tmp_path / "heard.wav"
    with (
        servers.jack() as environment,
        servers.external_fluidsynth(environment) as (midi_in, left),
        servers.running("play_performance", PORT, TRUTH, environment=environment)
        as player,
    ):  # fmt: skip
        assert player.stdout.readline() == f"MIDI port '{PORT}' (UNIX_JACK)\n"
        servers.connect_midi(PORT, midi_in, environment)
        with servers.jack_recording(heard, left, 19, environment):
            said, _ = player.communicate("\n", timeout=30)
    with wave.open(str(heard)) as file:
        samples = np.frombuffer(file.readframes(1 << 30), "<i2") / 32768
    played = json.loads(said)
    assert len(played) == 26
    begins_s = servers.bursts(samples)[0][0] / RATE_HZ
    for onset_s, length_s, pitch in played:
        begin = round((begins_s + onset_s + 0.05) * RATE_HZ)
        part = samples[begin : begin + round(min(length_s - 0.07, 0.3) * RATE_HZ)]
        assert np.abs(part).max() > 0.02, f"nothing at {onset_s:.2f} s"
        off = servers.cents(loudest_hz(part), frequency(pitch))
        assert abs(off) < 30, f"{off:.0f} cents off at {onset_s:.2f} s"


def loudest_hz(samples):
    """Frequency of the strongest partial of all."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 19))
    return float(np.fft.rfftfreq(1 << 19, 1 / RATE_HZ)[spectrum.argmax()])
