"""Piano rolls as pictures: of a whole song, and of a bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handmidi.report.drawing import FAINT, GREY, PALE, Drawing
from handmidi.report.signs import SIGNS

_LABELS_MM = 11.0
_LEAST_LANE_MM = 0.7
_NAME_MM = 2.5  # height of a pitch's name
_NAMES_MM = 4.6  # from one column of names to the next
_HEAD_MM, _FOOT_MM = 2.6, 4.0  # a sign over the top row, and the bars' numbers


def draw_roll(
    roll: dict,
    width_mm: float,
    name: str = "Piano roll",
    lane_mm: float = 2.4,
    height_mm: float = 40.0,
) -> Iterator[Drawing]:
    """One picture for each row of `plots.piano_roll`: the song in outline, what was played on it.

    Parameters
    ----------
    roll : dict
        As from `plots.piano_roll`.
    width_mm : float
        Of the longest row.
    name : str
        Begins the pictures' descriptions.
    lane_mm : float, default 2.4
        Height of a semitone, where the pitches are few.
    height_mm : float, default 40
        Of all semitones together, at most, unless they are very many.
    """
    lanes = roll["high"] - roll["low"] + 1
    lane = min(max(height_mm / lanes, _LEAST_LANE_MM), lane_mm)
    beat = (width_mm - _LABELS_MM - 0.5) / roll["beats"]
    for row in roll["rows"]:
        first, last = row["bars"][0][0], row["bars"][-1][0]
        bars = f"bar {first}" if first == last else f"bars {first} to {last}"
        drawing = Drawing(width_mm, _HEAD_MM + lanes * lane + _FOOT_MM, f"{name}, {bars}")
        _draw_lanes(drawing, roll, row, lane, beat)
        _draw_notes(drawing, roll, row, lane, beat)
        yield drawing


def _draw_lanes(drawing: Drawing, roll: dict, row: dict, lane: float, beat: float) -> None:
    bottom, right = drawing.height_mm - _FOOT_MM, _LABELS_MM + row["length"] * beat
    for place in row["ticks"]:
        x = _LABELS_MM + place * beat
        drawing.line(x, _HEAD_MM, x, bottom, FAINT, 0.12, "0.4 0.6")
    heights = {p: _HEAD_MM + (roll["high"] - p + 0.5) * lane for _, p, _ in roll["labels"]}
    for y in heights.values():
        drawing.line(_LABELS_MM, y, right, y, FAINT, 0.1)
    for x, y, name in _placed_names(roll["labels"], heights):
        drawing.text(x, y + 0.8, name, anchor="end")
    for _, place in row["bars"]:
        x = _LABELS_MM + place * beat
        drawing.line(x, _HEAD_MM, x, bottom, FAINT, 0.25)
    drawing.line(right, _HEAD_MM, right, bottom, FAINT, 0.15)
    draw_numbers(drawing, row["bars"], _LABELS_MM, beat, bottom + 2.8)


def _draw_notes(drawing: Drawing, roll: dict, row: dict, lane: float, beat: float) -> None:
    for start, length, pitch, verdict, note in row["melody"]:
        missed = verdict == "missed"
        x, y = _LABELS_MM + start * beat, _HEAD_MM + (roll["high"] - pitch) * lane
        fill, dash = ("none", "0.6 0.4") if missed else (PALE, "")
        drawing.rect(x, y, length * beat, lane, fill, GREY, dash, note)
        if verdict in ("held", "missed"):
            _draw_mark(drawing, x + length * beat / 2, y, verdict)
    for start, length, pitch, verdict, note in row["played"]:
        x, y = _LABELS_MM + start * beat, _HEAD_MM + (roll["high"] - pitch) * lane
        colour = SIGNS[verdict].colour
        drawing.rect(x, y + lane * 0.2, length * beat, lane * 0.6, colour, note=note)
        if verdict != "held":
            _draw_mark(drawing, x + length * beat / 2, y, verdict)


def _placed_names(
    labels: Sequence[tuple[str, int, bool]], heights: dict[int, float]
) -> list[tuple[float, float, str]]:
    """Names of rows, in a second column where they would touch; left out where that is full.

    Lowest and highest row come first, then those where a note went wrong.
    """
    ends = {labels[0][1], labels[-1][1]} if labels else set()
    ranked = sorted(labels, key=lambda it: (it[1] not in ends, not it[2], -it[1]))
    kept: list[tuple[float, str]] = []
    columns: list[int] = []
    for name, pitch, _ in ranked:
        more = sorted([*kept, (heights[pitch], name)])
        if fitting := _columns([y for y, _ in more]):
            kept, columns = more, fitting
    return [
        (_LABELS_MM - 1.2 - column * _NAMES_MM, y, name)
        for (y, name), column in zip(kept, columns, strict=True)
    ]


def _columns(heights: Sequence[float]) -> list[int]:
    """In which of two columns each name goes, from the top; empty if there is no room."""
    below, out = [-1e9, -1e9], []
    for y in heights:
        column = next((i for i, last in enumerate(below) if y - last >= _NAME_MM), None)
        if column is None:
            return []
        below[column] = y
        out.append(column)
    return out


def draw_numbers(
    drawing: Drawing, bars: Sequence[tuple[int, float]], left: float, beat: float, y: float
) -> None:
    """Numbers of bars below a picture: every fourth, and where a pass of a loop begins."""
    shown_mm, before = -100.0, None
    for number, place in bars:
        x = left + place * beat
        again = before is None or number <= before
        if (again or number % 4 == 1 or len(bars) < 4) and x - shown_mm > 6:
            drawing.text(x + 0.3, y, str(number))
            shown_mm = x
        before = number


def _draw_mark(drawing: Drawing, x: float, y: float, verdict: str) -> None:
    sign = SIGNS[verdict]
    if sign.mark:
        drawing.text(x, y - 0.2, sign.mark, 3.2, sign.colour, "middle", bold=True)
