"""How what sounds on the audio's clock moves on, in session seconds.

FluidSynth renders in blocks of up to 20 ms, on a clock of its own. A `Course` watches it and
says where it stands at any session second, and steers it where it shall follow another tempo.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from handmidi.outputs.schedule import Schedule

_LISTEN_S = 0.25
_LEAD_S = 0.02  # a change of pace must reach the schedule before its moment is rendered
_CATCH_UP_S = 1.0
_TOLERANCE_S = 0.002


class _Leg(NamedTuple):
    """A stretch at one pace, from session second `at_s` and position `from_s` on."""

    at_s: float
    from_s: float
    pace: float

    def position(self, time_s: float) -> float:
        return self.from_s + (time_s - self.at_s) * self.pace

    def time_s(self, position_s: float) -> float:
        return self.at_s + (position_s - self.from_s) / self.pace


class Course:
    """Where a schedule stands at a session second, and back again.

    The course is what was asked of the schedule, less how far the audio lags behind: both
    run on without a jump when the audio ends or the pace changes.

    Parameters
    ----------
    schedule : Schedule, optional
        Without one there is nothing to lag: the course runs on the session's clock.
    """

    def __init__(self, schedule: Schedule | None = None) -> None:
        self._schedule = schedule
        self._last = self._leg = _Leg(0.0, 0.0, 1.0)
        self._lag_s = self._seen_s = self._meets_s = 0.0
        self._lags: deque[float] = deque(maxlen=100)

    def listen(self, clock: Callable[[], float]) -> None:
        """Learn how the audio's clock stands to the session's, for a quarter of a second.

        The audio moves on in blocks: whoever looks once is off by as much.
        """
        pause, end_s = threading.Event(), clock() + _LISTEN_S
        while self._schedule and (now_s := clock()) < end_s:
            self.look(now_s)
            pause.wait(0.002)

    def assume(self, now_s: float) -> None:
        """Where nothing was heard yet, take it that the audio begins now."""
        if self._schedule and not self._lags:
            self._lag_s = self._leg.position(now_s)

    def look(self, now_s: float) -> None:
        """Compare the clocks, if the audio's has moved: where it has died, the course goes on."""
        if self._schedule and (seen_s := self._schedule.position_s) != self._seen_s:
            self._seen_s = seen_s
            self._lags.append(self._at(now_s).position(now_s) - seen_s)
            self._lag_s = min(self._lags)  # the freshest: it was taken just after a block

    def position(self, time_s: float) -> float:
        """Position of the schedule, in its seconds, at a session second."""
        return self._at(time_s).position(time_s) - self._lag_s

    def time_s(self, position_s: float) -> float:
        """Session second at which the schedule stands at `position_s`."""
        time_s = self._leg.time_s(position_s + self._lag_s)
        return time_s if time_s >= self._leg.at_s else self._last.time_s(position_s + self._lag_s)

    def steer(self, now_s: float, target: Callable[[float], float]) -> bool:
        """Set the pace that brings the course onto another within a second.

        It never stands still or turns back: it takes half to twice the target's own pace.

        Parameters
        ----------
        now_s : float
            Session second.
        target : callable
            Position that is wanted at a session second.

        Returns
        -------
        bool
            Whether the pace was changed.
        """
        at_s, meets_s = now_s + _LEAD_S, now_s + _CATCH_UP_S
        if now_s < self._leg.at_s or self._meets(target, now_s):
            return False
        own = (target(meets_s) - target(at_s)) / (meets_s - at_s)
        pace = (target(meets_s) - self.position(at_s)) / (meets_s - at_s)
        pace = min(max(pace, own / 2), own * 2)
        if abs(pace - self._leg.pace) * _CATCH_UP_S < _TOLERANCE_S:
            return False
        from_s = self._leg.position(at_s)
        if self._schedule:
            self._schedule.set_pace(pace, from_s - self._lag_s)
        self._last, self._leg, self._meets_s = self._leg, _Leg(at_s, from_s, pace), meets_s
        return True

    def _meets(self, target: Callable[[float], float], now_s: float) -> bool:
        """Whether it is still on the way to where it was steered."""
        meets_s = self._meets_s
        off_s = target(meets_s) - self.position(meets_s)
        return now_s < meets_s and abs(off_s) < _TOLERANCE_S

    def _at(self, time_s: float) -> _Leg:
        return self._leg if time_s >= self._leg.at_s else self._last


def nearest_bar(beats: float, bar_beats: float) -> float:
    """The whole bars in `beats`: what may be left out of a distance to the same place in a bar."""
    return bar_beats * round(beats / bar_beats)
