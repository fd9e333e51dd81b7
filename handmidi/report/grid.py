"""The page's grid: bars cut into steps, of which each beat allows some."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from handmidi.report.subdivision import Span, Subdivision, subdivide, swung_place
from handmidi.song import Meter, Song

_FULL_STEPS, _FINE_STEPS = 4, 8  # to a quarter note: sixteenths; thirty-seconds


class Tuplet(NamedTuple):
    """A span of the grid that is cut in three (or six): where it begins, and its steps."""

    start: int
    length: int

    @property
    def end(self) -> int:
        """The step after the last."""
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar on the grid.

    Parameters
    ----------
    number : int
        As counted by musicians: from 1, or from 0 if the song begins with a pick-up. A song
        that was written out as a loop repeats numbers.
    start, length : int
        In steps; `start` counts from the start of the song.
    skipped : int
        Steps of a whole bar that lie before `start`; more than 0 in a pick-up only.
    meter : Meter
    per_quarter : int
        Steps to a quarter note.
    tuplets : tuple of Tuplet
        Spans of this bar that the melody cuts in three, in order.
    """

    number: int
    start: int
    length: int
    skipped: int
    meter: Meter
    per_quarter: int
    tuplets: tuple[Tuplet, ...] = ()

    @property
    def end(self) -> int:
        """The step after the last."""
        return self.start + self.length

    @property
    def unit(self) -> int:
        """Steps of the shortest plain note value: 3 where the grid holds tuplets."""
        return 3 if self.per_quarter % 3 == 0 else 1

    @property
    def compound(self) -> bool:
        """Whether a beat has three parts, as in 6/8."""
        return self.meter.numerator % 3 == 0 and self.meter.denominator >= 8

    @property
    def beat(self) -> int:
        """Steps to a beat: three times the denominator's note in compound metre."""
        unit = max(4 * self.per_quarter // self.meter.denominator, 1)
        return 3 * unit if self.compound else unit

    @property
    def beats(self) -> int:
        """Beats in a whole bar."""
        return (self.length + self.skipped) // self.beat

    def place(self, step: int) -> int:
        """Steps from where a whole bar would have begun."""
        return step - self.start + self.skipped

    def tuplet_at(self, step: int) -> Tuplet | None:
        """The tuplet that holds `step`."""
        return next((t for t in self.tuplets if t.start <= step < t.end), None)


@dataclass(frozen=True)
class Grid:
    """All bars of a song, cut into equal steps; notes begin and end on those allowed.

    Allowed are sixteenths (shorter ones in metres that count them, and where the melody has
    them); within a tuplet, its thirds and sixths.

    Parameters
    ----------
    bars : tuple of Bar
        In order, without gaps; at least one.
    per_quarter : int
        Steps to a quarter note: 4, or more if there is anything shorter, or a tuplet.
    steps : tuple of int
        Allowed steps, ascending, with the end of the song.
    swing : float, optional
        Where the second of two swung eighths sounds, in quarter notes after the beat.
    """

    bars: tuple[Bar, ...]
    per_quarter: int
    steps: tuple[int, ...]
    swing: float | None = None

    @classmethod
    def of(cls, song: Song) -> Grid:
        """The grid of a song."""
        spans = _bar_spans(song)
        cut = subdivide([n.beat for n in song.melody], spans)
        fine = _FINE_STEPS if cut.fines or cut.threes else _FULL_STEPS
        plain = max(fine, *(m.denominator // 4 for m in song.meters))
        per_quarter = 3 * plain if cut.threes else plain
        tuplets = [
            Tuplet(round(s.start * per_quarter), round(s.length * per_quarter)) for s in cut.threes
        ]
        bars = []
        for (span, skipped, meter), number in zip(spans, song.bar_numbers, strict=True):
            start = round(span.start * per_quarter)
            length = round((span.start + span.length) * per_quarter) - start
            if length == 0 and len(spans) > 1:  # a pick-up of a tick
                continue
            lacking = round(skipped * per_quarter)
            inside = tuple(
                tuplets[bisect_left(tuplets, (start,)) : bisect_left(tuplets, (start + length,))]
            )
            bars.append(Bar(number, start, max(length, 1), lacking, meter, per_quarter, inside))
        return cls(tuple(bars), per_quarter, _allowed(bars, cut), cut.swing)

    @property
    def end(self) -> int:
        """The step after the last bar."""
        return self.bars[-1].end

    @cached_property
    def _starts(self) -> list[int]:
        return [bar.start for bar in self.bars]

    def bar_at(self, step: float) -> Bar:
        """The bar that holds `step`; the first or last bar for steps outside the song."""
        return self.bars[max(bisect_right(self._starts, step) - 1, 0)]

    def place(self, beat: float) -> float:
        """Where `beat` (in quarter notes) is written, in steps and parts of them."""
        exact = beat * self.per_quarter
        if self.swing is None or exact >= self.end:
            return exact
        bar = self.bar_at(exact)
        at = (exact - bar.start + bar.skipped) / self.per_quarter
        whole = int(at + 1e-6)
        if bar.tuplet_at(int(exact)):
            return exact
        return exact + (swung_place(max(at - whole, 0.0), self.swing) - (at - whole)) * (
            self.per_quarter
        )

    def step(self, beat: float) -> int:
        """The allowed step nearest to `beat` (in quarter notes); beyond the song, any step."""
        place = self.place(beat)
        return round(place) if place >= self.end else self.nearest(place)

    def nearest(self, place: float) -> int:
        """The allowed step nearest to a place in steps."""
        after = min(max(bisect_right(self.steps, place), 1), len(self.steps) - 1)
        low, high = self.steps[after - 1], self.steps[after]
        return low if place - low <= high - place else high

    def next_step(self, step: int) -> int:
        """The first allowed step after `step`; beyond the song, the next of any."""
        after = bisect_right(self.steps, step)
        return self.steps[after] if after < len(self.steps) else step + 1

    def between(self, low: float, high: float) -> tuple[int, ...]:
        """Allowed steps from `low` to `high`, both included, but for the end of the song."""
        first, last = bisect_left(self.steps, low), bisect_right(self.steps, high)
        return self.steps[first : min(last, len(self.steps) - 1)]

    def offbeat(self, step: int) -> float:
        """How unlikely it is that a note begins at `step`: 0 on beats, more between them.

        In units of a negative log likelihood, so that it may be added to a squared timing
        error over twice its variance.
        """
        bar = self.bar_at(step)
        within = bar.place(step) % bar.beat
        if within == 0:
            return 0.0
        tuplet = bar.tuplet_at(step)
        if tuplet and tuplet.start != step:
            part, within = tuplet.length // 3, step - tuplet.start
        else:
            part = bar.beat // 3 if bar.compound else bar.beat // 2
        return 1.0 if part and within % part == 0 else 2.5


def _bar_spans(song: Song) -> list[tuple[Span, float, Meter]]:
    """Each bar, what a pick-up lacks before it (in quarter notes), and its metre."""
    out = []
    for index, (start, end) in enumerate(pairwise(song.bars)):
        meter = song.meter_at(start)
        pickup = index == 0 and song.pickup_beats > 0
        skipped = max(meter.bar_beats - (end - start), 0.0) if pickup else 0.0
        out.append((Span(start, end - start), skipped, meter))
    return out


def _allowed(bars: list[Bar], cut: Subdivision) -> tuple[int, ...]:
    steps = {bars[-1].end}
    for bar in bars:
        plain = max(min(bar.per_quarter // 4, 4 * bar.per_quarter // bar.meter.denominator), 1)
        taken = [(t.start, t.end) for t in bar.tuplets]
        first = bar.start + -bar.skipped % plain
        edges = {bar.start, *range(first, bar.end, plain)}
        steps |= {s for s in edges if not any(a < s < b for a, b in taken)}
        for t in bar.tuplets:
            parts = 6 if t.length >= bar.per_quarter else 3
            steps |= set(range(t.start, t.end, t.length // parts))
    per_quarter = bars[0].per_quarter
    for span in cut.fines:
        start = round(span.start * per_quarter)
        steps |= {start + n * per_quarter // _FINE_STEPS for n in range(4)}
    return tuple(sorted(steps))
