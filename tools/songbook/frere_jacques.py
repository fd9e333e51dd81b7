"""Frère Jacques: a children's song that ends as a round."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_ROUND = """
    F4 G4 A4 F4 | F4 G4 A4 F4 | A4 Bb4 C5:2 | A4 Bb4 C5:2 |
    C5:.5 D5:.5 C5:.5 Bb4:.5 A4 F4 | C5:.5 D5:.5 C5:.5 Bb4:.5 A4 F4 |
    F4 C4 F4:2 | F4 C4 F4:2"""
# While the round sounds, every bar has the same chords: each line fits each other.
_HARMONY = "F:1 C7:1 F:2 | F:1 C7:1 F:2"
_BELLS = "F:1 C7/E:1 F:2 | F:1 C7/E:1 F:2"
_SKIP = {
    "kick": "x...x...",
    "stick": "..o...x.",
    "shaker": "xoxoxoxo",
    "Bass": "1-5-1-5-",
    "Guitar": "..x...x.",
}
_SKIP_FULL = _SKIP | {"tambourine": "..x...x.", "kick": "x..ox...", "Strings": "x-------"}
TUNE = Tune(
    name="frere-jacques",
    title="Frère Jacques",
    composer="Traditional, France",
    source="melody from memory of the public domain tune",
    year="about 1780",
    origin="France",
    bpm=100,
    meter=(4, 4),
    key="F",
    program=73,
    melody=f"{_ROUND} | {_ROUND}",
    chords=f"""
        {_HARMONY} | {_HARMONY} | F:1 C7:1 Dm:2 | F:1 C7:1 F:2 | {_BELLS} |
        {_HARMONY} | {_HARMONY} | {_HARMONY} | {_BELLS}""",
    parts=(
        Part("Bass", "bass", 1, 32, volume=106, reverb=20, low=28),
        Part("Guitar", "chords", 2, 24, volume=80, pan=44, low=53),
        Part("Strings", "chords", 3, 49, volume=72, pan=84, reverb=60, low=50),
        # The answer enters two bars late and ends with the melody, as a round is broken off.
        Part(
            "Clarinet",
            "line",
            4,
            71,
            volume=84,
            pan=90,
            line="R:4 |" * 10
            + """
            F3 G3 A3 F3 | F3 G3 A3 F3 | A3 Bb3 C4:2 | A3 Bb3 C4:2 |
            C4:.5 D4:.5 C4:.5 Bb3:.5 A3 F3 | C4:.5 D4:.5 C4:.5 Bb3:.5 A3 F3""",
        ),
        drums(104),
    ),
    grooves={
        "A": _SKIP,
        "B": _SKIP | {"stick": "..o...xx", "tambourine": "......xx"},
        "C": _SKIP_FULL,
        "D": _SKIP_FULL | {"snare": "..........o.xoxx"},
        "Z": {
            "kick": "x.x.x...",
            "tambourine": "x.x.x...",
            "shaker": "xoxox...",
            "triangle": "....x...",
            "Bass": "1-1-1---",
            "Guitar": "x-x-x---",
            "Strings": "x-x-x---",
        },
    },
    form=(Section("AAABAAAB", 78, 86), Section("CCCDCCCZ", 88, 100)),
)
