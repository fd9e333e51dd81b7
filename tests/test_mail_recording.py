"""Recordings made small: they sound the same, fit, and need little memory."""

import io
import math

import numpy as np
import pytest
import soundfile

from handmidi.mail.recording import compress, holds_sound


def tone(path, seconds, rate=48000, channels=1, level=0.3, subtype="PCM_16"):
    times = np.arange(round(seconds * rate)) / rate
    wave = level * np.sin(2 * np.pi * 440 * times)
    soundfile.write(path, np.stack([wave] * channels, 1), rate, subtype)
    return path


def decoded(recording):
    return soundfile.read(io.BytesIO(recording.data))


@pytest.mark.parametrize("channels", [1, 2])
def test_opus_sounds_the_same(tmp_path, channels):
    recording = compress(tone(tmp_path / "mic.wav", 2, channels=channels), 10**6)
    sound, rate = decoded(recording)
    assert (recording.suffix, rate, recording.reduced) == ("ogg", 48000, False)
    assert len(sound) == 96000
    middle = sound.reshape(96000, channels)[24000:72000, 0]
    assert math.isclose(np.sqrt(np.mean(middle**2)), 0.3 / math.sqrt(2), rel_tol=0.05)
    assert np.argmax(np.abs(np.fft.rfft(middle))) == 440  # one second: a bin is 1 Hz


def test_other_sample_rates_become_flac(tmp_path):
    path = tone(tmp_path / "mic.wav", 1, rate=44100)
    recording = compress(path, 10**6)
    assert recording.suffix == "flac"
    np.testing.assert_array_equal(decoded(recording)[0], soundfile.read(path)[0])
    assert compress(path, 1000) is None


def test_lower_rate_where_it_must_fit(tmp_path):
    path = tone(tmp_path / "mic.wav", 20, subtype="FLOAT")
    whole = compress(path, 10**6)
    less = compress(path, len(whole.data) // 2)
    assert less.reduced and len(less.data) <= len(whole.data) // 2
    assert len(decoded(less)[0]) == 960000
    again = compress(io.BytesIO(whole.data), len(whole.data) // 2)
    assert again.reduced and len(decoded(again)[0]) == 960000
    assert compress(path, 20_000) is None


def test_a_long_recording_goes_through_in_blocks(tmp_path):
    path = tmp_path / "mic.wav"
    second = (0.2 * np.random.default_rng(1).standard_normal(8000)).astype("float32")
    with soundfile.SoundFile(path, "w", 8000, 1) as out:
        for _ in range(120):
            out.write(second)
    recording = compress(path, 10**8)
    assert soundfile.info(io.BytesIO(recording.data)).duration == 120


def test_what_holds_sound(tmp_path):
    assert holds_sound(tone(tmp_path / "a.wav", 0.1))
    assert not holds_sound(tone(tmp_path / "quiet.wav", 0.1, level=0.0005))
    assert not holds_sound(tone(tmp_path / "empty.wav", 0))
    assert not holds_sound(tmp_path / "absent.wav")
    (tmp_path / "broken.wav").write_bytes(b"RIFF....")
    assert not holds_sound(tmp_path / "broken.wav")
    assert compress(tmp_path / "broken.wav", 10**6) is None
