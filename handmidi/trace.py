"""The trace file that keeps what the tracker saw.

A trace (``hand.csv``) begins with the columns
``time_s,ready_s,hand,score,area,x,y,openness`` and has one row per hand and frame; a frame
without a hand has one row with the other cells blank. Later columns may be missing, and
readers ignore those that they do not know.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TextIO

from handmidi.errors import TraceError
from handmidi.files import GrowingFile
from handmidi.hand import SIDES, Hand, HandFrame

COLUMNS = ("time_s", "ready_s", "hand", "score", "area", "x", "y", "openness")
EXTRAS = ("tilt", "pinch", "fingers")
MAX_ROWS = 8_000_000
"""Rows in a trace. Nine hours of two hands at 120 pictures a second have them."""
_LONGEST_LINE = 4096
_AGAIN = "mend the line, or track the video again"


class TraceWriter:
    """Writes a hand trace row by row; a reader sees every row that was written.

    Parameters
    ----------
    path : Path
        Created anew.

    Raises
    ------
    OSError
        Here and in `write`, if the disk refuses; the next `write` tries again.
    """

    def __init__(self, path: Path) -> None:
        self._file = GrowingFile(path)
        self._file.append((",".join(COLUMNS + EXTRAS) + "\n").encode())

    def write(self, frame: HandFrame) -> None:
        """Append one frame."""
        when = f"{frame.time_s:.4f},{frame.ready_s:.4f}"
        rows = [
            f"{when},{h.side},{h.score:.6f},{h.area:.6f},{h.x:.6f},{h.y:.6f},{h.openness:.6f},"
            f"{h.tilt:.2f},{h.pinch:.4f},{h.fingers}\n"
            for h in frame.hands
        ]
        blank = "," * (len(COLUMNS) + len(EXTRAS) - 2)
        self._file.append("".join(rows or [f"{when}{blank}\n"]).encode())

    def flush(self) -> None:
        """Try again to write what the disk refused."""
        self._file.append(b"")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_trace(path: Path, needs: Collection[str] = ()) -> list[HandFrame]:
    """Read a trace file as a whole; see `iter_trace`."""
    return list(iter_trace(path, needs))


def iter_trace(path: Path, needs: Collection[str] = ()) -> Iterator[HandFrame]:
    """Read a trace file frame by frame: of hours, or of a foreign file, little is in memory.

    Parameters
    ----------
    path : Path
    needs : collection of str
        Columns of `EXTRAS` that must be there; those that are missing read as 0.

    Yields
    ------
    HandFrame

    Raises
    ------
    TraceError
        If the file cannot be read, has more than `MAX_ROWS` rows, or a row is not what the
        header says: the message names the file and the line.
    """
    try:
        with open(path, newline="", encoding="utf-8-sig") as stream:
            yield from _frames(path, csv.DictReader(_lines(path, stream)), needs)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise TraceError(
            f"cannot read the hand trace {path}: {why}; make one with handmidi track"
        ) from error


def _lines(path: Path, stream: TextIO) -> Iterator[str]:
    """The lines; whoever made the file may have made one of gigabytes, or too many."""
    number = 0
    while line := stream.readline(_LONGEST_LINE + 1):
        number += 1
        if len(line) > _LONGEST_LINE:
            raise TraceError(
                f"{path}, line {number}: it has more than {_LONGEST_LINE} letters; {_AGAIN}"
            )
        if number > MAX_ROWS + 1:
            raise TraceError(f"{path} has more than {MAX_ROWS:,} rows: cut it into parts")
        yield line


def _frames(path: Path, rows: csv.DictReader, needs: Collection[str]) -> Iterator[HandFrame]:
    there = rows.fieldnames or ()
    missing = [c for c in COLUMNS if c not in there]
    if missing:
        raise TraceError(
            f"{path} is no hand trace: column {', '.join(missing)} is missing "
            f"(make one with: handmidi track VIDEO -o hand.csv)"
        )
    missing = [c for c in EXTRAS if c in needs and c not in there]
    if missing:
        raise TraceError(
            f"{path} has no column {', '.join(missing)}, which this preset plays with: "
            f"track the video again, or choose another preset"
        )
    group: list[tuple[float, float, Hand | None]] = []
    for row in rows:
        line = rows.line_num
        if None in row.values() or None in row or row[COLUMNS[-1]] is None:
            if next(rows, None) is None:
                break  # a crash cut the last line
            raise TraceError(f"{path}, line {line}: cells are missing; {_AGAIN}")
        entry = _row(path, line, row)
        if group and entry[0] < group[-1][0]:
            raise TraceError(f"{path}, line {line}: time_s runs backwards; {_AGAIN}")
        if group and entry[0] > group[-1][0]:
            yield _merge(group)
            group = []
        group.append(entry)
    if group:
        yield _merge(group)


def _row(path: Path, line: int, row: dict[str, str]) -> tuple[float, float, Hand | None]:
    try:
        time_s, ready_s = float(row["time_s"]), float(row["ready_s"])
        hand = None
        if row["hand"]:
            values = [float(row[c]) for c in COLUMNS[3:]]
            tilt, pinch, fingers = (float(row.get(c) or 0) for c in EXTRAS)
            if not (math.isfinite(fingers) and 0 <= fingers <= 5):
                raise ValueError(f"fingers is {row['fingers']}, not 0 to 5")
            hand = Hand(row["hand"], *values, tilt, pinch, round(fingers))
            values += [tilt, pinch]
            if hand.side not in SIDES:
                raise ValueError(f"hand is {hand.side!r}, not left or right")
        finite = (time_s, ready_s, *(values if hand else ()))
        if not all(map(math.isfinite, finite)):
            raise ValueError("a value is not a finite number")
    except (TypeError, ValueError) as error:
        raise TraceError(f"{path}, line {line}: {error}; {_AGAIN}") from error
    return time_s, max(time_s, ready_s), hand


def _merge(group: Iterable[tuple[float, float, Hand | None]]) -> HandFrame:
    rows = list(group)
    hands = tuple(hand for _, _, hand in rows if hand)
    return HandFrame(rows[0][0], max(ready for _, ready, _ in rows), hands)
