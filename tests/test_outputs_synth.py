import json
import time
import wave
from contextlib import contextmanager

import mido
import numpy as np
import pytest
import servers
from servers import bursts, cents, tune_hz

from handmidi.errors import AssetError
from handmidi.notes import TimedMessage, frequency
from handmidi.outputs.render import render
from handmidi.outputs.schedule import Schedule
from handmidi.outputs.synth import HAND_CHANNELS, SAMPLE_RATE_HZ, Synth
from handmidi.practice.backing import accompaniment
from handmidi.song import load_song

SQUARE = 80


def at(time_s, kind, **values):
    return TimedMessage(time_s, mido.Message(kind, **values))


def tone(start_s, end_s, pitch, **values):
    """A square wave without effects."""
    return [
        at(0.0, "program_change", program=SQUARE),
        at(0.0, "control_change", control=91, value=0),
        at(0.0, "control_change", control=93, value=0),
        at(start_s, "note_on", note=pitch, velocity=100, **values),
        at(end_s, "note_off", note=pitch, **values),
    ]


def rendered(path, hand=(), backing=()):
    """The rendered file, both sides mixed, -1..1."""
    render(servers.soundfont(), path, hand, backing)
    return read(path)


def read(path):
    with wave.open(str(path)) as file:
        assert (file.getsampwidth(), file.getframerate()) == (2, SAMPLE_RATE_HZ)
        samples = np.frombuffer(file.readframes(1 << 30), "<i2") / 32768
        return samples.reshape(-1, file.getnchannels()).mean(axis=1)


@contextmanager
def silent_synth():
    """A synth that is not started: the test draws the samples itself."""
    synth = Synth(servers.soundfont())
    try:
        yield synth
    finally:
        synth.close()


def draw(synth, length_s):
    """The synth's next samples, left side, -1..1."""
    return synth.synth.get_samples(round(length_s * SAMPLE_RATE_HZ))[::2] / 32768


# ---- offline


def test_render_plays_the_right_pitch_at_the_right_sample(tmp_path):
    samples = rendered(tmp_path / "a.wav", hand=tone(1.0, 2.0, 69))
    (part,) = bursts(samples, floor=0.005)
    assert part[0] / SAMPLE_RATE_HZ == pytest.approx(1.0, abs=0.003)
    assert part[-1] / SAMPLE_RATE_HZ == pytest.approx(2.1, abs=0.2)
    assert abs(cents(tune_hz(samples[part][2400:43200], 440.0), 440.0)) < 5
    assert 0.03 < np.abs(samples).max() < 0.5
    assert len(samples) == 4 * SAMPLE_RATE_HZ


@pytest.mark.parametrize(("bend", "expected"), [(8191, 200), (-8192, -200), (4096, 100)])
def test_pitch_bend_reaches_two_semitones(tmp_path, bend, expected):
    hand = [at(0.0, "pitchwheel", pitch=bend), *tone(0.1, 1.5, 69)]
    samples = rendered(tmp_path / "a.wav", hand)[9600:67200]
    assert cents(tune_hz(samples, 440.0), 440.0) == pytest.approx(expected, abs=5)


def test_channel_pressure_is_heard(tmp_path):
    """By a SoundFont's own rules it is vibrato: the tone leaves the middle of its spectrum."""
    hand = [at(0.05, "aftertouch", value=127), at(0.05, "polytouch", note=69, value=127)]
    plain = rendered(tmp_path / "a.wav", tone(0.1, 1.5, 69))[9600:67200]
    pressed = rendered(tmp_path / "b.wav", hand + tone(0.1, 1.5, 69))[9600:67200]
    assert sharpness(pressed) < 0.7 * sharpness(plain)


def sharpness(samples):
    """How much of the sound stands in its strongest partial."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    return spectrum.max() / spectrum.sum()


def test_hand_and_backing_do_not_share_channels(tmp_path):
    backing = [
        *tone(0.0, 2.0, 93),
        at(0.0, "pitchwheel", pitch=-8192),
        at(0.5, "note_off", note=69),  # of the hand's pitch: must not end it
    ]
    samples = rendered(tmp_path / "a.wav", hand=tone(0.0, 2.0, 69), backing=backing)
    late = samples[SAMPLE_RATE_HZ : 2 * SAMPLE_RATE_HZ]
    assert abs(cents(tune_hz(late, 440.0), 440.0)) < 5
    assert tune_hz(late, 1567.98) == pytest.approx(frequency(91), rel=0.003)
    assert HAND_CHANNELS == 16


def test_a_whole_song_neither_clips_nor_whispers(tmp_path):
    song = load_song("mama")
    hand = [at(5 + n.onset_s, "note_on", note=n.pitch, velocity=127) for n in song.melody]
    hand += [at(5 + n.onset_s + n.duration_s, "note_off", note=n.pitch) for n in song.melody]
    samples = rendered(tmp_path / "song.wav", hand, accompaniment(song, start_s=5.0))
    assert 0.1 < np.abs(samples).max() < 0.9
    assert 0.01 < np.sqrt(np.mean(samples**2)) < 0.3


def test_render_of_nothing_is_a_short_silence(tmp_path):
    samples = rendered(tmp_path / "a.wav")
    assert len(samples) == 2 * SAMPLE_RATE_HZ
    assert np.abs(samples).max() < 0.001


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "cut"])
def test_a_broken_soundfont_is_one_line(tmp_path, capfd, kind):
    path = tmp_path / "broken.sf2"
    if kind != "missing":
        whole = servers.soundfont().read_bytes()
        path.write_bytes({"empty": b"", "text": b"hello " * 999, "cut": whole[:60_000]}[kind])
    with pytest.raises(AssetError, match="no SoundFont that FluidSynth can read") as caught:
        Synth(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_schedule_runs_on_the_samples_and_plays_every_kind():
    with silent_synth() as synth:
        schedule = Schedule(synth)
        schedule.add([at(0.0, "pitchwheel", pitch=4096), at(0.0, "aftertouch", value=1)])
        schedule.add([*tone(0.5, 0.9, 69), *tone(1.25, 1.5, 69)])
        samples = draw(synth, 2.0)
        assert schedule.position_s == pytest.approx(2.0, abs=0.003)
        first, second = bursts(samples)
        assert first[0] / SAMPLE_RATE_HZ == pytest.approx(0.5, abs=0.003)
        assert (second[0] - first[0]) / SAMPLE_RATE_HZ == pytest.approx(0.75, abs=0.002)
        assert cents(tune_hz(samples[first][2400:14400], 466.0), 440.0) == pytest.approx(100, abs=5)


def test_a_schedule_presses_too():
    spectra = []
    for pressure in (0, 127):
        with silent_synth() as synth:
            schedule = Schedule(synth)
            schedule.add([at(0.0, "aftertouch", value=pressure), *tone(0.05, 1.5, 69)])
            schedule.add([at(0.0, "polytouch", note=69, value=pressure)])
            spectra.append(sharpness(draw(synth, 1.4)[9600:]))
    assert spectra[1] < 0.7 * spectra[0]


def test_a_schedule_changes_its_pace_where_it_is_told():
    with silent_synth() as synth:
        schedule = Schedule(synth)
        schedule.add(each for i in range(6) for each in tone(i + 0.5, i + 0.7, 69)[3:])
        schedule.add(tone(0.0, 0.0, 69)[:3])
        schedule.set_pace(2.0, 1.0)
        schedule.set_pace(0.5, 3.0)
        parts = bursts(draw(synth, 6.0))
        assert schedule.position_s == pytest.approx(5.0, abs=0.003)
    onsets = [part[0] / SAMPLE_RATE_HZ for part in parts]
    assert onsets == pytest.approx([0.5, 1.25, 1.75, 3.0, 5.0], abs=0.004)


def test_closing_a_schedule_ends_its_notes_and_forgets_the_rest():
    with silent_synth() as synth:
        schedule = Schedule(synth)
        pedal = at(0.0, "control_change", control=64, value=127)
        schedule.add([pedal, *tone(0.1, 9.0, 69), at(1.0, "note_on", note=72)])
        assert np.abs(draw(synth, 0.5)).max() > 0.02
        schedule.close()
        draw(synth, 0.4)
        assert np.abs(draw(synth, 1.0)).max() < 0.001
        synth.send(mido.Message("note_on", note=60, velocity=100))
        assert np.abs(draw(synth, 0.2)).max() > 0.02


def test_schedule_and_synth_close_in_any_order_and_twice():
    with silent_synth() as synth:
        schedules = [Schedule(synth) for _ in range(3)]
        draw(synth, 0.5)
        schedules[0].close()
        synth.close()
        synth.close()
        for schedule in schedules:
            schedule.close()
            schedule.add(tone(0.0, 1.0, 69))
            assert schedule.position_s == pytest.approx(0.5, abs=0.003)
        with pytest.raises(ValueError, match="closed"):
            synth.send(mido.Message("note_on", note=60))


# ---- live


def test_sound_that_comes_back_is_where_it_would_have_been(tmp_path, monkeypatch):
    """On FluidSynth's driver that writes a file, at the pace of sound."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDMIDI_AUDIO_DRIVER", "file")
    synth = Synth(servers.soundfont())
    schedule = Schedule(synth)

    def moves(from_s):
        deadline_s = time.monotonic() + 10
        while schedule.position_s <= from_s and time.monotonic() < deadline_s:
            time.sleep(0.01)
        return schedule.position_s > from_s

    assert not synth.start_again(1.0)  # it never sounded
    assert synth.start() == "file"
    assert moves(0.0)
    synth._end_driver()  # as if its device were gone
    stood_s = schedule.position_s
    assert synth.start_again(2.0)
    assert schedule.position_s == pytest.approx(stood_s + 2.0, abs=0.5)
    assert schedule.position_s >= stood_s + 1.99
    assert moves(schedule.position_s)
    synth.close()
    assert not synth.start_again(1.0)


def test_no_sound_is_one_line():
    done = servers.run("open_nothing", "synth", servers.soundfont(), environment=servers.nothing())
    assert done.stdout.startswith("OutputError no sound here (")
    assert done.stdout.count("\n") == 1
    assert (done.stderr, done.returncode) == ("", 0)


@pytest.mark.timeout(60)
def test_heard_through_pulseaudio(tmp_path):
    with (
        servers.pulseaudio(tmp_path) as environment,
        servers.running("play_synth", servers.soundfont(), environment=environment) as player,
    ):
        assert player.stdout.readline() == "pulseaudio\n"
        with servers.monitored(tmp_path / "heard.wav", environment):
            said, _ = player.communicate("\n", timeout=20)
    _check(json.loads(said), read(tmp_path / "heard.wav"))


@pytest.mark.timeout(60)
def test_heard_through_jack(tmp_path):
    with servers.jack() as environment:
        program = ("play_synth", servers.soundfont())
        with servers.running(*program, environment=environment) as player:
            assert player.stdout.readline() == "jack\n"
            heard = tmp_path / "heard.wav"
            with servers.jack_recording(heard, "handmidi synth:left", 5, environment):
                said, _ = player.communicate("\n", timeout=20)
        done = servers.run("reopen_synth", servers.soundfont(), environment=environment)
    _check(json.loads(said), read(heard))
    assert done.stderr == ""
    left = json.loads(done.stdout)
    assert left[-1]["threads"] <= left[4]["threads"]
    assert left[-1]["files"] <= left[4]["files"]
    assert len(left) == 20
    # The allocator gives pages back now and then: the highest of several readings is steady.
    early, late = (max(each["kib"] for each in part) for part in (left[:10], left[10:]))
    assert late - early < 2000, "a synth that was closed keeps memory"


def _check(said, samples):
    """What ``tests/programs/play_synth.py`` says that it plays.

    A busy machine drops a block of sound here and there: that may spoil a moment of the
    clock's rate and one of the two intervals, no more.
    """
    seen = np.array(said["seen"])
    seen = seen[seen[:, 1] > 0.3]
    assert seen[-1, 1] - seen[0, 1] > 3
    rates = [np.polyfit(*part.T, 1)[0] for part in np.array_split(seen, 3)]
    assert np.median(rates) == pytest.approx(1.0, abs=0.01)
    assert said["stands_at_s"] == pytest.approx(3.7, abs=0.2)
    parts = bursts(samples)
    assert len(parts) == 5, [part[[0, -1]] / SAMPLE_RATE_HZ for part in parts]
    for part, pitch in zip(parts, (69, 81, 81, 81, 57), strict=True):
        pieces = np.split(samples[part[1200:9600]], 5)
        hertz = np.median([tune_hz(piece, frequency(pitch)) for piece in pieces])
        assert abs(cents(hertz, frequency(pitch))) < 15
        assert 0.03 < np.abs(samples[part]).max() < 0.5
    onsets = [part[0] / SAMPLE_RATE_HZ for part in parts]
    off = np.abs(np.diff(onsets[1:4]) - 0.5)
    assert off.min() < 0.01 and off.max() < 0.2
    assert parts[3][-1] / SAMPLE_RATE_HZ - onsets[3] == pytest.approx(0.5, abs=0.2)
