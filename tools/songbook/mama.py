"""Mama: the reference melody, with a pop backing of drums, bass, electric piano and pad."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_BEAT = {
    "kick": "x..xx...",
    "snare": "....X..o.o..X...",
    "hat": "xoxoxoxo",
    "Bass": "1--11-5-",
    "Electric piano": "..x-..x.",
    "Pad": "x-------",
}
_FILL = _BEAT | {
    "snare": "....X.......X.xX",
    "hat": "xoxoxo..",
    "mid tom": ".............x..",
}
TUNE = Tune(
    name="mama",
    title="Mama",
    composer="",
    source="reference melody of the hand instrument that handmidi follows; backing our own",
    year="",
    origin="",
    bpm=104,
    meter=(4, 4),
    key="E",
    program=80,
    melody="""
        F4 R B4 E5 | R E5 R E5 | R E5 R E5 | R B4 R C#5 | R D#5 R E5 | R C#5 R B4 |
        R:4 | R R R F4 | R B4 E5 R | E5 R E5 R | E5 R E5 R | B4 R C#5 R | B4 R G#4 R |
        G4 R F4 R""",
    chords="""
        F E | E | C#m | E A | B C#m | A B | E | Am F |
        E | C#m | A | E A | E | C:2 F:1 E:1""",
    parts=(
        Part("Bass", "bass", 1, 33, volume=98, reverb=10, low=28),
        Part("Electric piano", "chords", 2, 4, volume=68, pan=44, low=52),
        Part("Pad", "chords", 3, 89, volume=58, pan=78, reverb=70, low=50),
        Part(
            "Guitar",
            "line",
            4,
            27,
            volume=94,
            pan=92,
            line="R:4 |" * 6 + "E4:.5 G#4:.5 B4 C#5:.5 B4:.5 G#4 | A4 C5:.5 B4:.5 A4 R",
        ),
        drums(94),
    ),
    grooves={
        "A": _BEAT,
        "B": _FILL,
        "C": _BEAT | {"crash": "x......."},
        "D": _BEAT | {"kick": "x.xx....", "snare": "....X.......X.o.", "hat": "xxxoxxxo"},
        "F": _BEAT
        | {
            "snare": "....X...XxxX....",
            "hat": "xoxo....",
            "high tom": "............x...",
            "mid tom": ".............x..",
            "low tom": "..............xX",
        },
        "Z": {
            "kick": "x...x.x.",
            "snare": "....X.x.xxx.X...",
            "crash": "x...x.x.",
            "hat": "..o...o.",
            "Bass": "1-.11-1-",
            "Electric piano": "x-..x-X-",
            "Pad": "x-------",
        },
    },
    form=(Section("CAAAAB", 84, 94), Section("DF", 88, 100), Section("CAAABZ", 94, 106)),
)
