"""What the page's plots show, as plain numbers."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from handmidi.notes import Note
from handmidi.report.events import Event, list_events, verdicts_of_played
from handmidi.score import Score
from handmidi.song import Song

_ROW_BEATS = 64.0  # quarter notes in a row of the roll: a quarter note is then 3 mm wide
_BINS = 10  # to each side of the histogram
_BIN_MS = (5, 10, 20, 50)
_STEADY = 0.03  # a tempo curve that stays this near to the song's says nothing


def piano_roll(song: Song, notes: Sequence[Note], score: Score) -> dict:
    """Rows of a piano roll, in quarter notes.

    Returns
    -------
    dict
        ``low``, ``high``: pitches shown; ``beats``: length of the longest row; ``labels``:
        name, pitch and whether a note went wrong there, for each pitch that was written or
        played, rising; ``rows``: each with ``bars`` (number and place of barlines),
        ``ticks`` (places of beats that are shown), ``length``, ``melody`` and ``played``
        (place, length, pitch, verdict, and the note's id: ``m`` or ``p`` and its index).
    """
    rows, starts = _rows(song)
    melody = [
        (n.beat, n.beat + n.beats, n.pitch, v.verdict)
        for n, v in zip(song.melody, score.verdicts, strict=True)
    ]
    played = [
        (song.tempo.beat(n.onset_s), song.tempo.beat(n.onset_s + n.duration_s), n.pitch, v)
        for n, v in zip(notes, verdicts_of_played(notes, score), strict=True)
    ]
    for name, spans in (("melody", melody), ("played", played)):
        for i, (start, end, pitch, verdict) in enumerate(spans):
            first = max(bisect_right(starts, start) - 1, 0)
            for left, row in zip(starts[first:], rows[first:], strict=True):
                if end <= left:
                    break
                place, stop = max(start - left, 0.0), min(end - left, row["length"])
                if stop > place:
                    row[name].append([place, stop - place, pitch, verdict, f"{name[0]}{i}"])
    return {
        **_lanes(song, notes, list_events(song, notes, score)),
        "beats": max(row["length"] for row in rows),
        "rows": rows,
    }


def _lanes(song: Song, notes: Sequence[Note], events: Sequence[Event]) -> dict:
    """The rows of a roll; a pitch is named as the melody spells it, if it is in it."""
    written, sounded = {}, {}
    for event in events:
        if event.written is not None:
            written.setdefault(song.melody[event.written].pitch, event.name)
        if event.played is not None:
            sounded.setdefault(notes[event.played].pitch, event.sounded)
    astray = {
        notes[e.played].pitch
        for e in events
        if e.played is not None and e.verdict in ("wrong", "extra")
    }
    names = sounded | written
    return {
        "low": min(names, default=60) - 1,
        "high": max(names, default=60) + 1,
        "labels": [[names[pitch], pitch, pitch in astray] for pitch in sorted(names)],
    }


def bar_roll(song: Song, notes: Sequence[Note], events: Sequence[Event]) -> dict:
    """A piano roll of one bar, or of bars that follow each other, of `piano_roll`'s form.

    It is widened where notes that belong to it were struck before or after it.

    Parameters
    ----------
    song : Song
    notes : sequence of Note
        As played, in song seconds.
    events : sequence of Event
        Those of the bars, at least one.
    """
    first, last = min(e.index for e in events), max(e.index for e in events)
    spans = {
        e.played: [song.tempo.beat(s) for s in _ends_s(notes[e.played])]
        for e in events
        if e.played is not None
    }
    struck = [spans[e.played] for e in events if e.played is not None and e.verdict != "held"]
    left = min([song.bars[first], *(start for start, _ in struck)])
    right = max([song.bars[last + 1], *(min(start + 1, end) for start, end in struck)])
    row = {"bars": [], "ticks": [], "length": right - left, "melody": [], "played": []}
    for index in range(first, last + 1):
        row["bars"].append([song.bar_numbers[index], song.bars[index] - left])
        row["ticks"] += [beat - left for beat in _beats_within(song, index)]
    for event in events:
        if event.written is not None:
            note, id_ = song.melody[event.written], f"m{event.written}"
            length = min(note.beats, right - note.beat)
            row["melody"].append([note.beat - left, length, note.pitch, event.verdict, id_])
    for j, event in {e.played: e for e in reversed(events) if e.played is not None}.items():
        start, end = max(spans[j][0], left), min(spans[j][1], right)
        if end >= start:
            span = [start - left, end - start, notes[j].pitch, event.verdict, f"p{j}"]
            row["played"].append(span)
    row["played"].sort()
    return {**_lanes(song, notes, events), "beats": row["length"], "rows": [row]}


def _ends_s(note: Note) -> tuple[float, float]:
    return note.onset_s, note.onset_s + note.duration_s


def _beats_within(song: Song, index: int) -> list[float]:
    """Where a bar's beats fall, but for the first, in the unit of the metre's denominator."""
    left, right = song.bars[index : index + 2]
    unit = 4 / song.meter_at(left).denominator
    count = math.ceil((right - left) / unit - 1e-6)  # the beats of a pick-up end with its bar
    return [right - k * unit for k in range(count - 1, 0, -1)]


def timing_histogram(score: Score) -> dict | None:
    """Counts of timing errors as measured; the outermost bins hold all that lies beyond.

    Returns
    -------
    dict or None
        ``counts``: from early to late, an even number of bins around 0; ``bias``: from -1 to
        1 over the width, or None; ``latency``: the same of the latency, None where it is not
        known; ``labels``: texts at equal distances from end to end. None if no note has a
        timing.
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

    def place(ms: float | None) -> float | None:
        return None if ms is None else min(max(ms / reach, -1.0), 1.0)

    latency = score.latency.ms if score.latency.source != "none" else None
    return {
        "counts": counts,
        "bias": place(score.timing_bias_ms),
        "latency": place(latency),
        "labels": labels,
    }


def tempo_curve(song: Song, score: Score) -> dict | None:
    """Played ÷ written tempo over the song's bars.

    Returns
    -------
    dict or None
        ``points``: place in quarter notes and ratio; ``bars``: number and place of barlines;
        ``length``: of the song. None where the tempo was kept throughout.
    """
    if all(abs(ratio - 1) <= _STEADY for _, ratio in score.tempo_curve):
        return None
    left, right = song.bars[0], song.bars[-1]
    places = [(song.tempo.beat(at_s), ratio) for at_s, ratio in score.tempo_curve]
    return {
        "points": [(min(max(beat, left), right) - left, ratio) for beat, ratio in places],
        "bars": [[n, beat - left] for n, beat in zip(song.bar_numbers, song.bars, strict=False)],
        "length": right - left,
    }


def _rows(song: Song) -> tuple[list[dict], list[float]]:
    """Rows without notes, of equally many bars, and the beats at which they begin."""
    edges, numbers = song.bars, song.bar_numbers
    count = max(math.ceil((edges[-1] - edges[0]) / _ROW_BEATS), 1)
    bars = math.ceil((len(edges) - 1) / count)
    starts = edges[:-1:bars]
    rows = []
    for first, left in zip(range(0, len(edges) - 1, bars), starts, strict=True):
        inside = edges[first : first + bars + 1]
        row = {
            "bars": [[numbers[first + i], edge - left] for i, edge in enumerate(inside[:-1])],
            "ticks": [],
            "length": inside[-1] - left,
            "melody": [],
            "played": [],
        }
        rows.append(row)
    return rows, starts
