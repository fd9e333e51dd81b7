"""What a file says of its song: title and the like, time signatures, the key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handmidi.midibytes import text_of
from handmidi.midifile import MidiData
from handmidi.song.meter import Meter, without_repeats

_MAJOR = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
_FIFTHS = {name: fifths for fifths, name in enumerate(_MAJOR, -7)}


TAGS = (
    *("title", "composer", "source", "year", "origin", "licence"),
    *("difficulty", "pickup", "key", "preset", "melody"),
)
"""What text events may tell of a song."""


def tags_of(data: MidiData) -> dict[str, str]:
    """What text events say as ``key: value``, for the keys in `TAGS`."""
    texts = [text_of(e.message.text) for e in data.events if e.message.type == "text"]
    said = (text.partition(":")[::2] for text in texts)
    return {key: value for key, value in said if key in TAGS}


def meters_of(data: MidiData) -> tuple[Meter, ...]:
    """The time signatures; 4/4 until the first one. Impossible ones are left out."""
    found = {0.0: Meter(0.0, 4, 4)}
    for beat, message in ((e.beat, e.message) for e in data.events):
        if message.type == "time_signature" and message.numerator and message.denominator <= 64:
            found[beat] = Meter(beat, message.numerator, message.denominator)
    return without_repeats(found.values())


def without_short_first(meters: Sequence[Meter]) -> tuple[tuple[Meter, ...], float]:
    """Time signatures, and the quarter notes of a pick-up that was written as a short first bar.

    Some programs write an upbeat before 3/4 as one bar of 1/4: to a musician it is a pick-up.
    """
    if len(meters) > 1:
        first, second = meters[:2]
        if second.beat == first.bar_beats < second.bar_beats:
            return (replace(second, beat=0.0), *meters[2:]), first.bar_beats
    return tuple(meters), 0.0


def fifths_of(key: str) -> int:
    """Sharps or flats of a key name as mido writes it; a minor key ends in m."""
    if key.endswith("m"):  # three fifths flatter than the major key of the same tonic
        sharper = {"D#": 3, "A#": 4, "G#": 2}
        tonic = key[:-1]
        return _FIFTHS.get(tonic, sharper.get(tonic, 0) + 6) - 3
    return _FIFTHS.get(key, 0)


def key_in_words(key: str) -> str:
    """A key name as mido writes it, for a reader: ``Fm`` is F minor, ``Bb`` is B♭ major."""
    tonic = key.removesuffix("m")
    name = tonic[:1] + tonic[1:].replace("b", "♭").replace("#", "♯")
    return f"{name} {'minor' if key.endswith('m') else 'major'}"


def number_of(text: str) -> float:
    """A finite number from 0 up; 0 where there is none."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value < 1e6 else 0.0
