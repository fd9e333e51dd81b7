"""When and where the next note may come: what a song asks for."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

F32 = np.float32
_BIAS_S, _SD_S, _LEAST_SD_S = 0.0, 0.08, 0.01
_HUMBLE, _MEMORY = 1.0, 14.0
_TURN, _SKIP, _AHEAD = 0.8, 0.15, 2
_WRONG, _ELSE_PER_S = 0.4, 1.0
_WIDE, _WIDER = 0.15, 3.0
_BEHIND, _BEHIND_SD_S = 0.15, 0.05
_SAME_S, _NEAR_S, _FAR_S = 0.06, 0.35, 1.5


class Expected:
    """The song's coming onsets, and how this player keeps to them.

    A prior for the end of a reach: the next note of the song, seldom one after it, in its
    zone and at its time, as far off as this player usually is; with some probability
    another zone, and with some any zone at any time.

    Parameters
    ----------
    zones : int
        How many zones there are besides the rest.
    """

    def __init__(self, zones: int) -> None:
        self._rows = zones + 1
        self._onsets_s: list[float] = []
        self._zones: list[int] = []
        self._bias_s, self._variance, self._seen = _BIAS_S, _SD_S**2, _HUMBLE
        self._behind_s = 0.0
        self._played_s = -math.inf

    def renew(self, onsets: Sequence[tuple[float, int]]) -> None:
        """Take up the coming onsets, (session second, zone), ascending."""
        self._onsets_s = [float(onset_s) for onset_s, _ in onsets]
        self._zones = [int(zone) for _, zone in onsets]

    def _coming(self, time_s: float) -> range:
        """The notes that a reach at this time may be meant for."""
        late_s = max(self._bias_s, self._behind_s) + 3 * math.sqrt(self._variance) + 0.05
        first = bisect_left(self._onsets_s, max(time_s - late_s, self._played_s + _SAME_S))
        return range(first, min(first + _AHEAD, len(self._onsets_s)))

    def __bool__(self) -> bool:
        return bool(self._onsets_s)

    def log_prior(self, arrival_s: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Log prior of arrivals in zones.

        Parameters
        ----------
        arrival_s : ndarray, shape (n,)
            Session seconds.
        rows : ndarray of int, shape (k,)
            Zone + 1; 0 is the rest.

        Returns
        -------
        ndarray of float32, shape (k, n)
        """
        other = np.full(len(arrival_s), _ELSE_PER_S, F32)
        here: dict[int, np.ndarray] = {}
        sd_s = math.sqrt(self._variance + _LEAST_SD_S**2)
        weight = _TURN
        for i in self._coming(float(arrival_s.min())):
            off = (arrival_s - self._onsets_s[i]).astype(F32)
            near = self._bells(off, sd_s) * weight
            other += _WRONG * near
            row = self._zones[i] + 1
            here[row] = here.get(row, 0.0) + (1 - _WRONG) * self._rows * near
            weight *= _SKIP
        out = np.tile(np.log(other), (len(rows), 1))
        for row, density in here.items():
            out[rows == row] = np.log(other + density)
        return out

    def _bells(self, off_s: np.ndarray, sd_s: float) -> np.ndarray:
        bias_s, behind_s = self._bias_s, self._behind_s
        return (
            (1 - _WIDE - _BEHIND) * _bell(off_s - bias_s, sd_s)
            + _WIDE * _bell(off_s - bias_s, _WIDER * sd_s)
            + _BEHIND * _bell(off_s - behind_s, sd_s + _BEHIND_SD_S)
        )

    def learn(self, arrival_s: float, sd_s: float, zone: int) -> None:
        """Take in a note that was played: its arrival, and how sure that is."""
        coming = self._coming(arrival_s)
        near = [i for i in coming if abs(arrival_s - self._onsets_s[i] - self._bias_s) < _NEAR_S]
        same = [i for i in coming if self._zones[i] == zone]
        same = [i for i in same if -_NEAR_S < arrival_s - self._onsets_s[i] < _FAR_S]
        if not (same or near):
            return
        best = min(same or near, key=lambda i: abs(arrival_s - self._onsets_s[i] - self._bias_s))
        self._played_s = self._onsets_s[best]
        if not same:
            return
        self._behind_s = arrival_s - self._onsets_s[best]
        error = self._behind_s - self._bias_s
        if abs(error) > max(4 * math.sqrt(self._variance), 0.12):
            return
        self._seen = min(self._seen + 1, _MEMORY)
        self._bias_s += error / self._seen
        self._variance += (error * error + sd_s * sd_s - self._variance) / self._seen


def _bell(off_s: np.ndarray, sd_s: float) -> np.ndarray:
    return np.exp(off_s * off_s * F32(-0.5 / sd_s**2)) * F32(1 / (sd_s * math.sqrt(2 * math.pi)))
