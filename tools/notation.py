"""How the song book writes a tune: lines, chords and patterns as text.

All lengths are in quarter notes:

- A **line** is notes between bar lines, ``F4 R B4:.5 C5:1.5 | ~:2 D5:2``: a pitch, then its
  length (1 if it is left out). ``R`` is a rest, ``~`` lengthens the note before it, and
  ``C4+E4`` sounds together.
- **Chords** are symbols between bar lines, ``G | D7:2 G/B:2``; without lengths they share
  the bar equally. ``R`` is no chord.
- A **pattern** is one bar, cut into as many equal steps as it has letters, so that
  ``x.x.`` and ``x..x.xx..x.x`` (swung) fit the same bar. ``.`` is silence and ``-`` holds.
  Drums: ``X`` loud, ``x``, ``o`` soft. Chord parts: the same for the whole chord, or ``1`` to
  ``4`` for one voice of it, counted from below. Bass: ``1 3 5 8`` of the chord, or ``a``, a
  semitone below the next chord's bass; where a chord begins, ``3`` and ``5`` yield to ``1``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handmidi.notes import parse_pitch

QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "6": (0, 4, 7, 9),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A track of the backing.

    Parameters
    ----------
    name : str
        Name of the track, and the key of its patterns in a groove (not of the drums').
    role : {"bass", "chords", "line", "drums"}
    channel, program : int
        From 0; drums use channel 9, where the program chooses the kit.
    volume, pan, reverb : int
        Controllers 7, 10 and 91, 0..127.
    low : int
        Lowest key of the bass's roots or of the chords' voicings.
    line : str
        What a part with the role "line" plays.
    """

    name: str
    role: str
    channel: int
    program: int
    volume: int = 70
    pan: int = 64
    reverb: int = 40
    low: int = 52
    line: str = ""


def drums(volume: int, program: int = 0) -> Part:
    """The drum part, on channel 9; `program` chooses the kit."""
    return Part("Drums", "drums", 9, program, volume=volume)


@dataclass(frozen=True, slots=True)
class Section:
    """Bars that belong together: a groove's letter for each, and the loudness in percent."""

    bars: str
    start: float
    end: float


@dataclass(frozen=True)
class Tune:
    """A song of the library, as written in the song book.

    Parameters
    ----------
    name, title, composer, source : str
        `name` is the file's; `composer` may be empty.
    year, origin : str
        When the tune was written or first printed, and where; empty if that is not known.
    bpm : float
        Quarter notes per minute.
    meter : (int, int)
    key : str
        As in MIDI's key signature, such as ``Fm``.
    program : int
        Instrument of the melody, from 0.
    melody, chords : str
        In the notations above; a pick-up is the first bar of both.
    parts : tuple of Part
    grooves : mapping of str to mapping of str to str
        By letter: patterns by part name, or by drum.
    form : tuple of Section
    pickup : float
        Length of an incomplete first bar in quarter notes; 0 if the first bar is whole.
    mode : str
        The key in words where the signature does not tell it, such as ``D dorian``.
    changes : mapping of int to (int, int)
        Metres from the bar of that index on.
    loudness : float
        Factor of every part's volume: it sets the backing about 6 dB below the melody.
    channel : int
        The melody's, from 0.
    preset : str
        Name of the preset that it is written for, if for one.
    """

    name: str
    title: str
    composer: str
    source: str
    year: str
    origin: str
    bpm: float
    meter: tuple[int, int]
    key: str
    program: int
    melody: str
    chords: str
    parts: tuple[Part, ...]
    grooves: Mapping[str, Mapping[str, str]]
    form: tuple[Section, ...]
    pickup: float = 0.0
    mode: str = ""
    changes: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    loudness: float = 1.0
    channel: int = 0
    preset: str = ""

    def bar_lengths(self, count: int) -> list[float]:
        """Quarter notes in each of so many bars, a pick-up taken as whole."""
        meter, lengths = self.meter, []
        for i in range(count):
            meter = self.changes.get(i, meter)
            lengths.append(meter[0] * 4 / meter[1])
        return lengths


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: onset and length in quarter notes, its groove, and its loudness in percent.

    `whole` is the length that its patterns fill, more than `beats` in a pick-up.
    """

    beat: float
    beats: float
    groove: Mapping[str, str]
    level: float
    whole: float


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord that sounds from `beat` to `end`: pitch classes 0..11, root first, and its bass."""

    beat: float
    end: float
    classes: tuple[int, ...]
    bass: int
    inverted: bool


def bars_of(tune: Tune) -> list[Bar]:
    """The bars of a tune, a pick-up's first.

    Raises
    ------
    ValueError
        If form, melody and chords differ in their number of bars, or a bar is not filled.
    """
    shaped = [
        (letter, section.start + (section.end - section.start) * i / max(len(section.bars) - 1, 1))
        for section in tune.form
        for i, letter in enumerate(section.bars)
    ]
    wholes = tune.bar_lengths(len(shaped))
    lengths = list(wholes)
    if tune.pickup:
        lengths[0] = tune.pickup
    for what, text in (("melody", tune.melody), ("chords", tune.chords)):
        if len(text.split("|")) != len(lengths):
            raise ValueError(
                f"{tune.name}: {what} has {len(text.split('|'))} bars, form {len(lengths)}"
            )
    bars, beat = [], 0.0
    for number, (cell, length, whole, (letter, level)) in enumerate(
        zip(tune.melody.split("|"), lengths, wholes, shaped, strict=True)
    ):
        filled = sum(beats for _, beats in _tokens(cell))
        if abs(filled - length) > 1e-9:
            raise ValueError(
                f"{tune.name}: bar {number} of melody has {filled} beats, not {length}"
            )
        bars.append(Bar(beat, length, tune.grooves[letter], level, whole))
        beat += length
    return bars


def read_line(text: str) -> list[tuple[float, float, int]]:
    """Notes of a line as (onset, length, key)."""
    notes: list[tuple[float, float, int]] = []
    beat = 0.0
    for name, beats in _tokens(text.replace("|", " ")):
        if name == "~":
            start, length, pitch = notes.pop()
            notes.append((start, length + beats, pitch))
        elif name != "R":
            notes += [(beat, beats, parse_pitch(each)) for each in name.split("+")]
        beat += beats
    return notes


def read_chords(text: str, bars: Sequence[Bar]) -> list[Chord]:
    """The chords of a tune in order.

    Raises
    ------
    ValueError
        If a symbol is unknown or does not fill its bar.
    """
    chords = []
    for cell, bar in zip(text.split("|"), bars, strict=True):
        words = cell.split()
        share = bar.beats / len(words)
        spans = [
            (name, beats if ":" in word else share)
            for word in words
            for name, beats in _tokens(word)
        ]
        if abs(sum(beats for _, beats in spans) - bar.beats) > 1e-9:
            raise ValueError(f"chords {cell.strip()!r} do not fill a bar of {bar.beats} beats")
        beat = bar.beat
        for symbol, beats in spans:
            if symbol != "R":
                chords.append(_chord(symbol, beat, beat + beats))
            beat += beats
    return chords


def _chord(symbol: str, beat: float, end: float) -> Chord:
    name, _, below = symbol.partition("/")
    split = 2 if name[1:2] in ("#", "b") else 1
    if name[split:] not in QUALITIES:
        raise ValueError(f"{symbol!r} is no chord: qualities are {', '.join(QUALITIES)}")
    root = parse_pitch(name[:split] + "4") % 12
    classes = tuple((root + step) % 12 for step in QUALITIES[name[split:]])
    bass = parse_pitch(below + "4") % 12 if below else root
    return Chord(beat, end, classes, bass, bool(below))


def _tokens(text: str) -> Iterator[tuple[str, float]]:
    for word in text.split():
        name, _, beats = word.partition(":")
        yield name, float(beats) if beats else 1.0
