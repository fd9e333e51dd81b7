"""Für Elise: the theme, twice, over harp and strings."""

from __future__ import annotations

from notation import Part, Section, Tune

_TURN = "E5:.25 D#5:.25 E5:.25 B4:.25 D5:.25 C5:.25"
_FALL = "A4:.75 C4:.25 E4:.25 A4:.25"
_THEME = f"""
    {_TURN} | {_FALL} | B4:.75 E4:.25 G#4:.25 B4:.25 | C5:.75 E4:.25 E5:.25 D#5:.25 |
    {_TURN} | {_FALL} | B4:.75 E4:.25 C5:.25 B4:.25"""
_CHORDS = "Am | Am | E | Am | Am | Am | E"
_HARP = {"Harp": "123...", "Bass": "1-----"}
TUNE = Tune(
    name="fur-elise",
    title="Für Elise",
    composer="Ludwig van Beethoven",
    source="theme of WoO 59 from memory",
    year="1810",
    origin="Vienna",
    bpm=40,
    meter=(3, 8),
    key="Am",
    program=0,
    pickup=0.5,
    loudness=1.38,
    melody=f"""
        E5:.25 D#5:.25 | {_THEME} | A4 E5:.25 D#5:.25 | {_THEME} | A4:1.5 | R:1.5""",
    chords=f"R | {_CHORDS} | Am | {_CHORDS} | Am | Am",
    parts=(
        Part("Bass", "bass", 1, 42, volume=70, pan=58, reverb=60, low=33),
        Part("Harp", "chords", 2, 46, volume=84, pan=44, reverb=60, low=45),
        Part("Strings", "chords", 3, 49, volume=44, pan=84, reverb=80, low=52),
    ),
    grooves={
        "P": {"Harp": "...."},
        "T": {"Bass": "1-----"},
        "A": _HARP,
        "U": {"Bass": "1-----", "Strings": "x-----"},
        "B": _HARP | {"Strings": "x-----"},
        "Z": {"Harp": "1234--", "Bass": "1-----", "Strings": "x-----"},
    },
    form=(
        Section("P", 74, 74),
        Section("TAAATAAA", 76, 84),
        Section("UBBBUBBB", 86, 80),
        Section("Z", 68, 68),
    ),
)
