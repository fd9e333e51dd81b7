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
NAMES = (
    "twinkle", "au-clair-de-la-lune", "row-your-boat", "frere-jacques", "jingle-bells",
    "ode-to-joy", "sakura", "mama", "auld-lang-syne", "oh-susanna", "silent-night",
    "brahms-lullaby", "saints", "new-world-largo", "amazing-grace", "drunken-sailor",
    "canon-in-d", "minuet-in-g", "promenade", "korobeiniki", "greensleeves", "fur-elise",
)  # fmt: skip
LICENCES = {"CC0-1.0"}
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
SOLFEGE = {  # openings as they are sung: movable do, la for minor; ' above, , below do
    "twinkle": ("C4", "do do so so la la so fa fa mi mi re re do"),
    "au-clair-de-la-lune": ("Ab4", "do do do re mi re do mi re re do"),
    "row-your-boat": ("A3", "do do do re mi mi re mi fa so do' do' do' so so so"),
    "jingle-bells": ("D4", "mi mi mi mi mi mi mi so do re mi fa fa fa fa fa mi mi mi mi mi re re"),
    "ode-to-joy": ("G4", "mi mi fa so so fa mi re do do re mi mi re re"),
    "auld-lang-syne": ("F4", "so, do do do mi re do re mi do do mi so la"),
    "oh-susanna": ("E4", "do re mi so so la so mi do re mi mi re do re"),
    "silent-night": ("Bb3", "so la so mi so la so mi re' re' ti do' do' so"),
    "brahms-lullaby": ("Eb4", "mi mi so mi mi so mi so do' ti la la so re mi fa re re mi fa"),
    "new-world-largo": ("Db4", "mi so so mi re do re mi so mi re"),
    "minuet-in-g": ("G4", "so do re mi fa so do do la fa so la ti do' do do"),
    "canon-in-d": ("D5", "mi re do ti, la, so, la, ti, do ti, la, so, fa, mi, fa, re,"),
    "korobeiniki": ("F4", "mi ti, do re do ti, la, la, do mi re do ti, do re mi do la, la,"),
    "sakura": ("C5", "la, la, ti, la, la, ti, la, ti, do ti, la, ti, la, fa,"),
    "drunken-sailor": ("C4", "la la la re fa la so so so do mi so la la la ti do' re'"),
    "fur-elise": ("C5", "mi ri mi ri mi ti, re do la, do, mi, la, ti, mi, si, ti, do"),
    "promenade": ("Bb4", "la, so, do re so mi re so mi do re la, so,"),
}
_SYLLABLES = {"do": 0, "re": 2, "ri": 3, "mi": 4, "fa": 5, "so": 7, "si": 8, "la": 9, "ti": 11}


@pytest.fixture(scope="module")
def tools():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        import arranger
        import grading
        import notation
        import songbook

        yield SimpleNamespace(
            arranger=arranger, grading=grading, notation=notation, songbook=songbook
        )


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
    built, kept = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.mid")}
        for folder in (tmp_path, SONGS)
    )
    assert built.keys() == kept.keys()
    for name in built:
        assert built[name] == kept[name], f"{name}: run tools/build_songs.py"
    assert sum(map(len, kept.values())) < 400_000


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


@pytest.mark.parametrize("name", SOLFEGE)
def test_opening_as_it_is_sung(name):
    tonic, syllables = SOLFEGE[name]
    do = parse_pitch(tonic)
    wanted = [
        do + _SYLLABLES[each.rstrip("',")] + 12 * (each.count("'") - each.count(","))
        for each in syllables.split()
    ]
    assert [note.pitch for note in song(name).melody][: len(wanted)] == wanted


def tune(tools, name):
    return next(each for each in tools.songbook.TUNES if each.name == name)


def test_metre_and_whole_bars(name, tools):
    loaded, written = song(name), tune(tools, name)
    bars = tools.notation.bars_of(written)
    assert loaded.pickup_beats == written.pickup
    assert loaded.bars == [bar.beat for bar in bars] + [bars[-1].beat + bars[-1].beats]
    for bar in bars[written.pickup > 0 :]:
        assert loaded.meter_at(bar.beat).bar_beats == bar.beats
    for track in file_of(name).tracks:
        assert sum(m.time for m in track) == loaded.length_beats * 480
    for part in written.parts:  # a line whose bars do not add up would sound beside the others
        for cell, bar in zip(part.line.split("|") if part.line else (), bars, strict=False):
            assert sum(beats for _, beats in tools.notation._tokens(cell)) == bar.beats


def test_metres_keys_and_modes_vary():
    loaded = [song(name) for name in NAMES]
    metres = {(m.numerator, m.denominator) for each in loaded for m in each.meters}
    assert metres >= {(2, 4), (3, 4), (4, 4), (6, 8), (3, 8), (5, 4), (6, 4)}
    assert len({each.fifths for each in loaded}) >= 8
    keys = [each.key for each in loaded]
    assert sum("minor" in key for key in keys) >= 3 and "D dorian" in keys
    assert {each.difficulty for each in loaded} == {1, 2, 3, 4, 5, 6}


def test_melody_suits_a_hand(name):
    melody = song(name).melody
    for note, following in pairwise(melody):
        assert note.beat + note.beats <= following.beat
    pitches = {note.pitch for note in melody}
    assert min(pitches) >= parse_pitch("A3") and max(pitches) <= parse_pitch("G5")
    assert max(pitches) - min(pitches) <= 19
    assert 5 <= len(pitches) <= 12
    assert len({note.velocity for note in melody}) > 1


def test_metadata(name, tools):
    file, loaded, written = file_of(name), song(name), tune(tools, name)
    assert (file.type, file.ticks_per_beat) == (1, 480)
    assert loaded.title == written.title and loaded.source
    assert loaded.licence in LICENCES
    melody, _ = tools.arranger.arrange(written)
    assert loaded.difficulty == tools.grading.level(melody, written.bpm)
    assert all((loaded.composer, loaded.year, loaded.origin)) or name == "mama"


def test_backing_has_bass_and_chords(name):
    tracks = file_of(name).tracks
    assert tracks[1].name == "Melody"
    assert {m.channel for m in tracks[1] if not m.is_meta} == {0}
    channels = [{m.channel for m in track if not m.is_meta} for track in tracks[2:]]
    assert all(len(used) == 1 for used in channels) and len(set.union(*channels)) == len(channels)
    assert {0} not in channels
    basses = [t for t in tracks[2:] if {9} != {m.channel for m in t if not m.is_meta}]
    lowest = min(min(m.note for m in notes_on(t)) for t in basses)
    assert 28 <= lowest < 52, "no bass, or one below a bass guitar"
    assert any(_most_at_once(t) >= 3 for t in tracks[2:] if t.name != "Drums"), "no chords"
    for track in tracks[2:]:
        assert len({m.velocity for m in notes_on(track)}) > 1 or len(notes_on(track)) < 6


def test_most_songs_have_drums():
    have = [name for name in NAMES if any(t.name == "Drums" for t in file_of(name).tracks)]
    assert len(have) >= 15


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


SUSPENDED = {  # strong beats whose note is not of the chord: bar (a pick-up is 0) and beat
    "saints": {(11, 0), (12, 2), (27, 0), (28, 2)},
    "oh-susanna": {(3, 2), (11, 2)},
    "ode-to-joy": {(0, 2), (4, 2)},
}


def strong(meter):
    """Beats of a bar, in quarter notes, on which a listener expects the chord."""
    numerator, denominator = meter
    if denominator == 8:
        return {i * 1.5 for i in range(numerator // 3)}
    return {4: {0, 2}, 5: {0, 3}, 6: {0, 3}}.get(numerator, {0})


def test_melody_fits_the_harmony(name, tools):
    """On strong beats the melody is of the chord; the exceptions resolve by step."""
    written = tune(tools, name)
    bars = tools.notation.bars_of(written)
    chords = tools.notation.read_chords(written.chords, bars)
    foreign = set()
    melody = song(name).melody
    for i, bar in enumerate(bars):
        meter = song(name).meter_at(bar.beat)
        beats = strong((meter.numerator, meter.denominator))
        for note, chord in ((n, c) for n in melody for c in chords):
            place = note.beat - bar.beat + (bar.whole - bar.beats)
            inside = bar.beat <= note.beat < bar.beat + bar.beats
            sounds = inside and place in beats and chord.beat <= note.beat < chord.end
            if sounds and note.pitch % 12 not in chord.classes:
                foreign.add((i, place))
    assert foreign == SUSPENDED.get(name, set())
    for bar, place in foreign:
        beat = bars[bar].beat + place
        here = next(i for i, n in enumerate(melody) if n.beat == beat)
        before, after = melody[max(here - 1, 0)].pitch, melody[here + 1].pitch
        assert min(abs(melody[here].pitch - before), abs(melody[here].pitch - after)) <= 2


def test_backing_does_not_drown_the_melody(name):
    """No part but an answering voice doubles the melody's onset a semitone off."""
    melody = {n.beat: n.pitch for n in song(name).melody}
    clashes = 0
    for track in file_of(name).tracks[2:]:
        tick = 0
        for message in track:
            tick += message.time
            if message.type == "note_on" and message.velocity and message.channel != 9:
                pitch = melody.get(tick / 480)
                clashes += pitch is not None and abs(message.note - pitch) == 1
    assert clashes <= len(melody) / 50


# ---- The builder's notation ---------------------------------------------------------------


def test_line_reads_lengths_rests_and_ties(tools):
    assert tools.notation.read_line("C4 R:.5 D4:1.5 | ~:2 Bb3:2") == [
        (0.0, 1.0, 60),
        (1.5, 3.5, 62),
        (5.0, 2.0, 58),
    ]


def test_pickup_plays_the_end_of_a_pattern(tools):
    bar = tools.notation.Bar(0.0, 1.0, {}, 100, 4.0)
    assert list(tools.arranger.steps("x-x.5--1", bar)) == [(0.5, 0.5, "1")]


def test_notes_that_sound_together(tools):
    assert tools.notation.read_line("C4+E4:2 R") == [(0.0, 2.0, 60), (0.0, 2.0, 64)]


def test_the_level_grows_with_tempo_and_leaps(tools):
    def figure(pitches, bpm):
        notes = [tools.arranger.Strike(float(i), 1.0, p, 90) for i, p in enumerate(pitches)]
        return tools.grading.demand(notes, bpm)

    steps = (60, 62, 64, 62) * 4
    assert figure(steps, 60) == pytest.approx(1.0)
    assert figure(steps, 120) == pytest.approx(2.0)
    assert figure((60, 62, 64, 60, 64, 60) * 4, 60) > figure(steps, 60)
    assert figure((60,), 60) == 0
    assert tools.grading.level([], 60) == 1


def test_hold_lengthens_a_step(tools):
    bar = tools.notation.Bar(3.0, 3.0, {}, 100, 3.0)
    assert list(tools.arranger.steps("1--.5-", bar)) == [(3.0, 1.5, "1"), (5.0, 1.0, "5")]


@given(
    st.lists(
        st.sampled_from(("G", "D7/F#", "Em", "Am7", "C6", "Bb", "F#m")), min_size=1, max_size=12
    )
)
def test_voices_hold_the_whole_chord_and_stay_near(tools, symbols):
    bars = [tools.notation.Bar(4.0 * i, 4.0, {}, 100, 4.0) for i in range(len(symbols))]
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
        tools.arranger.arrange(notation.Tune("t", "T", *[""] * 4, 100.0, (4, 4), "C", 0, **tune))
