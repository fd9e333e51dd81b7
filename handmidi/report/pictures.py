"""The page's charts as pictures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from handmidi.report.drawing import FAINT, GREY, INK, Drawing
from handmidi.report.rolls import draw_numbers
from handmidi.score.bars import BarScore

_SKY, _ORANGE = "#56B4E9", "#D55E00"
_LABELS_MM = 11.0
_BARS_A_ROW, _MOST_ROWS, _MOST_LINES = 40, 3, 80


def draw_histogram(histogram: dict, width_mm: float = 88.0, height_mm: float = 17.0) -> Drawing:
    """Timing errors in bins, with the median and the latency, from `plots.timing_histogram`."""
    drawing = Drawing(width_mm, height_mm + 9, "Histogram of the timing of your notes")
    counts, left = histogram["counts"], 4.0
    span, base = width_mm - 2 * left, height_mm
    bin_mm, tallest = span / len(counts), max(counts)
    for i, count in enumerate(counts):
        if count:
            x, tall = left + i * bin_mm, count / tallest * (height_mm - 4)
            drawing.rect(x + 0.15, base - tall, bin_mm - 0.3, tall, _SKY)
            drawing.text(x + bin_mm / 2, base - tall - 0.6, str(count), anchor="middle")
    drawing.line(left, base, left + span, base)
    drawing.line(left + span / 2, base, left + span / 2, base + 1, width=0.25)
    for i, label in enumerate(histogram["labels"]):
        x = left + i / (len(histogram["labels"]) - 1) * span
        drawing.text(x, base + 3.6, label, anchor="middle")
    for name, colour, dash in (("bias", _ORANGE, "1 0.7"), ("latency", GREY, "0.3 0.6")):
        if histogram[name] is not None:
            x = left + (1 + histogram[name]) / 2 * span
            count = counts[min(int((x - left) / bin_mm), len(counts) - 1)]
            top = base - count / tallest * (height_mm - 4) if count else 1.0  # below the number
            drawing.line(x, top, x, base + 1.6, colour, 0.5, dash)
    drawing.text(width_mm / 2, base + 7.4, "← early · ms · late →", 2.6, anchor="middle")
    return drawing


def draw_bars(
    bars: Sequence[BarScore], practise: Collection[int], width_mm: float
) -> Iterator[Drawing]:
    """Accuracy of each bar, in up to three rows; the bars to practise have a mark."""
    rows = min(-(-len(bars) // _BARS_A_ROW), _MOST_ROWS)
    size = max(-(-len(bars) // max(rows, 1)), 1)
    left, base = _LABELS_MM, 17.0 if rows < 2 else 11.0
    step = min((width_mm - left - 2) / size, 8.0)  # room for the last number
    for first in range(0, len(bars), size):
        part = bars[first : first + size]
        name = f"Accuracy of bars {part[0].number} to {part[-1].number}"
        drawing = Drawing(width_mm, base + 5, name)
        right = left + step * len(part)
        for percent in (0, 50, 100):
            y = base - percent / 100 * (base - 4)
            drawing.line(left, y, right, y, INK if percent == 0 else FAINT, 0.12)
            drawing.text(left - 1.2, y + 0.8, f"{percent} %", anchor="end")
        chosen = {i for i, bar in enumerate(part) if bar.number in practise}
        for i, bar in enumerate(part):
            x, tall = left + i * step, bar.accuracy * (base - 4)
            fill, high = _ORANGE if i in chosen else _SKY, max(tall, 0.3)
            drawing.rect(x + step * 0.12, base - high, step * 0.76, high, fill)
            if i in chosen:
                drawing.text(x + step / 2, base - tall - 0.6, "▼", 2.6, _ORANGE, "middle")
        for i in _numbered(len(part), step, chosen):
            colour = _ORANGE if i in chosen else GREY
            x = left + (i + 0.5) * step
            drawing.text(x, base + 3.2, str(part[i].number), 2.3, colour, "middle")
        yield drawing


def _numbered(count: int, step_mm: float, chosen: Collection[int]) -> list[int]:
    """Which bars of a row have room for their number: those chosen first, then each fifth."""
    every = 1 if step_mm > 4 else 5
    out: list[int] = []
    for i in (*sorted(chosen), *range(0, count, every)):
        if all(abs(i - other) * step_mm >= 3.9 for other in out):
            out.append(i)
    return out


def draw_tempo(curve: dict, width_mm: float) -> Drawing:
    """Played ÷ written tempo in percent over the song's bars, from `plots.tempo_curve`."""
    left, base, top = _LABELS_MM + 2, 18.0, 3.0
    drawing = Drawing(width_mm, base + 6, "Your tempo against the song's")
    ratios = [ratio for _, ratio in curve["points"]]
    low, high = min(0.9, *ratios), max(1.1, *ratios)
    span = width_mm - left - 2
    beat = span / curve["length"]

    def y(ratio: float) -> float:
        return base - (ratio - low) / (high - low) * (base - top)

    for number, place in curve["bars"]:
        if len(curve["bars"]) <= _MOST_LINES or number % 4 == 1:
            drawing.line(left + place * beat, top, left + place * beat, base, FAINT, 0.12)
    for ratio in (low, 1.0, high):
        drawing.line(left, y(ratio), left + span, y(ratio), GREY if ratio == 1 else FAINT, 0.12)
        drawing.text(left - 1.2, y(ratio) + 0.8, f"{100 * ratio:.0f} %", anchor="end")
    points = [(left + place * beat, y(ratio)) for place, ratio in curve["points"]]
    drawing.curve(points, "#0072B2")
    draw_numbers(drawing, curve["bars"], left, beat, base + 3.4)
    return drawing


def draw_progress(accuracies: Sequence[float], labels: Sequence[str], width_mm: float) -> Drawing:
    """Accuracy from take to take; the last one is this take.

    Parameters
    ----------
    accuracies : sequence of float
        0 to 1, oldest first, at least two.
    labels : sequence of str
        Of the first and of the last take.
    width_mm : float
    """
    left, base, top = _LABELS_MM, 20.0, 3.5
    drawing = Drawing(width_mm, base + 5, "Accuracy of your takes of this song")
    span = width_mm - left - 8
    for percent in (0, 50, 100):
        y = base - percent / 100 * (base - top)
        drawing.line(left, y, left + span, y, FAINT, 0.12)
        drawing.text(left - 1.2, y + 0.8, f"{percent} %", anchor="end")
    step = span / (len(accuracies) - 1)
    points = [(left + i * step, base - a * (base - top)) for i, a in enumerate(accuracies)]
    drawing.curve(points, "#0072B2")
    for x, y in points[:-1]:
        drawing.dot(x, y, 0.6, "#0072B2")
    x, y = points[-1]
    drawing.dot(x, y, 1.1, _ORANGE)
    drawing.text(x + 1.6, y + 0.8, f"{100 * accuracies[-1]:.0f} %", 2.6, INK, bold=True)
    drawing.text(left, base + 3.6, labels[0])
    drawing.text(left + span, base + 3.6, labels[-1], anchor="middle")
    return drawing
