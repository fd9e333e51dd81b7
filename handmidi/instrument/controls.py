"""What of a hand can play: its controls, their ranges, and how each is heard."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from handmidi.hand import Hand

SMALLEST_AREA = 1e-5
"""A smaller box is no hand."""


@dataclass(frozen=True, slots=True)
class Control:
    """One thing that a hand does.

    Parameters
    ----------
    name : str
    unit : str
        For people.
    range : tuple of float
        Its values at 0 and at 1 of the scaled axis, where a preset names none and the camera
        is not calibrated; the first may be the greater.
    limits : tuple of float
        What a preset may write.
    noise : float
        Standard deviation of a still hand, in units of `axis`.
    is_ratio : bool
        Whether equal ratios are equal steps to the player, as of a size. Its axis is
        logarithmic then.
    """

    name: str
    unit: str
    range: tuple[float, float]
    limits: tuple[float, float]
    noise: float
    is_ratio: bool = False

    def axis(self, value: float) -> float:
        """The value where equal steps of the hand are equal: for filters and the engine."""
        return math.log(max(value, SMALLEST_AREA)) if self.is_ratio else value


CONTROLS = {
    control.name: control
    for control in (
        Control("area", "of the picture", (0.015, 0.15), (0.0005, 2.0), 0.008, True),
        Control("distance", "picture sides per hand", (8.2, 2.6), (0.7, 45.0), 0.004, True),
        Control("x", "of the picture's width", (0.9, 0.1), (-1.0, 2.0), 0.0015),
        Control("y", "of the picture's height", (0.8, 0.2), (-1.0, 2.0), 0.0015),
        Control("openness", "0 fist, 1 open", (0.1, 0.9), (-1.0, 2.0), 0.015),
        Control("tilt", "degrees to the right", (-40.0, 40.0), (-180.0, 180.0), 0.4),
        Control("pinch", "1 where the tips touch", (0.1, 0.9), (-1.0, 2.0), 0.02),
        Control("fingers", "stretched", (0.5, 5.5), (-1.0, 6.0), 0.02),
        Control("speed", "hand lengths per second", (0.3, 6.0), (0.0, 100.0), 0.1),
    )
}
"""All controls by name.

The noise was measured with the direct tracker on a real and a rendered clip at 25 and 30 frames
a second, as what remains of ten frames beside a parabola: x 0.0002 to 0.0004, y 0.0002 to
0.0006, tilt 0.1 to 0.25, pinch 0.005 to 0.013 apart and 0.02 near the touch, speed 0.02 to
0.08, the logarithm of the area 0.002 to 0.006. The table has about two to three times as much
for positions, since a hand in the air trembles more than a model of one. Openness does not
waver while a hand is open (0.0003); the table has what its half-open frames had.
"""

READERS: dict[str, Callable[[Hand], float]] = {
    "area": lambda hand: hand.area,
    "distance": lambda hand: max(hand.area, SMALLEST_AREA) ** -0.5,
    "x": lambda hand: hand.x,
    "y": lambda hand: hand.y,
    "openness": lambda hand: hand.openness,
    "tilt": lambda hand: hand.tilt,
    "pinch": lambda hand: hand.pinch,
    "fingers": lambda hand: hand.fingers,
}
"""How a control is read off a hand; `speed` needs the hand before, see `Speedometer`."""


class Speedometer:
    """The control `speed`: how fast a hand moves, in its own lengths a second.

    A hand that comes nearer by a tenth of its distance, and one that moves sideways by a
    tenth of its length, have moved as far. The picture is taken for square.
    """

    SMOOTH_S = 0.03
    """Time constant of the average over differences."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the hand: it stands still when it is next seen."""
        self._last: tuple[float, Hand] | None = None
        self.value = 0.0

    def feed(self, time_s: float, hand: Hand) -> float:
        """Take in the hand; a time that does not advance changes nothing."""
        if self._last is None:
            self._last = time_s, hand
            return self.value
        last_s, last = self._last
        step_s = time_s - last_s
        if step_s <= 0:
            return self.value
        size = math.sqrt(max(last.area, SMALLEST_AREA))
        nearer = 0.5 * math.log(max(hand.area, SMALLEST_AREA) / max(last.area, SMALLEST_AREA))
        speed = math.hypot((hand.x - last.x) / size, (hand.y - last.y) / size, nearer) / step_s
        self.value += (speed - self.value) * step_s / (step_s + self.SMOOTH_S)
        self._last = time_s, hand
        return self.value
