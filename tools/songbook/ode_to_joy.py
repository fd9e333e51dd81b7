"""Ode to Joy: a hymn that grows phrase by phrase."""

from __future__ import annotations

from notation import Part, Section, Tune, drums

_HYMN = {"Strings": "x-------", "Bass": "1---5---", "pedal": "..o...o."}
_FLOW = _HYMN | {"Piano": "12343234", "ride": "o.o.o.o.", "kick": "o...o..."}
_MARCH = {
    "kick": "x...x...",
    "snare": "..o.x.oo..o.x.oo",
    "pedal": "..x...x.",
    "ride": "x.x.x.x.",
    "Strings": "x-------",
    "Bass": "1-1-5-1-",
    "Piano": "x-x-x-x-",
    "Brass": "x-------",
}
_OPENING = "B4 B4 C5 D5 | D5 C5 B4 A4 | G4 G4 A4 B4"
TUNE = Tune(
    name="ode-to-joy",
    title="Ode to Joy",
    composer="Ludwig van Beethoven",
    source="melody from memory of the public domain tune, in the rhythm of the hymn",
    year="1824",
    origin="Vienna",
    bpm=104,
    meter=(4, 4),
    key="G",
    program=68,
    loudness=1.16,
    melody=f"""
        {_OPENING} | B4:1.5 A4:.5 A4:2 |
        {_OPENING} | A4:1.5 G4:.5 G4:2 |
        A4 A4 B4 G4 | A4 B4:.5 C5:.5 B4 G4 | A4 B4:.5 C5:.5 B4 A4 | G4 A4 D4:2 |
        {_OPENING} | A4:1.5 G4:.5 G4:2""",
    chords="""
        G | D7 G | Em:2 D7/F#:1 G:1 | G/D D7 |
        G | D7 G | Em:2 D7/F#:1 G:1 | D7 G |
        D G/D | D7 G/B | D7 B7/D# | Em:1 A7/C#:1 D7:2 |
        G:2 C:1 G/B:1 | D7 Em | Am7:2 D7:1 G/D:1 | D7 G""",
    parts=(
        Part("Bass", "bass", 1, 32, volume=104, reverb=30, low=31),
        Part("Strings", "chords", 2, 49, volume=84, pan=50, reverb=70, low=52),
        Part("Piano", "chords", 3, 0, volume=92, pan=80, low=55),
        Part("Brass", "chords", 4, 60, volume=44, pan=40, reverb=60, low=50),
        drums(98),
    ),
    grooves={
        "A": _HYMN,
        "B": _FLOW,
        "C": {"Strings": "x---x---", "Bass": "1-1-1-1-", "Piano": "..x-..x-", "pedal": "..o...o."},
        "R": {
            "Strings": "x---x---",
            "Bass": "1-1-1-1-",
            "Piano": "x-x-x---",
            "snare": "........ooooxxxX",
            "kick": "x.x.x.x.",
        },
        "M": _MARCH,
        "N": _MARCH | {"crash": "x......."},
        "Z": {
            "kick": "x...x...",
            "snare": "x.ooxoooX.......",
            "crash": "....x...",
            "Strings": "x-------",
            "Bass": "1---1---",
            "Piano": "x---x---",
            "Brass": "x-------",
        },
    },
    form=(
        Section("AAAA", 70, 76),
        Section("BBBB", 80, 86),
        Section("CCCR", 78, 98),
        Section("NMMZ", 100, 106),
    ),
)
