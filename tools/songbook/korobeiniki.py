"""Korobeiniki: a pedlars' song for balalaika and accordion that keeps growing."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_SONG = """
    A4 E4:.5 F4:.5 G4 F4:.5 E4:.5 | D4 D4:.5 F4:.5 A4 G4:.5 F4:.5 |
    E4:1.5 F4:.5 G4 A4 | F4 D4 D4:2 |
    R:.5 G4 Bb4:.5 D5 C5:.5 Bb4:.5 | A4:1.5 F4:.5 A4 G4:.5 F4:.5 |
    E4 E4:.5 F4:.5 G4 A4 | F4 D4 D4:2"""
_CHORDS = "A7 | Dm | A7 | Dm | Gm | F | A7 | Dm"
_STEP = {"Bass": "1.5.1.5.", "Balalaika": ".x.x.x.x"}
_DANCE = _STEP | {"kick": "x...x...", "snare": "..x...x.", "tambourine": "o.xoo.xo"}
TUNE = Tune(
    name="korobeiniki",
    title="Korobeiniki",
    composer="Traditional, Russia",
    source="melody from memory of the public domain tune",
    year="about 1861",
    origin="Russia",
    bpm=116,
    meter=(4, 4),
    key="Dm",
    program=21,
    loudness=1.2,
    melody=f"R:4 | R:4 | {_SONG} | {_SONG} | {_SONG} | R:4",
    chords=f"Dm | A7 | {_CHORDS} | {_CHORDS} | {_CHORDS} | Dm",
    parts=(
        Part("Bass", "bass", 1, 32, volume=108, reverb=20, low=28),
        Part("Balalaika", "chords", 2, 25, volume=76, pan=44, low=45),
        Part("Strings", "chords", 3, 48, volume=54, pan=80, reverb=60, low=45),
        Part(
            "Clarinet",
            "line",
            4,
            71,
            volume=66,
            pan=90,
            line="R:4 |" * 18
            + """C#5:2 E5:2 | F5:2 D5:2 | C#5:2 E5:2 | D5 F5 A5:2 | D5:2 Bb4:2 | C5:2 A4:2 |
            C#5:2 E5:2 | D5:4 | D5 A4 D5:2""",
        ),
        drums(92),
    ),
    grooves={
        "I": _STEP,
        "A": _STEP | {"tambourine": "..o...o."},
        "B": _DANCE,
        "C": _DANCE | {"Strings": "x---x---", "kick": "x.x.x.x."},
        "F": _DANCE | {"Strings": "x---x---", "snare": "..x.xxxx"},
        "Z": {
            "Bass": "1.5.1...",
            "Balalaika": "x.x.x...",
            "Strings": "x.x.x---",
            "kick": "x.x.x...",
            "tambourine": "x.x.x...",
        },
    },
    form=(
        Section("II", 74, 78),
        Section("AAAAAAAA", 80, 84),
        Section("BBBBBBBB", 86, 92),
        Section("CCCFCCCF", 94, 104),
        Section("Z", 106, 106),
    ),
)
