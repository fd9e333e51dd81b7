"""The conditions of the benchmark, their bars, and the runs that fill the table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context

import numpy as np

from .matching import WINDOW_S, Count, compare, pool
from .players import follow, play
from .takes import Take
from .ways import Played, ways

HELD_OUT = 1000
"""The first seed of a report; those below are for tuning."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What `settle` must reach; None is no bar.

    Parameters
    ----------
    f1 : float, optional
        At the least.
    median_ms, p95_ms : float, optional
        At the most, the median to either side.
    ghosts : int, optional
        At the most.
    """

    f1: float | None = None
    median_ms: float | None = None
    p95_ms: float | None = None
    ghosts: int | None = None

    def met(self, score: Score) -> bool:
        """Whether a score reaches it."""
        count = score.count
        return (
            (self.f1 is None or count.f1 >= self.f1)
            and (self.median_ms is None or abs(count.median_ms) <= self.median_ms)
            and (self.p95_ms is None or count.p95_ms <= self.p95_ms)
            and (self.ghosts is None or score.ghosts <= self.ghosts)
        )


@dataclass(frozen=True, slots=True)
class Condition:
    """A column of the table.

    Parameters
    ----------
    name : str
    make : callable or None
        A take for a seed; None for the rendered ones, which come from elsewhere.
    bar : Bar
    mode : {"settle", "gate"}
    """

    name: str
    make: Callable[[int], Take] | None
    bar: Bar = Bar()
    mode: str = "settle"


def _unheard(seed: int) -> Take:
    """A player who follows a song that the engine is not told."""
    return replace(follow(seed), song=())


BASE = "30 fps, 20 ms"
RENDERED = "rendered video"
CONDITIONS = (
    Condition(BASE, play, Bar(f1=0.992, median_ms=8, p95_ms=26)),
    Condition("40 ms delay", partial(play, delay_ms=40), Bar(f1=0.987, p95_ms=36)),
    Condition("60 fps", partial(play, fps=60), Bar(p95_ms=22)),
    Condition("120 fps", partial(play, fps=120)),
    Condition("20 fps", partial(play, fps=20), Bar(f1=0.985)),
    Condition("noise 1.2 %", partial(play, noise=0.012), Bar(f1=0.985)),
    Condition("stamps 4 ms off", partial(play, jitter_ms=4), Bar(f1=0.985)),
    Condition("song, not told", _unheard),
    Condition("song, told", follow, Bar(p95_ms=20, ghosts=0)),
    Condition("fist and open", partial(play, mode="gate"), mode="gate"),
    Condition(RENDERED, None, Bar(f1=0.98)),
)


@dataclass(frozen=True, slots=True)
class Score:
    """A cell of the table.

    Parameters
    ----------
    count : Count
    ghosts : int
        Notes that sounded in a zone where the hand had not been and did not come.
    takes : int
    own_s : tuple of float
        How far each onset error is from the median of its own take.
    """

    count: Count
    ghosts: int
    takes: int
    own_s: tuple[float, ...] = ()

    @property
    def own_p95_ms(self) -> float:
        """95th percentile of the errors' distance from their own player's median; nan if none."""
        return 1000 * float(np.percentile(np.abs(self.own_s), 95)) if self.own_s else math.nan


def ghosts(take: Take, played: Played, window_s: float = WINDOW_S) -> int:
    """How many notes sounded that the hand did not play.

    Such a note was not meant, and the hand was not seen in its zone either, all within
    `window_s` of the note.
    """
    edges, last = take.axis_edges, len(take.axis_edges) - 2
    times_s, _, xs = np.array(take.axis_samples).T

    def was_there(onset_s: float, zone: int) -> bool:
        if any(k == zone and abs(t - onset_s) <= window_s for t, k in take.intents):
            return True
        near = xs[abs(times_s - onset_s) <= window_s]
        high = edges[zone + 1] if zone < last else np.inf
        return bool(((near >= edges[zone]) & (near <= high)).any())

    return sum(not was_there(*note) for note in played)


def judge(take: Take, mode: str = "settle") -> dict[str, Score]:
    """What every way makes of a take, by its name."""
    out = {}
    for way in ways().values():
        if mode in way.modes:
            played = way.play(take)
            count = compare(take.intents, played, take.length_s)
            errors = np.array(count.errors_s)
            own = tuple(errors - np.median(errors)) if len(errors) else ()
            out[way.name] = Score(count, ghosts(take, played), 1, own)
    return out


def merge(rows: Iterable[dict[str, Score]]) -> dict[str, Score]:
    """The scores of several takes, or of several such merged ones, as one."""
    by_name: dict[str, list[Score]] = {}
    for row in rows:
        for name, score in row.items():
            by_name.setdefault(name, []).append(score)
    return {
        name: Score(
            count=pool(score.count for score in scores),
            ghosts=sum(score.ghosts for score in scores),
            takes=sum(score.takes for score in scores),
            own_s=tuple(off for score in scores for off in score.own_s),
        )
        for name, scores in by_name.items()
    }


def run(seeds: range, jobs: int = 1) -> Iterator[tuple[str, dict[str, Score]]]:
    """Every simulated condition and what each way scored in it, as soon as it is known.

    Parameters
    ----------
    seeds : range
        One take for each.
    jobs : int, default 1
        Processes that share the work.
    """
    chunks = [list(seeds)[i::jobs] for i in range(jobs)]
    with ProcessPoolExecutor(jobs, get_context("spawn")) as workers:
        for condition in CONDITIONS:
            if condition.make:
                yield condition.name, merge(workers.map(partial(_one, condition.name), chunks))


def _one(name: str, seeds: list[int]) -> dict[str, Score]:
    condition = next(c for c in CONDITIONS if c.name == name)
    return merge(judge(condition.make(seed), condition.mode) for seed in seeds)
