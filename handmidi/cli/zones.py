"""Where the notes of a preset lie, for people: stretches of a control, and words for its ends."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from handmidi.cli.presetwords import notes_of, spelled
from handmidi.cli.terminal import console
from handmidi.instrument.preset import Continuous, Part
from handmidi.instrument.scaling import Scaling

ENDS = {
    "area": ("far", "near"),
    "distance": ("near", "far"),
    "x": ("right", "left"),
    "y": ("high", "low"),
    "openness": ("fist", "open"),
    "tilt": ("left", "right"),
    "pinch": ("apart", "touching"),
    "fingers": ("few", "many"),
    "speed": ("slow", "fast"),
}
"""Where the hand is at a low and at a high value of a control, as the player sees it."""

REST = "rest"
_LAST_WIDTH = 0.03
_MOST_MARKS = 13
_STEPS = (1, 2, 3, 4, 6, 12)
_A4_HZ, _A4 = 440.0, 69
_LEAST_BAR, _MOST_BAR = 16, 56


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the scaled axis, and what sounds there.

    Parameters
    ----------
    low, high : float
        Where it begins and ends.
    label : str
    pitches : tuple of int
        None is a rest.
    """

    low: float
    high: float
    label: str
    pitches: tuple[int, ...] = ()


def ends(by: Scaling) -> tuple[str, str]:
    """Words for the hand at 0 and at 1 of a control's range."""
    low, high = ENDS[by.control]
    return (low, high) if by.range[0] < by.range[1] else (high, low)


def spans(part: Part, flats: frozenset[int] = frozenset()) -> list[Span]:
    """The zones of a hand in ascending order, the rest below them too.

    The last zone has no end: it is shown as far as 1, or as wide as the one before it where it
    begins there. Without steps there is a stretch about each semitone, or about every few of
    them, at most thirteen.

    Parameters
    ----------
    part : Part
    flats : frozenset of int
        Pitch classes that are written with a flat.
    """
    if part.continuous:
        return _marks(part.continuous, flats)
    if not part.zones:
        return []
    starts = [zone.at for zone in part.zones]
    width = starts[-1] - starts[-2] if len(starts) > 1 else 0.25
    last = 1.0 if starts[-1] < 1 - _LAST_WIDTH else starts[-1] + width
    found = [
        Span(low, high, notes_of(zone, flats), zone.pitches)
        for zone, low, high in zip(part.zones, starts, [*starts[1:], last], strict=True)
    ]
    return [Span(0.0, starts[0], REST), *found] if starts[0] > 0 else found


def _marks(law: Continuous, flats: frozenset[int]) -> list[Span]:
    low, high = _pitch(law.lowest_hz), _pitch(law.highest_hz)
    step = next((s for s in _STEPS if (high - low) / s < _MOST_MARKS), _STEPS[-1])
    pitches = range(math.ceil(low - 0.01), math.floor(high + 0.01) + 1, step)
    out = []
    for pitch in pitches:
        edges = (max(pitch - step / 2, low), min(pitch + step / 2, high))
        a, b = sorted(_scaled(law, _hz(edge)) for edge in edges)
        out.append(Span(a, b, spelled(pitch, flats), (pitch,)))
    out.sort(key=lambda span: span.low)
    return [Span(0.0, out[0].low, REST), *out] if out and out[0].low > 0.01 else out


def _scaled(law: Continuous, hz: float) -> float:
    if law.is_linear:
        return (hz - law.low_hz) / (law.high_hz - law.low_hz)
    return math.log(hz / law.low_hz) / math.log(law.high_hz / law.low_hz)


def _pitch(hz: float) -> float:
    return _A4 + 12 * math.log2(hz / _A4_HZ)


def _hz(pitch: float) -> float:
    return _A4_HZ * 2 ** ((pitch - _A4) / 12)


def print_spans(by: Scaling, stretches: Sequence[Span]) -> bool:
    """Print zones on a terminal, a line for each, the last on top; False if it is too narrow.

    A bar in a line is where the zone lies, and as wide; the lines are as high as each other, as
    the rungs of the window's ladder are.

    Parameters
    ----------
    by : Scaling
        The control that chooses the note.
    stretches : sequence of Span
        Ascending, at least one.
    """
    from rich.text import Text

    out = console(sys.stdout)
    names = max(len(span.label) for span in stretches)
    numbers = [(f"{by.unscaled(s.low):.4g}", f"{by.unscaled(s.high):.4g}") for s in stretches]
    numbers[-1] = numbers[-1][0], ""
    first = max(len(low) for low, _ in numbers)
    second = max(len(high) for _, high in numbers)
    wide = min(out.width - names - first - second - 12, _MOST_BAR)
    if wide < _LEAST_BAR:
        return False
    near, far = ends(by)
    gap = "─" if not out.options.ascii_only else "-"
    sign = "█" if not out.options.ascii_only else "#"
    axis = f" {near} {gap * (wide - len(near) - len(far) - 4)} {far} "
    out.print(Text(f"  {'':{names}}  {axis}", "dim"))
    begin, end = stretches[0].low, stretches[-1].high
    for span, (low, high) in reversed(list(zip(stretches, numbers, strict=True))):
        left = min(round((span.low - begin) / (end - begin) * wide), wide - 1)
        right = max(round((span.high - begin) / (end - begin) * wide), left + 1)
        bar = Text(" " * left + sign * (right - left) + " " * (wide - right))
        bar.stylize("dim" if span.label == REST else "yellow", left, right)
        line = Text.assemble("  ", (f"{span.label:{names}}", "bold"), "  ", bar)
        told = f"{low:>{first}} to {high}" if high else f"from {low}"
        out.print(line.append(f"  {told}"))
    return True
