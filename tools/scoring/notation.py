"""Is what was played written where it belongs, and how long does a report take?

Melodies in binary rhythms and in triplets are played with jitter and mistakes, scored, and
written. A note is on its slot if its head stands where the melody writes the note that the
player meant; a stray note, if it stands where the player put it. A second table writes the
melodies themselves from files of coarse and fine ticks and from hands: is every note where
it was composed, with no tuplet too many? The third measures the report's stages.

Run it with ``python -m tools.scoring.notation``.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from handmidi.midifile import Performance, TempoMap
from handmidi.notes import Note
from handmidi.report.engrave import engrave
from handmidi.report.grid import Grid
from handmidi.report.notation import Written, write_melody, write_played
from handmidi.report.staves import build_score, musicxml
from handmidi.score import Score, score_performance
from handmidi.song import Meter, Song, SongNote

SLOT_BAR = 0.95
"""The share of matched notes that must be on their slot, at 120 bpm and 50 ms of jitter."""

_BPM, _JITTER_S = 120, 0.05
_SCALE = (60, 62, 64, 65, 67, 69, 71, 72)
_BINARY = ((1.0,), (1.0,), (0.5, 0.5), (1.5, 0.5), (0.5, 1.0, 0.5), (0.75, 0.25), (2.0,))
_TERNARY = ((1 / 3, 1 / 3, 1 / 3), (2 / 3, 1 / 3), (2 / 3, 2 / 3, 2 / 3))
_WIDTH_MM = 186.0
_BARS = (8, 32, 125, 500)


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    right: int = 0
    of: int = 0

    def plus(self, right: int, of: int) -> Share:
        """With more counted."""
        return Share(self.right + right, self.of + of)

    def __str__(self) -> str:
        return f"{100 * self.right / self.of:.1f} %" if self.of else "–"


def melody(seed: int, bars: int = 16, triplets: float = 0.0) -> Song:
    """A melody in 4/4 at 120 bpm; `triplets` is the share of triplets among its figures."""
    rng = np.random.default_rng([seed, bars])
    tempo = TempoMap([(0.0, round(60e6 / _BPM))])
    notes: list[SongNote] = []
    beat, place = 0.0, 3
    while beat < 4 * bars - 1e-6:
        room = 4 - beat % 4
        kinds = _TERNARY if rng.random() < triplets else _BINARY
        figures = [f for f in kinds if sum(f) <= room + 1e-6] or [(1.0,)]
        for beats in figures[rng.integers(len(figures))]:
            place = int(np.clip(place + rng.integers(-2, 3), 0, len(_SCALE) - 1))
            start_s, end_s = tempo.seconds(beat), tempo.seconds(beat + beats)
            note = SongNote(start_s, _SCALE[place], end_s - start_s, beat=beat, beats=beats)
            notes.append(note)
            beat = round(12 * (beat + beats)) / 12
    meters = (Meter(0.0, 4, 4),)
    return Song("melody", "Melody", "", tuple(notes), (), tempo, meters, 0, 0.0, 4.0 * bars)


def slots(seeds: Iterable[int], triplets: float, errors: float) -> tuple[Share, Share, Share]:
    """Matched notes on their slot, stray notes on theirs, and bars with a tuplet too many.

    Parameters
    ----------
    seeds : iterable of int
    triplets : float
        Share of triplets among the melody's figures.
    errors : float
        Shares of missed, of wrong and of stray notes.
    """
    matched, strays, tuplets = Share(), Share(), Share()
    for seed in seeds:
        song = melody(seed, triplets=triplets)
        grid = Grid.of(song)
        notes, wanted, stray = _played(song, grid, errors, np.random.default_rng(seed))
        marks = ((0.0, 0.0), (song.length_s, song.length_s))
        score = score_performance(song, Performance(tuple(notes), marks))
        staff, _ = write_played(song, notes, score, grid)
        found = {h.index: n.step for n in staff for h in n.heads}
        pairs = [v.played for v in score.verdicts if v.played in wanted and v.timing_ms is not None]
        matched = matched.plus(sum(found.get(j) == wanted[j] for j in pairs), len(pairs))
        left = [j for j in score.extras if j in stray]
        strays = strays.plus(sum(found.get(j) == stray[j] for j in left), len(left))
        tuplets = tuplets.plus(_tuplets_too_many(staff, grid, song), len(grid.bars))
    return matched, strays, tuplets


def _played(
    song: Song, grid: Grid, errors: float, rng: np.random.Generator
) -> tuple[list[Note], dict[int, int], dict[int, int]]:
    """Notes, the step of each that was meant, and that of each stray one."""
    out: list[tuple[Note, int, bool]] = []
    for note in song.melody:
        step = grid.step(note.beat)
        if rng.random() >= errors:
            pitch = note.pitch + (1 if rng.random() < errors else 0)
            out.append((_late(note.onset_s, pitch, note.duration_s, rng), step, False))
    taken = {grid.step(note.beat) for note in song.melody}
    free = [s for s in grid.steps[:-1] if s not in taken and grid.offbeat(s) <= 1.0]
    for step in rng.choice(free, min(rng.binomial(len(song.melody), errors), len(free)), False):
        onset_s = song.tempo.seconds(step / grid.per_quarter)
        out.append((_late(onset_s, 84, 0.1, rng), int(step), True))
    out.sort(key=lambda item: item[0])
    wanted = {j: step for j, (_, step, is_stray) in enumerate(out) if not is_stray}
    stray = {j: step for j, (_, step, is_stray) in enumerate(out) if is_stray}
    return [note for note, _, _ in out], wanted, stray


def _late(onset_s: float, pitch: int, duration_s: float, rng: np.random.Generator) -> Note:
    return Note(max(onset_s + float(rng.normal(0, _JITTER_S)), 0.0), pitch, 0.9 * duration_s)


def _tuplets_too_many(staff: Sequence[Written], grid: Grid, song: Song) -> int:
    """Bars in which a note begins at a third of a beat where the melody has no triplet."""
    own = {int(n.beat // 4) for n in song.melody if abs(n.beat * 4 - round(n.beat * 4)) > 0.1}
    sixteenth = grid.per_quarter // 4
    return len({n.step // (4 * grid.per_quarter) for n in staff if n.step % sixteenth} - own)


def references(seeds: Iterable[int], triplets: float, sd_beats: float, ticks: int) -> Share:
    """Melody notes on the slot where they were composed.

    Parameters
    ----------
    seeds : iterable of int
    triplets : float
    sd_beats : float
        Of the onsets, as when a hand played the file.
    ticks : int
        To a quarter note: onsets are rounded to them.
    """
    share = Share()
    for seed in seeds:
        song, rng = melody(seed, triplets=triplets), np.random.default_rng(seed)
        beats = [
            max(round((n.beat + rng.normal(0, sd_beats)) * ticks) / ticks, 0.0) for n in song.melody
        ]
        moved = sorted(zip(beats, song.melody, strict=True), key=lambda item: item[0])
        notes = tuple(replace(n, beat=b, onset_s=song.tempo.seconds(b)) for b, n in moved)
        grid = Grid.of(replace(song, melody=notes))
        places = [grid.step(b) / grid.per_quarter for b, _ in moved]
        right = sum(abs(p - n.beat) < 0.01 for p, (_, n) in zip(places, moved, strict=True))
        share = share.plus(right, len(notes))
    return share


def speeds(bars: Sequence[int] = _BARS) -> list[tuple[int, float, float, float]]:
    """Processor seconds of notation, MusicXML and engraving for each length, once warm."""
    _stages(_BARS[0])
    return [(count, *_stages(count)) for count in bars]


def _stages(bars: int) -> tuple[float, float, float]:
    song = melody(1, bars, triplets=0.1)
    notes = [Note(n.onset_s, n.pitch, n.duration_s) for n in song.melody]
    marks = ((0.0, 0.0), (song.length_s, song.length_s))
    score: Score = score_performance(song, Performance(tuple(notes), marks))
    times = [time.process_time()]
    grid = Grid.of(song)
    played, _ = write_played(song, notes, score, grid)
    reference = write_melody(song, score, grid)
    times.append(time.process_time())
    xml = musicxml(build_score(song, grid, reference, played))
    times.append(time.process_time())
    engrave(xml, _WIDTH_MM)
    times.append(time.process_time())
    return tuple(float(d) for d in np.diff(times))


def section(seeds: Sequence[int] = range(50), bars: Sequence[int] = _BARS) -> list[list[list[str]]]:
    """The three tables, each as rows of texts with the heads first."""
    rows = [["melodies", "mistakes", "matched on slot", "strays on slot", "bars with odd tuplets"]]
    for name, triplets in (("binary", 0.0), ("with triplets", 0.3)):
        for errors in (0.0, 0.05, 0.15):
            found = slots(seeds, triplets, errors)
            rows.append([name, f"{100 * errors:.0f} %", *map(str, found)])
    files = [["melodies", "file", "notes where composed"]]
    for name, triplets in (("binary", 0.0), ("with triplets", 0.3)):
        for kind, sd, ticks in (("96 ticks", 0, 96), ("480 ticks", 0, 480), ("960 ticks", 0, 960)):
            files.append([name, kind, str(references(seeds, triplets, sd, ticks))])
        for sd in (0.02, 0.04, 0.06):
            shown = f"by hand, ±{sd * 60_000 / _BPM:.0f} ms"
            files.append([name, shown, str(references(seeds, triplets, sd, 480))])
    times = [["bars", "notation", "MusicXML", "engraving", "all, processor time", "a bar"]]
    for count, *stages in speeds(bars):
        total = sum(stages)
        shown = [f"{s:.2f} s" for s in (*stages, total)]
        times.append([str(count), *shown, f"{1000 * total / count:.1f} ms"])
    return [rows, files, times]


if __name__ == "__main__":
    for table in section():
        for row in table:
            print(" | ".join(row))
        print()
