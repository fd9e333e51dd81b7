"""Clicks through FluidSynth, heard by PortAudio, on servers without hardware.

PulseAudio's null sink gives to its monitor what it is about to play, so that the figures are of
the servers, not of the air. What must be right is what a delay in between adds.
"""

import json
import subprocess
import sys
import time

import numpy as np
import pytest
import servers

from handmidi.practice.clicks import render_click


def measure(environment, *arguments):
    done = servers.run("hear_clicks", servers.soundfont(), *arguments, environment=environment)
    assert done.stderr == ""
    return done.stdout.strip()


def measured(environment):
    """The figures; a busy machine may let PulseAudio run dry, and is asked again, as a user is."""
    for _ in range(3):
        said = measure(environment)
        if said.startswith("{"):
            return json.loads(said)
    return pytest.fail(said)


def pactl(environment, *words):
    done = subprocess.run(
        ["pactl", *words], env=environment, timeout=5, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """PulseAudio, with a second sink `far` that hears the first one through a loopback."""
    with servers.pulseaudio(tmp_path_factory.mktemp("clicks")) as environment:
        far = "module-null-sink sink_name=far rate=48000 channels=2 norewinds=1"
        pactl(environment, "load-module", *far.split())
        yield environment


def delayed_ms(environment, delay_ms):
    """What is measured if PulseAudio's loopback holds the sound back by so much."""
    loop = f"source=out.monitor sink=far latency_msec={delay_ms} adjust_time=1"
    module = pactl(environment, "load-module", "module-loopback", *loop.split())
    pactl(environment, "set-default-source", "far.monitor")
    time.sleep(2)  # it steers towards its latency for a moment
    try:
        found = measured(environment)
    finally:
        pactl(environment, "unload-module", module)
        pactl(environment, "set-default-source", "out.monitor")
    assert found["count"] >= 8
    assert found["spread_ms"] < 5
    return found["ms"]


def test_the_click_begins_where_it_is_due():
    sound = render_click(servers.soundfont())
    assert len(sound) == 2400
    assert 0.01 < np.abs(sound).max() <= 1
    assert np.flatnonzero(np.abs(sound) > 0.1 * np.abs(sound).max())[0] < 48 * 4


@pytest.mark.timeout(240)
def test_a_delay_of_100_ms_more_is_measured_as_such(sound):
    """On a busy machine the loopback itself holds the sound back longer: another pair, then."""
    more_ms = []
    while len(more_ms) < 3 and pytest.approx(100, abs=12) not in more_ms:
        more_ms.append(delayed_ms(sound, 250) - delayed_ms(sound, 150))
    assert pytest.approx(100, abs=12) in more_ms


@pytest.mark.timeout(40)
def test_clicks_at_random_are_refused(sound):
    said = measure(sound, 60)
    assert said.startswith("OutputError only ")
    assert "of 12 clicks were heard at a steady delay" in said


@pytest.mark.timeout(40)
def test_a_muted_microphone_is_refused(sound):
    pactl(sound, "set-source-mute", "out.monitor", "1")
    try:
        assert measure(sound).startswith("OutputError the microphone heard nothing: unmute it")
    finally:
        pactl(sound, "set-source-mute", "out.monitor", "0")


@pytest.mark.timeout(60)
def test_inside_jack_there_is_no_delay():
    """The microphone hears the synth in the same cycle: only the driver's own times are left.

    FluidSynth's clock stands at the end of a cycle when its callback ends, PortAudio's first
    sample at the cycle's beginning: a wrong age of a block would show as one period, 21 ms.
    """
    with servers.jack() as environment:
        program = servers.running("hear_clicks", servers.soundfont(), environment=environment)
        with program as child:
            time.sleep(2)  # JACK may hang if it is asked while its clients come
            out = servers.jack_port("handmidi synth:left", environment)
            microphone = servers.jack_port("PortAudio:", environment)
            subprocess.run(
                ["jack_connect", out, microphone], env=environment, timeout=5, check=True
            )
            said, _ = child.communicate(timeout=25)
    found = json.loads(said)
    assert found["ms"] == pytest.approx(0.5, abs=3)
    assert found["spread_ms"] < 2


@pytest.mark.timeout(150)
def test_the_command_keeps_what_it_measured(sound, tmp_path):
    environment = sound | {"HANDMIDI_DATA": str(tmp_path)}

    def handmidi(*words):
        command = [sys.executable, "-m", "handmidi", *words]
        done = subprocess.run(
            command, env=environment, timeout=30, capture_output=True, text=True, cwd=tmp_path
        )
        return done.returncode, done.stdout + done.stderr

    for _ in range(5):  # on a busy machine the sink stutters: scattered, or heard too early
        status, said = handmidi("calibrate", "--latency", "--soundfont", str(servers.soundfont()))
        if status == 0 and "cannot be" not in said:
            break
    assert status == 0, said
    (kept,) = json.loads((tmp_path / "latency.json").read_text())
    assert kept["output"] == "pulseaudio: out"
    assert kept["way"] == "calibrated"
    assert f"what sounds is heard {kept['ms']:.0f} ms after it is due" in said
    assert "latency pulseaudio: out\t" in handmidi("devices")[1]
    assert handmidi("calibrate", "--latency", "--forget") == (0, "latencies forgotten: 1\n")
    assert "not measured\thandmidi calibrate --latency" in handmidi("devices")[1]


@pytest.mark.timeout(30)
def test_without_sound_it_is_one_line(tmp_path):
    environment = servers.nothing() | {"HANDMIDI_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "handmidi", "calibrate", "--latency"],
        env=environment | {"HANDMIDI_SOUNDFONT": str(servers.soundfont())},
        timeout=25,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("handmidi: no sound here (")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "latency.json").exists()
