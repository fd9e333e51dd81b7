"""Minuet in G: harpsichord and cello; a flute answers the second time."""

from __future__ import annotations

from notation import Part, Section, Tune

_HALF = """
    D5 G4:.5 A4:.5 B4:.5 C5:.5 | D5 G4 G4 | E5 C5:.5 D5:.5 E5:.5 F#5:.5 | G5 G4 G4 |
    C5 D5:.5 C5:.5 B4:.5 A4:.5 | B4 C5:.5 B4:.5 A4:.5 G4:.5"""
_MINUET = f"""
    {_HALF} | F#4 G4:.5 A4:.5 B4:.5 G4:.5 | A4:3 |
    {_HALF} | A4 B4:.5 A4:.5 G4:.5 F#4:.5 | G4:3"""
_HALF_CHORDS = "G | G/B | C | G/B | Am | G"
_CHORDS = f"{_HALF_CHORDS} | D:1 G/B:2 | D | {_HALF_CHORDS} | D7 | G"
_ANSWER = """
    B4:3 | B4:2 D5 | G4:3 | B4:2 D5 | A4:3 | G4:2 D5 | A4 B4:2 | F#4:2 A4 |
    B4:3 | B4:2 D5 | G4:3 | B4:2 D5 | A4:2 E5 | D5:2 B4 | C5:2 C5 | B4:3"""
_DANCE = {"Cello": "1-1-5-", "Harpsichord": "..x.x."}
TUNE = Tune(
    name="minuet-in-g",
    title="Minuet in G",
    composer="Christian Petzold",
    source="first half of the minuet BWV Anh. 114 from memory, without ornaments",
    year="about 1725",
    origin="Dresden",
    bpm=108,
    meter=(3, 4),
    key="G",
    program=68,
    loudness=1.7,
    melody=f"{_MINUET} | {_MINUET} | R:3",
    chords=f"{_CHORDS} | {_CHORDS} | G",
    parts=(
        Part("Cello", "bass", 1, 42, volume=86, pan=56, reverb=40, low=36),
        Part("Harpsichord", "chords", 2, 6, volume=62, pan=44, reverb=40, low=55),
        Part("Strings", "chords", 3, 48, volume=44, pan=84, reverb=60, low=50),
        Part(
            "Flute",
            "line",
            4,
            73,
            volume=62,
            pan=90,
            line="R:3 |" * 16 + _ANSWER + "| D5 B4 G4",
        ),
    ),
    grooves={
        "A": {"Cello": "1---5-", "Harpsichord": "x-----"},
        "B": _DANCE,
        "C": _DANCE | {"Strings": "x-----"},
        "H": {"Cello": "1---3-", "Harpsichord": "x---x-"},
        "Z": {"Cello": "1-----", "Harpsichord": "1234--", "Strings": "x-----"},
    },
    form=(
        Section("ABABABBH", 78, 84),
        Section("ABABABBH", 82, 88),
        Section("CCCCCCCH", 88, 94),
        Section("CCCCCCCH", 90, 84),
        Section("Z", 78, 78),
    ),
)
