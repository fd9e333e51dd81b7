"""Output latencies that were measured, and their file.

What is kept is how late sound is heard: from the session second for which a note of the
backing is due, until the note is in the air. One for each pair of output and microphone, and
way of measuring.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from handmidi import paths
from handmidi.claim import claimed
from handmidi.errors import HandMidiError
from handmidi.files import replace_file
from handmidi.score.latency import NO_LATENCY, Latency

WAYS = ("calibrated", "tapped")
"""Measured with the microphone; measured by tapping along. The former counts for more."""

_LONGEST_MS = 2000.0
_WAIT_S = 5.0


@dataclass(frozen=True, slots=True)
class Measured:
    """An output latency that was measured.

    Parameters
    ----------
    output : str
        The audio driver and its device, as `handmidi.practice.devices.output_name` has them.
    microphone : str, optional
        Name of the one that heard it; None if it was tapped.
    way : {"calibrated", "tapped"}
    ms : float
        Milliseconds, 0..2000.
    spread_ms : float
        Standard deviation of the single clicks or taps.
    date : datetime
        When, with its time zone.
    """

    output: str
    microphone: str | None
    way: str
    ms: float
    spread_ms: float
    date: datetime

    @property
    def latency(self) -> Latency:
        """As scoring takes it."""
        date = self.date.isoformat(timespec="seconds")
        return Latency(self.ms, self.way, self.spread_ms, date)


def load_latencies(warn: Callable[[str], None] | None = None) -> tuple[Measured, ...]:
    """All that were measured; none if there is no file, or it is broken.

    Parameters
    ----------
    warn : callable, optional
        Takes one line for the user if the file is broken.
    """
    path = _path()
    try:
        rows = json.loads(path.read_bytes())
        if not isinstance(rows, list):
            raise ValueError("it holds no list")
        return tuple(_parsed(row) for row in rows)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or error
        if warn:
            warn(
                f"the latencies in {path} cannot be used ({why}): measure anew with handmidi "
                "calibrate --latency"
            )
        return ()


def save_latency(measured: Measured) -> None:
    """Keep a measurement; it replaces the one of the same devices and way.

    Raises
    ------
    HandMidiError
        If it cannot be written; what was kept stays.
    """
    m = measured
    same = (m.output, m.microphone, m.way)
    with _alone():
        others = [o for o in load_latencies() if (o.output, o.microphone, o.way) != same]
        _write([*others, measured])


def forget_latencies(output: str | None = None) -> int:
    """Remove the measurements of an output, or all; returns how many there were.

    Raises
    ------
    HandMidiError
        If they cannot be removed.
    """
    if not _path().exists():
        return 0
    with _alone():
        every = load_latencies()
        kept = [m for m in every if output is not None and m.output != output]
        if len(kept) < len(every) or not kept:
            _write(kept)
    return len(every) - len(kept)


def choose_latency(
    every: Sequence[Measured], output: str, microphone: str | None, buffer_ms: float
) -> Latency:
    """The best that is known of an output: calibrated, else tapped, else its buffer's length.

    Of several calibrations the present microphone's comes first, then the newest.

    Parameters
    ----------
    every : sequence of Measured
    output : str
        The output that sounds now.
    microphone : str, optional
        Name of the microphone that is there now.
    buffer_ms : float
        What the audio driver's own buffer holds.
    """
    mine = [m for m in every if m.output == output]
    mine.sort(key=lambda m: (m.way == "calibrated", m.microphone == microphone, m.date))
    return mine[-1].latency if mine else Latency(buffer_ms, "audio buffer")


def latency_table(latency: Latency) -> dict[str, Any]:
    """For take.json: `ms`, `source`, `spread_ms`, `date`."""
    return {
        "ms": round(latency.ms, 2),
        "source": latency.source,
        "spread_ms": None if latency.spread_ms is None else round(latency.spread_ms, 2),
        "date": latency.date,
    }


def take_latency(info: Mapping[str, Any]) -> Latency:
    """The output latency of a take, from its take.json.

    Takes of earlier versions tell only what the audio buffer held; `NO_LATENCY` where nothing
    sensible is told.
    """
    latencies = info.get("latencies")
    if not isinstance(latencies, dict):
        return NO_LATENCY
    table = latencies.get("output")
    if not isinstance(table, dict):
        table = {"ms": latencies.get("audio_buffer_ms"), "source": "audio buffer"}
    ms, spread_ms, date = (table.get(key) for key in ("ms", "spread_ms", "date"))
    if not _is_number(ms):
        return NO_LATENCY
    try:
        return Latency(
            float(ms),
            str(table.get("source")),
            float(spread_ms) if _is_number(spread_ms) else None,
            date if isinstance(date, str) else None,
        )
    except ValueError:
        return NO_LATENCY


@contextmanager
def _alone() -> Iterator[None]:
    """What another process adds meanwhile must not be written over."""
    path = _path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with claimed(path.with_suffix(".lock"), _WAIT_S) as is_ours:
            if not is_ours:
                raise HandMidiError(
                    f"another handmidi has held {path} for {_WAIT_S:g} s: end it, and try again"
                )
            yield
    except OSError as error:
        raise HandMidiError(
            f"cannot write to {path.parent}: {error.strerror or error}; make room there, or "
            "name another data folder in HANDMIDI_DATA"
        ) from error


def _write(every: Sequence[Measured]) -> None:
    rows = [
        {
            "output": m.output,
            "microphone": m.microphone,
            "way": m.way,
            "ms": round(m.ms, 2),
            "spread_ms": round(m.spread_ms, 2),
            "date": m.date.isoformat(timespec="seconds"),
        }
        for m in every
    ]
    replace_file(_path(), json.dumps(rows, indent=2, ensure_ascii=False).encode() + b"\n")


def _path() -> Path:
    return paths.data_folder() / "latency.json"


def _parsed(row: Any) -> Measured:
    if not isinstance(row, dict):
        raise ValueError("an entry is no table")
    output, microphone, way = (row.get(key) for key in ("output", "microphone", "way"))
    if not isinstance(output, str) or not (microphone is None or isinstance(microphone, str)):
        raise ValueError("output and microphone must be names")
    if way not in WAYS:
        raise ValueError(f"way must be one of {', '.join(WAYS)}, not {way!r}")
    for key in ("ms", "spread_ms"):
        if not _is_number(row.get(key)) or not 0 <= row[key] <= _LONGEST_MS:
            raise ValueError(f"{key} must be in 0..{_LONGEST_MS:g}, not {row.get(key)!r}")
    date = datetime.fromisoformat(str(row.get("date"))).astimezone()
    return Measured(output, microphone, way, float(row["ms"]), float(row["spread_ms"]), date)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)
