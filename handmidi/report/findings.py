"""What happened to a take as a whole, in sentences: the backing lost, stops, bars left out."""

from __future__ import annotations

from handmidi.report.words import bars_words
from handmidi.score import Score
from handmidi.score.astray import astray_runs
from handmidi.score.bars import numbers_at
from handmidi.song import Song

_LEAST_PAUSE_S = 0.25  # shorter ones come with going on elsewhere


def find(song: Song, score: Score) -> list[str]:
    """Sentences to be read before the figures, which they explain; none for most takes.

    Parameters
    ----------
    song : Song
    score : Score
        With `Score.astray` of a player who lost the backing, or `Score.breaks` of one who
        played without.

    Returns
    -------
    list of str
        Such as "From bar 13 to bar 16 you were 620 ms behind the backing." and "You stopped
        2.5 s before bar 9."
    """
    out = []
    for run in astray_runs(song, score):
        first, last = bars_words(run.first_bar, run.first_bar), f"bar {run.last_bar}"
        where = f"In {first}" if run.first_bar == run.last_bar else f"From {first} to {last}"
        side = "behind" if run.ms > 0 else "ahead of"
        out.append(f"{where} you were {_length_words(run.ms)} {side} the backing.")
    numbers = numbers_at(song, [note.beat for note in song.melody]).tolist()
    for each in score.breaks:
        here = bars_words(numbers[each.reference], numbers[each.reference])
        if each.pause_s >= _LEAST_PAUSE_S:
            out.append(f"You stopped {each.pause_s:.1f} s {_before(song, each.reference, here)}.")
        if each.skipped > 0:
            left_out = numbers[each.reference - each.skipped : each.reference]
            notes = "1 note" if each.skipped == 1 else f"{each.skipped} notes"
            out.append(f"You left out {notes} in {bars_words(left_out[0], left_out[-1])}.")
        elif each.skipped < 0:
            out.append(f"You went back to {here}.")
    return out


def _before(song: Song, reference: int, bar: str) -> str:
    """Where a note begins a bar, the stop was before that bar, else in it."""
    beat = song.melody[reference].beat
    first = reference == 0 or any(
        song.melody[reference - 1].beat < line - 1e-6 <= beat for line in song.bars
    )
    return f"before {bar}" if first else f"in {bar}"


def _length_words(ms: float) -> str:
    return f"{abs(ms):.0f} ms" if abs(ms) < 1000 else f"{abs(ms) / 1000:.1f} s"
