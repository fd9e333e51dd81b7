"""What many takes say together: a song in one row, and the way up to a take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from handmidi.history.entry import Entry

Progress = tuple[tuple[datetime, float, float | None], ...]
"""Earlier takes, the oldest first: when; accuracy, 0..1; median of the timing in
milliseconds, without the machine's latency where it is known."""

_RECENT, _MOST = 10, 30


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of a song.

    Best, last and trend are told of scored takes of the whole song, played to its end, in
    which the backing did not wait: two bars at leisure are no performance. They are None
    where there is no such take.

    Parameters
    ----------
    song, title : str
        Name and title.
    takes : int
        All of them.
    date : str
        Of the last, ISO 8601.
    best, last : float, optional
        Accuracy, 0..1.
    trend : float, optional
        Mean accuracy of the newer half less that of the older half of the last ten takes,
        -1..1; the middle one of an odd number counts for neither. None with fewer than two.
    """

    song: str
    title: str
    takes: int
    date: str
    best: float | None
    last: float | None
    trend: float | None


def summaries(entries: Sequence[Entry]) -> list[Summary]:
    """One row per song, the song that was practised last at the end.

    Parameters
    ----------
    entries : sequence of Entry
        By date.
    """
    songs: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        songs.setdefault((entry.song, entry.title), []).append(entry)
    found = [_summary(takes) for takes in songs.values()]
    return sorted(found, key=lambda summary: songs[summary.song, summary.title][-1].order)


def progress_of(entries: Sequence[Entry]) -> dict[str, Progress]:
    """By a take's name, the earlier takes that it can be compared with.

    They are of the same song, bars and tempo, waited for or not as this one, played to their end
    and scored; at most the last thirty.

    Parameters
    ----------
    entries : sequence of Entry
        By date.
    """
    kinds: dict[tuple, Progress] = {}
    found = {}
    for entry in entries:
        before = found[entry.take] = kinds.get(entry.kind, ())
        if entry.whole and entry.accuracy is not None:
            bias_ms = entry.bias_ms if entry.corrected_bias_ms is None else entry.corrected_bias_ms
            point = (datetime.fromisoformat(entry.date), entry.accuracy, bias_ms)
            kinds[entry.kind] = (*before, point)[-_MOST:]
    return found


def _summary(takes: Sequence[Entry]) -> Summary:
    told = [e.accuracy for e in takes if e.is_performance and e.accuracy is not None]
    return Summary(
        takes[0].song,
        takes[0].title,
        len(takes),
        takes[-1].date,
        max(told, default=None),
        told[-1] if told else None,
        _trend(told[-_RECENT:]),
    )


def _trend(accuracies: Sequence[float]) -> float | None:
    half = len(accuracies) // 2
    return fmean(accuracies[-half:]) - fmean(accuracies[:half]) if half else None
