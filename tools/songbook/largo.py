"""Largo of the New World Symphony: held strings and brass under a slow song."""

from __future__ import annotations

from notation import Part, Section, Tune

_CALL = "F4:.75 Ab4:.25 Ab4 F4:.75 Eb4:.25 Db4"
_RISE = "Bb4:.75 Db5:.25 Db5 C5:.5 Ab4:.5 Bb4 | Bb4:.75 Db5:.25 C5:.5 Ab4:.5 Bb4:2"
_RISE_CHORDS = "Gb:2 Fm:1 Bbm:1 | Gb:1 Ab:1 Bbm:2"
_STRINGS = {"Strings": "x-------", "Bass": "1-------"}
TUNE = Tune(
    name="new-world-largo",
    title="Largo (New World Symphony)",
    composer="Antonín Dvořák",
    source="theme of the second movement of op. 95 from memory",
    year="1893",
    origin="New York",
    bpm=54,
    meter=(4, 4),
    key="Db",
    program=69,
    loudness=1.66,
    melody=f"""
        R:4 | {_CALL} | Eb4:.75 F4:.25 Ab4:.75 F4:.25 Eb4:2 |
        {_CALL} | Eb4:.75 F4:.25 Eb4:.75 Db4:.25 Db4:2 | {_RISE} | {_RISE} |
        {_CALL} | Eb4:.75 F4:.25 Ab4:.75 F4:.25 Eb4:2 |
        F4:.75 Ab4:.25 Ab4 Db5:.75 Eb5:.25 F5 | Eb5:.75 Db5:.25 Eb5:.75 Bb4:.25 Db5:2 | R:4""",
    chords=f"""
        Db | Db:2 Db/F:2 | Ab7/Eb | Db:2 Bbm:2 | Ab7:2 Db:2 | {_RISE_CHORDS} | {_RISE_CHORDS} |
        Db:2 Db/F:2 | Ab7/Eb | Db/Ab | Ab7:2 Db:2 | Db""",
    parts=(
        Part("Bass", "bass", 1, 43, volume=84, pan=58, reverb=60, low=32),
        Part("Strings", "chords", 2, 49, volume=60, pan=76, reverb=90, low=49),
        Part("Harp", "chords", 3, 46, volume=66, pan=44, reverb=70, low=49),
        Part(
            "Horn",
            "line",
            4,
            60,
            volume=48,
            pan=50,
            reverb=80,
            line="F4:1 Eb4:1 Ab3:2 |"
            + "R:4 |" * 4
            + """Gb3:2 F3:2 | Gb3 Ab3 Bb3:2 | Gb3:2 F3:2 | Gb3 Ab3 Bb3:2 |
            Ab3:4 | Gb3:4 | F3:2 Ab3:2 | Gb3:2 F3:2 | F4:.75 Ab4:.25 Ab4:3""",
        ),
    ),
    grooves={
        "I": _STRINGS,
        "A": _STRINGS,
        "B": _STRINGS | {"Harp": "1...3..."},
        "C": {"Strings": "x-------", "Bass": "1---5---", "Harp": "12343432"},
        "Z": {"Strings": "x-------", "Bass": "1-------", "Harp": "1234----"},
    },
    form=(
        Section("I", 72, 72),
        Section("AAAA", 74, 80),
        Section("BBBB", 84, 90),
        Section("CCCC", 86, 92),
        Section("Z", 72, 72),
    ),
)
