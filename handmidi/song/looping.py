"""A loop of bars, written out as one longer song."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import mido

from handmidi.notes import TimedMessage
from handmidi.song.meter import Meter, without_repeats
from handmidi.song.parts import DRUMS
from handmidi.song.song import Song, SongNote
from handmidi.tempomap import TempoMap

_SAME_BEAT = 1e-6
_EARLY_BEATS, _LEAST_HELD_BEATS = 0.1, 0.25
_NOTES = ("note_on", "note_off")
_REGISTERED = (6, 38, *range(96, 102))
"""Controllers that only mean something in their order: data entry, and what it is for."""
_MODES = range(120, 128)
_AT_REST = {7: 100, 10: 64, 11: 127}
"""Volume, pan and expression of a synth that was told nothing; other controllers are at 0."""


@dataclass(frozen=True, slots=True)
class _Pass:
    """One time through the loop.

    Parameters
    ----------
    begin : float
        Beat of the new song at which its first bar begins.
    at : float
        Where the loop's first beat falls: later than `begin`, if a pick-up fills its bar's end.
    speed : float
        Tempo as a multiple of the song's.
    """

    begin: float
    at: float
    speed: float


def write_out(song: Song, first: int, last: int, speeds: Sequence[float]) -> Song:
    """Some bars of a song, several times.

    What rings over the end is cut there; what rings into the beginning is struck again, and
    programs, controllers and bends are sent again. A note of the melody less than a tenth of a
    beat before a bar belongs to it. A pick-up becomes a whole
    bar, from its second time on, so that the pulse goes through.

    Parameters
    ----------
    song : Song
    first, last : int
        Places in `song.bars` of the first and the last bar.
    speeds : sequence of float
        For each pass, its tempo as a multiple of the song's.
    """
    bars = song.bars
    start, end = bars[first], bars[last + 1]
    is_upbeat = first == 0 and song.pickup_beats > 0
    rest = song.meters[0].bar_beats - song.pickup_beats if is_upbeat else 0.0
    passes, begin = [], 0.0
    for speed in speeds:
        passes.append(_Pass(begin, begin + (rest if begin else 0.0), speed))
        begin = passes[-1].at + end - start
    tempo = TempoMap(_tempi(song.tempo, start, end, passes))
    return replace(
        song,
        melody=tuple(_melody(song, start, end, passes, tempo)),
        backing=_messages(song, song.backing, (start, end), passes, tempo),
        guide=_messages(song, song.guide, (start, end), passes, tempo),
        tempo=tempo,
        meters=without_repeats(_meters(song, bars[first : last + 1], passes)),
        pickup_beats=song.pickup_beats if is_upbeat else 0.0,
        length_beats=begin,
        numbers=song.bar_numbers[first : last + 1] * len(passes),
    )


def notes_between(song: Song, start: float, end: float) -> list[SongNote]:
    """The notes of the melody that belong to the bars from one beat to another."""
    return [note for note in song.melody if _is_in(note, start) and not _is_in(note, end)]


def _tempi(
    tempo: TempoMap, start: float, end: float, passes: Sequence[_Pass]
) -> Iterator[tuple[float, float]]:
    changes = tempo.changes
    at_start = [each for beat, each in changes if beat <= start + _SAME_BEAT][-1]
    inside = [(b, each) for b, each in changes if start + _SAME_BEAT < b < end - _SAME_BEAT]
    for p in passes:
        yield p.begin, at_start / p.speed
        for beat, each in inside:
            yield p.at + beat - start, each / p.speed


def _meters(song: Song, bars: Sequence[float], passes: Sequence[_Pass]) -> Iterator[Meter]:
    """One for each bar: a change that lies inside a bar counts from the next one on."""
    for p in passes:
        for bar in bars:
            place = p.begin if bar == bars[0] else p.at + bar - bars[0]
            yield replace(song.meter_at(bar), beat=place)


def _melody(
    song: Song, start: float, end: float, passes: Sequence[_Pass], tempo: TempoMap
) -> Iterator[SongNote]:
    inside = notes_between(song, start, end)
    for p in passes:
        for note in inside:
            from_start = max(note.beat, start) - start
            beats = min(note.beat + note.beats, end) - start - from_start
            beat = p.at + from_start
            onset_s = tempo.seconds(beat)
            length_s = tempo.seconds(beat + beats) - onset_s
            yield replace(note, onset_s=onset_s, duration_s=length_s, beat=beat, beats=beats)


def _is_in(note: SongNote, start: float) -> bool:
    """Whether a note belongs to what begins at `start`: people play a little before the beat."""
    if note.beat >= start - _SAME_BEAT:
        return True
    return note.beat >= start - _EARLY_BEATS and note.beat + note.beats > start + _EARLY_BEATS


def _messages(
    song: Song,
    timed: Sequence[TimedMessage],
    span: tuple[float, float],
    passes: Sequence[_Pass],
    tempo: TempoMap,
) -> tuple[TimedMessage, ...]:
    start, end = span
    beats = [song.tempo.beat(t.time_s) for t in timed]
    low, high = (bisect_left(beats, beat - _SAME_BEAT) for beat in span)
    before = [t.message for t in timed[:low]]
    inside = [(max(beats[i], start), timed[i].message) for i in range(low, high)]
    state = _state(before, [message for _, message in inside])
    notes = list(_cut([*_held(before, inside, start), *inside], end))
    return tuple(
        timed
        for p in passes
        for timed in (
            *(TimedMessage(tempo.seconds(p.begin), message) for message in state),
            *(TimedMessage(tempo.seconds(p.at + beat - start), m) for beat, m in notes),
        )
    )


def _state(before: Sequence[mido.Message], inside: Sequence[mido.Message]) -> list[mido.Message]:
    """What sets programs, controllers and bends as they stand where the loop begins."""
    found: dict[tuple, mido.Message] = {}
    for place, message in enumerate(before):
        if kind := _kind(message):
            key = (*kind, place) if message.is_cc() and message.control in _REGISTERED else kind
            found.pop(key, None)
            found[key] = message
    for message in inside:
        kind = _kind(message)
        if kind and kind not in found and not (message.is_cc() and message.control in _REGISTERED):
            found[kind] = _at_rest(message)
    return list(found.values())


def _kind(message: mido.Message) -> tuple | None:
    """What a message sets: channel, type and number; None if it sets nothing that lasts."""
    if message.type == "control_change":
        lasts = message.control not in _MODES
        return (message.channel, message.type, message.control) if lasts else None
    if message.type in ("program_change", "pitchwheel", "aftertouch"):
        return message.channel, message.type
    return None


def _at_rest(message: mido.Message) -> mido.Message:
    if message.type == "control_change":
        return message.copy(value=_AT_REST.get(message.control, 0))
    return mido.Message(message.type, channel=message.channel)


def _held(
    before: Sequence[mido.Message], inside: Sequence[tuple[float, mido.Message]], start: float
) -> list[tuple[float, mido.Message]]:
    """Notes that sound on into the loop for a while; the drums' do not."""
    sounding: dict[tuple[int, int], mido.Message] = {}
    for message in before:
        if message.type not in _NOTES or message.channel == DRUMS:
            continue
        if message.type == "note_on" and message.velocity:
            sounding[message.channel, message.note] = message
        else:
            sounding.pop((message.channel, message.note), None)
    for beat, message in inside:
        if beat < start + _LEAST_HELD_BEATS and message.type in _NOTES:
            sounding.pop((message.channel, message.note), None)
    return [(start, message) for message in sounding.values()]


def _cut(
    messages: Sequence[tuple[float, mido.Message]], end: float
) -> Iterator[tuple[float, mido.Message]]:
    """The messages, with an end for every note, and no end for what never began."""
    sounding: dict[tuple[int, int], int] = {}
    for beat, message in messages:
        if message.type in _NOTES:
            key = message.channel, message.note
            begins = message.type == "note_on" and message.velocity
            if not begins and not sounding.get(key):
                continue
            sounding[key] = sounding.get(key, 0) + (1 if begins else -1)
        yield beat, message
    for (channel, note), count in sounding.items():
        for _ in range(count):
            yield end, mido.Message("note_off", channel=channel, note=note)
