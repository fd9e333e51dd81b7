"""Played notes against meant ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

WINDOW_S = 0.15
"""A played note is the meant one only if it comes this close to it."""


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the notes of one or several performances.

    Parameters
    ----------
    meant, played, matched : int
        Notes that were meant, that sounded, and pairs of the two.
    errors_s : tuple of float
        How late each matched note sounded; negative is early.
    played_s : float
        Length of the performances.
    """

    meant: int
    played: int
    matched: int
    errors_s: tuple[float, ...]
    played_s: float

    @property
    def precision(self) -> float:
        """Matched ÷ played, 0..1; 1 if nothing was played."""
        return self.matched / self.played if self.played else 1.0

    @property
    def recall(self) -> float:
        """Matched ÷ meant, 0..1; 1 if nothing was meant."""
        return self.matched / self.meant if self.meant else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0..1."""
        total = self.meant + self.played
        return 2 * self.matched / total if total else 1.0

    @property
    def median_ms(self) -> float:
        """Median of the errors; nan if there is none."""
        return 1000 * float(np.median(self.errors_s)) if self.errors_s else float("nan")

    @property
    def p95_ms(self) -> float:
        """95th percentile of the errors' distance from their median; nan if there is none."""
        if not self.errors_s:
            return float("nan")
        errors = np.array(self.errors_s)
        return 1000 * float(np.percentile(np.abs(errors - np.median(errors)), 95))

    @property
    def false_per_min(self) -> float:
        """Notes that sounded and were not meant, per minute."""
        return 60 * (self.played - self.matched) / self.played_s if self.played_s else 0.0


def compare(
    meant: Sequence[tuple[float, int]],
    played: Sequence[tuple[float, int]],
    played_s: float = 0.0,
    window_s: float = WINDOW_S,
) -> Count:
    """Pair meant and played notes of the same zone, one to one.

    Of all such pairings one with the most pairs is taken, and of these one with the least
    sum of distances. Within a zone it never crosses, so each zone is solved by itself.

    Parameters
    ----------
    meant, played : sequence of (float, int)
        Time in seconds and zone, in any order.
    played_s : float, default 0
        Length of the performance.
    window_s : float, default `WINDOW_S`
        The greatest distance of a pair; it counts as within.
    """
    errors: list[float] = []
    for zone in sorted({zone for _, zone in meant}):
        wanted, heard = (sorted(t for t, z in notes if z == zone) for notes in (meant, played))
        errors += _pair(wanted, heard, window_s)
    return Count(len(meant), len(played), len(errors), tuple(errors), played_s)


def _pair(wanted: Sequence[float], heard: Sequence[float], window_s: float) -> list[float]:
    """Errors of the best pairing of two ascending rows of times."""
    # best[j]: pairs, minus summed distance, and errors, with the first j of `heard`.
    best = [(0, 0.0, ())] * (len(heard) + 1)
    for want in wanted:
        row = [best[0]]
        for j, hear in enumerate(heard):
            choice = max(row[j], best[j + 1], key=lambda b: b[:2])
            if abs(hear - want) <= window_s:
                pairs, score, errors = best[j]
                paired = (pairs + 1, score - abs(hear - want), (*errors, hear - want))
                choice = max(choice, paired, key=lambda b: b[:2])
            row.append(choice)
        best = row
    return list(best[-1][2])


def pool(counts: Iterable[Count]) -> Count:
    """Several performances as one."""
    rows = list(counts)
    return Count(
        meant=sum(c.meant for c in rows),
        played=sum(c.played for c in rows),
        matched=sum(c.matched for c in rows),
        errors_s=tuple(e for c in rows for e in c.errors_s),
        played_s=sum(c.played_s for c in rows),
    )
