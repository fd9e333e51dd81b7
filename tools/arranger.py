"""Turn a tune into the notes of its melody and of every backing part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notation import Bar, Chord, Part, Tune, bars_of, read_chords, read_line

LEVELS = {"X": 112, "x": 92, "o": 68}
PITCHED_LEVEL, MELODY_LEVEL = 86, 96
DRUMS = {
    "kick": 36,
    "stick": 37,
    "snare": 38,
    "hat": 42,
    "low tom": 43,
    "pedal": 44,
    "mid tom": 45,
    "open hat": 46,
    "high tom": 48,
    "crash": 49,
    "ride": 51,
    "tambourine": 54,
    "high drum": 63,
    "low drum": 64,
    "shaker": 70,
    "triangle": 81,
    "sleigh bell": 83,
}
_DRUM_BEATS = 0.125
_BASS_STEPS = {"1": 0, "3": 1, "5": 2}


@dataclass(frozen=True, slots=True, order=True)
class Strike:
    """A note of an arrangement: onset and length in quarter notes, key, velocity 1..127."""

    beat: float
    beats: float
    pitch: int
    velocity: int


def arrange(tune: Tune) -> tuple[list[Strike], dict[Part, list[Strike]]]:
    """The melody of a tune and the notes of its parts, each in order.

    Raises
    ------
    ValueError
        If the text of the tune has a mistake; the message names the bar or the symbol.
    """
    bars = bars_of(tune)
    chords = read_chords(tune.chords, bars)
    end = bars[-1].beat + bars[-1].beats
    playing = {*DRUMS, *(part.name for part in tune.parts)}
    for letter, groove in tune.grooves.items():
        if unknown := groove.keys() - playing:
            raise ValueError(f"{tune.name}: groove {letter} has no part {', '.join(unknown)}")
    parts: dict[Part, list[Strike]] = {}
    for part in tune.parts:
        if part.role == "line":
            strikes = _line(part.line, bars, PITCHED_LEVEL)
        elif part.role == "drums":
            strikes = [s for bar in bars for s in _drums(bar)]
        elif part.role == "bass":
            strikes = _bass(part, bars, chords)
        else:
            strikes = _chord_part(part, bars, chords)
        if not strikes or max(s.beat + s.beats for s in strikes) > end + 1e-9:
            raise ValueError(f"{tune.name}: part {part.name} is empty or outlasts the melody")
        parts[part] = sorted(strikes)
    return _line(tune.melody, bars, MELODY_LEVEL), parts


def steps(pattern: str, bar: Bar) -> Iterator[tuple[float, float, str]]:
    """Onset, length and letter of each sounding step of a pattern in a bar.

    A pick-up bar plays the end of the pattern. A hold lengthens the step before it.
    """
    size = bar.whole / len(pattern)
    offset = bar.beat - (bar.whole - bar.beats)
    for i, letter in enumerate(pattern):
        onset = offset + i * size
        if letter in ".-" or onset < bar.beat - 1e-9:
            continue
        held = len(pattern[i + 1 :]) - len(pattern[i + 1 :].lstrip("-"))
        yield onset, (1 + held) * size, letter


def voicings(chords: Sequence[Chord], low: int) -> list[tuple[int, ...]]:
    """Close positions in which the voices move as little as they can.

    Parameters
    ----------
    low : int
        The lowest voice lies within the octave above this key.
    """
    out: list[tuple[int, ...]] = []
    before: tuple[int, ...] = (low + 2, low + 6, low + 10)
    for chord in chords:
        options = [
            tuple(sorted(base + (c - lowest) % 12 for c in chord.classes))
            for lowest in chord.classes
            for base in [low + (lowest - low) % 12]
        ]
        before = min(options, key=lambda keys: (_movement(before, keys), keys))
        out.append(before)
    return out


def _movement(before: Sequence[int], after: Sequence[int]) -> int:
    return sum(min(abs(a - b) for b in before) for a in after) + sum(
        min(abs(a - b) for a in after) for b in before
    )


def _velocity(level: float, bar: Bar, beat: float) -> int:
    place = beat - bar.beat
    accent = 5 if place < 1e-9 else 0 if abs(place - round(place)) < 1e-9 else -5
    return max(1, min(127, round(level * bar.level / 100 + accent)))


def _bar_at(bars: Sequence[Bar], beat: float) -> Bar:
    return next(bar for bar in reversed(bars) if bar.beat <= beat + 1e-9)


def _line(text: str, bars: Sequence[Bar], level: float) -> list[Strike]:
    return [
        Strike(beat, beats, pitch, _velocity(level, _bar_at(bars, beat), beat))
        for beat, beats, pitch in read_line(text)
    ]


def _drums(bar: Bar) -> Iterator[Strike]:
    for name, pattern in bar.groove.items():
        if name in DRUMS:
            for beat, _, letter in steps(pattern, bar):
                velocity = _velocity(LEVELS[letter], bar, beat)
                yield Strike(beat, _DRUM_BEATS, DRUMS[name], velocity)


def _held(
    part: Part, bars: Sequence[Bar], chords: Sequence[Chord]
) -> Iterator[tuple[float, float, str, int, Bar]]:
    """Steps of a pitched part, cut where the chord changes; the next chord takes them up."""
    for bar in bars:
        for beat, beats, letter in steps(bar.groove.get(part.name, "."), bar):
            for index, chord in enumerate(chords):
                start, end = max(beat, chord.beat), min(beat + beats, chord.end)
                if end - start > 1e-9:
                    yield start, end - start, letter, index, bar


def _bass(part: Part, bars: Sequence[Bar], chords: Sequence[Chord]) -> list[Strike]:
    def root(chord: Chord) -> int:
        return part.low + (chord.bass - part.low) % 12

    strikes = []
    for beat, beats, letter, index, bar in _held(part, bars, chords):
        chord = chords[index]
        pitch = root(chord)
        if letter == "a":
            pitch = root(chords[min(index + 1, len(chords) - 1)]) - 1
        elif letter == "8":
            pitch += 12
        elif not chord.inverted and beat > chord.beat + 1e-9:
            pitch += (chord.classes[_BASS_STEPS[letter]] - chord.classes[0]) % 12
        strikes.append(Strike(beat, beats, pitch, _velocity(PITCHED_LEVEL, bar, beat)))
    return strikes


def _chord_part(part: Part, bars: Sequence[Bar], chords: Sequence[Chord]) -> list[Strike]:
    keys = voicings(chords, part.low)
    strikes = []
    for beat, beats, letter, index, bar in _held(part, bars, chords):
        voices = keys[index]
        level = LEVELS.get(letter, PITCHED_LEVEL)
        if letter.isdigit():
            voice = int(letter) - 1
            octave, place = divmod(voice, len(voices))
            voices = (voices[place] + 12 * octave,)
        for pitch in voices:
            strikes.append(Strike(beat, beats, pitch, _velocity(level, bar, beat)))
    return strikes
