from dataclasses import replace

import pytest
from report_songs import ODE, make_song

from handmidi.report.keys import Key, key_of

MAJOR = "D4 F#4 A4 B4 A4 G4 F#4 E4 D4 C#5 D5 A4 F#4 E4 D4:2"
MINOR = "A4 C5 E5 D5 C5 B4 A4 G#4 A4 E4 A4 B4 C5 D5 E5 F5 E5 G#4 A4:2"


def key(text, fifths=0):
    return key_of(make_song(text).melody, fifths)


@pytest.mark.parametrize(
    ("text", "fifths", "expected"),
    [
        (ODE, 2, Key(2)),
        (MINOR, 0, Key(0, minor=True)),
        ("G4 B4 D5 G5 F#5 G5:2", 1, Key(1)),
        ("C4:4", -3, Key(-3, minor=True)),
    ],
)
def test_the_file_says_the_signature_and_the_melody_the_mode(text, fifths, expected):
    assert key(text, fifths) == expected


@pytest.mark.parametrize("up", range(-5, 7))
@pytest.mark.parametrize("text", [MAJOR, MINOR])
def test_without_a_signature_the_melody_tells_it(text, up):
    melody = tuple(replace(n, pitch=n.pitch + up) for n in make_song(text).melody)
    minor = text == MINOR
    home = 0 if minor else 2
    found = key_of(melody, 0)
    assert found.minor == minor
    assert (found.fifths - home - 7 * up) % 12 == 0
    assert -6 <= found.fifths <= 6


@pytest.mark.parametrize("text", ["E4 E4 E4", "C4 D4 E4 F4 G4 A4 B4 C5", "C4 C#4 D4 D#4 E4 F4"])
def test_nothing_is_printed_that_saves_nothing(text):
    assert key(text).fifths == 0


def test_no_melody_no_key():
    assert key_of((), 3) == Key(3)
