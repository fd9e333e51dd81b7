"""Simulated players, whose every note is known: does the score pair what they meant?"""

from dataclasses import dataclass

import numpy as np
import pytest

from handmidi.midifile import Performance, TempoMap
from handmidi.notes import Note
from handmidi.score import score_performance
from handmidi.song import Meter, Song, SongNote

SEEDS = 50
SCALE = (65, 67, 68, 71, 73, 75, 76, 79)


@dataclass(frozen=True)
class Player:
    """How a melody is played; seconds, and shares of the notes."""

    missed: float = 0.05
    wrong: float = 0.05
    extra: float = 0.05
    jitter_s: float = 0.06
    late_s: float = 0.15
    slower: float = 1.03
    pause_s: float = 0.0
    skipped: int = 0
    again: int = 0
    glides: float = 0.0
    backing: bool = False

    def play(self, song: Song, seed: int) -> tuple[Performance, set[tuple[int, int]]]:
        """A performance, and the true pairs of reference and played index."""
        rng = np.random.default_rng(seed)
        count = len(song.melody)
        middle = int(rng.integers(count // 4, 3 * count // 4))
        visits = list(range(count))
        if self.skipped:
            visits = visits[:middle] + visits[middle + self.skipped :]
        if self.again:
            visits = visits[:middle] + visits[middle - self.again :]
        notes: list[tuple[Note, int | None]] = []
        shift_s = self.late_s
        for place, i in enumerate(visits):
            if place == middle:  # whoever skips or goes back does so without a hole in time
                shift_s += self.pause_s
                before, here = song.melody[visits[place - 1]], song.melody[i]
                step_s = song.melody[visits[place - 1] + 1].onset_s - before.onset_s
                shift_s += (before.onset_s + step_s - here.onset_s) * self.slower
            notes += self._notes(song, i, shift_s, rng)
        notes += self._strays(song, rng)
        notes.sort(key=lambda item: item[0])
        truth = {i: j for j, (_, i) in enumerate(notes) if i is not None}  # the last time counts
        marks = ((0.0, 0.0),) if self.backing else ()
        return Performance(tuple(n for n, _ in notes), marks), set(truth.items())

    def _notes(self, song, i, shift_s, rng):
        note = song.melody[i]
        if rng.random() < self.missed:
            return []
        pitch = note.pitch
        if rng.random() < self.wrong:
            pitch = int(rng.choice([p for p in SCALE if p != pitch]))
        onset_s = note.onset_s * self.slower + shift_s + rng.normal(0, self.jitter_s)
        onset_s = max(onset_s, 0.0)
        out = [(Note(onset_s, pitch, 0.3), i)]
        if i and rng.random() < self.glides:  # every zone between sounds as the hand passes it
            start, end = SCALE.index(song.melody[i - 1].pitch), SCALE.index(note.pitch)
            passed = SCALE[min(start, end) + 1 : max(start, end)]
            passed = passed if start < end else passed[::-1]
            for k, stray in enumerate(reversed(passed), 1):
                out.append((Note(max(onset_s - 0.04 * k, 0.0), stray, 0.04), None))
        return out

    def _strays(self, song, rng):
        last_s = song.melody[-1].onset_s * self.slower + self.late_s
        count = rng.binomial(len(song.melody), self.extra)
        times, pitches = rng.uniform(0, last_s, count), rng.choice(SCALE, count)
        return [(Note(float(t), int(p), 0.2), None) for t, p in zip(times, pitches, strict=True)]


def melody(seed: int, count: int = 52, beat_s: float = 0.5) -> Song:
    rng = np.random.default_rng(1000 + seed)
    zone, beat, notes = 3, 0.0, []
    for _ in range(count):
        zone = int(np.clip(zone + rng.integers(-3, 4), 0, len(SCALE) - 1))
        beats = float(rng.choice([1.0, 1.0, 1.0, 2.0, 0.5]))
        notes.append(SongNote(beat * beat_s, SCALE[zone], beats * beat_s, beat=beat, beats=beats))
        beat += beats
    tempo = TempoMap([(0.0, round(beat_s * 1e6))])
    meters = (Meter(0.0, 4, 4),)
    return Song("walk", "Walk", "", tuple(notes), (), tempo, meters, 0, 0.0, beat)


def pairing_f1(player: Player, seeds: range, count: int = 52) -> float:
    right = found = true = 0
    for seed in seeds:
        song = melody(seed, count)
        performance, truth = player.play(song, seed)
        score = score_performance(song, performance)
        pairs = {(v.reference, v.played) for v in score.verdicts if v.timing_ms is not None}
        right, found, true = right + len(pairs & truth), found + len(pairs), true + len(truth)
    return 2 * right / (found + true)


PLAYERS = {
    "usual": (Player(), 0.99),
    "fast": (Player(slower=0.97), 0.99),
    "poor": (Player(missed=0.15, wrong=0.15, extra=0.15, jitter_s=0.1), 0.94),
    "play-along": (Player(slower=1.0, backing=True), 0.99),
    "poor play-along": (
        Player(missed=0.15, wrong=0.15, extra=0.15, jitter_s=0.1, slower=1.0, backing=True),
        0.94,
    ),
    "pause": (Player(pause_s=3.0), 0.99),
    "skipped phrase": (Player(skipped=8), 0.97),
    "glides": (Player(glides=1.0), 0.98),
    "restart": (Player(again=5), 0.92),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", PLAYERS)
def test_pairs_what_was_meant(name):
    player, least = PLAYERS[name]
    assert pairing_f1(player, range(SEEDS)) >= least


if __name__ == "__main__":
    for name, (player, _) in PLAYERS.items():
        print(f"{name:18} {pairing_f1(player, range(SEEDS)):.4f}")
