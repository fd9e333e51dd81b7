"""The notes that are found in a recording of one voice."""

import subprocess
import sys

import mido
import numpy as np
import pytest
import servers
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from handmidi.errors import HandMidiError, SongError
from handmidi.heard import notes_heard
from handmidi.heard.contour import HOP_S, Contour
from handmidi.heard.segments import find_notes, tuning
from handmidi.notes import TimedMessage
from handmidi.outputs.render import render
from handmidi.song import load_song

RATE = 48_000
TUNE = [(0.4, 0.5, 60), (0.9, 0.5, 62), (1.4, 0.5, 62), (1.9, 1.0, 67), (3.2, 0.3, 65)]
FLUTE, VIOLIN, OOHS = 73, 40, 53
SONGS = ("amazing-grace", "frere-jacques", "greensleeves", "mama", "ode-to-joy", "saints")


def sung(notes, vibrato=0.4, glide_s=0.06, noise=0.002, cents=0.0, seed=0):
    """A voice of six partials, 5.5 Hz of vibrato, and glides from note to note."""
    end_s = notes[-1][0] + notes[-1][1] + 0.4
    key, loud = np.full(int(end_s * RATE), 60.0), np.zeros(int(end_s * RATE))
    last = None
    for onset_s, length_s, pitch in notes:
        start, end = int(onset_s * RATE), int((onset_s + length_s - 0.03) * RATE)
        t = np.arange(end - start) / RATE
        wave = vibrato * np.sin(2 * np.pi * 5.5 * t) * np.clip((t - 0.15) / 0.2, 0, 1)
        slide = 0.5 * (pitch - last) * np.clip(1 - t / glide_s, 0, 1) if last and glide_s else 0
        key[start:end] = pitch + wave - slide + cents / 100
        loud[start:end] = np.minimum(1, np.minimum(t, t[-1] - t) / 0.03)
        last = pitch
    phase = 2 * np.pi * np.cumsum(440 * 2 ** ((key - 69) / 12)) / RATE
    voice = 0.2 * loud * sum(np.sin(n * phase) / n**1.5 for n in range(1, 7))
    return voice + noise * np.random.default_rng(seed).standard_normal(len(voice))


def heard(tmp_path, samples, rate=RATE, started_s=0.0):
    soundfile.write(tmp_path / "mic.wav", samples, rate)
    return notes_heard(tmp_path / "mic.wav", started_s).notes


def f_measure(written, found):
    """Notes of the same pitch, struck within 50 ms, each with one partner."""
    left, right = list(found), 0
    for note in written:
        near = [n for n in left if n.pitch == note.pitch and abs(n.onset_s - note.onset_s) <= 0.05]
        if near:
            left.remove(min(near, key=lambda n: abs(n.onset_s - note.onset_s)))
            right += 1
    return 2 * right / (len(written) + len(found))


@pytest.mark.parametrize(
    "changes",
    [{}, {"vibrato": 0.6}, {"glide_s": 0.12}, {"noise": 0.015}, {"cents": -40}, {"cents": 35}],
    ids=str,
)
@pytest.mark.timeout(120)
def test_a_tune_that_is_sung(tmp_path, changes):
    found = heard(tmp_path, sung(TUNE, **changes))
    assert [note.pitch for note in found] == [pitch for *_, pitch in TUNE]
    assert [n.onset_s for n in found] == pytest.approx([on for on, *_ in TUNE], abs=0.05)
    assert [n.duration_s for n in found] == pytest.approx([long for _, long, _ in TUNE], abs=0.1)


@pytest.mark.parametrize("name", SONGS)
@pytest.mark.parametrize("program", [FLUTE, VIOLIN, OOHS])
@pytest.mark.timeout(120)
def test_a_song_that_is_played(tmp_path, name, program):
    """The first 25 s of each song; a tenth of each note is left to breathe."""
    notes = [n for n in load_song(name).melody if n.onset_s < 25]
    messages = [TimedMessage(0.0, mido.Message("program_change", program=program))]
    for n in notes:
        on, off = 0.5 + n.onset_s, 0.5 + n.onset_s + 0.9 * n.duration_s
        messages.append(TimedMessage(on, mido.Message("note_on", note=n.pitch, velocity=96)))
        messages.append(TimedMessage(off, mido.Message("note_off", note=n.pitch)))
    render(servers.soundfont(), tmp_path / "played.wav", messages, [])
    found = notes_heard(tmp_path / "played.wav", -0.5).notes
    assert f_measure(notes, found) >= 0.95


@pytest.mark.timeout(120)
def test_another_rate_two_channels_and_a_late_microphone(tmp_path):
    mono = sung(TUNE)[:: RATE // 16_000]
    found = heard(tmp_path, np.column_stack([mono, np.zeros_like(mono)]), 16_000, 7.25)
    assert [n.onset_s for n in found] == pytest.approx([7.25 + on for on, *_ in TUNE], abs=0.05)


@pytest.mark.timeout(120)
def test_a_note_across_two_blocks_is_one(tmp_path):
    tune = [(18.0, 4.0, 64), (22.0, 1.0, 65)]
    found = heard(tmp_path, sung(tune))
    assert [(n.pitch, round(n.duration_s)) for n in found] == [(64, 4), (65, 1)]


@pytest.mark.parametrize("noise", [0.0, 0.01])
@pytest.mark.timeout(120)
def test_no_voice_no_notes(tmp_path, noise):
    samples = noise * np.random.default_rng(0).standard_normal(2 * RATE)
    assert len(heard(tmp_path, samples)) <= 2  # a wisp of pitch in noise


def test_an_empty_and_a_tiny_recording(tmp_path):
    assert heard(tmp_path, np.zeros(0)) == ()
    assert heard(tmp_path, np.zeros(10)) == ()


def test_no_sound_file_is_one_line(tmp_path):
    with pytest.raises(SongError, match="cannot read the recording"):
        notes_heard(tmp_path / "none.wav")
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(SongError, match="cannot read the recording"):
        notes_heard(tmp_path / "text.wav")


def test_more_than_an_hour_is_refused(tmp_path):
    soundfile.write(tmp_path / "long.flac", np.zeros(3601 * 1000, "int16"), 1000)
    with pytest.raises(SongError, match="longer than an hour"):
        notes_heard(tmp_path / "long.flac")


def test_without_the_extra_it_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "librosa", None)
    with pytest.raises(HandMidiError, match=r"pip install 'handmidi\[pitch\]'"):
        notes_heard(tmp_path / "mic.wav")


def test_looking_at_it_loads_no_library():
    code = "import sys, handmidi.heard; print('librosa' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


# ---- the pure part


def contour(*parts):
    """Stretches of (seconds, key or None): loud where there is a key, with an attack at each."""
    key, loud, attack = [], [], []
    for seconds, pitch in parts:
        count = round(seconds / HOP_S)
        key += [np.nan if pitch is None else pitch] * count
        loud += [-90.0 if pitch is None else -20.0] * count
        attack += [0.0, 0.0, 0.0 if pitch is None else 6.0, *[0.0] * (count - 3)]
    return Contour(np.array(key), np.array(loud), np.array(attack))


@given(st.lists(st.integers(40, 90), min_size=1, max_size=12), st.floats(-0.4, 0.4))
def test_steady_pitches_are_their_notes(keys, off):
    parts = [part for key in keys for part in ((0.3, key + off), (0.2, None))]
    found = find_notes(contour((0.2, None), *parts))
    assert [note.pitch for note in found] == keys
    assert [n.onset_s for n in found] == pytest.approx([0.2 + i / 2 for i in range(len(keys))])


@given(st.floats(-0.45, 0.45), st.floats(0.0, 0.8))
def test_tuning_is_the_middle_of_a_vibrato(off, wide):
    wave = 60 + off + wide * np.sin(2 * np.pi * 5 * np.arange(400) * HOP_S)
    assert tuning(wave) == pytest.approx(off, abs=0.02)


def test_a_slip_of_the_tracker_is_no_note():
    steady = contour((0.2, None), (1.0, 60), (0.2, None))
    steady.key[60:63] = 72
    assert [note.pitch for note in find_notes(steady)] == [60]


def test_no_pitch_no_notes():
    assert find_notes(contour((0.5, None))) == []
    assert find_notes(Contour(np.empty(0), np.empty(0), np.empty(0))) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, 3e38])
def test_a_file_of_floats_may_hold_what_is_no_number(tmp_path, value):
    pytest.importorskip("librosa")
    samples = 0.3 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    samples[RATE // 2 : RATE // 2 + 10] = value
    path = tmp_path / "strange.wav"
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    assert {note.pitch for note in notes_heard(path).notes} == {69}
