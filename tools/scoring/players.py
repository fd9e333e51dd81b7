"""Simulated players: a song as somebody plays it, and which note was meant for which.

Where a passage was played more than once, a note counts the last time that it was struck:
what somebody mends by starting again is mended.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from handmidi.midifile import Performance, TempoMap
from handmidi.notes import Note
from handmidi.song import Meter, Song, SongNote

SCALE = (65, 67, 68, 71, 73, 75, 76, 79)
"""Zones of the instrument that `walk` is played on."""

_GLIDE_S = 0.04
_PART = 4  # pauses, skips and restarts keep out of the first and the last quarter

Pairs = set[tuple[int, int]]


@dataclass(frozen=True)
class Player:
    """How a melody is played.

    Parameters
    ----------
    missed, wrong, extra : float
        Shares of the notes.
    near : bool
        Wrong notes come from the next zones, instead of from any.
    jitter_s : float
        Standard deviation of the onsets.
    late_s, slower : float
        A constant latency, and seconds played for each second written.
    sway : float
        The tempo swings by this share, once in twenty seconds.
    pause_s, pauses : float, int
        How long the player stops, and how often.
    skipped, skips : int
        Notes left out at once, without a hole in time, and how often.
    again, agains : int
        Notes played again at once, without a hole in time, and how often in the same place.
    false_start : int
        Notes played, and left with a breath of two seconds, before the song is begun.
    glides : float
        Share of the notes before which every zone sounds that the hand passes.
    backing : bool
        The song's clock is given with the notes.
    """

    missed: float = 0.05
    wrong: float = 0.05
    extra: float = 0.05
    near: bool = False
    jitter_s: float = 0.06
    late_s: float = 0.15
    slower: float = 1.03
    sway: float = 0.0
    pause_s: float = 0.0
    pauses: int = 1
    skipped: int = 0
    skips: int = 1
    again: int = 0
    agains: int = 1
    false_start: int = 0
    glides: float = 0.0
    backing: bool = False

    def play(self, song: Song, seed: int) -> tuple[Performance, Pairs]:
        """A performance, and the true pairs of reference and played index."""
        rng = np.random.default_rng(seed)
        zones = zones_of(song)
        meant: list[tuple[Note, int | None]] = []
        for i, shift_s in self._visits(song, rng):
            meant += self._notes(song, zones, i, shift_s, rng)
        meant += self._strays(song, zones, meant, rng)
        meant.sort(key=lambda item: item[0])
        truth = {i: j for j, (_, i) in enumerate(meant) if i is not None}  # the last time counts
        marks = ((0.0, 0.0),) if self.backing else ()
        return Performance(tuple(note for note, _ in meant), marks), set(truth.items())

    def _visits(self, song: Song, rng: np.random.Generator) -> list[tuple[int, float]]:
        """Every note that is come to, and how much later than written, tempo apart."""
        count = len(song.melody)
        onset_s = [note.onset_s * self.slower for note in song.melody]
        stops = max(self.pauses if self.pause_s else 1, self.skips if self.skipped else 1)
        places = {int(rng.integers(count // _PART, (_PART - 1) * count // _PART))}
        while len(places) < min(stops, count // 2):
            places.add(int(rng.integers(count // _PART, (_PART - 1) * count // _PART)))
        visits, shift_s, i = [], self.late_s, 0
        if self.false_start:
            visits = [(k, shift_s) for k in range(self.false_start)]
            shift_s += onset_s[self.false_start] - onset_s[0] + 2.0
        agains = self.agains if self.again else 0
        while i < count:
            if i in places:  # whoever skips or goes back does so without a hole in time
                shift_s += self.pause_s
                to = min(i + self.skipped, count - 1) if self.skipped else i
                if self.again and agains:
                    to, agains = max(i - self.again, 0), agains - 1
                if not (self.again and agains):
                    places.discard(i)
                shift_s += onset_s[i] - onset_s[to]
                i = to
            visits.append((i, shift_s))
            i += 1
        return visits

    def _notes(self, song, zones, i, shift_s, rng) -> list[tuple[Note, int | None]]:
        note = song.melody[i]
        if rng.random() < self.missed:
            return []
        pitch = note.pitch
        if rng.random() < self.wrong:
            others = [p for p in zones if p != pitch] or [pitch + 1]
            if self.near:
                others = sorted(others, key=lambda p: abs(p - pitch))[:2]
            pitch = int(rng.choice(others))
        onset_s = note.onset_s * self.slower + shift_s + rng.normal(0, self.jitter_s)
        if self.sway:
            onset_s += self.sway * 20 / (2 * np.pi) * np.sin(2 * np.pi * onset_s / 20)
        onset_s = max(float(onset_s), 0.0)
        out: list[tuple[Note, int | None]] = [(Note(onset_s, pitch, 0.3), i)]
        if i and rng.random() < self.glides:
            start, end = zones.index(song.melody[i - 1].pitch), zones.index(note.pitch)
            passed = zones[min(start, end) + 1 : max(start, end)]
            passed = passed if start < end else passed[::-1]
            for k, stray in enumerate(reversed(passed), 1):
                out.append((Note(max(onset_s - _GLIDE_S * k, 0.0), stray, _GLIDE_S), None))
        return out

    def _strays(self, song, zones, meant, rng) -> list[tuple[Note, int | None]]:
        last_s = max((note.onset_s for note, _ in meant), default=song.melody[-1].onset_s)
        count = rng.binomial(len(song.melody), self.extra)
        times, pitches = rng.uniform(0, last_s, count), rng.choice(zones, count)
        return [(Note(float(t), int(p), 0.2), None) for t, p in zip(times, pitches, strict=True)]


def zones_of(song: Song) -> tuple[int, ...]:
    """The pitches that the song can be played with, ascending."""
    used = {note.pitch for note in song.melody}
    return SCALE if used <= set(SCALE) else tuple(sorted(used))


def walk(seed: int, count: int = 52, beat_s: float = 0.5) -> Song:
    """A melody that walks over eight zones: mostly quarter notes, some halves and eighths."""
    rng = np.random.default_rng(1000 + seed)
    zone, beat, notes = 3, 0.0, []
    for _ in range(count):
        zone = int(np.clip(zone + rng.integers(-3, 4), 0, len(SCALE) - 1))
        beats = float(rng.choice([1.0, 1.0, 1.0, 2.0, 0.5]))
        notes.append(SongNote(beat * beat_s, SCALE[zone], beats * beat_s, beat=beat, beats=beats))
        beat += beats
    tempo = TempoMap([(0.0, round(beat_s * 1e6))])
    return Song("walk", "Walk", "", tuple(notes), (), tempo, (Meter(0.0, 4, 4),), 0, 0.0, beat)
