"""Note values: a span of a bar cut into pieces that show the metre."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from handmidi.report.grid import Bar, Tuplet


class Value(NamedTuple):
    """A plain or dotted note value.

    Parameters
    ----------
    start, length : int
        In steps.
    tuplet : Tuplet or None
        The tuplet that it belongs to; it is then written half as long again as it sounds.
    """

    start: int
    length: int
    tuplet: Tuplet | None = None

    @property
    def shown(self) -> int:
        """Steps of the value that is written."""
        return 3 * self.length // 2 if self.tuplet else self.length


def needed_tuplets(bar: Bar, edges: Iterable[int]) -> tuple[Tuplet, ...]:
    """The tuplets of a bar without which a staff's notes cannot be written.

    Parameters
    ----------
    bar : Bar
    edges : iterable of int
        Steps at which the staff's notes begin and end.
    """
    sixteenth = max(bar.per_quarter // 4, 1)
    inside = [edge for edge in edges if bar.start < edge < bar.end]
    return tuple(
        t
        for t in bar.tuplets
        if any(t.start < edge < t.end and (edge - t.start) % sixteenth for edge in inside)
    )


def cut(
    bar: Bar, start: int, end: int, tuplets: Sequence[Tuplet] = (), rest: bool = False
) -> list[Value]:
    """Cut steps `start` to `end` of one bar into values; none crosses the edge of a tuplet.

    Parameters
    ----------
    bar : Bar
    start, end : int
        Inside `bar`, in steps from the start of the song.
    tuplets : sequence of Tuplet
        Those in use, as from `needed_tuplets`.
    rest : bool, default False
        Cut a rest; notes may be syncopated and dotted.
    """
    edges = {e for t in tuplets for e in (t.start, t.end) if start < e < end}
    out = []
    for left, right in pairwise(sorted({start, end, *edges})):
        tuplet = next((t for t in tuplets if t.start <= left < t.end), None)
        inside = _in_tuplet(tuplet, left, right, rest) if tuplet else None
        pieces = inside or divide(bar, left, right, rest)
        out += [Value(at, length, tuplet) for at, length in pieces]
    return out


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
    values = _values(bar.length + bar.skipped, bar.unit)
    out = []
    while start < end:
        room = end - start
        place = bar.place(start)
        length = next(
            (n for n in values if n <= room and _readable(bar, place, n, room, rest)), room
        )
        out.append((start, length))
        start += length
    return out


@cache
def _values(longest: int, unit: int) -> tuple[int, ...]:
    """Plain and dotted values up to `longest` and more, in steps, from the longest down."""
    powers = [unit << n for n in range((longest // unit).bit_length() + 1)]
    return tuple(sorted({*powers, *(3 * n // 2 for n in powers[1:])}, reverse=True))


def _readable(bar: Bar, place: int, length: int, room: int, rest: bool) -> bool:
    if length == bar.unit:
        return True
    beat, within = bar.beat, place % bar.beat
    if within == 0 and length % beat == 0:
        count = length // beat
        if rest:
            pairs = bar.beats == 4 or (bar.meter.denominator == 8 and not bar.compound)
            return count == 1 or (count == 2 and pairs and place % length == 0)
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
    if length // bar.unit % 3 == 0:
        return not rest and within % (length // 3) == 0
    return within % length == 0 or (not rest and within % (length // 2) == 0)


def _in_tuplet(tuplet: Tuplet, start: int, end: int, rest: bool) -> list[tuple[int, int]]:
    """Thirds and sixths of a tuplet; dotted only where a half of it is one note."""
    sixth = tuplet.length / 6
    place, stop = round((start - tuplet.start) / sixth), round((end - tuplet.start) / sixth)
    out = []
    while place < stop:
        room = stop - place
        if room >= 4 and place in (0, 2):
            parts = 4
        elif room == 3 and place in (0, 3) and not rest:
            parts = 3
        elif room >= 2 and (place % 2 == 0 or (room == 2 and not rest)):
            parts = 2
        else:
            parts = 1
        at = tuplet.start + round(place * sixth)
        out.append((at, tuplet.start + round((place + parts) * sixth) - at))
        place += parts
    return out
