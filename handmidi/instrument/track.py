"""The last samples of a hand: whether it rests, where it did, and how noisy it looks."""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

_SLOW, _WITHIN_S, _BY_NOISE = 1.2, 0.028, 1.5
_STARTS, _STARTS_BY_NOISE = 0.12, 3.8
_HELD_S, _LEFT_S = 0.4, 0.08
_STOPS_S, _STOPS, _STOPS_BY_NOISE = 0.14, 0.04, 0.5
_GAIN, _LIMITS = 0.03, (0.4, 3.0)


class Sample(NamedTuple):
    """A time in seconds and a place on the axis."""

    time_s: float
    x: float


class Track:
    """What was seen of one hand of late.

    Parameters
    ----------
    noise : float
        A first guess at the standard deviation of a resting hand's samples, in axis units.

    Attributes
    ----------
    noise : float
        What resting hands have made of it.
    frame_s : float
        Usual time between samples.
    """

    def __init__(self, noise: float) -> None:
        self._first, self.noise, self._variance = noise, noise, noise * noise
        self.frame_s = 1 / 30
        self._samples: deque[Sample] = deque(maxlen=64)

    def clear(self) -> None:
        """Forget the samples, not the noise."""
        self._samples.clear()

    def add(self, sample: Sample) -> None:
        """Take in a sample."""
        if self._samples:
            step_s = min(sample.time_s - self._samples[-1].time_s, 0.05)
            self.frame_s += 0.1 * (step_s - self.frame_s)
        self._samples.append(sample)

    @property
    def newest(self) -> Sample | None:
        """The last sample; None if there is none."""
        return self._samples[-1] if self._samples else None

    @property
    def step_s(self) -> float:
        """Time between the last two samples."""
        return self._samples[-1].time_s - self._samples[-2].time_s

    @property
    def speed(self) -> float:
        """From the last two samples, in axis units a second; 0 if they have the same stamp."""
        step_s = self.step_s
        return (self._samples[-1].x - self._samples[-2].x) / step_s if step_s > 0 else 0.0

    def last(self, count: int, since_s: float) -> list[Sample]:
        """The last samples, at most `count`, none from before `since_s`."""
        return [past for past in list(self._samples)[-count:] if past.time_s >= since_s]

    def is_still(self, width: float) -> bool:
        """Whether the hand is slower than 1.2 zones a second, as far as the noise lets one tell.

        Parameters
        ----------
        width : float
            Of the zone, in axis units.
        """
        time_s, x = self._samples[-1]
        for past in reversed(self._samples):
            if time_s - past.time_s > _WITHIN_S:
                slow = _SLOW * width * (time_s - past.time_s)
                return abs(x - past.x) < slow + _BY_NOISE * self.noise
        return False

    def has_stopped(self, width: float) -> bool:
        """Whether it hardly moves any more, not even slowly."""
        now_s = self._samples[-1].time_s
        half_s, whole_s = now_s - _STOPS_S / 2, now_s - _STOPS_S
        late = [past.x for past in self._samples if past.time_s > half_s]
        early = [past.x for past in self._samples if whole_s < past.time_s <= half_s]
        if not early:
            return False
        moved = abs(sum(late) / len(late) - sum(early) / len(early))
        return moved < _STOPS * width + _STOPS_BY_NOISE * self.noise

    def start(self, width: float) -> float:
        """How far a hand has gone from its rest when it has begun to move."""
        return max(_STARTS_BY_NOISE * self.noise, _STARTS * width)

    def place_left(self, settled_s: float) -> float | None:
        """Where the hand rested before it began to move, which was before one could tell.

        Parameters
        ----------
        settled_s : float
            When it came to rest there.

        Returns
        -------
        float or None
            None if it has hardly rested.
        """
        now_s = self._samples[-1].time_s
        since_s, until_s = max(settled_s, now_s - _HELD_S), now_s - _LEFT_S
        held = [past.x for past in self._samples if since_s <= past.time_s <= until_s]
        return sum(held) / len(held) if len(held) > 1 else None

    def learn_noise(self, off: float) -> None:
        """Take in how far a resting hand's sample is from where it rests."""
        self._variance += _GAIN * (min(off * off, 9 * self._variance) - self._variance)
        low, high = _LIMITS[0] * self._first, _LIMITS[1] * self._first
        self.noise = min(max(math.sqrt(self._variance), low), high)
