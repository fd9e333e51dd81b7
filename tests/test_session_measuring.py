"""What a session knows of its output's latency, and what scoring makes of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import mido
import pytest
import servers
from running import run_handmidi

from handmidi.latency import Measured, save_latency
from handmidi.midifile import PerformanceWriter
from handmidi.notes import TimedMessage
from handmidi.outputs.render import render
from handmidi.practice.devices import output_name
from handmidi.score.latency import NO_LATENCY, Latency
from handmidi.session.measuring import output_latency
from handmidi.session.results import score_take
from handmidi.song import load_song
from handmidi.take import Take


class Sounding:
    """A synth that claims to sound on a driver."""

    latency_s = 0.0107

    def __init__(self, driver):
        self.driver = driver


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("HANDMIDI_DATA", str(tmp_path / "data"))


def test_silence_is_not_late():
    assert output_latency(None, print) == NO_LATENCY
    assert output_latency(Sounding(None), print) == NO_LATENCY


def test_what_was_measured_comes_before_the_buffer():
    buffer = Latency(Sounding.latency_s * 1e3, "audio buffer")
    assert output_latency(Sounding("jack"), print) == buffer
    date = datetime(2026, 11, 22).astimezone()
    measured = Measured(output_name("jack"), None, "tapped", 64.0, 12.0, date)
    save_latency(measured)
    assert output_latency(Sounding("jack"), print) == measured.latency
    assert output_latency(Sounding("dsound and no other"), print) == buffer


def take_of(folder, late_s, latency):
    """A take of "mama" in which every note was struck and sung, late by so much."""
    take = Take(folder)
    folder.mkdir()
    song = load_song("mama")
    info = {"song": {"name": "mama", "title": song.title}, "settings": {}, "length_s": 60.0}
    info |= {"microphone_started_s": 0.0, "latencies": {"output": latency}}
    take.info.write_text(json.dumps(info))
    writer = PerformanceWriter(take.notes)
    writer.mark_song(0.0, -2.0)
    timed = [TimedMessage(0.0, mido.Message("program_change", program=40))]
    for note in song.melody:
        on, off = 2.0 + note.onset_s + late_s, 2.0 + note.onset_s + 0.9 * note.duration_s + late_s
        timed.append(TimedMessage(on, mido.Message("note_on", note=note.pitch, velocity=90)))
        timed.append(TimedMessage(off, mido.Message("note_off", note=note.pitch)))
    for each in timed:
        writer.write(each.time_s, [each.message])
    writer.mark_song(60.0, 58.0)
    writer.close()
    return take, timed


def test_scoring_takes_the_latency_off(tmp_path):
    table = {"ms": 50.0, "source": "calibrated", "spread_ms": 0.7, "date": "2026-11-22"}
    score = score_take(take_of(tmp_path / "take", 0.06, table)[0])[2]
    assert score.timing_bias_ms == pytest.approx(60, abs=1)
    assert score.corrected_bias_ms == pytest.approx(10, abs=1)
    assert score.latency == Latency(50.0, "calibrated", 0.7, "2026-11-22")


@pytest.mark.timeout(120)
def test_what_the_microphone_heard_is_scored_by_the_same_code(tmp_path):
    take, timed = take_of(tmp_path / "take", 0.05, {"ms": 40.0, "source": "tapped"})
    render(servers.soundfont(), take.microphone, timed, [])
    song, heard, score = score_take(replace(take, heard=True))
    assert score.accuracy >= 0.95
    assert score.timing_bias_ms == pytest.approx(55, abs=10)
    assert len(heard.notes) == len(song.melody)
    assert not take.score.exists()  # the hand's own score stays as it was
    done = run_handmidi("score", take.folder, "--mic", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["accuracy"] == score.accuracy
    assert (take.folder / "mic-score.json").read_text() == done.stdout
    alone = run_handmidi("score", take.microphone, "mama", "--json", cwd=tmp_path)
    assert json.loads(alone.stdout)["accuracy"] >= 0.95


def test_a_take_without_a_recording_is_one_line(tmp_path):
    take, _ = take_of(tmp_path / "take", 0.0, None)
    info = json.loads(take.info.read_text()) | {"microphone_started_s": None}
    take.info.write_text(json.dumps(info))
    done = run_handmidi("score", take.folder, "--mic", cwd=tmp_path)
    assert done.returncode == 1
    assert "has no recording: connect a microphone" in done.stderr
    assert len(done.stderr.splitlines()) == 1
