"""Jingle Bells: the refrain, twice, in a sleigh with bass, guitar and bells."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_RIDE = """
    F#4 F#4 F#4:2 | F#4 F#4 F#4:2 | F#4 A4 D4:1.5 E4:.5 | F#4:4 |
    G4 G4 G4:1.5 G4:.5 | G4 F#4 F#4 F#4:.5 F#4:.5"""
_REFRAIN = f"{_RIDE} | F#4 E4 E4 F#4 | E4:2 A4:2 | {_RIDE} | A4 A4 G4 E4 | D4:4"
_RIDE_CHORDS = "D | D | D/F#:2 D:2 | D | G | G:1 D/F#:3"
_CHORDS = f"{_RIDE_CHORDS} | D/F#:1 E7:3 | A7 | {_RIDE_CHORDS} | A7 | D"
_TROT = {
    "Bass": "1...5...",
    "Guitar": "..x...x.",
    "sleigh bell": "o.o.o.o.",
    "stick": "..o...o.",
}
_GALLOP = _TROT | {
    "Bass": "1.3.5.3.",
    "Strings": "x---x---",
    "kick": "o...o...",
    "snare": "..o...oo",
    "sleigh bell": "xoxoxoxo",
}
TUNE = Tune(
    name="jingle-bells",
    title="Jingle Bells",
    composer="James Lord Pierpont",
    source="refrain from memory of the public domain tune, in its modern form",
    year="1857",
    origin="United States",
    bpm=112,
    meter=(4, 4),
    key="D",
    program=11,
    loudness=1.11,
    melody=f"R:4 | R:4 | {_REFRAIN} | {_REFRAIN} | R:4",
    chords=f"D | A7 | {_CHORDS} | {_CHORDS} | D",
    parts=(
        Part("Bass", "bass", 1, 32, volume=106, reverb=20, low=28),
        Part("Guitar", "chords", 2, 25, volume=78, pan=44, low=52),
        Part("Strings", "chords", 3, 48, volume=58, pan=84, reverb=60, low=54),
        Part(
            "Trumpet",
            "line",
            4,
            59,
            volume=58,
            pan=88,
            line="R:4 |" * 18
            + """R D5 A4:2 | R D5 A4:2 | R:4 | R A4:.5 B4:.5 C#5 D5 | R B4 D5:2 | R A4 D5:2 |
            R G#4 B4:2 | A4 C#5 E5 C#5 | R D5 A4:2 | R D5 A4:2 | R:4 |
            R A4:.5 B4:.5 C#5 D5 | R B4 D5:2 | R A4 D5:2 | C#5 C#5 B4 G4 | F#4:4 |
            A4 A4 D5:2""",
        ),
        drums(92),
    ),
    grooves={
        "I": {"sleigh bell": "o.o.o.o.", "Bass": "1...5..."},
        "A": _TROT,
        "B": _TROT | {"snare": "....o.oo"},
        "C": _GALLOP,
        "D": _GALLOP | {"snare": "x.ox.oxx"},
        "Z": {
            "Bass": "1.5.1...",
            "Guitar": "x.x.x---",
            "Strings": "x-x-x---",
            "sleigh bell": "x.x.x...",
            "kick": "x.x.x...",
        },
    },
    form=(
        Section("II", 74, 80),
        Section("AAAAAAABAAAAAAAB", 80, 88),
        Section("CCCCCCCDCCCCCCCD", 90, 100),
        Section("Z", 100, 100),
    ),
)
