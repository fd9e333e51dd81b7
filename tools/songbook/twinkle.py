"""Twinkle, Twinkle, Little Star: a music box, with bells over the last verse."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_VERSE = "C4 C4 | G4 G4 | A4 A4 | G4:2 | F4 F4 | E4 E4 | D4 D4 | C4:2"
_LINE = "G4 G4 | F4 F4 | E4 E4 | D4:2"
_VERSE_CHORDS = "C | C/E | F | C | F/A | C/G | G7 | C"
_LINE_CHORDS = "C | G7/D | C/E | G7"
_BOX = {"Harp": "1323", "Bass": "1---", "triangle": "o..."}
_SONG = _BOX | {"Strings": "x---", "triangle": "o.o.", "shaker": "..o."}
TUNE = Tune(
    name="twinkle",
    title="Twinkle, Twinkle, Little Star",
    composer="Traditional, France (Ah! vous dirai-je, maman)",
    source="melody from memory of the public domain tune",
    year="1761",
    origin="France",
    bpm=92,
    meter=(2, 4),
    key="C",
    program=11,
    loudness=1.37,
    melody=f"R:2 | R:2 | {_VERSE} | {_LINE} | {_LINE} | {_VERSE} | R:2 | R:2",
    chords=f"""
        C | G7 | {_VERSE_CHORDS} | {_LINE_CHORDS} | {_LINE_CHORDS} | {_VERSE_CHORDS} |
        G7/D:1 G7:1 | C""",
    parts=(
        Part("Bass", "bass", 1, 45, volume=106, reverb=40, low=36),
        Part("Harp", "chords", 2, 46, volume=84, pan=44, reverb=50, low=52),
        Part("Strings", "chords", 3, 49, volume=56, pan=84, reverb=70, low=50),
        Part(
            "Bells",
            "line",
            4,
            9,
            volume=48,
            pan=92,
            reverb=70,
            line="R:2 |" * 18
            + """E5:.5 G5:.5 C6 | C6 G5 | F5:.5 A5:.5 C6 | G5:2 | A5:.5 F5:.5 C6 | G5 C6 |
            B5:.5 A5:.5 B5 | C6:2 | R:2 | C6:2""",
        ),
        drums(80),
    ),
    grooves={
        "I": {"Harp": "1323", "triangle": "o..."},
        "A": _BOX,
        "B": _BOX | {"Strings": "x---"},
        "C": _SONG,
        "Y": {"Harp": "1234", "Bass": "1-1-", "Strings": "x---"},
        "Z": {"Harp": "x---", "Bass": "1---", "Strings": "x---", "triangle": "x..."},
    },
    form=(
        Section("II", 70, 74),
        Section("AAAAAAAA", 76, 80),
        Section("BBBBBBBB", 78, 84),
        Section("CCCCCCCC", 88, 92),
        Section("YZ", 84, 72),
    ),
)
