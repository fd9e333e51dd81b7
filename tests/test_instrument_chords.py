"""Chords: symbols become key numbers, scales become chords."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.instrument.chords import QUALITIES, parse_chord, stacked
from handmidi.instrument.scales import SCALES, find_scale
from handmidi.notes import pitch_name


def names(pitches):
    return " ".join(map(pitch_name, pitches))


@pytest.mark.parametrize(
    ("symbol", "notes"),
    [
        ("C", "C3 E3 G3"),
        ("Cmaj", "C3 E3 G3"),
        ("Am", "A3 C4 E4"),
        ("bm", "B3 D4 F♯4"),
        ("Bb", "A♯3 D4 F4"),
        ("Bdim", "B3 D4 F4"),
        ("C+", "C3 E3 G♯3"),
        ("G7", "G3 B3 D4 F4"),
        ("CM7", "C3 E3 G3 B3"),
        ("Cm7", "C3 D♯3 G3 A♯3"),
        ("F#m7b5", "F♯3 A3 C4 E4"),
        ("Bø", "B3 D4 F4 A4"),
        ("Bdim7", "B3 D4 F4 G♯4"),
        ("Dsus2", "D3 E3 A3"),
        ("Dsus", "D3 G3 A3"),
        ("A6", "A3 C♯4 E4 F♯4"),
        ("Am6", "A3 C4 E4 F♯4"),
        ("C9", "C3 E3 G3 A♯3 D4"),
        ("Cadd9", "C3 E3 G3 D4"),
        ("E5", "E3 B3"),
        ("C/E", "E2 C3 E3 G3"),
        ("Am/G", "G3 A3 C4 E4"),
        ("C/C", "C2 C3 E3 G3"),
    ],
)
def test_symbols(symbol, notes):
    assert names(parse_chord(symbol)) == notes


@pytest.mark.parametrize(
    ("symbol", "octave", "notes"),
    [
        ("A4m", None, "A4 C5 E5"),
        ("A4", None, "A4 C♯5 E5"),
        ("A47", None, "A4 C♯5 E5 G5"),
        ("A7", None, "A3 C♯4 E4 G4"),  # what may be a quality is one
        ("A7", 4, "A4 C♯5 E5 G5"),
        ("C-1", None, "C-1 E-1 G-1"),
        ("C4/G", None, "G3 C4 E4 G4"),
        ("C", 0, "C0 E0 G0"),
    ],
)
def test_octaves(symbol, octave, notes):
    assert names(parse_chord(symbol, octave)) == notes


@pytest.mark.parametrize(
    ("symbol", "octave", "part"),
    [
        ("H7", None, "is no chord: write a root and a quality"),
        ("", None, "is no chord"),
        ("Cmaj8", None, "did you mean 'maj"),
        ("Cxyzq", None, "after its root, allowed: \\(major\\), m, dim"),
        ("C/H", None, "is no chord"),
        ("A4m", 3, "names its octave"),
        ("C", 10, "outside MIDI's range"),
        ("A9m", None, "outside MIDI's range"),
        ("G9", 9, "leaves MIDI's range"),
        ("C-1/E", None, "leaves MIDI's range"),
    ],
)
def test_what_is_no_chord(symbol, octave, part):
    with pytest.raises(ValueError, match=part):
        parse_chord(symbol, octave)


@given(
    root=st.sampled_from("ABCDEFG"),
    accidental=st.sampled_from(["", "#", "b", "♭"]),
    octave=st.integers(1, 6),
    quality=st.sampled_from(list(QUALITIES)),
)
def test_a_chord_is_its_quality_above_its_root(root, accidental, octave, quality):
    chord = parse_chord(root + accidental + quality, octave)
    assert [pitch - chord[0] for pitch in chord] == list(QUALITIES[quality])
    assert list(chord) == sorted(set(chord))


@given(text=st.text(max_size=12), octave=st.none() | st.integers(-1, 9))
def test_any_text_is_a_chord_or_a_value_error(text, octave):
    try:
        chord = parse_chord(text, octave)
    except ValueError as error:
        assert "\n" not in str(error)
    else:
        assert all(0 <= pitch <= 127 for pitch in chord)


def test_the_triads_of_a_major_scale():
    chords = stacked(find_scale("major"), 0, 48, 59, 3)
    written = ["C", "Dm", "Em", "F", "G", "Am", "Bdim"]
    assert chords == tuple(map(parse_chord, written))


def test_the_sevenths_of_a_harmonic_minor_scale():
    chords = stacked(find_scale("harmonic minor"), 9, 57, 68, 4)
    written = ["AmM7", "B3ø7", "C4maj7", "D4m7", "E47", "F4maj7", "G#4dim7"]
    assert chords[0] == parse_chord(written[0])
    assert chords[1] == parse_chord(written[1])
    assert chords[3:] == tuple(map(parse_chord, written[3:]))
    assert names(chords[2]) == "C4 E4 G♯4 B4"


def test_single_notes_are_chords_of_one():
    assert stacked(find_scale("blues"), 0, 60, 63, 1) == ((60,), (63,))


@given(
    scale=st.sampled_from(list(SCALES.values())),
    key=st.integers(0, 11),
    lowest=st.integers(0, 100),
    size=st.sampled_from([1, 3, 4]),
)
def test_every_note_of_any_scale_has_its_chord(scale, key, lowest, size):
    members = {(key + interval) % 12 for interval in scale.intervals}
    chords = stacked(scale, key, lowest, lowest + 12, size)
    assert len(chords) in (len(members), len(members) + 1)
    for chord in chords:
        assert len(chord) == size
        assert {pitch % 12 for pitch in chord} <= members
        assert lowest <= chord[0] <= lowest + 12
        assert list(chord) == sorted(set(chord))
