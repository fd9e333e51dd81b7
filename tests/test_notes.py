"""Names of notes and their frequencies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.notes import Note, frequency, parse_pitch, pitch_name


@pytest.mark.parametrize(
    ("name", "pitch"),
    [
        ("C4", 60),
        ("A4", 69),
        ("C-1", 0),
        ("G9", 127),
        ("g#4", 68),
        ("A♯4", 70),
        ("Bb3", 58),
        ("bb3", 58),
        ("B3", 59),
        ("D♭5", 73),
        ("Cb4", 59),
        ("B#3", 60),
        (" E5 ", 76),
    ],
)
def test_a_name_is_a_key_number(name, pitch):
    assert parse_pitch(name) == pitch


@given(pitch=st.integers(0, 127), flats=st.booleans())
def test_every_name_reads_back(pitch, flats):
    assert parse_pitch(pitch_name(pitch, flats)) == pitch


def test_names_are_written_with_signs():
    assert pitch_name(73) == "C♯5"
    assert pitch_name(73, flats=True) == "D♭5"


@pytest.mark.parametrize("name", ["", "H4", "C", "4", "C##4", "C4 D4", "rest"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(ValueError, match="is no note name"):
        parse_pitch(name)


@pytest.mark.parametrize("name", ["G#9", "C10", "Cb-1", "C-2"])
def test_a_note_outside_midi_is_refused(name):
    with pytest.raises(ValueError, match="C-1 to G9"):
        parse_pitch(name)


def test_frequencies():
    assert frequency(69) == 440.0
    assert frequency(57) == 220.0
    assert frequency(60) == pytest.approx(261.6256, abs=1e-4)
    assert frequency(69.5) == pytest.approx(452.893, abs=1e-3)


def test_notes_are_ordered_by_onset_and_then_pitch():
    late, high, low = Note(2.0, 40, 1.0), Note(1.0, 72, 0.1), Note(1.0, 60, 0.9)
    assert sorted([late, high, low]) == [low, high, late]
