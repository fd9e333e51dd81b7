import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.notes import parse_pitch
from handmidi.report.keys import Key
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
    assert spell(parse_pitch(name), Key(fifths)) == expected


@pytest.mark.parametrize(
    ("fifths", "expected"),
    [
        (0, "F# G#"),  # A minor
        (-1, "B C#"),  # D minor
        (1, "C# D#"),
        (3, "D# E#"),
        (5, "E# F##"),
        (-4, "D E"),
    ],
)
def test_minor_keys_raise_their_sixth_and_seventh(fifths, expected):
    key = Key(fifths, minor=True)
    names = [spell(60 + (key.tonic + step) % 12, key) for step in (9, 11)]
    assert " ".join(n.letter + "#" * n.alter for n in names) == expected


@pytest.mark.parametrize(
    ("name", "after", "fifths", "expected"),
    [
        ("D#4", "E4", 0, ("D", 1)),  # leads up
        ("D#4", "D4", 0, ("E", -1)),  # leads down
        ("D#4", "C4", 0, ("E", -1)),
        ("G#4", "G4", 0, ("A", -1)),
        ("G#4", "A4", 0, ("G", 1)),
        ("F#4", "F4", 0, ("F", 1)),  # the raised fourth stays one
        ("F#4", "F4", 1, ("F", 1)),  # a note of the key
        ("B4", "C5", -1, ("B", 0)),
    ],
)
def test_a_chromatic_note_is_spelled_by_where_it_leads(name, after, fifths, expected):
    spelled = spell(parse_pitch(name), Key(fifths), after=parse_pitch(after))
    assert (spelled.letter, spelled.alter) == expected


@pytest.mark.parametrize(
    ("before", "name", "after", "fifths", "expected"),
    [
        ("G4", "F4", None, 4, ("F", 0)),  # G♮ F♮, not G♮ E♯
        ("E4", "G#4", "E4", 0, ("G", 1)),
        ("F4", "G#4", "C4", 0, ("A", -1)),
        ("G#4", "C5", "G#4", 4, ("B", 1)),
        ("D4", "G#4", "D4", 0, ("G", 1)),
    ],
)
def test_a_chromatic_note_is_spelled_near_its_neighbours(before, name, after, fifths, expected):
    following = after and parse_pitch(after)
    spelled = spell(parse_pitch(name), Key(fifths), following, [parse_pitch(before)])
    assert (spelled.letter, spelled.alter) == expected


PITCHES = st.integers(0, 127)


@given(
    PITCHES, st.integers(-7, 7), st.booleans(), st.lists(PITCHES, max_size=3), st.none() | PITCHES
)
def test_what_is_spelled_sounds_as_played(pitch, fifths, minor, before, after):
    letter, alter, octave = spell(pitch, Key(fifths, minor), after, before)
    assert "C.D.EF.G.A.B".index(letter) + alter + 12 * (octave + 1) == pitch


def test_an_accidental_is_printed_once_a_bar_and_taken_back():
    bar = Accidentals(fifths=1)
    shown = [bar.shows(spell(parse_pitch(n), Key(1))) for n in ("F#4", "F4", "F4", "F#4", "F5")]
    assert shown == [False, True, False, True, True]


def test_a_tie_carries_its_accidental_and_leaves_the_bar_alone():
    bar = Accidentals(fifths=0)
    sharp = spell(parse_pitch("C#5"), Key(0))
    assert not bar.shows(sharp, tied=True)
    assert bar.shows(sharp)
