"""Row, Row, Row Your Boat: alone, then as a round with the flute."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_ROUND = """
    A3:1.5 A3:1.5 | A3 B3:.5 C#4:1.5 | C#4 B3:.5 C#4 D4:.5 | E4:3 |
    A4:.5 A4:.5 A4:.5 E4:.5 E4:.5 E4:.5 | C#4:.5 C#4:.5 C#4:.5 A3:.5 A3:.5 A3:.5 |
    E4 D4:.5 C#4 B3:.5 | A3:3"""
_CHORDS = "A | A/C# | A | A/E | A | A | E7:1.5 A/E:1 E7:.5 | A"
_OARS = {"Bass": "1..5..", "Guitar": "..x..x", "shaker": "o.oo.o"}
_STREAM = {"Bass": "1.15.5", "Guitar": "1.23.2", "Strings": "x-----", "shaker": "o.oo.o"}
TUNE = Tune(
    name="row-your-boat",
    title="Row, Row, Row Your Boat",
    composer="Eliphalet Oram Lyte",
    source="melody from memory of the public domain tune",
    year="1881",
    origin="United States",
    bpm=108,
    meter=(6, 8),
    key="A",
    program=71,
    loudness=1.17,
    melody=f"R:3 | R:3 | {_ROUND} | {_ROUND} | R:3 | R:3",
    chords=f"A | A/C# | {_CHORDS} | {_CHORDS} | E7:1.5 A/E:1 E7:.5 | A",
    parts=(
        Part("Bass", "bass", 1, 32, volume=104, reverb=20, low=28),
        Part("Guitar", "chords", 2, 24, volume=84, pan=44, low=52),
        Part("Strings", "chords", 3, 49, volume=50, pan=80, reverb=70, low=57),
        # The answer enters one line late and rows on after the melody has ended.
        Part(
            "Flute",
            "line",
            4,
            73,
            volume=70,
            pan=90,
            line="R:3 |" * 12
            + """A4:1.5 A4:1.5 | A4 B4:.5 C#5:1.5 | C#5 B4:.5 C#5 D5:.5 | E5:3 |
            A5:.5 A5:.5 A5:.5 E5:.5 E5:.5 E5:.5 | C#5:.5 C#5:.5 C#5:.5 A4:.5 A4:.5 A4:.5 |
            E5 D5:.5 C#5 B4:.5 | A4:3""",
        ),
        drums(76),
    ),
    grooves={
        "I": {"Guitar": "1.23.2", "shaker": "o..o.."},
        "A": _OARS,
        "B": _OARS | {"triangle": "o....."},
        "C": _STREAM,
        "Z": {"Bass": "1-----", "Guitar": "1234--", "Strings": "x-----", "triangle": "o....."},
    },
    form=(
        Section("II", 74, 78),
        Section("AAABAAAB", 80, 88),
        Section("CCCCCCCC", 88, 96),
        Section("CZ", 92, 76),
    ),
)
