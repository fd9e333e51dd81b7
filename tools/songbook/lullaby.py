"""Brahms's Lullaby: a rocking piano, a horn and soft strings."""

from __future__ import annotations

from notation import Part, Section, Tune

_ROCK = {"Piano": ".x-.x-", "Bass": "1-----"}
_SING = {"Piano": ".2-34-", "Bass": "1-----", "Strings": "x-----"}
TUNE = Tune(
    name="brahms-lullaby",
    title="Lullaby",
    composer="Johannes Brahms",
    source="melody of op. 49 no. 4 from memory, without the turn before the end",
    year="1868",
    origin="Vienna",
    bpm=72,
    meter=(3, 4),
    key="Eb",
    program=73,
    loudness=1.53,
    melody="""
        R:3 | R:2 G4:.5 G4:.5 |
        Bb4:1.5 G4:.5 G4 | Bb4:2 G4:.5 Bb4:.5 | Eb5 D5:1.5 C5:.5 | C5 Bb4 F4:.5 G4:.5 |
        Ab4:1.5 F4:.5 F4:.5 G4:.5 | Ab4:2 F4:.5 Ab4:.5 | D5:.5 C5:.5 Bb4 D5 |
        Eb5:2 Eb4:.5 Eb4:.5 |
        Eb5:2 C5:.5 Ab4:.5 | Bb4:2 G4:.5 Eb4:.5 | Ab4 Bb4 C5 | Bb4:2 Eb4:.5 Eb4:.5 |
        Eb5:2 C5:.5 Ab4:.5 | Bb4:2 G4:.5 Eb4:.5 | Ab4 G4 F4 | Eb4:3 | R:3""",
    chords="""
        Eb | Eb |
        Eb | Eb/G | Eb:1 Bb7/F:2 | Ab:1 Eb:2 | Bb7 | Bb7/F | Bb7 | Eb |
        Ab/Eb | Eb | Fm:1 Bb7:2 | Eb | Ab/Eb | Eb | Fm:1 Eb/Bb:1 Bb7:1 | Eb | Eb""",
    parts=(
        Part("Bass", "bass", 1, 42, volume=84, pan=58, reverb=60, low=36),
        Part("Piano", "chords", 2, 0, volume=80, pan=48, reverb=50, low=51),
        Part("Strings", "chords", 3, 49, volume=48, pan=84, reverb=80, low=51),
        Part(
            "Horn",
            "line",
            4,
            60,
            volume=54,
            pan=76,
            reverb=70,
            line="R:3 |" * 10
            + "C4:3 | Bb3:3 | C4 D4:2 | Eb4:3 | C4:3 | Bb3:3 | C4 Bb3 Ab3 | G3:3 | G3:3",
        ),
    ),
    grooves={
        "A": _ROCK,
        "B": _SING,
        "Z": {"Piano": "123-4-", "Bass": "1-----", "Strings": "x-----"},
    },
    form=(
        Section("AA", 68, 70),
        Section("AAAAAAAA", 72, 80),
        Section("BBBBBBBB", 84, 74),
        Section("Z", 66, 66),
    ),
)
