"""Where a melody divides its beats by three, by more than four, or swings.

Each span of a bar (an eighth, a quarter, a half or a whole note) may be cut in two again and
again, or in three. The cuts that the onsets fit best win; a cut in three must fit clearly
better, the more so where the song has few of them. So a file that was played by hand keeps
its plain rhythms, and an exact one its triplets.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from handmidi.song import Meter

_SD_BEATS = (0.02, 0.07)  # of an onset about its written place: an exact file, a hand's
_THREE, _THREE_COMMON, _THREES = 3.0, 1.0, 0.1  # cost of a cut in three; where they abound
_SIXTHS, _LONG, _SHORT, _FINE = 1.0, 0.5, 2.0, 6.0  # more for these; thirty-seconds
_NOTHING_LONG = 1e-3  # where nothing begins, short spans do
_ODD = 1.0  # for each onset on a second or fourth sixteenth, or between thirds
_STRAY = 6.0  # the most that one onset may weigh
_TOGETHER, _LOST = 0.08, 20.0  # onsets further apart than this need places of their own
_SWING_PAIRS, _SWING = 4, (0.56, 0.70)
_EARLY = 0.1  # quarter notes that an onset may come before its beat


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a bar, in quarter notes: where it begins and how long it is."""

    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Subdivision:
    """How the beats of a song are cut.

    Parameters
    ----------
    threes : tuple of Span
        Spans cut in three, in order.
    fines : tuple of Span
        Eighths cut in thirty-seconds.
    swing : float, optional
        Where the second of two swung eighths begins, in quarter notes after the beat.
    """

    threes: tuple[Span, ...] = ()
    fines: tuple[Span, ...] = ()
    swing: float | None = None


def subdivide(onsets: Sequence[float], bars: Sequence[tuple[Span, float, Meter]]) -> Subdivision:
    """Find how the beats of a song are cut.

    Parameters
    ----------
    onsets : sequence of float
        Of the melody, in quarter notes, in order.
    bars : sequence of (Span, float, Meter)
        Each with the quarter notes that a pick-up lacks at its start.
    """
    finder = _Finder(sorted(set(onsets)), _swing(onsets, bars))
    first = finder.cut(bars, _THREE)
    beats = {int(beat) for beat in onsets}
    if sum(s.length for s in first.threes) < _THREES * len(beats):
        return first
    return finder.cut(bars, _THREE_COMMON)


class _Way(NamedTuple):
    """A way to cut a stretch of music, and what it costs: less fits better."""

    cost: float
    threes: tuple[Span, ...] = ()
    fines: tuple[Span, ...] = ()

    def then(self, other: _Way) -> _Way:
        """This one, and the other after it."""
        threes, fines = self.threes + other.threes, self.fines + other.fines
        return _Way(self.cost + other.cost, threes, fines)


class _Finder:
    """Finds the cheapest way to cut each bar, for onsets as exact as these."""

    def __init__(self, onsets: list[float], swing: float | None) -> None:
        self._onsets, self._swing = onsets, swing
        far = sorted(min(abs(x * n - round(x * n)) / n for n in (3, 4)) for x in onsets)
        sd = 2 * far[len(far) // 2] if far else 0.0
        self._sd = min(max(sd, _SD_BEATS[0]), _SD_BEATS[1])

    def cut(self, bars: Sequence[tuple[Span, float, Meter]], three: float) -> Subdivision:
        ways = [
            self._bar(bar, skipped, meter, three)
            for bar, skipped, meter in bars
            if meter.denominator <= 8 and self._inside(bar)
        ]
        threes = tuple(span for way in ways for span in way.threes)
        fines = tuple(span for way in ways for span in way.fines)
        return Subdivision(threes, fines, self._swing)

    def _bar(self, bar: Span, skipped: float, meter: Meter, three: float) -> _Way:
        """Dynamic programming over the bar's quarter notes, or eighths in metres of eighths."""
        unit = 0.5 if meter.denominator == 8 else 1.0
        first = -skipped % unit  # of the whole units
        best = {0: _Way(0.0)}
        for n in range(int((bar.length - first) / unit + 1e-6)):
            place = first + n * unit + skipped
            for units in (1, 2, 4) if unit == 1 else (1,):
                even = units == 1 or place % units == 0 or meter.numerator % 2
                if not even or place + units * unit > skipped + bar.length + 1e-6:
                    continue
                span = Span(bar.start + first + n * unit, units * unit)
                way = best[n].then(self._span(span, three))
                if n + units not in best or way.cost < best[n + units].cost:
                    best[n + units] = way
        return best[max(best)]

    def _span(self, span: Span, three: float) -> _Way:
        inside = self._inside(span)
        if not inside:
            return _Way(0.0 if span.length <= 1 else _NOTHING_LONG)
        if span.length > 1:
            return self._long(span, inside, three)
        cost = self._misfit(inside, span.length, 3) + three + _SHORT * (span.length < 1)
        ways = [_Way(cost, (span,))]
        if span.length < 1:
            ways.append(_Way(self._misfit(inside, span.length, 2)))
            ways.append(_Way(self._misfit(inside, span.length, 4) + _FINE, (), (span,)))
            return min(ways, key=lambda way: way.cost)
        ways.append(_Way(self._misfit(inside, 1.0, 6) + three + _SIXTHS, (span,)))
        first, second = (self._span(Span(span.start + h, 0.5), three) for h in (0.0, 0.5))
        ways.append(first.then(second))
        if self._swing and not any(0.25 < x < 0.42 for x in inside):
            swung = [swung_place(x, self._swing) for x in inside]
            ways.append(_Way(self._misfit(swung, 1.0, 4)))
        return min(ways, key=lambda way: way.cost)

    def _long(self, span: Span, inside: Sequence[float], three: float) -> _Way:
        """A triplet of quarters or halves; with a note in its middle it would be two."""
        if any(abs(x - 0.5) < 1 / 12 for x in inside):
            return _Way(math.inf)
        cost = self._misfit(inside, span.length, 6) + three + _LONG
        halved = any(abs(x * 3 - round(x * 3)) > 0.25 for x in inside)
        return _Way(cost + _SIXTHS * halved, (span,))

    def _inside(self, span: Span) -> list[float]:
        """Onsets of a span, as parts of its length."""
        first = bisect_left(self._onsets, span.start - 1e-6)
        last = bisect_left(self._onsets, span.start + span.length - 1e-6)
        return [max(x - span.start, 0.0) / span.length for x in self._onsets[first:last]]

    def _misfit(self, inside: Sequence[float], length: float, count: int) -> float:
        """Negative log likelihood of onsets in a span that is cut in `count`."""
        cost, last = 0.0, None
        for x in inside:
            slot = round(x * count)
            cost += min(((x - slot / count) * length / self._sd) ** 2 / 2, _STRAY)
            cost += _ODD * (slot % 2 and length <= 1 and count % 2 == 0)
            if last and last[0] == slot and (x - last[1]) * length > _TOGETHER:
                cost += _LOST
            last = (slot, x)
        return cost


def swung_place(x: float, swing: float) -> float:
    """The written place within a beat, 0..1, of what sounds at `x` in swung eighths."""
    if x < swing:
        return x * 0.5 / swing
    return 0.5 + (x - swing) * 0.5 / (1 - swing)


def _swing(onsets: Sequence[float], bars: Sequence[tuple[Span, float, Meter]]) -> float | None:
    """The place of swung eighths, if nearly all off-beats of the song lie there."""
    simple = [meter.denominator <= 4 for _, _, meter in bars]
    if not all(simple):
        return None
    beats: dict[int, list[float]] = {}
    origin = bars[0][0].start - bars[0][1] if bars else 0.0
    for onset in onsets:
        beat, place = divmod(onset - origin + _EARLY, 1.0)
        beats.setdefault(int(beat), []).append(place - _EARLY)
    inside = [{round(p, 3) for p in places} for places in beats.values()]
    pairs = [max(p) for p in inside if len(p) == 2 and min(p) < _EARLY and 0.4 < max(p) < 0.8]
    thirds = sum(any(0.25 < p < 0.42 for p in places) for places in inside)
    if len(pairs) < max(_SWING_PAIRS, 2 * thirds):
        return None
    middle = median(pairs)
    near = sum(abs(p - middle) < 0.07 for p in pairs) / len(pairs)
    straight = sum(abs(p - 0.5) < 0.04 for p in pairs) / len(pairs)
    swung = _SWING[0] <= middle <= _SWING[1] and near >= 0.8 and straight < 0.1
    return middle if swung else None
