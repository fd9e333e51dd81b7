"""What the page's plots show, as plain numbers: piano roll and timing histogram."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from handmidi.notes import Note, pitch_name
from handmidi.score import Score
from handmidi.song import Song

_ROW_BEATS = 64.0  # quarter notes in a row of the roll: a quarter note is then 3 mm wide
_HIGH_LANES = 11  # up to so many semitones a lane is as high as its name
_BINS = 10  # to each side of the histogram
_BIN_MS = (5, 10, 20, 50)


def piano_roll(song: Song, notes: Sequence[Note], score: Score) -> dict:
    """Rows of a piano roll, in quarter notes.

    Returns
    -------
    dict
        ``low``, ``high``: pitches shown; ``beats``: length of the longest row; ``labels``:
        name and pitch of the lines to name; ``rows``: each with ``bars`` (number and place
        of barlines), ``melody`` and ``played`` (place, length, pitch, verdict).
    """
    rows, starts = _rows(song)
    melody = [
        (n.beat, n.beat + n.beats, n.pitch, v.verdict)
        for n, v in zip(song.melody, score.verdicts, strict=True)
    ]
    played = [
        (song.tempo.beat(n.onset_s), song.tempo.beat(n.onset_s + n.duration_s), n.pitch, v)
        for n, v in zip(notes, _played_verdicts(notes, score), strict=True)
    ]
    for name, spans in (("melody", melody), ("played", played)):
        for start, end, pitch, verdict in spans:
            first = max(bisect_right(starts, start) - 1, 0)
            for left, row in zip(starts[first:], rows[first:], strict=True):
                if end <= left:
                    break
                place, stop = max(start - left, 0.0), min(end - left, row["length"])
                if stop > place:
                    row[name].append([place, stop - place, pitch, verdict])
    pitches = [span[2] for span in melody + played] or [60]
    return {
        "low": min(pitches) - 1,
        "high": max(pitches) + 1,
        "beats": max(row["length"] for row in rows),
        "labels": _labels(
            sorted({n.pitch for n in song.melody}),
            song.fifths < 0,
            1 if max(pitches) - min(pitches) <= _HIGH_LANES else 2,
        ),
        "rows": rows,
    }


def timing_histogram(score: Score) -> dict | None:
    """Counts of timing errors; the outermost bins hold all that lies beyond.

    Returns
    -------
    dict or None
        ``counts``: from early to late, an even number of bins around 0; ``bias``: from -1 to
        1 over the width, or None; ``labels``: texts at equal distances from end to end.
        None if no note has a timing.
    """
    timing = [v.timing_ms for v in score.verdicts if v.timing_ms is not None]
    if not timing:
        return None
    widest = sorted(map(abs, timing))[int(0.95 * (len(timing) - 1))]
    bin_ms = next((b for b in _BIN_MS if b * _BINS > widest), _BIN_MS[-1])
    counts = [0] * (2 * _BINS)
    for ms in timing:
        counts[min(max(math.floor(ms / bin_ms) + _BINS, 0), 2 * _BINS - 1)] += 1
    reach = bin_ms * _BINS
    labels = [f"{ms:g}".replace("-", "−") for ms in (-reach, -reach / 2, 0, reach / 2, reach)]
    if min(timing) < -reach:
        labels[0] = f"≤ {labels[0]}"
    if max(timing) >= reach:
        labels[-1] = f"≥ {labels[-1]}"
    bias = score.timing_bias_ms
    return {
        "counts": counts,
        "bias": None if bias is None else min(max(bias / reach, -1.0), 1.0),
        "labels": labels,
    }


def _rows(song: Song) -> tuple[list[dict], list[float]]:
    """Rows without notes, of equally many bars, and the beats at which they begin."""
    edges = song.bars
    count = max(math.ceil((edges[-1] - edges[0]) / _ROW_BEATS), 1)
    bars = math.ceil((len(edges) - 1) / count)
    starts = edges[:-1:bars]
    number = 0 if song.pickup_beats else 1
    rows = []
    for first, left in zip(range(0, len(edges) - 1, bars), starts, strict=True):
        inside = edges[first : first + bars + 1]
        row = {
            "bars": [[number + first + i, edge - left] for i, edge in enumerate(inside[:-1])],
            "length": inside[-1] - left,
            "melody": [],
            "played": [],
        }
        rows.append(row)
    return rows, starts


def _played_verdicts(notes: Sequence[Note], score: Score) -> list[str]:
    named = {v.played: v.verdict for v in reversed(score.verdicts) if v.verdict == "held"}
    named |= {v.played: v.verdict for v in score.verdicts if v.verdict != "held"}
    return [named.get(i, "extra") for i in range(len(notes))]


def _labels(pitches: Sequence[int], flats: bool, apart: int) -> list[list]:
    """Names for the melody's pitches, `apart` semitones at least so that they can be read."""
    out: list[list] = []
    for pitch in pitches:
        if not out or pitch - out[-1][1] >= apart:
            out.append([pitch_name(pitch, flats), pitch])
    return out
