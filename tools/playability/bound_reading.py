"""Arrivals read by the simulator's own laws, and by the engine, in the same takes.

A note is due in the middle of the 90 % of arrivals that are likeliest to be right, and a little
later, so that more is seen first; it sounds then, unless another frame is read before. Of a few
such delays the best is taken that keeps the median where the bar wants it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .bound_knowledge import STATES
from .bound_posterior import ARRIVALS_S, Watcher
from .matching import Count, compare
from .phrases import REST
from .takes import Take
from .trials import Condition, Score, merge
from .ways import ways

LATER_S = (0.0, 0.002, 0.004, 0.006, 0.008, 0.012, 0.016)
"""How much later than in the middle a note may be due."""

MEDIAN_MS = 8.0
"""The median may be so far from the arrival, to either side."""

RESAMPLES = 200

Errors = dict[tuple[float, str], list[float]]
"""Onset errors in seconds for each of `LATER_S` and each state of knowledge."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What one condition allows.

    Parameters
    ----------
    condition : Condition
    engine : Score
        Of the engine, in the same takes.
    best : dict
        The best score for each state of knowledge, by its name.
    free_ms : float
        The p95 with only the zone known and the median left free.
    error_ms : float
        Standard error of such a p95, as it varies with the players drawn.
    """

    condition: Condition
    engine: Score
    best: dict[str, Score]
    free_ms: float
    error_ms: float


def measure(condition: Condition, seeds: Iterable[int]) -> Bound:
    """Read a condition's takes with the engine and with each of `bound_knowledge.STATES`.

    Parameters
    ----------
    condition : Condition
        One whose takes are simulated, in mode "settle".
    seeds : iterable of int
        One take for each; at least one.
    """
    engine: list[dict[str, Score]] = []
    rows: dict[float, list[dict[str, Score]]] = {later_s: [] for later_s in LATER_S}
    for seed in seeds:
        take = condition.make(seed)
        heard = ways()["settle"].play(take)
        engine.append({"engine": _score(compare(take.intents, heard, take.length_s))})
        errors = read(take)
        for later_s, row in rows.items():
            row.append({s.name: _all_played(errors[later_s, s.name], take) for s in STATES})
    pooled = [merge(row) for row in rows.values()]
    zone = STATES[0].name
    return Bound(
        condition=condition,
        engine=merge(engine)["engine"],
        best={s.name: _best([scores[s.name] for scores in pooled]) for s in STATES},
        free_ms=min(scores[zone].count.p95_ms for scores in pooled),
        error_ms=_standard_error_ms([scores[zone].count.errors_s for scores in rows[0.0]]),
    )


def read(take: Take) -> Errors:
    """Onset errors of every reach that ends in a zone and does not halt on its way."""
    watcher = Watcher(take)
    errors: Errors = {(later_s, state.name): [] for later_s in LATER_S for state in STATES}
    for number, reach in enumerate(take.hand.reaches):
        if reach.wish.zone == REST or reach.halts:
            continue
        for key, onset_s in _onsets(watcher, number).items():
            errors[key].append(onset_s - reach.arrival_s)
        watcher.learn(number)
    return errors


def _onsets(watcher: Watcher, number: int) -> dict[tuple[float, str], float]:
    """When the note of a reach sounds; with the last frame asked at the latest."""
    onsets: dict[tuple[float, str], float] = {}
    waiting = {(later_s, state.name) for later_s in LATER_S for state in STATES}
    for look in watcher.looks(number, STATES):
        middles_s = {s.name: _middle_s(odds) for s, odds in zip(STATES, look.odds, strict=True)}
        for later_s, name in tuple(waiting):
            due_s = look.ready_s + max(middles_s[name] + later_s, 0.0)
            onsets[later_s, name] = due_s
            if due_s <= look.next_s:
                waiting.remove((later_s, name))
        if not waiting:
            break
    return onsets


def _middle_s(odds: np.ndarray) -> float:
    low_s, high_s = np.interp((0.05, 0.95), np.cumsum(odds) - odds / 2, ARRIVALS_S)
    return float(low_s + high_s) / 2


def _best(tried: list[Score]) -> Score:
    allowed = [score for score in tried if abs(score.count.median_ms) <= MEDIAN_MS]
    return min(allowed or tried[:1], key=lambda score: score.count.p95_ms)


def _all_played(errors_s: list[float], take: Take) -> Score:
    count = len(errors_s)
    return _score(Count(count, count, count, tuple(errors_s), take.length_s))


def _score(count: Count) -> Score:
    errors = np.array(count.errors_s)
    own = tuple((errors - np.median(errors)).tolist()) if len(errors) else ()
    return Score(count, 0, 1, own)


def _standard_error_ms(errors_s: list[tuple[float, ...]]) -> float:
    """Of the p95 of all takes together, by drawing as many takes again, with repetition."""
    rng, found = np.random.default_rng(0), []
    for _ in range(RESAMPLES):
        drawn = rng.integers(len(errors_s), size=len(errors_s))
        errors = np.concatenate([errors_s[i] for i in drawn])
        found.append(np.percentile(np.abs(errors - np.median(errors)), 95))
    return 1000 * float(np.std(found))
