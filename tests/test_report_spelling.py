import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.notes import parse_pitch
from handmidi.report.spelling import Accidentals, spell


@pytest.mark.parametrize(
    ("name", "fifths", "expected"),
    [
        ("G#4", 0, ("G", 1, 4)),
        ("C#5", 0, ("C", 1, 5)),
        ("A#4", -1, ("B", -1, 4)),
        ("C#5", -3, ("D", -1, 5)),
        ("F4", 6, ("E", 1, 4)),  # E♯ belongs to F♯ major
        ("C5", 7, ("B", 1, 4)),  # the octave is that of the letter
        ("B3", -7, ("C", -1, 4)),
    ],
)
def test_spelled_as_in_the_key(name, fifths, expected):
    assert spell(parse_pitch(name), fifths) == expected


@given(st.integers(0, 127), st.integers(-7, 7))
def test_what_is_spelled_sounds_as_played(pitch, fifths):
    letter, alter, octave = spell(pitch, fifths)
    assert "C.D.EF.G.A.B".index(letter) + alter + 12 * (octave + 1) == pitch


def test_an_accidental_is_printed_once_a_bar_and_taken_back():
    bar = Accidentals(fifths=1)
    shown = [bar.shows(spell(parse_pitch(n), 1)) for n in ("F#4", "F4", "F4", "F#4", "F5")]
    assert shown == [False, True, False, True, True]


def test_a_tie_carries_its_accidental_and_leaves_the_bar_alone():
    bar = Accidentals(fifths=0)
    sharp = spell(parse_pitch("C#5"), 0)
    assert not bar.shows(sharp, tied=True)
    assert bar.shows(sharp)
