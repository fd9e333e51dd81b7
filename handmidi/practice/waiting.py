"""A backing that waits for the right note.

The song stands at each note of the melody until one of the note's pitches is played. What the
backing has up to the next note is scheduled then, and not before: FluidSynth's clock never
stops, so that what sounds rings on, and nothing comes that the player has not asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

import mido

from handmidi.beat import BeatLine
from handmidi.notes import TimedMessage
from handmidi.outputs.synth import Synth
from handmidi.practice.backing import Backing, Mark, bpm_at
from handmidi.song import Song

_CHORD_S = 0.03  # notes as near as this are struck together
_EARLY_BEATS, _EARLY_S = 0.35, 0.3
_SOON_S = 0.5
JUST_BEFORE_S = 0.001
"""A song that was left while it waited was played up to so much before the note, in seconds."""

_TICK_S = 1e-4  # how exactly a mark says where the song stood


class Halt(NamedTuple):
    """A place where the song waits.

    Parameters
    ----------
    song_s : float
        Where it stands, in song seconds.
    pitches : frozenset of int
        Any of them lets it go on.
    early_s : float
        How long before its time one of them counts already, in song seconds.
    """

    song_s: float
    pitches: frozenset[int]
    early_s: float


def halts(song: Song, rate: float = 1.0) -> list[Halt]:
    """Where a song waits: at each onset of its melody, in order.

    A note may come up to 0.35 beats early, at most 0.3 s in the session, and never before the
    middle between the last onset and its own: else the second of two equal notes would be taken
    for played with the first.

    Parameters
    ----------
    song : Song
    rate : float
        1.0 is the song's own tempo.
    """
    out: list[Halt] = []
    for onset_s, pitches in _onsets(song):
        early_s = min(_EARLY_BEATS * 60 / bpm_at(song, onset_s), _EARLY_S * rate)
        if out:
            early_s = min(early_s, (onset_s - out[-1].song_s) / 2)
        out.append(Halt(onset_s, pitches, early_s))
    return out


def _onsets(song: Song) -> Iterable[tuple[float, frozenset[int]]]:
    first_s: list[float] = []  # of each note's chord
    for note in song.melody:
        together = first_s and note.onset_s - first_s[-1] <= _CHORD_S
        first_s.append(first_s[-1] if together else note.onset_s)
    for onset_s, pairs in groupby(zip(first_s, song.melody, strict=True), key=lambda p: p[0]):
        yield onset_s, frozenset(note.pitch for _, note in pairs)


def as_waited(
    timed: Iterable[TimedMessage], marks: Sequence[Mark], rate: float = 1.0
) -> list[TimedMessage]:
    """A song's messages where they sounded in a take that waited.

    Parameters
    ----------
    timed : iterable of TimedMessage
        In song seconds.
    marks : sequence of Mark
        Of the take, at least one.
    rate : float
        1.0 is the song's own tempo.

    Returns
    -------
    list of TimedMessage
        In session seconds.
    """
    marks = sorted(marks)
    went_on = [marks[0]]
    for _, same in groupby(marks, key=lambda mark: mark[1]):
        stood = list(same)
        if len(stood) > 1:
            went_on.append(stood[-1])
    starts = [song_s - _TICK_S for _, song_s in went_on]
    out = []
    for each in timed:
        at_s, song_s = went_on[max(bisect_right(starts, each.time_s) - 1, 0)]
        out.append(TimedMessage(at_s + (each.time_s - song_s) / rate, each.message))
    return out


class WaitingBacking(Backing):
    """Plays a song's backing as far as the player has come.

    Marks say where the song stopped and when it went on. `observe` and `heard` belong to one
    thread; any thread may ask where the song stands.

    Parameters
    ----------
    song : Song
    rate : float
        1.0 is the song's own tempo.
    synth : Synth, optional
        Started; without one the song runs silently on the session's clock.
    bars : int
        Of the count-in, from 0.
    """

    def __init__(
        self, song: Song, rate: float = 1.0, synth: Synth | None = None, bars: int = 1
    ) -> None:
        super().__init__(song, rate, synth, bars=bars)
        self._halts = iter(halts(song, rate))
        self._halt = next(self._halts, None)
        self._told = 0

    def _end_s(self, now_s: float) -> float:
        end_s = super()._end_s(now_s)
        return min(end_s, self._halt.song_s - _TICK_S) if self._halt else end_s

    def song_s(self, session_s: float) -> float:
        """Where the song stands, in seconds of its own tempo; negative in the count-in."""
        halt = self._halt  # before the clock: it goes on only after the clock was set back
        song_s = super().song_s(session_s)
        return min(song_s, halt.song_s) if halt else song_s

    def line(self, session_s: float) -> BeatLine:
        """The song's beat, and its own tempo also where it stands."""
        bpm = bpm_at(self.song, self.song_s(session_s)) * self.rate
        return BeatLine(session_s - self._beat(session_s) * 60 / bpm, bpm)

    def awaited(self, now_s: float) -> tuple[int, ...]:
        """The pitches of which one must be played before the song goes on, from low to high."""
        halt = self._halt
        stands = halt and super().song_s(now_s) >= halt.song_s
        return tuple(sorted(halt.pitches)) if stands else ()

    def observe(self, now_s: float) -> list[Mark]:
        """Look at the clocks; returns the marks that are due."""
        marks = super().observe(now_s)
        return [*self._stop(now_s), *marks]

    def heard(self, now_s: float, messages: Iterable[mido.Message]) -> list[Mark]:
        """Learn what the hand plays at session second `now_s`; returns the marks of it.

        The right note lets the song go on. One that comes a little early counts, too: then the
        song does not even stop.
        """
        marks = self._stop(now_s)
        for message in messages:
            if message.type == "note_on" and message.velocity and self._opens(message, now_s):
                marks += self._go_on(now_s)
        return marks

    def _opens(self, message: mido.Message, now_s: float) -> bool:
        halt = self._halt
        if not halt or message.note not in halt.pitches:
            return False
        return super().song_s(now_s) >= halt.song_s - halt.early_s

    def _stop(self, now_s: float) -> list[Mark]:
        """Marks of a song that has come to stand: when it did, and that it stood a moment later."""
        halt = self._halt
        if not halt or self._told > 1 or super().song_s(now_s) < halt.song_s:
            return []
        self._told += 1
        return [(now_s if self._told > 1 else self.session_s(halt.song_s), halt.song_s)]

    def _go_on(self, now_s: float) -> list[Mark]:
        halt, marks = self._halt, []
        if self._told:
            self._song_at_s = self._course.position(now_s) - self._from_start(halt.song_s)
            self._next_mark_s = halt.song_s + _SOON_S  # so that the take knows the pace from here
            marks.append((now_s, halt.song_s))
        self._halt, self._told = next(self._halts, None), 0
        self._fill(now_s)
        return marks
