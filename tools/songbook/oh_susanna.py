"""Oh! Susanna: banjo and bass in two-beat, with a fiddle in the refrain."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_LINE = "G#4 B4 B4:1.5 C#5:.5 | B4 G#4 E4:1.5 F#4:.5"
_OPEN = f"{_LINE} | G#4 G#4 F#4 E4 | F#4:3 E4:.5 F#4:.5"
_REFRAIN = "A4:2 A4:2 | C#5 C#5:2 C#5 | B4 B4 G#4 E4 | F#4:3 E4:.5 F#4:.5"
_CLOSE = f"{_LINE} | G#4 G#4 F#4 F#4"
_TWO_BEAT = {"Bass": "1-..5-..", "Banjo": "x.o.x.o.", "stick": "..o...o."}
_STRUM = {"Bass": "1-1-5-5-", "Banjo": "o.x.oxx.", "kick": "x...x...", "snare": "..o...oo"}
TUNE = Tune(
    name="oh-susanna",
    title="Oh! Susanna",
    composer="Stephen Foster",
    source="melody from memory of the public domain tune",
    year="1848",
    origin="United States",
    bpm=132,
    meter=(4, 4),
    key="E",
    program=22,
    pickup=1.0,
    loudness=1.22,
    melody=f"""
        E4:.5 F#4:.5 | {_OPEN} | {_CLOSE} | E4:3 E4:.5 F#4:.5 | {_OPEN} | {_CLOSE} | E4:4 |
        {_REFRAIN} | {_CLOSE} | E4:3 R""",
    chords="""
        R | E | E | E | B7 | E | E | E:2 B7:2 | E | E | E | E | B7 | E | E/G# | E:2 B7:2 | E |
        A | A | E | B7 | E | E/G# | E:2 B7:2 | E""",
    parts=(
        Part("Bass", "bass", 1, 32, volume=108, reverb=20, low=28),
        Part("Banjo", "chords", 2, 105, volume=70, pan=44, low=45),
        Part(
            "Fiddle",
            "line",
            3,
            110,
            volume=60,
            pan=88,
            line="R |"
            + "R:4 |" * 15
            + """R:2 E5 G#5 | C#5:2 C#5:2 | E5:2 E5:2 | G#5:2 G#4:2 | A4:3 B4 |
            B4 E5 E5:2 | G#5 E5 B4:2 | B4 B4 A4 A4 | G#4:2 E5 R""",
        ),
        drums(88),
    ),
    grooves={
        "P": {"stick": "......oo"},
        "A": _TWO_BEAT,
        "B": _TWO_BEAT | {"stick": "..o.o.oo"},
        "C": _STRUM,
        "D": _STRUM | {"snare": "..x.xoxx"},
        "Z": {"Bass": "1-5-1---", "Banjo": "x.x.x---", "kick": "x.x.x...", "snare": "x.x.x..."},
    },
    form=(
        Section("P", 80, 80),
        Section("AAABAAAB", 82, 86),
        Section("AAABAAAD", 86, 92),
        Section("CCCDCCCZ", 94, 102),
    ),
)
