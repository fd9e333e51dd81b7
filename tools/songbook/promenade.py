"""Promenade of Pictures at an Exhibition: five beats and six, alone and with the brass."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_WALK = "G4 F4 Bb4 C5:.5 F5:.5 D5 | C5:.5 F5:.5 D5 Bb4 C5 G4 F4"
_CHORDS = "Gm F Bb F Bb | F Bb Gm F/A Eb Bb"
_ALONE = "Bb6:3 F:1 Bb:1 | F:1 Bb:2 F/A:1 Eb:1 Bb:1"
_BRASS5 = {"Brass": "x-x-x-x-x-", "Bass": "1-1-1-1-1-"}
_BRASS6 = {"Brass": "x-x-x-x-x-x-", "Bass": "1-1-1-1-1-1-"}
TUNE = Tune(
    name="promenade",
    title="Promenade (Pictures at an Exhibition)",
    composer="Modest Mussorgsky",
    source="first two bars from memory, four times; the harmony is ours",
    year="1874",
    origin="Saint Petersburg",
    bpm=88,
    meter=(5, 4),
    changes={i: (5 + i % 2, 4) for i in range(8)},
    key="Bb",
    program=56,
    loudness=1.6,
    melody=" | ".join([_WALK] * 4),
    chords=f"{_ALONE} | {_CHORDS} | {_ALONE} | {_CHORDS}",
    parts=(
        Part("Bass", "bass", 1, 58, volume=84, pan=58, reverb=50, low=34),
        Part("Brass", "chords", 2, 61, volume=52, pan=76, reverb=60, low=50),
        Part("Strings", "chords", 3, 49, volume=50, pan=44, reverb=80, low=53),
        drums(78, program=48),
    ),
    grooves={
        "5": {"Strings": "x----", "kick": "o...."},
        "6": {"Strings": "x-----", "kick": "o....."},
        "B": _BRASS5,
        "C": _BRASS6,
        "D": {"Strings": "x----", "Bass": "1-5-5", "kick": "o.o.o", "snare": "..o.o"},
        "E": {"Strings": "x-----", "Bass": "1-5-5-", "kick": "o.o.o.", "snare": "..o.oo"},
        "F": _BRASS5 | {"Strings": "x-x-x-x-x-", "kick": "x...x...x.", "crash": "x........."},
        "G": _BRASS6 | {"Strings": "x-x-x-x-x-x-", "kick": "x...x...x.x.", "snare": "........xxX."},
    },
    form=(
        Section("56", 74, 74),
        Section("BC", 86, 90),
        Section("DE", 80, 86),
        Section("FG", 98, 106),
    ),
)
