"""Silent Night: guitar, as at its first singing, then strings and choir."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_GUITAR = {"Guitar": "1.2.3.2.3.2.", "Bass": "1-----"}
_CHOIR = {"Guitar": "123432", "Bass": "1--5--", "Choir": "x-----", "triangle": "o....."}
TUNE = Tune(
    name="silent-night",
    title="Silent Night",
    composer="Franz Xaver Gruber",
    source="melody from memory of the public domain tune, in the form sung today",
    year="1818",
    origin="Oberndorf near Salzburg",
    bpm=58,
    meter=(6, 8),
    key="Bb",
    program=68,
    loudness=1.57,
    melody="""
        R:3 | R:3 |
        F4:.75 G4:.25 F4:.5 D4:1.5 | F4:.75 G4:.25 F4:.5 D4:1.5 |
        C5 C5:.5 A4:1.5 | Bb4 Bb4:.5 F4:1.5 |
        G4 G4:.5 Bb4:.75 A4:.25 G4:.5 | F4:.75 G4:.25 F4:.5 D4:1.5 |
        G4 G4:.5 Bb4:.75 A4:.25 G4:.5 | F4:.75 G4:.25 F4:.5 D4:1.5 |
        C5 C5:.5 Eb5:.75 C5:.25 A4:.5 | Bb4:1.5 D5:1.5 |
        Bb4:.75 F4:.25 D4:.5 F4:.75 Eb4:.25 C4:.5 | Bb3:3 | R:3""",
    chords="""
        Bb | F7 | Bb | Bb/D | F7 | Bb | Eb | Bb | Eb/G | Bb | F7/C | Bb:1.5 Bb/D:1.5 |
        Bb/F:1.5 F7:1.5 | Bb | Bb""",
    parts=(
        Part("Bass", "bass", 1, 42, volume=80, pan=58, reverb=50, low=34),
        Part("Guitar", "chords", 2, 24, volume=90, pan=44, reverb=50, low=50),
        Part("Choir", "chords", 3, 52, volume=54, pan=80, reverb=90, low=53),
        drums(62),
    ),
    grooves={
        "A": _GUITAR,
        "B": _GUITAR | {"Choir": "x-----"},
        "C": _CHOIR,
        "Z": {"Guitar": "1234--", "Bass": "1-----", "Choir": "x-----"},
    },
    form=(
        Section("AA", 70, 74),
        Section("AAAA", 76, 80),
        Section("BBBB", 82, 86),
        Section("CCCC", 92, 80),
        Section("Z", 70, 70),
    ),
)
