"""How far a hand went before a camera: what a calibration is made of. Pure.

Ends are measured: a control's end is the value that the hand reached and held. The frames
count where it is *still*: the hand is seen for a tenth of a second on either side, and its
median hardly changes between the two. So neither the way between two poses nor a frame that the
tracker misread is an end. Of the still frames the outermost `HOLD_S` seconds are cut off at
either end: an end was held at least that long, whatever the length of the recording.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from handmidi.hand import Hand, HandFrame
from handmidi.instrument.controls import CONTROLS, READERS

HOLD_S = 0.2
"""How long an end must have been held, in all."""
MARGIN = 0.05
"""Share of the reach that the range leaves out at either end: a player must come to both ends
of a range with ease, and the reach is what a stretched arm can do once."""

_AROUND_S = 0.1
_SEEN = 0.8  # one frame of five may be lost
_LONGEST_FRAME_S = 0.1
_OPEN = 0.5  # of openness: less is a fist, or half of one
_UPRIGHT = 90.0  # degrees of tilt: a hand that hangs jumps from -180 to 180


@dataclass(frozen=True, slots=True)
class _Rule:
    """How much a still control may move in `_AROUND_S`, and what is enough of a reach.

    Both are on the control's own axis.
    """

    still: float
    least: float
    advice: str = ""


_RULES = {
    "area": _Rule(0.05, math.log(1.5), "come nearer and go farther away, the hand open"),
    "x": _Rule(0.02, 0.25, "move farther to your left and to your right, and stop there"),
    "y": _Rule(0.02, 0.25, "move farther up and down, and stop there"),
    "openness": _Rule(0.08, 0.3, "make a fist, then open your hand wide, and hold both"),
    "tilt": _Rule(4.0, 40.0),
    "pinch": _Rule(0.1, 0.5),
}


@dataclass(frozen=True, slots=True, eq=False)
class Extent:
    """How far one control went.

    Parameters
    ----------
    control : str
    values : ndarray, shape (n,)
        Its values in the still frames, each a median of its surroundings; in the control's
        unit.
    reached : tuple of float, optional
        The least and the greatest value that was held; None if none was.
    range : tuple of float, optional
        What shall be played on, in the order of the control's usual range; None if the hand
        did not move enough.
    advice : str
        What the player can do about a missing range; empty for a control that few play with.
    """

    control: str
    values: np.ndarray
    reached: tuple[float, float] | None
    range: tuple[float, float] | None
    advice: str


def find_extents(frames: Sequence[HandFrame]) -> list[Extent]:
    """How far each control went, in a fixed order.

    A fist tells of openness only: its box is smaller than the open hand's at the same
    distance, and its thumb lies on the index finger.

    Parameters
    ----------
    frames : sequence of HandFrame
        In order. Hands that are partly outside of the picture must have been left out. The
        first hand of a frame counts.
    """
    times = np.array([frame.time_s for frame in frames])
    hands = [frame.hands[0] if frame.hands else None for frame in frames]
    return [_extent(name, times, hands) for name in _RULES]


def found_ranges(extents: Sequence[Extent]) -> dict[str, tuple[float, float]]:
    """The ranges of the controls that moved enough; `distance` follows from `area`."""
    ranges = {extent.control: extent.range for extent in extents if extent.range}
    if "area" in ranges:
        far, near = (round(area**-0.5, 4) for area in ranges["area"])
        ranges["distance"] = far, near
    return ranges


def _extent(name: str, times: np.ndarray, hands: Sequence[Hand | None]) -> Extent:
    control, rule = CONTROLS[name], _RULES[name]
    axis = [math.nan if h is None else control.axis(_value(name, h)) for h in hands]
    steady = _steady(times, axis, rule.still)
    still = ~np.isnan(steady)
    unscaled = np.exp if control.is_ratio else np.asarray
    values = unscaled(steady[still])
    ends = _ends(steady[still], _durations(times)[still])
    if ends is None:
        return Extent(name, values, None, None, rule.advice)
    low, high = ends
    margin = MARGIN * (high - low)
    reached = tuple(map(float, unscaled((low, high))))
    played = tuple(round(float(v), 6) for v in unscaled((low + margin, high - margin)))
    if control.range[0] > control.range[1]:
        played = played[::-1]
    enough = high - low >= rule.least
    return Extent(name, values, reached, played if enough else None, rule.advice)


def _value(name: str, hand: Hand) -> float:
    if name != "openness" and hand.openness < _OPEN:
        return math.nan
    if name == "tilt" and abs(hand.tilt) > _UPRIGHT:
        return math.nan
    return READERS[name](hand)


def _steady(times: np.ndarray, axis: Sequence[float], limit: float) -> np.ndarray:
    """The median around each still frame, shape (n,); nan where it is not still."""
    first = np.searchsorted(times, times - _AROUND_S)
    last = np.searchsorted(times, times + _AROUND_S, side="right")
    steady = np.full(len(times), math.nan)
    for i, (j, k) in enumerate(zip(first, last, strict=True)):
        before, after = _median(axis[j : i + 1]), _median(axis[i:k])
        if k - j > 2 and abs(after - before) <= limit:
            steady[i] = _median(axis[j:k])
    return steady


def _median(values: Sequence[float]) -> float:
    """The median of what was seen; nan if that is too little."""
    seen = [value for value in values if not math.isnan(value)]
    return median(seen) if len(seen) >= _SEEN * len(values) else math.nan


def _durations(times: np.ndarray) -> np.ndarray:
    """How long each frame stands for, seconds; a gap is nobody's."""
    if len(times) < 2:
        return np.zeros(len(times))
    gaps = np.diff(times)
    return np.minimum(np.append(gaps, gaps[-1]), _LONGEST_FRAME_S)


def _ends(values: np.ndarray, durations: np.ndarray) -> tuple[float, float] | None:
    """The least and the greatest value that were held for `HOLD_S`; None if it is too short."""
    if durations.sum() < 2 * HOLD_S:
        return None
    up = np.argsort(values, kind="stable")
    low, high = (
        float(values[order][np.searchsorted(np.cumsum(durations[order]), HOLD_S)])
        for order in (up, up[::-1])
    )
    return (low, high) if low <= high else None
