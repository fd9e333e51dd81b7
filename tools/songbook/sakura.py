"""Sakura, Sakura: shakuhachi over koto, a low drum, and much silence."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_CHERRY = "A4 A4 B4:2 | A4 A4 B4:2"
_SKY = """
    A4 B4 C5 B4 | A4 B4:.5 A4:.5 F4:2 | E4 C4 E4 F4 | E4 E4:.5 C4:.5 B3:2"""
_SKY_CHORDS = "Am | Am:2 Dm:2 | Am | Am:2 Em:2"
_KOTO = {"Koto": "1.3.2...", "Bass": "1-------"}
_STREAM = {"Koto": "12343...", "Bass": "1---5---", "low drum": "o......."}
TUNE = Tune(
    name="sakura",
    title="Sakura, Sakura",
    composer="Traditional, Japan",
    source="melody from memory of the public domain tune",
    year="1888",
    origin="Japan",
    bpm=72,
    meter=(4, 4),
    key="Am",
    program=77,
    melody=f"""
        R:4 | R:4 | {_CHERRY} | {_SKY} | {_SKY} | {_CHERRY} | E4 F4 B4:.5 A4:.5 F4 | E4:4 |
        R:4""",
    chords=f"""
        Am | Em | Am:2 Em:2 | Am:2 Em:2 | {_SKY_CHORDS} | {_SKY_CHORDS} |
        Am:2 Em:2 | Am:2 Em:2 | Em:1 Dm:1 Em:1 Dm:1 | Em | Em""",
    parts=(
        Part("Bass", "bass", 1, 32, volume=94, reverb=50, low=33),
        Part("Koto", "chords", 2, 107, volume=84, pan=44, reverb=60, low=52),
        Part("Strings", "chords", 3, 48, volume=40, pan=84, reverb=90, low=52),
        Part(
            "Second koto",
            "line",
            4,
            107,
            volume=60,
            pan=88,
            reverb=60,
            line="E5:.5 C5:.5 B4:.5 A4:.5 E4:2 | R:4 |"
            + "R:4 |" * 6
            + """R:2 E5:.5 F5:.5 E5 | R:2 A4:.5 C5:.5 A4 | R:2 A4:.5 C5:.5 B4 | R:2 E5:.5 C5:.5 B4 |
            R:2 B4:.5 C5:.5 E5 | R:2 B4:.5 C5:.5 E5 | R:4 | R:2 E5:.5 C5:.5 B4 | E4:4""",
        ),
        drums(78),
    ),
    grooves={
        "I": {"Koto": "1...3...", "low drum": "o......."},
        "A": _KOTO,
        "B": _STREAM | {"Strings": "x-------"},
        "C": {"Koto": "x---x---", "Bass": "1---1---", "Strings": "x-------"},
        "D": {"Koto": "x-x-x-x-", "Bass": "1-1-1-1-"},
        "Z": {"Koto": "1234----", "Bass": "1-------", "low drum": "o......."},
    },
    form=(
        Section("II", 70, 74),
        Section("AAAAAA", 76, 84),
        Section("BBBB", 86, 92),
        Section("CCDC", 88, 78),
        Section("Z", 68, 68),
    ),
)
