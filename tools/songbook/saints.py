"""When the Saints Go Marching In: two choruses by a street band."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_TWO_BEAT = {
    "kick": "o.....o.....",
    "pedal": "...x.....x..",
    "ride": "x..x.xx..x.x",
    "snare": ".....o.....o",
    "Tuba": "1-..5-..",
    "Banjo": "o.x.o.x.",
}
_FOUR_BEAT = _TWO_BEAT | {
    "kick": "o..o..o..o..",
    "snare": "...x.o...x.o",
    "Tuba": "1-3-5-3-",
}
_FILL = {"snare": "...x.xx.xxxX", "ride": "x..x........", "kick": "o.....o....."}
_CHORUS = """
    C5:4 | R F4 A4 Bb4 | C5:4 | R F4 A4 Bb4 | C5:2 A4:2 | F4:2 A4:2 | G4:4 |
    R A4 A4 G4 | F4:3 F4 | A4:2 C5:2 | C5 Bb4:3 | R:2 A4 Bb4 | C5:2 A4:2 | F4:2 G4:2 | F4:4"""
_CHORDS = """
    F | F | F | F | F | F Dm | G7 C7 | C7:1 F/C:2 C7:1 | F | F7 | Bb | Bbm C7 |
    F D7 | Gm7 C7 | F"""
_ANSWER = """
    R F3 A3 Bb3 | C4:2 R:2 | R F3 A3 Bb3 | C4:2 R:2 | R:4 | R:4 | R:2 E4 D4 | C4 R:3 |
    R A3 C4 A3 | R:4 | R Bb3 D4 Bb3 | Db4:2 R:2 | R:4 | R:4 | R C4 A3 C4 | F3 R:3"""
TUNE = Tune(
    name="saints",
    title="When the Saints Go Marching In",
    composer="Traditional spiritual",
    source="melody from memory of the public domain tune",
    year="about 1900",
    origin="United States",
    bpm=126,
    meter=(4, 4),
    key="F",
    program=56,
    pickup=3.0,
    loudness=0.87,
    melody=f"F4 A4 Bb4 | {_CHORUS} | R F4 A4 Bb4 | {_CHORUS} | R:4",
    chords=f"R:3 | {_CHORDS} | F:3 C7:1 | {_CHORDS} | F6:1 C7:1 F6:2",
    parts=(
        Part("Tuba", "bass", 1, 58, volume=114, reverb=30, low=29),
        Part("Banjo", "chords", 2, 105, volume=68, pan=46, low=53),
        Part(
            "Trombone",
            "line",
            3,
            57,
            volume=92,
            pan=84,
            line=f"R:3 | {_ANSWER} | {_ANSWER}",
        ),
        Part(
            "Clarinet",
            "line",
            4,
            71,
            volume=84,
            pan=36,
            line="R:3 |"
            + "R:4 |" * 16
            + """A5:4 | R:4 | A5:2 C6:2 | R:4 | A5:2 F5:2 | A5:2 F5:2 | B5:2 Bb5:2 | R:4 |
            A5:3 A5 | F5:2 Eb5:2 | D5:4 | Db5:2 E5:2 | F5:2 F#5:2 | F5:2 E5:2 | F5:4 |
            D6 E6 F6:2""",
        ),
        drums(108),
    ),
    grooves={
        "P": {"snare": "...x..x..x.X", "pedal": "...x..x..x.."},
        "A": _TWO_BEAT,
        "B": _TWO_BEAT | _FILL,
        "C": _FOUR_BEAT | {"crash": "x..........."},
        "D": _FOUR_BEAT,
        "E": _FOUR_BEAT | _FILL,
        "Z": {
            "kick": "x..x..x.....",
            "snare": "X..X..X.....",
            "crash": "......x.....",
            "Tuba": "1.1.1---",
            "Banjo": "X.X.X---",
        },
    },
    form=(
        Section("P", 86, 86),
        Section("AAABAAAB", 84, 88),
        Section("AAABAAAB", 86, 92),
        Section("CDDEDDDE", 94, 98),
        Section("CDDEDDEZ", 98, 106),
    ),
)
