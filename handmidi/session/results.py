"""From a take to its score, report and rendered sound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from handmidi.errors import TakeError
from handmidi.files import replace_file
from handmidi.midifile import Performance, read_midi, read_performance
from handmidi.notes import Note, TimedMessage
from handmidi.score import Score, score_performance
from handmidi.score.songclock import song_start_s, to_song_s
from handmidi.song import Song, load_song
from handmidi.take import Take
from handmidi.trace import read_trace

NOTHING_TO_SCORE = "stopped before the song began: nothing to score"


def load_take_song(take: Take, info: dict[str, Any]) -> Song:
    """The song of a take, as far as it was practised.

    Raises
    ------
    TakeError
        If the take has no song, such as one of ``handmidi play``.
    """
    about = info.get("song")
    if not isinstance(about, dict):
        raise TakeError(f"{take.folder} is a take without a song: there is nothing to score")
    track = about.get("melody_track")
    carried = take.song if take.song.is_file() else about.get("name", "")
    song = load_song(str(carried), track if isinstance(track, int) else None)
    named = {key: about[key] for key in ("name", "title") if isinstance(about.get(key), str)}
    song = replace(song, **named)
    stopped_s = info.get("stopped_song_s")
    if stopped_s == 0:
        raise TakeError(f"{take.folder} was {NOTHING_TO_SCORE}")
    if "length_s" not in info:  # nobody closed this take: the trace tells how far it went
        stopped_s = _last_song_s(take)
    return until(song, float(stopped_s)) if isinstance(stopped_s, (int, float)) else song


def _last_song_s(take: Take) -> float | None:
    marks = read_performance(take.notes).song_marks
    frames = read_trace(take.trace) if take.trace.is_file() else []
    if not frames or not marks:
        return None
    return float(to_song_s(marks, np.array([frames[-1].time_s]))[0])


def until(song: Song, song_s: float) -> Song:
    """The song up to the end of the bar that was being played at `song_s`.

    Notes due after `song_s` are left out: a player who stops has not missed them. At least
    one note stays.
    """
    melody = tuple(note for note in song.melody if note.onset_s <= song_s) or song.melody[:1]
    stop = max(song.tempo.beat(max(song_s, 0.0)), melody[-1].beat)
    end = next((bar for bar in song.bars if bar > stop + 1e-6), song.length_beats)
    return replace(song, melody=melody, length_beats=end)


def score_take(take: Take) -> tuple[Song, Performance, Score]:
    """Score a take and write its score.json.

    Raises
    ------
    TakeError, SongError
        If the take is no take, is damaged, or cannot be written.
    """
    song = load_take_song(take, take.read_info())
    performance = read_performance(take.notes)
    score = score_performance(song, performance)
    try:
        replace_file(take.score, score.to_json().encode())
    except OSError as error:
        raise TakeError(f"cannot write {take.score}: {error.strerror}") from error
    return song, performance, score


def notes_in_song_time(performance: Performance, score: Score) -> list[Note]:
    """The played notes with onset and duration in song seconds, in the same order."""
    notes = performance.notes
    ends = np.array([note.onset_s + note.duration_s for note in notes], float)
    if performance.song_marks:
        ends = to_song_s(performance.song_marks, ends)
    else:
        ends = ends - score.start_s
    return [
        Note(onset_s, note.pitch, max(float(end) - onset_s, 0.0), note.velocity)
        for note, onset_s, end in zip(notes, score.onsets_s, ends, strict=True)
    ]


def report_take(take: Take) -> Score:
    """Score a take and write its report and MusicXML.

    Raises
    ------
    HandMidiError
        As `score_take`, or if the report cannot be written.
    """
    from handmidi.report import ReportDetails, write_report

    song, performance, score = score_take(take)
    info = take.read_info()
    details = ReportDetails(
        date=_date(info, take),
        preset=str(info.get("preset", "")),
        tempo_percent=_tempo_percent(info),
        remark="stopped before the end" if "stopped_song_s" in info else "",
    )
    write_report(take.folder, song, notes_in_song_time(performance, score), score, details)
    return score


def render_take(take: Take, soundfont: Path, cancelled: Callable[[], bool] = lambda: False) -> None:
    """Render what was played, with its backing, into the take's performance.wav.

    `cancelled` is asked now and then; True ends it without a file.

    Raises
    ------
    HandMidiError
        If the SoundFont cannot be used or the file not be written.
    """
    from handmidi.outputs.render import render
    from handmidi.practice.backing import accompaniment

    info = take.read_info()
    backing: list[TimedMessage] = []
    if isinstance(info.get("song"), dict):
        marks = read_performance(take.notes).song_marks
        if marks:
            song = load_take_song(take, info)
            if _followed(info):
                backing = _placed(accompaniment(song), marks)
            else:
                rate = _tempo_percent(info) / 100
                backing = accompaniment(song, rate, song_start_s(marks))
    played = [
        TimedMessage(event.time_s, event.message)
        for event in read_midi(take.notes).events
        if not event.message.is_meta
    ]
    end_s = max((timed.time_s for timed in played), default=0.0) + 2.0
    backing = [timed for timed in backing if 0 <= timed.time_s <= max(end_s, _length(info))]
    try:
        render(soundfont, take.performance, played, backing, cancelled)
    except OSError as error:
        raise TakeError(f"cannot write {take.performance}: {error.strerror}") from error


def _tempo_percent(info: dict[str, Any]) -> float:
    settings = info.get("settings")
    value = settings.get("tempo") if isinstance(settings, dict) else None
    return float(value) if isinstance(value, (int, float)) and value > 0 else 100.0


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
