"""From a take to its score, report and rendered sound."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import mido
import numpy as np

from handmidi.errors import TakeError
from handmidi.files import replace_file
from handmidi.history import Progress, progress
from handmidi.latency import take_latency
from handmidi.midifile import Performance, read_midi, read_performance
from handmidi.notes import Note, TimedMessage
from handmidi.practice.waiting import JUST_BEFORE_S, as_waited
from handmidi.score import Score, score_performance
from handmidi.score.songclock import song_start_s, to_song_s
from handmidi.session.lines import ways_line
from handmidi.session.practised import Practised, arrangement_of, practised_of
from handmidi.song import Song
from handmidi.take import Take
from handmidi.trace import iter_trace

_PEDAL, _ALL_NOTES_OFF = 64, 123

NOTHING_TO_SCORE = "stopped before the song began: nothing to score"


def _practised(take: Take, info: dict[str, Any]) -> tuple[Practised, Song]:
    """What was practised, and the song of it as far as it went.

    Raises
    ------
    TakeError
        If the take has no song, such as one of ``handmidi play``.
    """
    found = practised_of(take, info)
    if not found:
        raise TakeError(f"{take.folder} is a take without a song: name one of handmidi practice")
    stopped_s = info.get("stopped_song_s")
    if stopped_s == 0:
        raise TakeError(f"{take.folder} was {NOTHING_TO_SCORE}; practise it again")
    if "length_s" not in info:  # nobody closed this take: the trace tells how far it went
        stopped_s = _last_song_s(take)
        if stopped_s is not None and found.arrangement.wait:
            stopped_s -= JUST_BEFORE_S
    whole = not isinstance(stopped_s, (int, float))
    return found, found.song if whole else until(found.song, float(stopped_s))


def _last_song_s(take: Take) -> float | None:
    marks = read_performance(take.notes).song_marks
    if not marks or not take.trace.is_file():
        return None
    last = deque(iter_trace(take.trace), maxlen=1)
    return float(to_song_s(marks, np.array([last[0].time_s]))[0]) if last else None


def until(song: Song, song_s: float) -> Song:
    """The song up to the end of the bar that was being played at `song_s`.

    Notes due after `song_s` are left out: a player who stops has not missed them. At least
    one note stays.
    """
    melody = tuple(note for note in song.melody if note.onset_s <= song_s) or song.melody[:1]
    stop = max(song.tempo.beat(max(song_s, 0.0)), melody[-1].beat)
    end = next((bar for bar in song.bars if bar > stop + 1e-6), song.length_beats)
    return replace(song, melody=melody, length_beats=end)


def score_take(
    take: Take, told: Callable[[Song, Score], object] = lambda song, score: None
) -> tuple[Song, Performance, Score]:
    """Score a take, or what the microphone heard in it (`Take.heard`), and write its score.json.

    `told` hears of song and score before it is written: a full disk keeps it from nobody.

    Raises
    ------
    TakeError, SongError
        If the take is no take, is damaged, or cannot be written, or has no recording to hear.
    """
    info = take.read_info()
    practised, song = _practised(take, info)
    performance = _heard(take, info) if take.heard else read_performance(take.notes)
    waited = practised.arrangement.wait
    score = score_performance(song, performance, take_latency(info), waited)
    told(song, score)
    try:
        replace_file(take.score, score.to_json().encode())
    except OSError as error:
        raise TakeError(f"cannot write {take.score}: {error.strerror}; make room") from error
    return song, performance, score


def _heard(take: Take, info: dict[str, Any]) -> Performance:
    """The notes that the microphone heard, on the session's clock, with the song's marks."""
    from handmidi.heard import notes_heard

    started_s = info.get("microphone_started_s")
    if not isinstance(started_s, (int, float)):
        raise TakeError(f"{take.folder} has no recording: connect a microphone and play again")
    heard = notes_heard(take.microphone, float(started_s))
    return replace(heard, song_marks=read_performance(take.notes).song_marks)


def notes_in_song_time(performance: Performance, score: Score) -> list[Note]:
    """The played notes with onset and duration in song seconds, in the same order."""
    placed = zip(performance.notes, score.onsets_s, score.ends_s, strict=True)
    return [
        Note(onset_s, note.pitch, max(end_s - onset_s, 0.0), note.velocity)
        for note, onset_s, end_s in placed
    ]


def report_take(
    take: Take,
    html: bool = False,
    earlier: Progress | None = None,
    told: Callable[[Song, Score], object] = lambda song, score: None,
) -> Score:
    """Score a take and write its report and MusicXML.

    Parameters
    ----------
    take : Take
    html : bool
        Write ``report.html``, too.
    earlier : tuple of (datetime, float, float or None), optional
        Earlier takes, as `handmidi.history.progress` tells them; by default it is asked.
    told : callable
        As `score_take` takes it.

    Raises
    ------
    HandMidiError
        As `score_take`, or if the report cannot be written.
    """
    from handmidi.report import ReportDetails, write_report

    song, performance, score = score_take(take, told)
    info = take.read_info()
    arrangement = arrangement_of(info)
    details = ReportDetails(
        date=_date(info, take),
        preset=str(info.get("preset", "")),
        tempo_percent=arrangement.tempo,
        remark=ways_line(arrangement, "stopped_song_s" not in info),
        progress=_progress(take) if earlier is None else earlier,
    )
    notes = notes_in_song_time(performance, score)
    write_report(take, song, notes, score, details, html)
    return score


def _progress(take: Take) -> Progress:
    # What a microphone heard cannot be compared with what hands played.
    return () if take.heard else progress(take)


def render_take(take: Take, soundfont: Path, cancelled: Callable[[], bool] = lambda: False) -> None:
    """Render what was played, with its backing, into the take's performance.wav.

    `cancelled` is asked now and then; True ends it without a file.

    Raises
    ------
    HandMidiError
        If the SoundFont cannot be used or the file not be written.
    """
    from handmidi.outputs.render import render

    info = take.read_info()
    backing = _backing(take, info)
    played = [
        TimedMessage(event.time_s, event.message)
        for event in read_midi(take.notes).events
        if not event.message.is_meta
    ]
    last_s = max((timed.time_s for timed in played), default=0.0)
    backing = _until_end(backing, last_s, _length(info) or last_s + 2.0)
    try:
        render(soundfont, take.performance, played, backing, cancelled)
    except OSError as error:
        raise TakeError(f"cannot write {take.performance}: {error.strerror}; make room") from error


def _until_end(backing: Sequence[TimedMessage], last_s: float, end_s: float) -> list[TimedMessage]:
    """A backing that falls silent where the session ended, or with the last of all messages."""
    kept = [timed for timed in backing if 0 <= timed.time_s <= end_s]
    at_s = min(max([last_s, *(timed.time_s for timed in kept)]), end_s)
    channels = sorted({timed.message.channel for timed in kept})
    return kept + [
        TimedMessage(at_s, mido.Message("control_change", channel=channel, control=control))
        for channel in channels
        for control in (_PEDAL, _ALL_NOTES_OFF)
    ]


def _backing(take: Take, info: dict[str, Any]) -> list[TimedMessage]:
    """What the backing of a take played, in session seconds; nothing without a song."""
    from handmidi.practice.backing import accompaniment

    marks = read_performance(take.notes).song_marks
    if not marks or not isinstance(info.get("song"), dict):
        return []
    practised, song = _practised(take, info)
    rate, bars = practised.rate, practised.arrangement.count_in
    if practised.arrangement.wait:
        stopped_s = info.get("stopped_song_s")
        end_s = stopped_s if isinstance(stopped_s, (int, float)) else math.inf
        timed = [t for t in accompaniment(song, bars=bars) if t.time_s <= end_s]
        return as_waited(timed, marks, rate)
    if _followed(info):
        return _placed(accompaniment(song, bars=bars), marks)
    return accompaniment(song, rate, song_start_s(marks), bars)


def _followed(info: dict[str, Any]) -> bool:
    """Whether the song went along with another tempo."""
    settings = info.get("settings")
    return isinstance(settings, dict) and settings.get("link") is True


def _placed(song: list[TimedMessage], marks: Sequence[tuple[float, float]]) -> list[TimedMessage]:
    """Messages in song seconds, where the take's marks say that the song stood there."""
    turned = tuple((song_s, at_s) for at_s, song_s in marks)
    times_s = to_song_s(turned, np.array([timed.time_s for timed in song], float))
    return [
        TimedMessage(float(time_s), timed.message)
        for time_s, timed in zip(times_s, song, strict=True)
    ]


def _length(info: dict[str, Any]) -> float:
    value = info.get("length_s")
    return float(value) if isinstance(value, (int, float)) else 0.0


def _date(info: dict[str, Any], take: Take) -> datetime:
    try:
        return datetime.fromisoformat(str(info["started"]))
    except (KeyError, ValueError):
        return datetime.fromtimestamp(take.info.stat().st_mtime)
