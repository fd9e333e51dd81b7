import json
import os
import signal
import subprocess
import time
import wave

import numpy as np
import pytest
import servers

from handmidi.files import GrowingFile
from handmidi.practice.recorder import SAMPLE_RATE_HZ, Recorder, _Wave, write_silence


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    with servers.pulseaudio(tmp_path_factory.mktemp("sound")) as environment:
        yield environment


def read(path):
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        assert file.getframerate() == SAMPLE_RATE_HZ
        return np.frombuffer(file.readframes(1 << 30), "<i2") / 32768


def write_tone(path, length_s, amplitude=16384):
    """A sine of 440 Hz, ten seconds long at most; at half of full scale unless told."""
    seconds = np.arange(length_s * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        sine = amplitude * np.sin(2 * np.pi * 440 * seconds)
        file.writeframes(np.clip(sine, -32768, 32767).astype("<i2").tobytes())


@pytest.mark.timeout(60)
def test_records_what_sounds(tmp_path, sound):
    write_tone(tmp_path / "tone.wav", 8)
    player = subprocess.Popen(["paplay", tmp_path / "tone.wav"], env=sound)
    try:
        done = servers.run("record", tmp_path / "mic.wav", 2.5, environment=sound)
    finally:
        player.kill()
        player.wait(5)
    device, said = done.stdout.splitlines()
    said = json.loads(said)
    assert said["named"] == device
    assert said["warnings"] == []
    assert done.stderr == ""
    assert said["called_s"] - 0.1 < said["started_s"] < said["running_s"] + 0.5
    samples = read(tmp_path / "mic.wav")
    assert len(samples) / SAMPLE_RATE_HZ == pytest.approx(2.5, rel=0.1)
    middle = samples[SAMPLE_RATE_HZ // 2 : -SAMPLE_RATE_HZ // 4]
    assert abs(servers.cents(servers.tune_hz(middle, 440.0), 440.0)) < 5
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.1)
    assert said["level"]["peak_dbfs"] == pytest.approx(-6, abs=0.5)
    assert said["level"]["clipped_samples"] == 0


@pytest.mark.timeout(60)
def test_a_silent_microphone_is_one_line(tmp_path, sound):
    done = servers.run("record", tmp_path / "mic.wav", 6, environment=sound)
    said = json.loads(done.stdout.splitlines()[1])
    assert said["warnings"] == [
        "the microphone hears nothing (every sample is 0): is it muted, or another one the default?"
    ]
    assert said["level"] == {"peak_dbfs": None, "rms_dbfs": None, "clipped_samples": 0}


@pytest.mark.timeout(60)
def test_a_clipped_recording_is_one_line(tmp_path, sound):
    write_tone(tmp_path / "tone.wav", 8, 60_000)
    player = subprocess.Popen(["paplay", tmp_path / "tone.wav"], env=sound)
    try:
        done = servers.run("record", tmp_path / "mic.wav", 2, environment=sound)
    finally:
        player.kill()
        player.wait(5)
    said = json.loads(done.stdout.splitlines()[1])
    assert said["warnings"] == [
        "the microphone is too loud, its recording is clipped: turn its level down"
    ]
    assert said["level"]["clipped_samples"] > 1000


@pytest.mark.timeout(60)
def test_a_killed_recording_is_there_up_to_the_last_second(tmp_path, sound):
    path = tmp_path / "mic.wav"
    with servers.running("record", path, 30, environment=sound) as recorder:
        recorder.stdout.readline()
        started_s = time.monotonic()
        for _ in range(4):
            time.sleep(0.6)
            then_s = time.monotonic() - started_s
            assert len(read(path)) / SAMPLE_RATE_HZ > then_s - 1
        os.kill(recorder.pid, signal.SIGKILL)
        recorder.wait(5)
    assert len(read(path)) / SAMPLE_RATE_HZ > then_s - 1
    assert path.stat().st_size % 2 == 0


def test_no_microphone_is_one_line(tmp_path):
    path = tmp_path / "mic.wav"
    done = servers.run("open_nothing", "recorder", path, environment=servers.nothing())
    name, line = done.stdout.splitlines()
    assert name == "None"
    assert line.startswith("OutputError no microphone (")
    assert (done.stderr, done.returncode) == ("", 0)


def test_an_unwritable_file_is_one_line(tmp_path, sound):
    path = tmp_path / "no folder" / "mic.wav"
    done = servers.run("open_nothing", "recorder", path, environment=sound)
    name, line = done.stdout.splitlines()
    assert name != "None"
    assert line == f"OutputError cannot record to {path}: No such file or directory; make room"
    assert (done.stderr, done.returncode) == ("", 0)


def test_a_full_disk_is_one_warning_and_keeps_what_was_there(tmp_path, sound):
    path = tmp_path / "mic.wav"
    done = servers.run("record", path, 1.5, 50_001, environment=sound)
    said = json.loads(done.stdout.splitlines()[1])
    assert said["warnings"] == [
        f"cannot write {path}: File too large; the recording waits in memory"
    ]
    assert (done.stderr, done.returncode) == ("", 0)
    assert len(read(path)) > 20_000


def test_silence_is_a_readable_file(tmp_path):
    write_silence(tmp_path / "mic.wav")
    assert len(read(tmp_path / "mic.wav")) == 0


def test_what_never_started_closes_twice(tmp_path):
    recorder = Recorder(tmp_path / "mic.wav", time.monotonic, print)
    recorder.close()
    recorder.close()
    assert recorder.started_s is None
    assert not (tmp_path / "mic.wav").exists()


def test_a_recording_may_outgrow_what_its_header_can_say(tmp_path, monkeypatch):
    """A song that waits may be left standing overnight."""
    monkeypatch.setattr(GrowingFile, "size", property(lambda self: 1 << 32))
    file = _Wave(tmp_path / "mic.wav")
    file.write(bytes(20))
    file.close()
    data = (tmp_path / "mic.wav").read_bytes()
    sizes = [int.from_bytes(data[at : at + 4], "little") for at in (4, 40)]
    assert sizes == [0xFFFF_FFFE - 8, 0xFFFF_FFFE - 44]
    assert len(data) == 44 + 20
