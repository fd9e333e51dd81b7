"""Greensleeves: a ballad for lute, viol and drum, ending in major."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_LUTE = {"Lute": "123432", "Viol": "1--5--", "low drum": "o.....", "high drum": "...o.."}
_DANCE = {
    "Lute": "123432",
    "Viol": "1-15-5",
    "Strings": "x--x--",
    "low drum": "x....o",
    "high drum": "..ox..",
    "tambourine": "o.ox.o",
}
TUNE = Tune(
    name="greensleeves",
    title="Greensleeves",
    composer="Traditional, England",
    source="melody from memory of the public domain tune, with its old raised sixth",
    year="1580",
    origin="England",
    bpm=81,
    meter=(6, 8),
    key="Fm",
    program=74,
    pickup=0.5,
    melody="""
        F4:.5 |
        Ab4 Bb4:.5 C5:.75 D5:.25 C5:.5 | Bb4 G4:.5 Eb4:.75 F4:.25 G4:.5 |
        Ab4 F4:.5 F4:.75 E4:.25 F4:.5 | G4 E4:.5 C4 F4:.5 |
        Ab4 Bb4:.5 C5:.75 D5:.25 C5:.5 | Bb4 G4:.5 Eb4:.75 F4:.25 G4:.5 |
        Ab4:.75 G4:.25 F4:.5 E4:.75 D4:.25 E4:.5 | F4:3 |
        Eb5:1.5 Eb5:.75 D5:.25 C5:.5 | Bb4 G4:.5 Eb4:.75 F4:.25 G4:.5 |
        Ab4 F4:.5 F4:.75 E4:.25 F4:.5 | G4 E4:.5 C4:1.5 |
        Eb5:1.5 Eb5:.75 D5:.25 C5:.5 | Bb4 G4:.5 Eb4:.75 F4:.25 G4:.5 |
        Ab4:.75 G4:.25 F4:.5 E4:.75 D4:.25 E4:.5 | F4:3""",
    chords="""
        R | Fm | Eb | Db | C | Fm | Eb | Fm C7 | Fm |
        Ab | Eb | Fm Db | C | Ab | Eb | Fm C7 | F""",
    parts=(
        Part("Viol", "bass", 1, 42, volume=88, pan=54, reverb=50, low=36),
        Part("Lute", "chords", 2, 24, volume=96, pan=44, reverb=50, low=51),
        Part("Strings", "chords", 3, 49, volume=84, pan=84, reverb=80, low=51),
        drums(110),
    ),
    grooves={
        "P": {"low drum": ".....o"},
        "A": _LUTE,
        "B": _LUTE | {"Strings": "x-----", "tambourine": "o.....", "high drum": "..oo.."},
        "C": _DANCE,
        "D": _DANCE | {"high drum": "..oxox", "low drum": "x.o..."},
        "Z": {
            "Lute": "1234--",
            "Viol": "1-----",
            "Strings": "x-----",
            "low drum": "x.....",
            "tambourine": "x.....",
        },
    },
    form=(
        Section("P", 76, 76),
        Section("AAAA", 76, 80),
        Section("BBBB", 82, 84),
        Section("CCCD", 96, 92),
        Section("CCCZ", 98, 86),
    ),
)
