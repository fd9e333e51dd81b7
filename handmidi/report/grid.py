"""The page's grid: bars cut into steps, and note values that show the metre."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from handmidi.song import Meter, Song

_FULL_STEPS = 4  # sixteenths to a quarter note: enough for metres up to x/16


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar on the grid.

    Parameters
    ----------
    number : int
        As counted by musicians: from 1, or from 0 if the song begins with a pick-up.
    start, length : int
        In steps; `start` counts from the start of the song.
    skipped : int
        Steps of a whole bar that lie before `start`; more than 0 in a pick-up only.
    meter : Meter
    per_quarter : int
        Steps to a quarter note.
    """

    number: int
    start: int
    length: int
    skipped: int
    meter: Meter
    per_quarter: int

    @property
    def end(self) -> int:
        """The step after the last."""
        return self.start + self.length

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


@dataclass(frozen=True)
class Grid:
    """All bars of a song, cut into equal steps.

    Parameters
    ----------
    bars : tuple of Bar
        In order, without gaps; at least one.
    per_quarter : int
        Steps to a quarter note: 4, or more if a metre has shorter notes than sixteenths.
    """

    bars: tuple[Bar, ...]
    per_quarter: int

    @classmethod
    def of(cls, song: Song) -> Grid:
        """The grid of a song."""
        per_quarter = max(_FULL_STEPS, *(m.denominator // 4 for m in song.meters))
        edges = [round(beat * per_quarter) for beat in song.bars]
        bars = []
        for index, beat in enumerate(song.bars[:-1]):
            start, length = edges[index], edges[index + 1] - edges[index]
            meter = song.meter_at(beat)
            whole = round(meter.bar_beats * per_quarter)
            pickup = index == 0 and song.pickup_beats > 0
            skipped = max(whole - length, 0) if pickup else 0
            number = index + (0 if song.pickup_beats else 1)
            bars.append(Bar(number, start, length, skipped, meter, per_quarter))
        return cls(tuple(bars), per_quarter)

    @property
    def end(self) -> int:
        """The step after the last bar."""
        return self.bars[-1].end

    @cached_property
    def _starts(self) -> list[int]:
        return [bar.start for bar in self.bars]

    def bar_at(self, step: int) -> Bar:
        """The bar that holds `step`; the first or last bar for steps outside the song."""
        return self.bars[max(bisect_right(self._starts, step) - 1, 0)]

    def step(self, beat: float) -> int:
        """The step nearest to `beat` (in quarter notes)."""
        return round(beat * self.per_quarter)

    def offbeat(self, step: int) -> float:
        """How unlikely it is that a note begins at `step`: 0 on beats, more between them.

        In units of a negative log likelihood, so that it may be added to a squared timing
        error over twice its variance.
        """
        bar = self.bar_at(step)
        within = bar.place(step) % bar.beat
        part = bar.beat // 3 if bar.compound else bar.beat // 2
        if within == 0:
            return 0.0
        return 1.0 if part and within % part == 0 else 2.5


def divide(bar: Bar, start: int, end: int, rest: bool = False) -> list[tuple[int, int]]:
    """Cut steps `start` to `end` of one bar into note values that show the beats.

    A value crosses a beat only in the syncopations that everyone reads at sight, and never
    the middle of a bar of four beats unless it fills whole beats. Rests never cross a beat,
    but for half a bar of four beats.

    Parameters
    ----------
    bar : Bar
    start, end : int
        Inside `bar`, in steps from the start of the song.
    rest : bool, default False
        Cut a rest; notes may be syncopated and dotted.

    Returns
    -------
    list of (int, int)
        Start and length in steps, in order; every length is a plain or dotted note value.
    """
    longest = 1 << (bar.length + bar.skipped).bit_length()
    powers = [longest >> n for n in range(longest.bit_length())]
    values = sorted({*powers, *(3 * n // 2 for n in powers if n > 1)}, reverse=True)
    out = []
    while start < end:
        room = end - start
        place = bar.place(start)
        length = next(n for n in values if n <= room and _readable(bar, place, n, room, rest))
        out.append((start, length))
        start += length
    return out


def _readable(bar: Bar, place: int, length: int, room: int, rest: bool) -> bool:
    if length == 1:
        return True
    beat, within = bar.beat, place % bar.beat
    if within == 0 and length % beat == 0:
        count = length // beat
        if rest:
            return count == 1 or (count == 2 and bar.beats == 4 and place % length == 0)
        return count < 4 or place == 0
    if within + length <= beat:
        return _inside_beat(bar, within, length, rest)
    half = beat // 2
    if rest or bar.compound or not half or place % half or (length == 3 * half and length != room):
        return False
    middle = 2 * beat if bar.beats == 4 else 0
    return length in (beat, 3 * half) and not place < middle < place + length


def _inside_beat(bar: Bar, within: int, length: int, rest: bool) -> bool:
    third = bar.beat // 3
    if bar.compound and length > third:
        if length == 2 * third:
            return within == 0 or (within == third and not rest)
        return not rest and 2 * length == bar.beat and within % length == 0
    if length % 3 == 0:
        return not rest and within % (length // 3) == 0
    return within % length == 0 or (not rest and within % (length // 2) == 0)
