"""Quarter notes to seconds and back."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable


class TempoMap:
    """Quarter notes to seconds, piecewise linear.

    Parameters
    ----------
    changes : iterable of (float, float)
        Beat and microseconds per quarter note, in order of beats.
    """

    def __init__(self, changes: Iterable[tuple[float, float]] = ()) -> None:
        self._beats, self._seconds, self._rates = [0.0], [0.0], [0.5]
        for beat, tempo in changes:
            if beat <= self._beats[-1]:
                self._rates[-1] = tempo / 1e6
            elif tempo / 1e6 != self._rates[-1]:
                self._seconds.append(self.seconds(beat))
                self._beats.append(beat)
                self._rates.append(tempo / 1e6)

    @property
    def changes(self) -> tuple[tuple[float, float], ...]:
        """Beat and microseconds per quarter note of each new tempo; the first at beat 0."""
        pairs = zip(self._beats, self._rates, strict=True)
        return tuple((beat, rate * 1e6) for beat, rate in pairs)

    @property
    def bpm(self) -> float:
        """Quarter notes per minute at the start."""
        return 60 / self._rates[0]

    def seconds(self, beat: float) -> float:
        """Seconds from the start to `beat`."""
        i = bisect_right(self._beats, beat) - 1
        return self._seconds[i] + (beat - self._beats[i]) * self._rates[i]

    def beat(self, seconds: float) -> float:
        """Quarter notes from the start to `seconds`."""
        i = max(bisect_right(self._seconds, seconds) - 1, 0)
        return self._beats[i] + (seconds - self._seconds[i]) / self._rates[i]
