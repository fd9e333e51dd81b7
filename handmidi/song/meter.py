"""Time signatures and the bars that they make."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_BARS, MAX_BEATS = 20_000, 100_000
"""Of a song: six hours of common time at 120 beats a minute have half of it."""


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature from `beat` (in quarter notes) on, such as 6/8."""

    beat: float
    numerator: int
    denominator: int

    @property
    def bar_beats(self) -> float:
        """Quarter notes in a bar."""
        return self.numerator * 4 / self.denominator


def without_repeats(meters: Iterable[Meter]) -> tuple[Meter, ...]:
    """Those that change something."""
    kept: list[Meter] = []
    for meter in meters:
        last = kept[-1] if kept else None
        if not last or (last.numerator, last.denominator) != (meter.numerator, meter.denominator):
            kept.append(meter)
    return tuple(kept)


def meter_at(meters: Sequence[Meter], beat: float) -> Meter:
    """The time signature in force at `beat`."""
    return meters[max(bisect_right(meters, beat + 1e-6, key=lambda m: m.beat) - 1, 0)]


def bar_lines(meters: Sequence[Meter], pickup_beats: float, end_beat: float) -> list[float]:
    """Beats at which bars begin, a pick-up's first, and the end of the bar that reaches the end.

    A time signature inside a bar counts from the next bar on.

    Raises
    ------
    ValueError
        If there are more than `MAX_BARS`, or more than `MAX_BEATS` of their meters' beats.
    """
    lines, beat, counted = [0.0] if pickup_beats else [], pickup_beats, 0
    while beat < end_beat - 1e-6:
        meter = meter_at(meters, beat)
        counted += meter.numerator
        if len(lines) == MAX_BARS or counted > MAX_BEATS:
            raise ValueError(f"it has more than {MAX_BARS:,} bars or {MAX_BEATS:,} beats")
        lines.append(beat)
        beat += meter.bar_beats
    return [*lines, beat]
