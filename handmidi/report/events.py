"""Each note of a take, written or only played, with its place in the song."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from handmidi.notes import Note
from handmidi.report.grid import Grid
from handmidi.report.keys import Key, key_of
from handmidi.report.notation import extra_steps
from handmidi.report.spelling import spell
from handmidi.score import Score
from handmidi.score.bars import extra_beats
from handmidi.song import Meter, Song

_ACCIDENTALS = {-2: "𝄫", -1: "♭", 0: "", 1: "♯", 2: "𝄪"}


@dataclass(frozen=True, slots=True)
class Event:
    """A note of the melody and what became of it, or a note that was played beside it.

    Parameters
    ----------
    verdict : str
        A key of `signs.SIGNS`.
    start_beat : float
        Where it stands in the song, in quarter notes: as written; of an extra note, where the
        staff has it, or the step nearest to where it fell if that has no room for it.
    index : int
        Of its bar in the song, from 0.
    bar : int
        Printed number of that bar.
    place : float
        Beat of the bar, from 1, in the unit of the metre's denominator, also in compound
        metre: the second half of a bar of 6/8 begins at 4. Below 1 before the
        song, above the metre's last after it.
    meter : Meter
    written : int, optional
        Index of the note of the melody; None for an extra.
    played : int, optional
        Index of the played note; None if missed.
    name, sounded : str
        Written and played pitch, as the staff spells them, such as ``D♯5``; empty if there is
        none.
    timing_ms : float, optional
        How much later than written it was struck, as measured.
    tier : str, optional
        How near to the beat a correct note was: "perfect", "good", "early" or "late".
    """

    verdict: str
    start_beat: float
    index: int
    bar: int
    place: float
    meter: Meter
    written: int | None = None
    played: int | None = None
    name: str = ""
    sounded: str = ""
    timing_ms: float | None = None
    tier: str | None = None


def list_events(song: Song, notes: Sequence[Note], score: Score) -> list[Event]:
    """All events of a take, in the order of their places in the song.

    Parameters
    ----------
    song : Song
    notes : sequence of Note
        In song seconds.
    score : Score
        Of `notes` against `song`.
    """
    bars = _Bars(song)
    key = key_of(song.melody, song.fifths)
    written, sounded = _names(song.melody, key), _names(notes, key)
    for v in score.verdicts:
        if v.verdict in ("correct", "held"):
            sounded[v.played] = written[v.reference]
    events = [
        Event(
            v.verdict,
            note.beat,
            *bars.place(note.beat),
            written=v.reference,
            played=v.played,
            name=written[v.reference],
            sounded="" if v.played is None else sounded[v.played],
            timing_ms=v.timing_ms,
            tier=v.tier,
        )
        for note, v in zip(song.melody, score.verdicts, strict=True)
    ]
    grid = Grid.of(song)
    steps = extra_steps(song, notes, score, grid) if score.extras else {}
    for j, beat in zip(score.extras, extra_beats(song, score.extras_s), strict=True):
        if 0 <= beat < song.length_beats:
            beat = steps.get(j, grid.step(beat)) / grid.per_quarter
        events.append(Event("extra", beat, *bars.place(beat), played=j, sounded=sounded[j]))
    return sorted(events, key=lambda e: (e.start_beat, e.written is None))


def pitch_name_in(key: Key, pitch: int, after: int | None = None) -> str:
    """Name of a MIDI key number as a staff in `key` spells it before the pitch `after`."""
    letter, alter, octave = spell(pitch, key, after)
    return f"{letter}{_ACCIDENTALS[alter]}{octave}"


def _names(notes: Sequence[Note], key: Key) -> list[str]:
    following = [*(n.pitch for n in notes[1:]), None]
    return [pitch_name_in(key, n.pitch, after) for n, after in zip(notes, following, strict=False)]


def verdicts_of_played(notes: Sequence[Note], score: Score) -> list[str]:
    """The verdict of every played note; a correct note that was held, too, is correct."""
    named = {v.played: v.verdict for v in reversed(score.verdicts) if v.verdict == "held"}
    named |= {v.played: v.verdict for v in score.verdicts if v.verdict != "held"}
    return [named.get(i, "extra") for i in range(len(notes))]


class _Bars:
    """Where the bars of a song lie; asked once for each note."""

    def __init__(self, song: Song) -> None:
        self._song, self._edges, self._numbers = song, song.bars, song.bar_numbers

    def place(self, beat: float) -> tuple[int, int, float, Meter]:
        """Index and number of the bar, beat of the bar from 1, and its metre."""
        last = len(self._edges) - 2
        index = min(max(bisect_right(self._edges, beat + 1e-6) - 1, 0), last)
        meter = self._song.meter_at(self._edges[index])
        skipped = 0.0
        if index == 0 and self._song.pickup_beats:
            skipped = max(meter.bar_beats - (self._edges[1] - self._edges[0]), 0.0)
        place = (beat - self._edges[index] + skipped) * meter.denominator / 4 + 1
        return index, self._numbers[index], place, meter
