"""A control that strikes: an opening hand, a pinch, a finger."""

from __future__ import annotations

import math
from collections import deque

_UNDER_WAY, _STEP = 0.5, 0.25
_LOOKS_BACK_S = 0.15
_PATIENCE = 2.5
_FALLS = 0.1
_ARMS, _STAYS_ARMED_S = 0.25, 0.6


class Gate:
    """Opens as its control rises over one value, closes as it falls under another.

    A fast rise that is clearly under way is followed ahead, as far as the next result of the
    camera, so that the note sounds when the hand opens and not when that was seen. A strike
    that did not come after all ends at once. Causal and final, as `onset.OnsetEngine`.

    Parameters
    ----------
    on, off : float
        Where it opens and closes; `on` is the higher. A control that strikes as it falls is
        fed with its sign turned.

    Raises
    ------
    ValueError
        If `on` is not above `off`.
    """

    def __init__(self, on: float, off: float) -> None:
        if not on > off:
            raise ValueError(f"on must be above off, not {on} and {off}")
        self._on, self._off, self._gap = on, off, on - off
        self._is_on, self._fired_s, self._frame_s = False, -math.inf, 1 / 30
        self._is_armed, self._seen_s = False, -math.inf
        self.reset()

    @property
    def is_on(self) -> bool:
        """Whether it is open."""
        return self._is_on

    def reset(self) -> None:
        """The hand was lost: closed, and its track is forgotten.

        A fist is easily lost: one that comes back soon, and open, strikes.
        """
        self._recent: deque[tuple[float, float]] = deque(maxlen=32)
        self._is_on = False
        self._doubt_s: float | None = None

    def feed(self, time_s: float, ready_s: float, g: float) -> list[tuple[float, bool]]:
        """Take in a sample and return what it decides.

        Parameters
        ----------
        time_s, ready_s : float
            When the frame was taken, and when its result was there.
        g : float
            The control.

        Returns
        -------
        list of (float, bool)
            Due time, not before `ready_s`, and whether the gate opens or closes.
        """
        step_s, step = self._step_to(time_s, g)
        self._arm(time_s, g)
        if self._is_on:
            return self._turn(ready_s, False) if self._has_ended(time_s, g, step) else []
        if not self._is_armed:
            return []
        if g >= self._on:
            return self._turn(ready_s, True)
        if not (step_s and self._is_under_way(g, step)):
            return []
        due_s = time_s + (self._on - g) * step_s / step
        if due_s > ready_s + self._frame_s:
            return []
        # Where it should have come in sight by now, it has not happened.
        self._doubt_s = due_s + _PATIENCE * self._frame_s
        return self._turn(max(ready_s, due_s), True)

    def _arm(self, time_s: float, g: float) -> None:
        """It strikes only after it was seen closed: a hand that comes in open does not."""
        if not 0 <= time_s - self._seen_s < _STAYS_ARMED_S:
            self._is_armed = False
        self._seen_s = time_s
        if g < self._on - _ARMS * self._gap:
            self._is_armed = True

    def _step_to(self, time_s: float, g: float) -> tuple[float, float]:
        """Time and way since the sample before; 0, 0 if there is none of late."""
        recent = self._recent
        while recent and not 0 <= time_s - recent[0][0] < _LOOKS_BACK_S:
            recent.popleft()
        step_s, step = (time_s - recent[-1][0], g - recent[-1][1]) if recent else (0.0, 0.0)
        if step_s > 0:
            self._frame_s += 0.1 * (min(step_s, 0.05) - self._frame_s)
        recent.append((time_s, g))
        return step_s, step

    def _is_under_way(self, g: float, step: float) -> bool:
        risen = g - min(past for _, past in self._recent)
        return step > _STEP * self._gap and risen > _UNDER_WAY * self._gap

    def _has_ended(self, time_s: float, g: float, step: float) -> bool:
        if self._doubt_s is None:
            return g <= self._off
        if g >= self._on:
            self._doubt_s = None
            return False
        return step < -_FALLS * self._gap or time_s > self._doubt_s

    def _turn(self, due_s: float, is_on: bool) -> list[tuple[float, bool]]:
        self._is_on, self._fired_s = is_on, max(due_s, self._fired_s)
        if is_on:
            self._is_armed = False
        else:
            self._doubt_s = None
        return [(self._fired_s, is_on)]
