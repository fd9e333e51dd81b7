"""Song and performance on one clock, and paired: the backing's, or the player's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from handmidi.midifile import Performance
from handmidi.notes import Note
from handmidi.score.align import Alignment, align
from handmidi.score.arrays import NoteArrays
from handmidi.score.astray import with_astray
from handmidi.score.chords import with_chords
from handmidi.score.judge import most_lag_s, reach_s
from handmidi.score.latency import Latency
from handmidi.score.songclock import reached_s, song_pace, song_start_s, to_song_s
from handmidi.score.timemap import follow
from handmidi.score.timing import Timing, around_own
from handmidi.song import Song

_OTHER_START_S = 0.5  # no machine is that late; a lead-in is seldom shorter
_OTHER_TEMPO = 0.01


class Paired(NamedTuple):
    """Song and performance on one clock, in real seconds.

    `reference` and `played` are as they were paired, without the machine's latency. The rest
    is raw, but without the player's breaks: `written_s` is when each reference note was due,
    `struck_s` when each played note came; `even_s` is when it would have been due had the song
    not waited. `pace` is song seconds a second of `even_s`, and `own_pace` as much of it as
    was the player's choice. `song_s` are the played notes in song seconds. `recorded_s` is
    when each note came, breaks and all.
    """

    reference: NoteArrays
    played: NoteArrays
    alignment: Alignment
    written_s: np.ndarray
    even_s: np.ndarray
    struck_s: np.ndarray
    timing: Timing
    song_s: NoteArrays
    recorded_s: np.ndarray
    start_s: float
    pace: float
    own_pace: float
    waited: bool = False


def along_backing(song: Song, performance: Performance, latency: Latency, waited: bool) -> Paired:
    """The backing was the clock: session seconds by the song's marks (`score_performance`)."""
    marks, pace = performance.song_marks, song_pace(performance.song_marks)
    session = _arrays(performance.notes)
    heard = session.later(-latency.ms / 1000)
    # Judged in real seconds: who practises at half speed is not twice as precise for it.
    reference = _arrays(song.melody).slower(pace)
    played = NoteArrays(
        to_song_s(marks, heard.onset_s), to_song_s(marks, heard.end_s), heard.pitch
    ).slower(pace)
    reach = reach_s(song, pace)
    most = most_lag_s(song, pace)
    alignment = align(reference, played, reach, most)
    if not waited:
        alignment = with_astray(reference, played, alignment, reach, most)
    alignment = with_chords(reference, played, alignment, reach)
    song_s = NoteArrays(
        to_song_s(marks, session.onset_s), to_song_s(marks, session.end_s), session.pitch
    )
    if waited:
        written_s, struck_s = reached_s(marks, reference.onset_s * pace), session.onset_s
    else:
        written_s, struck_s = reference.onset_s, song_s.onset_s / pace
    raw_ms = _late_ms(written_s, struck_s, alignment)
    return Paired(
        reference=reference,
        played=played,
        alignment=alignment,
        written_s=written_s,
        even_s=reference.onset_s,
        struck_s=struck_s,
        timing=Timing(raw_ms, raw_ms - latency.ms),
        song_s=song_s,
        recorded_s=struck_s,
        start_s=song_start_s(marks),
        pace=pace,
        own_pace=1.0,
        waited=waited,
    )


def along_player(song: Song, performance: Performance) -> Paired:
    """The player was the clock: breaks, start and a chosen tempo are taken off."""
    reference, played = _arrays(song.melody), _arrays(performance.notes)
    reach = reach_s(song)
    alignment = with_chords(reference, played, align(reference, played, reach), reach)
    unbroken = alignment.clock.without_breaks(played)
    start_s = _start_s(reference, unbroken, alignment)
    other = abs(alignment.slope - 1) > _OTHER_TEMPO
    pace = 1 / alignment.slope if other else 1.0
    written = reference.slower(pace)
    own = unbroken.later(-start_s)
    raw_ms = _late_ms(written.onset_s, own.onset_s, alignment)
    fair_ms = around_own(written.onset_s[alignment.pairs[:, 0]], raw_ms)
    return Paired(
        reference=written,
        played=played,
        alignment=alignment,
        written_s=written.onset_s,
        even_s=written.onset_s,
        struck_s=own.onset_s,
        timing=Timing(raw_ms, fair_ms),
        song_s=own.slower(1 / pace),
        recorded_s=played.onset_s - start_s,
        start_s=start_s,
        pace=pace,
        own_pace=pace,
    )


def _arrays(notes: Sequence[Note]) -> NoteArrays:
    onset_s = np.array([note.onset_s for note in notes], float)
    length_s = np.array([note.duration_s for note in notes], float)
    return NoteArrays(onset_s, onset_s + length_s, np.array([note.pitch for note in notes], int))


def _start_s(reference: NoteArrays, unbroken: NoteArrays, alignment: Alignment) -> float:
    rows, columns = alignment.pairs.T
    if not len(rows):
        return 0.0
    x_s, y_s = reference.onset_s[rows], unbroken.onset_s[columns]
    start_s = float(follow(x_s, y_s, np.zeros(1), alignment.slope)[0])
    return start_s if abs(start_s) > _OTHER_START_S else 0.0


def _late_ms(written_s: np.ndarray, struck_s: np.ndarray, alignment: Alignment) -> np.ndarray:
    pairs = alignment.pairs
    return (struck_s[pairs[:, 1]] - written_s[pairs[:, 0]]) * 1000
