import json
import wave

import numpy as np
import pytest
import servers
from beats import steady

from handmidi.beat import BeatLine
from handmidi.outputs.synth import SAMPLE_RATE_HZ, Synth
from handmidi.practice.metronome import Metronome


def heard(beats, length_s, bar_beats=4, looks=lambda time_s: True, from_s=0.0):
    """Second and loudness of each click; `beats` may look at the time."""
    synth = Synth(servers.soundfont())
    samples = []
    try:
        metronome = Metronome(synth, beats, bar_beats)
        metronome.start(from_s)
        for i in range(round(length_s / 0.02)):
            if looks(i * 0.02):
                metronome.observe(from_s + i * 0.02)
            samples.append(synth.synth.get_samples(960)[::2])
        metronome.close()
        metronome.close()
        metronome.observe(length_s)
        samples.append(synth.synth.get_samples(SAMPLE_RATE_HZ)[::2])
    finally:
        synth.close()
    sound = np.concatenate(samples) / 32768
    clicks = [part for part in servers.bursts(sound, floor=0.01) if len(part) > 48]
    return [(from_s + p[0] / SAMPLE_RATE_HZ, np.abs(sound[p]).max()) for p in clicks]


def test_a_click_on_every_beat_with_the_bar_s_first_louder():
    clicks = heard(steady(120.0, origin_s=0.25), 4.0, bar_beats=3)
    assert [at_s for at_s, _ in clicks] == pytest.approx(
        [0.25 + i / 2 for i in range(8)], abs=0.006
    )
    loud = [level for _, level in clicks]
    assert min(loud[0::3]) > max(loud[1::3] + loud[2::3])


def test_a_late_start_goes_on_with_the_bar_that_runs():
    clicks = heard(steady(60.0), 5.5, from_s=2.2)
    assert [at_s for at_s, _ in clicks] == pytest.approx([3, 4, 5, 6, 7], abs=0.006)
    assert np.argmax([level for _, level in clicks]) == 1


def test_a_second_start_clicks_no_beat_twice(monkeypatch):
    monkeypatch.setattr("handmidi.practice.metronome.Schedule", KeptSchedule)
    metronome = Metronome(None, steady(120.0))
    metronome.start(0.0)
    kept = metronome._schedule.onsets
    metronome.start(1.1)
    metronome.observe(1.2)
    assert kept == pytest.approx([i / 2 for i in range(len(kept))])
    metronome.close()
    metronome.start(2.1)
    assert metronome._schedule.onsets[0] == pytest.approx(0.4)  # of its own


class KeptSchedule:
    """A schedule that only keeps what is to sound."""

    position_s = 0.0

    def __init__(self, synth):
        self.onsets = []

    def add(self, timed):
        self.onsets += [each.time_s for each in timed if each.message.type == "note_on"]

    def close(self):
        pass


def test_clicks_follow_a_change_of_tempo_and_a_stall_leaves_no_gap():
    first, second = BeatLine(0.0, 120.0), BeatLine(3.0 - 6 * 0.4, 150.0)
    clicks = heard(
        lambda now_s: first if now_s < 3 else second, 6.1, looks=lambda at_s: not 4 < at_s < 4.6
    )
    expected = [first.time_s(i) for i in range(6)] + [second.time_s(i) for i in range(6, 14)]
    assert [at_s for at_s, _ in clicks] == pytest.approx(expected, abs=0.012)
    assert [at_s for at_s, _ in clicks][9:] == pytest.approx(expected[9:], abs=0.006)


@pytest.mark.timeout(60)
def test_a_change_of_tempo_is_heard_live(tmp_path):
    with servers.jack() as environment:
        program = ("play_metronome", servers.soundfont())
        with servers.running(*program, environment=environment) as player:
            assert player.stdout.readline() == "jack\n"
            heard = tmp_path / "heard.wav"
            with servers.jack_recording(heard, "handmidi synth:left", 7, environment):
                said, _ = player.communicate("\n", timeout=20)
    with wave.open(str(heard)) as file:
        samples = np.frombuffer(file.readframes(1 << 30), "<i2") / 32768
    expected = np.array(json.loads(said))
    clicks = [part for part in servers.bursts(samples) if len(part) > 48]
    onsets = np.array([part[0] / SAMPLE_RATE_HZ for part in clicks])[: len(expected)]
    off = onsets - expected
    off -= np.median(off)  # the recording's own beginning
    # A busy machine drops a block of sound here and there: that may spoil one moment.
    assert len(onsets) == len(expected)
    assert np.sort(np.abs(off))[:-2].max() < 0.015, np.round(off, 3)
    assert np.abs(off).max() < 0.1


def test_a_bar_has_a_beat_at_least():
    with pytest.raises(ValueError, match="bar_beats must be 1 or more, not 0"):
        Metronome(None, steady(120.0), 0)
