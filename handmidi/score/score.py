"""A performance against its song: one clock for both, then pairs, verdicts and figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from handmidi.midifile import Performance
from handmidi.score.astray import Astray
from handmidi.score.bars import score_bars
from handmidi.score.judge import CORRECT, Verdict, judge
from handmidi.score.latency import NO_LATENCY, Latency
from handmidi.score.oneclock import Paired, along_backing, along_player
from handmidi.score.result import Score
from handmidi.score.songclock import GRAIN_S
from handmidi.score.strict import Strict, strict
from handmidi.score.tempo import tempo_curve, tempo_ratio
from handmidi.score.timing import bias_ms, spread_ms, steadiness_ms
from handmidi.song import Song

_ABOUT = 9  # notes that tell how late the player was: a few stray ones leave their median alone


def score_performance(
    song: Song, performance: Performance, latency: Latency = NO_LATENCY, waited: bool = False
) -> Score:
    """Score a performance against the melody of its song.

    With song marks the backing was the clock: timing is told against it, in real
    milliseconds whatever its tempo was, and a note counts only near its time, after the
    given latency and a limited further one and drift (`judge.most_lag_s`). The fitted lag
    only pairs notes: early and late are told without it. A player who lost the backing is
    followed all the same, so that right notes at a wrong time are no wrong notes: they are
    missed, and `Score.astray` tells where they were.

    Without marks the player is the clock: tempo, pauses and skipped phrases are followed
    when notes are paired. Whatever is told of time leaves `Score.breaks` out, as if each
    stretch had gone on where the one before ended; but for `Score.strict`. The file's second 0
    is taken as the song's, unless the fitted start lies more than 0.5 s from it. Then the
    performance plainly began at another moment (a recording from a DAW, a count-in), and that
    start, which includes the player's mean lateness, is subtracted. `Score.start_s` says which
    was used. Likewise a tempo that is more than 1 % off was chosen: timing is told against it,
    and `Score.tempo_ratio` tells it. Early and late are then told against the notes near by
    (`timing.around_own`), and no latency is subtracted: nothing was heard.

    Parameters
    ----------
    song : Song
    performance : Performance
    latency : Latency, optional
        How late the backing was heard.
    waited : bool, optional
        The backing waited for the player. Notes are then paired in song time, and timing
        is told from the session second at which the song first reached the note. Needs
        song marks; without effect where there are none.

    Returns
    -------
    Score

    Raises
    ------
    ValueError
        If the song has no melody notes.
    """
    if not song.melody:
        raise ValueError(f"song {song.name!r}: melody must have at least one note")
    if performance.song_marks:
        return _figures(song, along_backing(song, performance, latency, waited), latency)
    return _figures(song, along_player(song, performance), NO_LATENCY)


def _figures(song: Song, paired: Paired, latency: Latency) -> Score:
    timing, pace = paired.timing, paired.pace
    verdicts, extras = judge(paired.reference, paired.played, paired.alignment, timing)
    correct = sum(v.verdict == CORRECT for v in verdicts)
    references, notes = len(verdicts), len(paired.struck_s)
    rows, columns = paired.alignment.pairs.T
    even_s, struck_s = paired.even_s[rows], paired.struck_s[columns]
    ratio = tempo_ratio(even_s, struck_s)
    bias = bias_ms(timing.raw_ms)
    bars_s = [song.tempo.seconds(beat) / pace for beat in song.bars]
    curve = tempo_curve(even_s, struck_s, bars_s)
    fair_ms = np.full(references, np.nan)
    fair_ms[rows] = timing.fair_ms
    extras_s = _places_s(paired, list(extras)).tolist()
    bars, practise = score_bars(song, verdicts, fair_ms, extras_s)
    return Score(
        accuracy=correct / (references + len(extras)),
        precision=correct / notes if notes else None,
        recall=correct / references,
        f_measure=2 * correct / (references + notes),
        timing_bias_ms=bias,
        timing_spread_ms=None if paired.waited else spread_ms(timing.raw_ms),
        tempo_ratio=None if ratio is None else ratio * paired.own_pace,
        verdicts=verdicts,
        extras=extras,
        extras_s=tuple(extras_s),
        onsets_s=tuple(paired.song_s.onset_s.tolist()),
        ends_s=tuple(paired.song_s.end_s.tolist()),
        start_s=paired.start_s,
        latency=latency,
        corrected_bias_ms=None if bias is None else bias - latency.ms,
        strict=None if paired.waited else _strict(paired),
        coverage=_coverage(song, verdicts),
        streak=_streak(verdicts),
        steadiness_ms=None if paired.waited else steadiness_ms(even_s, timing.raw_ms),
        tempo_curve=tuple((at_s * pace, tempo * paired.own_pace) for at_s, tempo in curve),
        bars=bars,
        practise=practise,
        waited=paired.waited,
        astray=_astray(paired),
        breaks=paired.alignment.breaks,
    )


def _astray(paired: Paired) -> tuple[Astray, ...]:
    found = paired.alignment.astray.tolist()
    late_ms = ((paired.struck_s[j] - paired.written_s[i]) * 1000 for i, j in found)
    return tuple(Astray(i, j, float(ms)) for (i, j), ms in zip(found, late_ms, strict=True))


def _places_s(paired: Paired, extras: list[int]) -> np.ndarray:
    """Where in the song extra notes fell, in song seconds: less the median lateness about them."""
    alignment, clock_s = paired.alignment, paired.song_s.onset_s[extras]
    rows, columns = np.concatenate([alignment.pairs, alignment.before]).T
    if paired.waited or not len(rows):
        return clock_s + GRAIN_S  # what is tried while the song waits is meant for its next note
    order = np.lexsort((paired.even_s[rows], paired.struck_s[columns]))
    there_s = paired.struck_s[columns][order]
    width = min(_ABOUT, len(there_s))
    late_s = there_s - paired.even_s[rows][order]
    near_s = np.median(np.lib.stride_tricks.sliding_window_view(late_s, width), axis=1)
    first = np.searchsorted(there_s, paired.struck_s[extras]) - width // 2
    return (paired.struck_s[extras] - near_s[first.clip(0, len(near_s) - 1)]) * paired.pace


def _strict(paired: Paired) -> Strict:
    written, struck = paired.reference.pitch, paired.played.pitch
    return strict(paired.written_s, written, paired.recorded_s, struck)


def _coverage(song: Song, verdicts: Sequence[Verdict]) -> float:
    right = {song.melody[v.reference].pitch for v in verdicts if v.verdict == CORRECT}
    return len(right) / len({note.pitch for note in song.melody})


def _streak(verdicts: Sequence[Verdict]) -> int:
    longest = run = 0
    for verdict in verdicts:
        run = run + 1 if verdict.verdict == CORRECT else 0
        longest = max(longest, run)
    return longest
