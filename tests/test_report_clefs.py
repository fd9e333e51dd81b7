import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.notes import parse_pitch
from handmidi.report.clefs import CLEFS, TREBLE, clef_of


def clef(names, other=None):
    found = clef_of([parse_pitch(n) for n in names.split()], other)
    return found.sign, found.octave


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("C4 D4 E4 G4 C5", ("G", 0)),
        ("A3 C4 E4 A4", ("G", 0)),
        ("C3 E3 G3 C4", ("F", 0)),
        ("E2 A2 D3 G3", ("F", 0)),
        ("C1 G1 C2 E2", ("F", -1)),
        ("C6 E6 G6 C7", ("G", 1)),
        ("A6 C7 E7 A7 C8", ("G", 2)),
        ("A5 C6 A5 C6", ("G", 0)),  # two ledger lines, as usual
        ("", ("G", 0)),
    ],
)
def test_few_ledger_lines(names, expected):
    assert clef(names) == expected


def test_the_part_below_keeps_the_clef_if_it_can():
    bass = CLEFS[1]
    assert clef("A3 C4 E4 A4", bass) == ("F", 0)
    assert clef("C5 E5 G5 C6", bass) == ("G", 0)
    assert clef("", bass) == ("F", 0)


@given(st.lists(st.integers(0, 127)))
def test_any_pitches_have_a_clef(pitches):
    assert clef_of(pitches, TREBLE) in CLEFS
