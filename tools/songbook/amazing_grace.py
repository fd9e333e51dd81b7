"""Amazing Grace: a slow waltz for guitar, strings and brushes."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_WALTZ = {"Guitar": "123432", "Bass": "1-----", "pedal": "..o.o."}
_WALTZ_FULL = {
    "Guitar": "123432",
    "Bass": "1---5-",
    "Strings": "x-----",
    "kick": "o.....",
    "snare": "..x.x.",
    "ride": "o.o.oo",
}
TUNE = Tune(
    name="amazing-grace",
    title="Amazing Grace",
    composer="Traditional hymn tune (New Britain)",
    source="melody from memory of the public domain tune",
    year="1829",
    origin="United States",
    bpm=76,
    meter=(3, 4),
    key="G",
    program=40,
    pickup=1.0,
    loudness=1.23,
    melody="""
        D4 | G4:2 B4:.5 G4:.5 | B4:2 A4 | G4:2 E4 | D4:2 D4 |
        G4:2 B4:.5 G4:.5 | B4:2 A4 | D5:3 | ~:2 B4 |
        D5:1.5 B4:.5 D5:.5 B4:.5 | G4:2 D4 | E4:1.5 G4:.5 G4:.5 E4:.5 | D4:2 D4 |
        G4:2 B4:.5 G4:.5 | B4:2 A4 | G4:3 | ~:2 R""",
    chords="""
        R | G | G:2 D7/A:1 | C | G | Em | G:2 A7/E:1 | D | D7:2 G:1 |
        G | G7 | C | G | Em | G/D:2 D7:1 | C/G | G""",
    parts=(
        Part("Bass", "bass", 1, 32, volume=112, reverb=40, low=31),
        Part("Guitar", "chords", 2, 24, volume=90, pan=48, reverb=50, low=52),
        Part("Strings", "chords", 3, 49, volume=84, pan=80, reverb=80, low=52),
        drums(108, program=40),
    ),
    grooves={
        "P": {"pedal": "....o."},
        "A": _WALTZ,
        "B": _WALTZ | {"Strings": "x-----", "ride": "o...o."},
        "C": _WALTZ_FULL,
        "D": _WALTZ_FULL | {"crash": "o....."},
        "Z": {
            "Guitar": "1234--",
            "Bass": "1-----",
            "Strings": "x-----",
            "kick": "o.....",
            "triangle": "o.....",
        },
    },
    form=(
        Section("P", 76, 76),
        Section("AAAA", 74, 78),
        Section("BBBB", 78, 90),
        Section("DCCC", 98, 92),
        Section("CCBZ", 88, 72),
    ),
)
