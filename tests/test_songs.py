"""The song library: what the files hold, and that the builder writes exactly these."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.notes import parse_pitch, pitch_name
from handmidi.song import load_song

ROOT = Path(__file__).resolve().parent.parent
SONGS = ROOT / "songs"
NAMES = ("frere-jacques", "ode-to-joy", "mama", "saints", "amazing-grace", "greensleeves")
MAMA = """
    F4 R B4 E5 R E5 R E5 R E5 R E5 R B4 R C♯5 R D♯5 R E5 R C♯5 R B4 R R R R R R R
    F4 R B4 E5 R E5 R E5 R E5 R E5 R B4 R C♯5 R B4 R G♯4 R G4 R F4 R
"""
OPENINGS = {  # incipits, with lengths in quarter notes
    "frere-jacques": "F4:1 G4:1 A4:1 F4:1 F4:1 G4:1 A4:1 F4:1 A4:1 A♯4:1 C5:2",
    "ode-to-joy": "B4:1 B4:1 C5:1 D5:1 D5:1 C5:1 B4:1 A4:1 G4:1 G4:1 A4:1 B4:1 B4:1.5 A4:0.5 A4:2",
    "saints": "F4:1 A4:1 A♯4:1 C5:4 F4:1 A4:1 A♯4:1 C5:4",
    "amazing-grace": "D4:1 G4:2 B4:0.5 G4:0.5 B4:2 A4:1 G4:2 E4:1 D4:2 D4:1",
    "greensleeves": "F4:0.5 G♯4:1 A♯4:0.5 C5:0.75 D5:0.25 C5:0.5 A♯4:1 G4:0.5 D♯4:0.75 F4:0.25",
}
METRES = {  # numerator, denominator, pick-up, bars counting the pick-up, sharps
    "frere-jacques": (4, 4, 0.0, 16, -1),
    "ode-to-joy": (4, 4, 0.0, 16, 1),
    "mama": (4, 4, 0.0, 14, 4),
    "saints": (4, 4, 3.0, 33, -1),
    "amazing-grace": (3, 4, 1.0, 17, 1),
    "greensleeves": (6, 8, 0.5, 17, -4),
}


@pytest.fixture(scope="module")
def tools():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        import arranger
        import notation
        import songbook

        yield SimpleNamespace(arranger=arranger, notation=notation, songbook=songbook)


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


def file_of(name):
    return mido.MidiFile(SONGS / f"{name}.mid")


def song(name):
    return load_song(str(SONGS / f"{name}.mid"))


def notes_on(track):
    return [m for m in track if m.type == "note_on" and m.velocity]


def test_library_is_complete():
    assert sorted(p.stem for p in SONGS.glob("*.mid")) == sorted(NAMES)
    readme = (SONGS / "README.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"`{name}` | {song(name).title} |" in readme


def test_builder_writes_the_same_bytes(tmp_path):
    command = [sys.executable, str(ROOT / "tools" / "build_songs.py"), str(tmp_path)]
    subprocess.run(command, check=True, timeout=60)
    for name in NAMES:
        built = (tmp_path / f"{name}.mid").read_bytes()
        assert built == (SONGS / f"{name}.mid").read_bytes(), f"{name}: run tools/build_songs.py"


def test_mama_is_the_reference_melody():
    steps = MAMA.split()
    expected = [(i, parse_pitch(step)) for i, step in enumerate(steps) if step != "R"]
    melody = song("mama").melody
    assert len(steps) == 56 and len(expected) == 26
    assert [(note.beat, note.pitch) for note in melody] == expected
    assert {note.beats for note in melody} == {1.0}
    assert song("mama").length_beats == 56
    assert song("mama").tempo.bpm == pytest.approx(104, abs=0.01)


@pytest.mark.parametrize("name", OPENINGS)
def test_opening(name):
    wanted = OPENINGS[name].split()
    played = [f"{pitch_name(n.pitch)}:{n.beats:g}" for n in song(name).melody]
    assert played[: len(wanted)] == wanted


def test_metre_and_whole_bars(name):
    numerator, denominator, pickup, bars, fifths = METRES[name]
    loaded = song(name)
    assert [(m.numerator, m.denominator) for m in loaded.meters] == [(numerator, denominator)]
    assert (loaded.pickup_beats, loaded.fifths) == (pickup, fifths)
    assert len(loaded.bars) - 1 == bars
    whole = bars - (pickup > 0)
    assert loaded.length_beats == pickup + whole * numerator * 4 / denominator
    for track in file_of(name).tracks:
        assert sum(m.time for m in track) == loaded.length_beats * 480


def test_melody_suits_a_hand(name):
    melody = song(name).melody
    for note, following in pairwise(melody):
        assert note.beat + note.beats <= following.beat
    pitches = {note.pitch for note in melody}
    assert min(pitches) >= parse_pitch("C4") and max(pitches) <= parse_pitch("E5")
    assert len(pitches) <= 11
    assert len({note.velocity for note in melody}) > 1


def test_metadata(name):
    file = file_of(name)
    assert (file.type, file.ticks_per_beat) == (1, 480)
    texts = dict(m.text.split(":", 1) for m in file.tracks[0] if m.type == "text")
    assert texts["title"] == song(name).title == file.tracks[0].name
    assert texts["licence"] == "CC0-1.0"
    assert texts["source"]
    assert texts["difficulty"] == str(NAMES.index(name) + 1)
    assert song(name).composer or name == "mama"


def test_backing_has_bass_chords_and_drums(name):
    tracks = file_of(name).tracks
    assert tracks[1].name == "Melody"
    assert {m.channel for m in tracks[1] if not m.is_meta} == {0}
    channels = [{m.channel for m in track if not m.is_meta} for track in tracks[2:]]
    assert all(len(used) == 1 for used in channels) and len(set.union(*channels)) == len(channels)
    assert {9} in channels and {0} not in channels
    assert any(max(m.note for m in notes_on(t)) < 52 for t in tracks[2:]), "no bass"
    assert any(_most_at_once(t) >= 3 for t in tracks[2:] if t.name != "Drums"), "no chords"
    for track in tracks[2:]:
        assert len({m.velocity for m in notes_on(track)}) > 1 or len(notes_on(track)) < 2


def _most_at_once(track):
    sounding, most = 0, 0
    for message in track:
        if message.type in ("note_on", "note_off"):
            sounding += 1 if message.type == "note_on" else -1
            most = max(most, sounding)
    return most


def test_every_note_ends_and_lies_on_the_grid(name):
    """A twelfth of a beat holds sixteenths and triplets; a pattern of a wrong length falls off."""
    for track in file_of(name).tracks:
        tick, sounding = 0, set()
        for message in track:
            tick += message.time
            if message.type == "note_on":
                assert message.note not in sounding
                assert tick % 40 == 0, (track.name, tick / 480)
                sounding.add(message.note)
            elif message.type == "note_off":
                sounding.remove(message.note)
        assert not sounding


def test_melody_fits_the_harmony(name, tools):
    """On the beats at least five notes of six belong to the chord; the rest pass."""
    tune = next(t for t in tools.songbook.TUNES if t.name == name)
    chords = tools.notation.read_chords(tune.chords, tools.notation.bars_of(tune))
    pulse = 1.5 if tune.meter == (6, 8) else 1.0
    fits = [
        note.pitch % 12 in chord.classes
        for note in song(name).melody
        for chord in chords
        if chord.beat <= note.beat < chord.end and (note.beat - tune.pickup) % pulse == 0
    ]
    assert sum(fits) >= 5 / 6 * len(fits)


# ---- The builder's notation ---------------------------------------------------------------


def test_line_reads_lengths_rests_and_ties(tools):
    assert tools.notation.read_line("C4 R:.5 D4:1.5 | ~:2 Bb3:2") == [
        (0.0, 1.0, 60),
        (1.5, 3.5, 62),
        (5.0, 2.0, 58),
    ]


def test_pickup_plays_the_end_of_a_pattern(tools):
    bar = tools.notation.Bar(0.0, 1.0, {}, 100)
    assert list(tools.arranger.steps("x-x.5--1", bar, 4.0)) == [(0.5, 0.5, "1")]


def test_hold_lengthens_a_step(tools):
    bar = tools.notation.Bar(3.0, 3.0, {}, 100)
    assert list(tools.arranger.steps("1--.5-", bar, 3.0)) == [(3.0, 1.5, "1"), (5.0, 1.0, "5")]


@given(
    st.lists(
        st.sampled_from(("G", "D7/F#", "Em", "Am7", "C6", "Bb", "F#m")), min_size=1, max_size=12
    )
)
def test_voices_hold_the_whole_chord_and_stay_near(tools, symbols):
    bars = [tools.notation.Bar(4.0 * i, 4.0, {}, 100) for i in range(len(symbols))]
    chords = tools.notation.read_chords(" | ".join(symbols), bars)
    for chord, keys in zip(chords, tools.arranger.voicings(chords, 52), strict=True):
        assert sorted(key % 12 for key in keys) == sorted(chord.classes)
        assert 52 <= keys[0] < 64 and keys[-1] - keys[0] < 12


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"melody": "C4:3"}, "bar 0 of melody has 3.0 beats, not 4.0"),
        ({"melody": "C4:4 | C4:4"}, "melody has 2 bars, form 1"),
        ({"chords": "C:3"}, "do not fill a bar"),
        ({"grooves": {"A": {"Bas": "1---"}}}, "groove A has no part Bas"),
        ({"chords": "Cdim"}, "'Cdim' is no chord"),
    ],
)
def test_mistakes_in_a_tune_are_named(tools, change, message):
    notation = tools.notation
    tune = {
        "melody": "C4:4",
        "chords": "C",
        "parts": (notation.Part("Bass", "bass", 1, 32),),
        "grooves": {"A": {"Bass": "1---"}},
        "form": (notation.Section("A", 80, 80),),
    } | change
    with pytest.raises(ValueError, match=message):
        tools.arranger.arrange(notation.Tune("t", "T", "", "", 1, 100.0, (4, 4), "C", 0, **tune))
