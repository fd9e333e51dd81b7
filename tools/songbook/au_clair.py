"""Au clair de la lune: an accordion in the street, with a clarinet that joins in."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_LINE = "Ab4 Ab4 Ab4 Bb4 | C5:2 Bb4:2 | Ab4 C5 Bb4 Bb4 | Ab4:4"
_BRIDGE = "Bb4 Bb4 Bb4 Bb4 | F4:2 F4:2 | Bb4 Ab4 G4 F4 | Eb4:4"
_CHORDS = "Ab | Ab/C:2 Eb7:2 | Ab:2 Eb7:2 | Ab"
_WALK = {"Bass": "1-.-5-..", "Accordion": "..x...x.", "snare": "..o...o."}
_FULL = {"Bass": "1-5-1-5a", "Accordion": "..x-..x-", "snare": "..o...oo", "kick": "o...o..."}
TUNE = Tune(
    name="au-clair-de-la-lune",
    title="Au clair de la lune",
    composer="Traditional, France",
    source="melody from memory of the public domain tune",
    year="about 1780",
    origin="France",
    bpm=92,
    meter=(4, 4),
    key="Ab",
    program=73,
    loudness=1.12,
    melody=f"R:4 | {_LINE} | {_LINE} | {_BRIDGE} | {_LINE} | R:4",
    chords=f"Ab:2 Eb7:2 | {_CHORDS} | {_CHORDS} | Eb | Bbm | Eb7 | Eb | {_CHORDS} | Ab",
    parts=(
        Part("Bass", "bass", 1, 32, volume=104, reverb=30, low=32),
        Part("Accordion", "chords", 2, 21, volume=70, pan=46, reverb=50, low=52),
        Part(
            "Clarinet",
            "line",
            3,
            71,
            volume=70,
            pan=86,
            line="R:4 |" * 9
            + """G4:2 Bb4:2 | Db4:4 | Db4:2 Bb3:2 | Eb4:2 Db4:2 |
            C4 Eb4 Ab4 G4 | Ab4:2 G4:2 | C4 Eb4 Db4 Db4 | C4:4 | Eb4 C4 Ab3:2""",
        ),
        drums(84, program=40),
    ),
    grooves={
        "I": {"Bass": "1-..5-..", "Accordion": "..x...x."},
        "A": _WALK,
        "B": {"Bass": "1---1---", "Accordion": "x-------", "snare": "o...o..."},
        "C": _FULL,
        "D": _FULL | {"snare": "..o.oooo"},
        "Z": {"Bass": "1-5-1---", "Accordion": "x-x-x---", "kick": "o...o..."},
    },
    form=(
        Section("I", 78, 78),
        Section("AAAAAAAA", 78, 84),
        Section("BBBB", 80, 90),
        Section("CCCC", 92, 96),
        Section("Z", 92, 80),
    ),
)
