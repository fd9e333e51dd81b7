"""Canon in D: the hand leads, a second violin follows four bars later."""

from __future__ import annotations

from notation import Part, Section, Tune

_FIRST = "F#5:2 E5:2 | D5:2 C#5:2 | B4:2 A4:2 | B4:2 C#5:2"
_SECOND = "D5:2 C#5:2 | B4:2 A4:2 | G4:2 F#4:2 | G4:2 E4:2"
_THIRD = "D4 F#4 A4 G4 | F#4 D4 F#4 E4 | D4 B3 D4 A4 | G4 B4 A4 G4"
_GROUND = "D A | Bm F#m | G D | G A"
_STILL = {"Cello": "1---5---", "Harpsichord": "x---x---"}
TUNE = Tune(
    name="canon-in-d",
    title="Canon in D",
    composer="Johann Pachelbel",
    source="opening of the first violin from memory, three entries and a return",
    year="about 1690",
    origin="Germany",
    bpm=80,
    meter=(4, 4),
    key="D",
    program=40,
    loudness=1.54,
    melody=f"R:4 | R:4 | R:4 | R:4 | {_FIRST} | {_SECOND} | {_THIRD} | {_FIRST} | D5:4",
    chords=f"{' | '.join([_GROUND] * 5)} | D",
    parts=(
        Part("Cello", "bass", 1, 42, volume=90, pan=56, reverb=50, low=38),
        Part("Harpsichord", "chords", 2, 6, volume=60, pan=44, reverb=40, low=54),
        Part("Strings", "chords", 3, 49, volume=54, pan=72, reverb=80, low=50),
        Part(
            "Violin",
            "line",
            4,
            40,
            volume=56,
            pan=92,
            reverb=60,
            line="R:4 |" * 8 + f"{_FIRST} | {_SECOND} | {_THIRD} | F#4:4",
        ),
    ),
    grooves={
        "I": {"Cello": "1---1---"},
        "A": {"Cello": "1---1---", "Harpsichord": "x---x---"},
        "B": _STILL | {"Cello": "1---1---", "Strings": "x---x---"},
        "C": {"Cello": "1---1---", "Harpsichord": "12341234", "Strings": "x---x---"},
        "Z": {"Cello": "1-------", "Harpsichord": "x-------", "Strings": "x-------"},
    },
    form=(
        Section("IIII", 72, 76),
        Section("AAAA", 78, 82),
        Section("BBBB", 84, 88),
        Section("CCCC", 90, 94),
        Section("CCCC", 96, 92),
        Section("Z", 84, 84),
    ),
)
