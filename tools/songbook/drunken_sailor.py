"""Drunken Sailor: a shanty in the dorian mode, with squeeze box and stamping feet."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_LINE = """
    A4 A4 | A4:.5 D4:.5 F4:.5 A4:.5 | G4 G4 | G4:.5 C4:.5 E4:.5 G4:.5 |
    A4 A4 | A4:.5 B4:.5 C5:.5 D5:.5 | C5:.5 A4:.5 G4:.5 E4:.5 | D4 D4"""
_CHORDS = "Dm | Dm | C | C | Dm | Dm:1 Am:1 | C | Dm"
_HAUL = {"Bass": "1.5.", "Guitar": ".x.x", "kick": "x...", "snare": "..o."}
_STAMP = {
    "Bass": "1.1.5.1.",
    "Guitar": "..x...x.",
    "Accordion": "x-------",
    "kick": "x...x...",
    "snare": "..x...xo",
    "tambourine": "..o...o.",
}
TUNE = Tune(
    name="drunken-sailor",
    title="Drunken Sailor",
    composer="Traditional shanty",
    source="melody from memory; verse and refrain in the refrain's longer notes",
    year="before 1839",
    origin="British Isles",
    bpm=92,
    meter=(2, 4),
    key="C",
    mode="D dorian",
    program=22,
    loudness=1.1,
    melody=f"R:2 | R:2 | {_LINE} | {_LINE} | R:2 | R:2 | {_LINE} | {_LINE} | R:2",
    chords=f"Dm | C | {_CHORDS} | {_CHORDS} | Dm | C | {_CHORDS} | {_CHORDS} | Dm",
    parts=(
        Part("Bass", "bass", 1, 32, volume=108, reverb=20, low=28),
        Part("Guitar", "chords", 2, 25, volume=76, pan=44, low=50),
        Part("Accordion", "chords", 3, 21, volume=58, pan=82, low=53),
        Part(
            "Fiddle",
            "line",
            4,
            110,
            volume=62,
            pan=90,
            line="R:2 |" * 18
            + "A4:.5 B4:.5 C5:.5 A4:.5 | G4:.5 E4:.5 C4 |"
            + """F5 D5 | F5:.5 E5:.5 D5 | E5 C5 | E5:.5 D5:.5 C5 | F5 D5 | F5 E5 |
            E5 C5 | D5:2 |"""
            * 2
            + "D5 D4",
        ),
        drums(96),
    ),
    grooves={
        "I": {"Bass": "1.5.", "kick": "x.o."},
        "A": _HAUL,
        "B": _HAUL | {"Accordion": "x---", "tambourine": "..x."},
        "C": _STAMP,
        "D": _STAMP | {"snare": "..x.xoxx"},
        "Z": {"Bass": "1-1-", "Guitar": "x-x-", "Accordion": "x-x-", "kick": "x.x."},
    },
    form=(
        Section("II", 78, 84),
        Section("AAAAAAAABBBBBBBB", 84, 90),
        Section("DD", 92, 92),
        Section("CCCDCCCDCCCDCCCD", 92, 102),
        Section("Z", 104, 104),
    ),
)
