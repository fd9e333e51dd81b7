"""When the next note may come: the pulse that a player keeps."""

from __future__ import annotations

import math

import numpy as np

F32 = np.float32
_BIN_S, _BINS = 0.008, 256
_AHEAD_S = ((np.arange(_BINS) + 0.5) * _BIN_S).astype(F32)
_PERIODS_S, _COUNT, _BEST = (0.16, 0.72), 300, 6
_MEMORY, _TRUST_MEMORY = 0.9, 0.93
_PULSE, _LOOSE = 0.7, 0.1
_LEAST_SD_S = 0.018
_WEIGHT = 0.9
_KAPPAS = np.linspace(0, 60, 121)
_LOG_I0 = np.log(np.i0(_KAPPAS))


class Rhythm:
    """A pulse found in the arrivals so far, and how well it has foretold them.

    Players strike near the ticks of a pulse. For each of many periods the arrivals' phases
    have a mean and a concentration (von Mises); the periods are weighed by how well they
    foretold the arrivals, and the pulse as a whole against no pulse at all.
    """

    def __init__(self) -> None:
        self._rates = 2 * math.pi / np.geomspace(*_PERIODS_S, _COUNT)
        self._limits = np.minimum((self._rates * _LEAST_SD_S) ** -2, _KAPPAS[-1])
        self._turns = np.zeros(_COUNT, complex)
        self._score = np.zeros(_COUNT)
        self._sum, self._trust = 0.0, 0.0
        self._last_s: float | None = None
        self._pulse = np.ones(_BINS)
        self._log = np.zeros(_BINS, F32)

    def log_prior(self, arrival_s: np.ndarray, zone: np.ndarray) -> np.ndarray:
        """Log prior of each arrival (session seconds) after the last one, shape (1, n)."""
        if self._last_s is None:
            return np.zeros((1, len(arrival_s)), F32)
        bins = (arrival_s - self._last_s) / _BIN_S
        return self._log[np.clip(bins, 0, _BINS - 1).astype(np.intp)][None]

    def learn(self, arrival_s: float) -> None:
        """Take in an arrival."""
        if self._last_s is not None and self._last_s < arrival_s < self._last_s + _BINS * _BIN_S:
            at = int((arrival_s - self._last_s) / _BIN_S)
            self._trust = _TRUST_MEMORY * self._trust + math.log(self._pulse[at])
        turn = np.exp(1j * (arrival_s * self._rates))
        if self._sum:
            kappa, size = self._concentration()
            along = (turn.real * self._turns.real + turn.imag * self._turns.imag) / size
            self._score *= _MEMORY
            self._score += kappa * along - np.interp(kappa, _KAPPAS, _LOG_I0)
        self._turns *= _MEMORY
        self._turns += turn
        self._sum = _MEMORY * self._sum + 1
        self._last_s = arrival_s
        self._renew()

    def _concentration(self) -> tuple[np.ndarray, np.ndarray]:
        size = np.abs(self._turns) + 1e-9
        return np.minimum(0.5 * (self._sum + 1) / (0.5 + self._sum - size), self._limits), size

    def _renew(self) -> None:
        if self._sum < 1.5 or self._last_s is None:
            return
        best = np.argpartition(self._score, -_BEST)[-_BEST:]
        weight = np.exp(self._score[best] - self._score[best].max())
        rates, phase = self._rates[best], np.angle(self._turns[best])
        since = np.mod(self._last_s * rates - phase, 2 * math.pi).astype(F32)
        turn = since[:, None] + _AHEAD_S * rates[:, None].astype(F32)
        kappa = self._concentration()[0][best]
        ticks = np.exp(kappa[:, None] * (np.cos(turn) - 1))
        pulse = (weight / weight.sum() / ticks.mean(1)) @ ticks
        self._pulse = _LOOSE + (1 - _LOOSE) * pulse
        odds = _PULSE / (1 - _PULSE) * math.exp(min(max(self._trust, -20.0), 20.0))
        share = odds / (1 + odds)
        self._log = (_WEIGHT * np.log(1 - share + share * self._pulse)).astype(F32)
