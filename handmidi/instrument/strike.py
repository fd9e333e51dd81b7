"""How hard a note is struck."""

from __future__ import annotations

from collections import deque

from handmidi.instrument.preset import Velocity

STRIKE_S = 0.25
"""How far a strike reaches back from its note: the time of a quick reach."""


class Strike:
    """Velocity from a control, or fixed.

    Parameters
    ----------
    velocity : Velocity
    """

    def __init__(self, velocity: Velocity) -> None:
        self._velocity = velocity
        self.control = velocity.by.control if velocity.by else None
        self._keeps_highest = self.control == "speed"
        self.reset()

    def reset(self) -> None:
        """Forget the hand."""
        # The highest so far and those after it, in falling order: what may still be highest.
        self._recent: deque[tuple[float, float]] = deque()

    def feed(self, time_s: float, value: float) -> None:
        """Take in the control's value."""
        recent = self._recent
        while recent and (recent[-1][1] <= value or not self._keeps_highest):
            recent.pop()
        recent.append((time_s, value))
        while recent[0][0] < time_s - STRIKE_S:
            recent.popleft()

    def velocity(self, due_s: float) -> int:
        """Velocity of a note that is due then, 1..127.

        A speed counts as the highest of the strike, any other control as it is now.
        """
        low, high = self._velocity.low, self._velocity.high
        if not self._velocity.by or not self._recent:
            return low
        within = (value for time_s, value in self._recent if time_s >= due_s - STRIKE_S)
        scaled = self._velocity.by.scaled(next(within, self._recent[-1][1]))
        return min(max(round(low + min(max(scaled, 0.0), 1.0) * (high - low)), 1), 127)
