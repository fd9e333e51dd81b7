"""Auld Lang Syne: fiddle, guitar and cello; the refrain with strings and drum."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_VERSE = {"Guitar": "12343234", "Cello": "1-------"}
_WALK = {"Guitar": "12343234", "Cello": "1---5---", "low drum": "o...o..."}
_REFRAIN = {
    "Guitar": "x-x-x-x-",
    "Cello": "1---5---",
    "Strings": "x-------",
    "snare": "o..oo..o",
    "low drum": "x...x...",
}
TUNE = Tune(
    name="auld-lang-syne",
    title="Auld Lang Syne",
    composer="Traditional, Scotland",
    source="melody from memory of the public domain tune, as printed for Burns's words",
    year="1799",
    origin="Scotland",
    bpm=92,
    meter=(4, 4),
    key="F",
    program=110,
    pickup=1.0,
    loudness=1.14,
    melody="""
        C4 | F4:1.5 F4:.5 F4 A4 | G4:1.5 F4:.5 G4 A4 | F4:1.5 F4:.5 A4 C5 | D5:3 D5 |
        C5:1.5 A4:.5 A4 F4 | G4:1.5 F4:.5 G4 A4 | F4:1.5 D4:.5 D4 C4 | F4:3 D5 |
        C5:1.5 A4:.5 A4 F4 | G4:1.5 F4:.5 G4 D5 | C5:1.5 A4:.5 A4 C5 | D5:3 D5 |
        C5:1.5 A4:.5 A4 F4 | G4:1.5 F4:.5 G4 A4 | F4:1.5 D4:.5 D4 C4 | F4:3 R""",
    chords="""
        R | F | C7 | F:2 F7:2 | Bb | F | C7 | Bb:2 Gm7:1 C7:1 | F:3 Bb:1 |
        F | C7/G:3 Gm7:1 | F:2 F7/A:2 | Bb | F/C | C7 | Dm:2 Gm7:1 C7:1 | F""",
    parts=(
        Part("Cello", "bass", 1, 42, volume=84, pan=54, reverb=50, low=36),
        Part("Guitar", "chords", 2, 24, volume=88, pan=44, reverb=40, low=52),
        Part("Strings", "chords", 3, 49, volume=66, pan=84, reverb=80, low=53),
        drums(82, program=40),
    ),
    grooves={
        "P": {"Guitar": "......12"},
        "A": _VERSE,
        "B": _WALK,
        "C": _REFRAIN,
        "Z": {
            "Guitar": "1234----",
            "Cello": "1-------",
            "Strings": "x-------",
            "low drum": "o.......",
        },
    },
    form=(
        Section("P", 76, 76),
        Section("AAAABBBB", 76, 84),
        Section("CCCC", 92, 96),
        Section("CCBZ", 96, 78),
    ),
)
