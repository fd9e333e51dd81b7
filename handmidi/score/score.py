"""A performance against its song: verdicts, metrics, and their JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from handmidi.midifile import Performance
from handmidi.notes import Note
from handmidi.score.align import Alignment, NoteArrays, align
from handmidi.score.judge import CORRECT, Verdict, judge, most_lag_s, reach_s
from handmidi.score.songclock import Marks, song_pace, song_start_s, to_song_s
from handmidi.score.timemap import robust_slope
from handmidi.song import Song

_OTHER_START_S = 2.0
_RATIO_DIGITS, _MS_DIGITS = 4, 1
_OTHER_TEMPO = 0.01


@dataclass(frozen=True, slots=True)
class Score:
    """How well a song was played.

    Parameters
    ----------
    accuracy : float
        Correct notes ÷ (reference notes + extra notes), 0..1.
    precision : float or None
        Correct notes ÷ played notes, 0..1; None if nothing was played.
    recall : float
        Correct notes ÷ reference notes, 0..1.
    f_measure : float
        Harmonic mean of precision and recall, 0..1.
    timing_bias_ms : float or None
        Median of `timing_ms` over the correct and wrong notes; positive is late. None with
        fewer than two of them.
    timing_spread_ms : float or None
        Root mean square distance of `timing_ms` from the bias: the standard deviation that
        musicians and papers quote, about the median. No further robustness is needed,
        since notes out of reach are not paired. None with fewer than two notes.
    tempo_ratio : float or None
        Reference duration ÷ played duration: 1.03 was played 3 % too fast, 0.97 too slowly.
        The inverse of the robust slope of played over reference onsets, both in song
        seconds: with a backing, 1.0 kept its tempo. None if no two paired notes are a
        second apart.
    verdicts : tuple of Verdict
        One per reference note, in onset order.
    extras : tuple of int
        Played notes that no verdict names, ascending.
    onsets_s : tuple of float
        Onset of every played note in song seconds.
    start_s : float
        Session second at which song second 0 was taken to be.
    """

    accuracy: float
    precision: float | None
    recall: float
    f_measure: float
    timing_bias_ms: float | None
    timing_spread_ms: float | None
    tempo_ratio: float | None
    verdicts: tuple[Verdict, ...]
    extras: tuple[int, ...]
    onsets_s: tuple[float, ...]
    start_s: float

    def to_dict(self) -> dict[str, object]:
        """What ``handmidi score --json`` prints: ratios to 4 decimals, times to 0.1 ms.

        Without `onsets_s`, which follows from the notes and `start_s` or the marks.
        """
        return {
            "accuracy": _rounded(self.accuracy),
            "precision": _rounded(self.precision),
            "recall": _rounded(self.recall),
            "f_measure": _rounded(self.f_measure),
            "timing_bias_ms": _rounded(self.timing_bias_ms, _MS_DIGITS),
            "timing_spread_ms": _rounded(self.timing_spread_ms, _MS_DIGITS),
            "tempo_ratio": _rounded(self.tempo_ratio),
            "verdicts": [
                {**asdict(v), "timing_ms": _rounded(v.timing_ms, _MS_DIGITS)} for v in self.verdicts
            ],
            "extras": list(self.extras),
            "start_s": _rounded(self.start_s),
        }

    def to_json(self) -> str:
        """`to_dict` as indented JSON, ending with a line break."""
        return json.dumps(self.to_dict(), indent=2) + "\n"


def _rounded(value: float | None, digits: int = _RATIO_DIGITS) -> float | None:
    return None if value is None else round(value, digits) + 0.0  # no "-0.0"


def score_performance(song: Song, performance: Performance) -> Score:
    """Score a performance against the melody of its song.

    With song marks the backing was the clock: timing is told against it, in real
    milliseconds whatever its tempo was, and a note counts only near its time, after a
    limited latency and drift (`judge.most_lag_s`).

    Without marks the player is the clock: tempo, pauses and skipped phrases are followed
    when notes are paired. The file's second 0 is taken as the song's, unless the fitted
    start lies more than 2 s from it. Then the performance plainly began at another moment
    (a recording from a DAW, a count-in), and that start, which includes the player's mean
    lateness, is subtracted. `Score.start_s` says which was used. Likewise a tempo that is
    more than 1 % off was chosen: timing is told against it, and `Score.tempo_ratio` tells it.

    Parameters
    ----------
    song : Song
    performance : Performance

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
    reference, played = _arrays(song.melody), _arrays(performance.notes)
    marks, pace = performance.song_marks, song_pace(performance.song_marks)
    if marks:
        start_s = song_start_s(marks)
        # Judged in real seconds: who practises at half speed is not twice as precise for it.
        reference, played = reference.slower(pace), _on_song_clock(played, marks).slower(pace)
        alignment = align(reference, played, reach_s(song, pace), most_lag_s(song, pace))
    else:
        alignment = align(reference, played, reach_s(song))
        start_s = _start_s(reference, alignment)
        played = played.later(-start_s)
        alignment = replace(alignment, expected_s=alignment.expected_s - start_s)
        if abs(alignment.slope - 1) > _OTHER_TEMPO:
            pace = 1 / alignment.slope
            reference = reference.slower(pace)
    verdicts, extras = judge(reference, played, alignment)
    score = _score(reference, played, verdicts, extras, start_s)
    ratio = score.tempo_ratio if marks or score.tempo_ratio is None else score.tempo_ratio * pace
    onsets_s = tuple(onset_s * pace for onset_s in score.onsets_s)
    return replace(score, onsets_s=onsets_s, tempo_ratio=ratio)


def _arrays(notes: Sequence[Note]) -> NoteArrays:
    onset_s = np.array([note.onset_s for note in notes], float)
    length_s = np.array([note.duration_s for note in notes], float)
    return NoteArrays(onset_s, onset_s + length_s, np.array([note.pitch for note in notes], int))


def _on_song_clock(notes: NoteArrays, marks: Marks) -> NoteArrays:
    return NoteArrays(to_song_s(marks, notes.onset_s), to_song_s(marks, notes.end_s), notes.pitch)


def _start_s(reference: NoteArrays, alignment: Alignment) -> float:
    start_s = float(alignment.expected_s[0] - alignment.slope * reference.onset_s[0])
    return start_s if abs(start_s) > _OTHER_START_S else 0.0


def _score(
    reference: NoteArrays,
    played: NoteArrays,
    verdicts: tuple[Verdict, ...],
    extras: tuple[int, ...],
    start_s: float,
) -> Score:
    correct = sum(v.verdict == CORRECT for v in verdicts)
    references, notes = len(verdicts), len(played.pitch)
    bias_ms, spread_ms, tempo_ratio = _timing(reference, played, verdicts)
    return Score(
        accuracy=correct / (references + len(extras)),
        precision=correct / notes if notes else None,
        recall=correct / references,
        f_measure=2 * correct / (references + notes),
        timing_bias_ms=bias_ms,
        timing_spread_ms=spread_ms,
        tempo_ratio=tempo_ratio,
        verdicts=verdicts,
        extras=extras,
        onsets_s=tuple(played.onset_s.tolist()),
        start_s=start_s,
    )


def _timing(
    reference: NoteArrays, played: NoteArrays, verdicts: tuple[Verdict, ...]
) -> tuple[float | None, float | None, float | None]:
    """Bias and spread in milliseconds, and the tempo ratio."""
    timed = [v for v in verdicts if v.timing_ms is not None]
    if len(timed) < 2:
        return None, None, None
    timing_ms = np.array([v.timing_ms for v in timed])
    bias_ms = float(np.median(timing_ms))
    spread_ms = float(np.sqrt(np.mean((timing_ms - bias_ms) ** 2)))
    slope = robust_slope(
        reference.onset_s[[v.reference for v in timed]], played.onset_s[[v.played for v in timed]]
    )
    return bias_ms, spread_ms, 1 / slope if slope and slope > 0 else None
