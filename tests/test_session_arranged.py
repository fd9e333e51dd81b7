"""What is heard of a song that is practised in one way or another; drawn from the synth."""

from __future__ import annotations

import mido
import numpy as np
import pytest
import servers

from handmidi.beat import BeatLine
from handmidi.outputs.synth import SAMPLE_RATE_HZ, Synth
from handmidi.practice.backing import Backing
from handmidi.session.practised import practise
from handmidi.song.arrangement import Arrangement

MELODY, BASS = 72, 44  # one note for each beat of four bars; no partial is the other's
ORGAN = 16


def track(name, channel, note, velocity=100):
    start = [mido.MetaMessage("track_name", name=name)]
    if channel != 9:
        start.append(mido.Message("program_change", channel=channel, program=ORGAN))
    hits = []
    for _ in range(16):
        hits.append(mido.Message("note_on", channel=channel, note=note, velocity=velocity))
        hits.append(mido.Message("note_off", channel=channel, note=note, time=240))
        hits[-2].time = 240 if len(hits) > 2 else 0
    return mido.MidiTrack([*start, *hits])


@pytest.fixture
def song(tmp_path):
    """A file of melody and bass, 120 bpm, 4/4."""
    path = tmp_path / "song.mid"
    mido.MidiFile(
        tracks=[track("Melody", 0, MELODY), track("Bass", 1, BASS)], ticks_per_beat=480
    ).save(path)
    return str(path)


def drawn(practised, length_s):
    """Samples of the backing without its count-in, from second 0.1 on."""
    synth = Synth(servers.soundfont())
    try:
        backing = Backing(practised.song, practised.rate, synth, bars=0)
        backing.start(0.0)
        samples = synth.synth.get_samples(round(length_s * SAMPLE_RATE_HZ))[::2] / 32768
        backing.close()
    finally:
        synth.close()
    return samples


def level(samples, pitch):
    """How loud a key's fundamental is."""
    hertz = 440 * 2 ** ((pitch - 69) / 12)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) / len(samples)
    place = round(hertz * len(samples) / SAMPLE_RATE_HZ)
    return spectrum[place - 3 : place + 4].max()


def onsets(samples):
    parts = servers.bursts(samples, floor=np.abs(samples).max() / 4)
    return [part[0] / SAMPLE_RATE_HZ for part in parts]


def heard(path, **ways):
    return drawn(practise(path, None, Arrangement(**ways)), 4.0)


def test_the_melody_is_heard_with_the_guide_only(song):
    without, guided = heard(song), heard(song, guide=True)
    assert level(guided, MELODY) > 20 * level(without, MELODY)
    assert level(guided, BASS) == pytest.approx(level(without, BASS), rel=0.2)


def test_a_muted_track_is_silent(song):
    sounding, muted = heard(song, guide=True), heard(song, guide=True, mute=("Bass",))
    assert level(muted, BASS) < level(sounding, BASS) / 20
    assert level(muted, MELODY) == pytest.approx(level(sounding, MELODY), rel=0.2)


def test_a_transposed_song_sounds_so_at_the_tempo_that_it_has(song):
    plain, moved = heard(song, guide=True), heard(song, guide=True, transpose=3)
    for pitch in (MELODY, BASS):
        assert level(moved, pitch + 3) == pytest.approx(level(plain, pitch), rel=0.4)
        assert level(moved, pitch) < level(plain, pitch) / 10
    at_s = onsets(moved)
    assert np.diff(at_s) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("tempo", [25.0, 200.0])
def test_another_tempo_keeps_the_pitch(song, tempo):
    samples = drawn(practise(song, None, Arrangement(tempo=tempo, top=200.0)), 5.0)
    tone = samples[round(0.12 * SAMPLE_RATE_HZ) : round(0.22 * SAMPLE_RATE_HZ)]
    near_hz = 440 * 2 ** ((BASS - 69) / 12)
    assert servers.cents(servers.tune_hz(tone, near_hz), near_hz) == pytest.approx(0, abs=15)
    at_s = onsets(samples)
    assert np.diff(at_s) == pytest.approx(50 / tempo, abs=0.01)


def test_a_loop_rises_in_tempo_and_ends(song):
    ways = Arrangement(loop=(2, 2), passes=3, tempo=100.0, rise=50.0, top=200.0)
    samples = drawn(practise(song, None, ways), 6.0)
    at_s = onsets(samples)
    steps = [0.5] * 4 + [0.5 / 1.5] * 4 + [0.25] * 3
    assert np.diff(at_s) == pytest.approx(steps, abs=0.01)
    assert at_s[0] == pytest.approx(0.1, abs=0.01)


def test_a_loop_follows_another_tempo_beat_by_beat_to_its_end(song):
    made = practise(song, None, Arrangement(loop=(2, 3), passes=3))
    lines = BeatLine(0.0, 120.0), BeatLine(8.0 - 16 * 60 / 150, 150.0)
    backing = Backing(made.song, 1.0, beats=lambda now_s: lines[now_s >= 8.0])
    backing.start(0.0)  # the count-in ends at second 2, on beat 4
    for i in range(400):
        backing.observe(i / 20)
        if i / 20 > 10:
            beat = made.song.tempo.beat(backing.song_s(i / 20))
            assert beat == pytest.approx(lines[1].beat(i / 20) - 4, abs=0.02)
    assert made.song.length_beats == 24
    assert backing.song_s(20.0) > made.song.length_s + 1


def test_a_metronome_clicks_with_the_backing(song):
    plain, clicked = heard(song), heard(song, metronome=True)
    at_s = np.arange(8) * 0.5 + 0.1
    beats = np.zeros(len(plain), bool)
    for start_s in at_s:
        start = round(start_s * SAMPLE_RATE_HZ)
        beats[start : start + SAMPLE_RATE_HZ // 10] = True
    added = clicked - plain
    assert np.abs(added[beats]).max() > 0.02
