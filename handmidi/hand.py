"""Hands as the rest of the program sees them, and the trace file that keeps them.

A trace (``hand.csv``) has the header ``time_s,ready_s,hand,score,area,x,y,openness``
and one row per hand and frame; a frame without a hand has one row with the last
six cells blank. Readers ignore columns that they do not know.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from handmidi.errors import TraceError
from handmidi.files import GrowingFile

COLUMNS = ("time_s", "ready_s", "hand", "score", "area", "x", "y", "openness")
SIDES = ("left", "right")
_FINGERS = ((5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (17, 18, 19, 20))
_FIST, _STRAIGHT = 0.45, 0.97


@dataclass(frozen=True, slots=True)
class Hand:
    """One hand in one frame.

    Parameters
    ----------
    side : {"left", "right"}
        Which hand it is to its owner, who faces the camera.
    score : float
        The tracker's confidence that this is a hand, 0..1.
    area : float
        Bounding box of the 21 landmarks divided by the frame's area. May exceed 1
        where landmarks lie outside the frame.
    x, y : float
        Centre of that box as a fraction of the filmed (unmirrored) frame; y points down.
    openness : float
        0 (fist) to 1 (open hand).
    """

    side: str
    score: float
    area: float
    x: float
    y: float
    openness: float


@dataclass(frozen=True, slots=True)
class HandFrame:
    """What was seen in one camera frame.

    Parameters
    ----------
    time_s : float
        When the frame was taken, in session seconds.
    ready_s : float
        When the tracker's result was there, in session seconds; never before `time_s`.
    hands : tuple of Hand
        The hands in the frame, the longest tracked first; empty if there is none.
    """

    time_s: float
    ready_s: float
    hands: tuple[Hand, ...] = ()

    def rounded(self) -> HandFrame:
        """The frame with the precision of the trace file.

        The live instrument plays rounded frames, so that its trace replays to the same notes.
        """
        hands = (
            Hand(h.side, *(round(v, 6) for v in (h.score, h.area, h.x, h.y, h.openness)))
            for h in self.hands
        )
        time_s = round(self.time_s, 4)
        return HandFrame(time_s, max(time_s, round(self.ready_s, 4)), tuple(hands))


def openness(points: np.ndarray) -> float:
    """How far the four fingers are stretched, 0 (fist) to 1 (open).

    For each finger the distance from knuckle to tip is divided by the length of its
    three bones; the mean over the fingers is scaled so that a fist gives 0.

    Parameters
    ----------
    points : ndarray, shape (21, 2) or (21, 3)
        Landmarks in MediaPipe's order, any unit. With depth the value does not depend
        on how the hand is turned.
    """
    ratios = []
    for chain in _FINGERS:
        joints = points[list(chain)]
        bones = np.linalg.norm(np.diff(joints, axis=0), axis=1).sum()
        ratios.append(np.linalg.norm(joints[-1] - joints[0]) / bones if bones > 0 else 0.0)
    value = (float(np.mean(ratios)) - _FIST) / (_STRAIGHT - _FIST)
    return min(max(value, 0.0), 1.0)


def hand_from_landmarks(
    points: np.ndarray, width: int, height: int, side: str, score: float
) -> Hand:
    """Reduce 21 landmarks to a `Hand`.

    Parameters
    ----------
    points : ndarray, shape (21, 3)
        Landmarks in pixels; z in the same unit.
    width, height : int
        Size of the frame in pixels.
    side : {"left", "right"}
    score : float
        0..1.
    """
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    x, y = (low + high) / 2
    area = float(np.prod(high - low)) / (width * height)
    return Hand(side, score, area, float(x) / width, float(y) / height, openness(points))


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
        self._file.append((",".join(COLUMNS) + "\n").encode())

    def write(self, frame: HandFrame) -> None:
        """Append one frame."""
        when = f"{frame.time_s:.4f},{frame.ready_s:.4f}"
        rows = [
            f"{when},{h.side},{h.score:.6f},{h.area:.6f},{h.x:.6f},{h.y:.6f},{h.openness:.6f}\n"
            for h in frame.hands
        ]
        self._file.append("".join(rows or [f"{when},,,,,,\n"]).encode())

    def flush(self) -> None:
        """Try again to write what the disk refused."""
        self._file.append(b"")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_trace(path: Path) -> list[HandFrame]:
    """Read a trace file.

    Raises
    ------
    TraceError
        If the file cannot be read, or a row is not what the header says: the message
        names the file and the line.
    """
    try:
        with open(path, newline="", encoding="utf-8-sig") as stream:
            return list(_frames(path, csv.DictReader(stream)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise TraceError(f"cannot read the hand trace {path}: {why}") from error


def _frames(path: Path, rows: csv.DictReader) -> Iterator[HandFrame]:
    missing = [c for c in COLUMNS if c not in (rows.fieldnames or ())]
    if missing:
        raise TraceError(
            f"{path} is no hand trace: column {', '.join(missing)} is missing "
            f"(make one with: handmidi track VIDEO -o hand.csv)"
        )
    group: list[tuple[float, float, Hand | None]] = []
    for row in rows:
        line = rows.line_num
        if None in row.values() or row[COLUMNS[-1]] is None:
            if next(rows, None) is None:
                break  # a crash cut the last line
            raise TraceError(f"{path}, line {line}: cells are missing")
        entry = _row(path, line, row)
        if group and entry[0] < group[-1][0]:
            raise TraceError(f"{path}, line {line}: time_s runs backwards")
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
            hand = Hand(row["hand"], *values)
            if hand.side not in SIDES:
                raise ValueError(f"hand is {hand.side!r}, not left or right")
        finite = (time_s, ready_s, *(values if hand else ()))
        if not all(map(math.isfinite, finite)):
            raise ValueError("a value is not a finite number")
    except (TypeError, ValueError) as error:
        raise TraceError(f"{path}, line {line}: {error}") from error
    return time_s, max(time_s, ready_s), hand


def _merge(group: Iterable[tuple[float, float, Hand | None]]) -> HandFrame:
    rows = list(group)
    hands = tuple(hand for _, _, hand in rows if hand)
    return HandFrame(rows[0][0], max(ready for _, ready, _ in rows), hands)
