"""One take in the history, as far as its files make sense."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from handmidi.files import read_small
from handmidi.take import Take


@dataclass(frozen=True, slots=True)
class Entry:
    """One take of a song.

    Parameters
    ----------
    take : str
        The folder's name.
    date : str
        When it was played, ISO 8601 with the distance from UTC.
    song, title : str
        Name and title of the song. Takes are of the same song if both are equal: a corrected
        note in the song's file does not part them, another piece in a file of the same name
        does.
    preset : str
    tempo : float
        Percent of the song's tempo; in a rising loop of the first pass.
    loop : str
        The bars that were repeated, such as ``5-8``; empty if the song was played once.
    waited : bool
        Whether the backing waited for the player.
    whole : bool
        Whether it was played to its end.
    accuracy, f_measure : float, optional
        0..1. These and the figures below are None without a score.
    bias_ms, corrected_bias_ms : float, optional
        Median of the timing, as heard and without the machine's latency; positive is late.
    spread_ms : float, optional
        Distance of the timing from its median.
    streak : int, optional
        Most correct notes in a row.
    notes : int, optional
        How many the song asked for.
    """

    take: str
    date: str
    song: str
    title: str
    preset: str
    tempo: float
    loop: str
    waited: bool
    whole: bool
    accuracy: float | None
    f_measure: float | None
    bias_ms: float | None
    corrected_bias_ms: float | None
    spread_ms: float | None
    streak: int | None
    notes: int | None

    @property
    def order(self) -> tuple[float, str]:
        """Takes sort by it: the moment, then the folder's name."""
        return datetime.fromisoformat(self.date).timestamp(), self.take

    @property
    def is_performance(self) -> bool:
        """Whether the whole song was played, at the backing's pace."""
        return self.whole and not self.loop and not self.waited

    @property
    def kind(self) -> tuple[str, str, str, bool, float]:
        """Takes of one kind can be compared: same song, bars and tempo, both waited for or not."""
        return self.song, self.title, self.loop, self.waited, self.tempo


def read_entry(take: Take) -> Entry:
    """What a take's ``take.json`` and ``score.json`` say.

    A damaged or missing file is as good as an empty one. `song` is empty in a take without one.
    """
    info, score = _object(take.info), _object(take.score)
    song, settings = _table(info.get("song")), _table(info.get("settings"))
    verdicts = score.get("verdicts")
    name = plain_text(song.get("name"))
    return Entry(
        take=plain_text(take.folder.name),
        date=_date(info.get("started"), take),
        song=name,
        title=plain_text(song.get("title")) or name,
        preset=plain_text(info.get("preset")),
        tempo=_number(settings.get("tempo")) or 100.0,
        loop=_bars(settings.get("loop")),
        waited=settings.get("wait") is True,
        whole="length_s" in info and "stopped_song_s" not in info,
        accuracy=_number(score.get("accuracy")),
        f_measure=_number(score.get("f_measure")),
        bias_ms=_number(score.get("timing_bias_ms")),
        corrected_bias_ms=_number(score.get("corrected_bias_ms")),
        spread_ms=_number(score.get("timing_spread_ms")),
        streak=_whole(score.get("streak")),
        notes=len(verdicts) if isinstance(verdicts, list) else None,
    )


def _object(path: Path) -> dict[str, Any]:
    try:
        return _table(json.loads(read_small(path)))
    except (OSError, ValueError, RecursionError):
        return {}


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def plain_text(value: object) -> str:
    """Any text as one that a database can hold; empty for what is none."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "backslashreplace").decode()


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    with suppress(OverflowError):
        if math.isfinite(value):
            return float(value)
    return None


def _whole(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and abs(number) < 2**53 else None


def _bars(value: object) -> str:
    """A loop as its flag is written; a take holds it so, or as the two numbers."""
    if isinstance(value, list) and value:
        return "-".join(dict.fromkeys(str(number) for number in value))
    return plain_text(value)


def _date(value: object, take: Take) -> str:
    with suppress(TypeError, ValueError, OverflowError, OSError):
        return datetime.fromisoformat(value).astimezone().isoformat()
    try:
        seconds = take.info.stat().st_mtime
    except OSError:
        seconds = 0.0
    return datetime.fromtimestamp(seconds).astimezone().isoformat()
