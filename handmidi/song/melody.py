"""Which part of a song is its melody, by evidence.

Every clue is a number from 0 to 1 with a weight (`WEIGHTS`); the part with the highest sum is
the guess. A name, or words that are sung with the notes, outweigh any two musical clues.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from handmidi.midifile import MidiData
from handmidi.song.parts import CHANNEL, Part

WEIGHTS = {
    "named so": 5.0,
    "the words go with it": 5.0,
    "single notes": 2.0,
    "highest": 2.0,
    "plays throughout": 2.5,
    "moves by step": 1.5,
    "many pitches": 1.0,
    "where voices sing": 1.0,
}
"""Each clue, as the guess tells it, and its weight."""

_SAME_BEAT = 1e-3
_WINDOW_BEATS = 4.0
_NAMES = {
    1.0: "melody melodie melodia mélodie melodía melo lead leads vocal vocals vox voice voix voz "
    "voce gesang singstimme stimme singer sing cantus canto chant solo soprano sopran theme tune",
    0.6: "right rechte droite destra derecha rh treble upper",
    0.4: "flute flöte violin oboe trumpet sax clarinet recorder whistle harmonica fiddle",
}
_AGAINST = (
    "bass contrabass drum drums percussion perc kit kick snare hihat click metronome chord chords "
    "akkorde pad pads backing back background accompaniment begleitung harmony harmonies rhythm "
    "left linke gauche sinistra lh lower strings choir chor aahs oohs second 2nd alto tenor"
)
_BASS_PROGRAMS = range(32, 40)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A part that may be the melody.

    Parameters
    ----------
    part : Part
    points : float
        The weighted sum of its clues; more is likelier.
    why : str
        As in "highest, single notes": what speaks most for it and least for the others. It may
        be empty.
    """

    part: Part
    points: float
    why: str


def guess_melody(parts: Sequence[Part], data: MidiData) -> tuple[Part, str]:
    """The part that is most likely the melody, and why, in a few words.

    Parameters
    ----------
    parts : sequence of Part
        At least one that is not drums.
    data : MidiData
        The file that they are of; words are looked for in it.
    """
    ranked = rank_parts(parts, data)
    return ranked[0].part, ranked[0].why or f"the likeliest of {len(ranked)}"


def rank_parts(parts: Sequence[Part], data: MidiData) -> list[Ranked]:
    """All parts but the drums, the likeliest melody first; of equals, the first in the file."""
    pitched = [part for part in parts if not part.is_drums]
    if not pitched:
        return []
    clues = clues_of(pitched, data)
    ranked = [
        Ranked(part, sum(WEIGHTS[n] * value for n, value in each.items()), _telling(clues, i))
        for i, (part, each) in enumerate(zip(pitched, clues, strict=True))
    ]
    return sorted(ranked, key=lambda each: -each.points)


def _telling(clues: Sequence[Mapping[str, float]], own: int) -> str:
    """The two clues that set a part apart most."""
    others = [each for i, each in enumerate(clues) if i != own]

    def speaks(name: str) -> float:
        usual = sum(each[name] for each in others) / max(len(others), 1)
        return WEIGHTS[name] * (clues[own][name] - usual)

    telling = [name for name in WEIGHTS if clues[own][name] >= 0.3 and speaks(name) > 0.1]
    return ", ".join(sorted(telling, key=speaks, reverse=True)[:2])


def clues_of(parts: Sequence[Part], data: MidiData) -> list[dict[str, float]]:
    """The clues of each part, named as in `WEIGHTS`: from 0 (-1 for a name) to 1.

    named so
        What the name says: 1 such as Lead, 0.6 such as Right Hand, 0.4 an instrument that often
        has the melody; -1 such as Bass or Backing Vocals. 0 where a channel was named by us.
    the words go with it
        The harmonic mean of two shares: of the lyrics that come with an onset, and of the onsets
        that have some.
    single notes
        Share of its onsets with one note, and none still sounding.
    highest
        Share of its onsets at which nothing higher sounds in another part, times the next clue:
        a voice that answers the melody from above rests for most of the song.
    plays throughout
        Share of the song's stretches of four beats in which it begins a note.
    moves by step
        Share of its intervals of one to four semitones.
    many pitches
        Distinct pitches out of five, at most 1.
    where voices sing
        1 where its middle pitch is from E3 to E6; 0 for a bass by its program.
    """
    words = _word_beats(data)
    highest = _highest(parts)
    end = max(note[1] for part in parts for note in part.notes)
    found = []
    for part in parts:
        onsets = [list(g) for _, g in groupby(part.notes, lambda n: round(n[1] / _SAME_BEAT))]
        tops = [max(note.pitch for note, _, _ in group) for group in onsets]
        beats = [group[0][1] for group in onsets]
        moves = [abs(b - a) for a, b in pairwise(tops)]
        middle = sorted(tops)[len(tops) // 2]
        sings = 52 <= middle <= 88 and part.program not in _BASS_PROGRAMS
        stretches = len({beat // _WINDOW_BEATS for beat in beats})
        present = stretches / (end // _WINDOW_BEATS + 1)
        values = (
            _by_name(part.name),
            _agreement(words, beats),
            _single(onsets),
            highest[part.number] * present,
            present,
            sum(1 <= move <= 4 for move in moves) / max(len(moves), 1),
            min(len(set(tops)) / 5, 1.0),
            float(sings),
        )
        found.append(dict(zip(WEIGHTS, values, strict=True)))
    return found


def _by_name(name: str) -> float:
    if name.startswith(CHANNEL):
        return 0.0
    words = {word.rstrip("0123456789") for word in re.split(r"[\W_]+", name.lower())}
    if words & set(_AGAINST.split()):
        return -1.0
    return next((value for value, known in _NAMES.items() if words & set(known.split())), 0.0)


def _word_beats(data: MidiData) -> list[float]:
    """Where syllables are sung: lyrics, or the texts of a karaoke file."""
    lyrics = [e.beat for e in data.events if e.message.type == "lyrics"]
    if lyrics:
        return lyrics
    texts = (e for e in data.events if e.message.type == "text" and e.beat > 0)
    return [e.beat for e in texts if not e.message.text.startswith("@")]


def _agreement(words: Sequence[float], onsets: Sequence[float]) -> float:
    """F-measure of two lists of beats; a few words are no song."""
    if len(words) < 4:
        return 0.0
    sung, struck = ({round(beat * 8) for beat in beats} for beats in (words, onsets))
    near = {place + shift for place in struck for shift in (-1, 0, 1)}
    hits = len(sung & near)
    return 2 * hits / (len(sung) + max(len(struck), hits))


def _single(onsets: Sequence[Sequence[tuple]]) -> float:
    alone, until = 0, 0.0
    for group in onsets:
        beat = group[0][1]
        # Legato overlaps a little; a sixteenth is more than that.
        alone += len(group) == 1 and until <= beat + 0.25
        until = max(until, *(start + beats for _, start, beats in group))
    return alone / len(onsets)


def _highest(parts: Sequence[Part]) -> dict[int, float]:
    """Share of each part's onsets at which no other part has a higher note."""
    notes = sorted(
        (beat, beats, note.pitch, part.number) for part in parts for note, beat, beats in part.notes
    )
    sounding: list[tuple[int, float]] = []
    onsets, wins = ({part.number: 0 for part in parts} for _ in range(2))
    for _, group in groupby(notes, lambda each: round(each[0] / _SAME_BEAT)):
        tops: dict[int, int] = {}
        for beat, beats, pitch, number in group:
            heapq.heappush(sounding, (-pitch, beat + beats))
            tops[number] = max(tops.get(number, 0), pitch)
        while sounding[0][1] <= beat + _SAME_BEAT and -sounding[0][0] not in tops.values():
            heapq.heappop(sounding)
        for number, top in tops.items():
            onsets[number] += 1
            wins[number] += top >= -sounding[0][0]
    return {number: wins[number] / onsets[number] for number in onsets}
