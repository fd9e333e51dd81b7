"""Many takes scored or reported: each alone, all in the order in which they were given."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from handmidi.errors import HandMidiError
from handmidi.history import Progress, progress_of, read_history
from handmidi.history.entry import plain_text
from handmidi.session.cluster import Cluster
from handmidi.session.jobs import Job, Outcome
from handmidi.session.workers import Workers
from handmidi.take import Take, find_takes


@dataclass(frozen=True, slots=True)
class Found:
    """The takes that some paths name.

    Parameters
    ----------
    takes : tuple of Path
        Each once, where it is named first.
    left_out : int
        Takes that have nothing to score: of ``handmidi play``, or stopped before the song began.
    """

    takes: tuple[Path, ...]
    left_out: int = 0


def find_all(paths: Iterable[Path]) -> Found:
    """The takes named by paths, each a take or a folder of takes at any depth.

    A path that leads to no take stands for itself, and so does a take that is named alone: its
    job will say what it lacks.
    """
    paths = list(paths)
    takes: dict[Path, Path] = {}
    left_out = 0
    for path in paths:
        if Take(path).exists and len(paths) == 1:
            below = [path]
        else:
            found = [Take(path)] if Take(path).exists else find_takes(path)
            songs = [take.folder for take in found if _has_song(take)]
            left_out += len(found) - len(songs)
            below = songs if found else [path]
        for folder in below:
            takes.setdefault(folder.resolve(), folder)
    return Found(tuple(takes.values()), left_out)


def _has_song(take: Take) -> bool:
    try:
        info = take.read_info()
    except HandMidiError:
        return True  # its job says what is wrong
    return info.get("song") is not None and info.get("stopped_song_s") != 0


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def do_all(
    runner: Workers | Cluster,
    jobs: Sequence[Job],
    told: Callable[[str, int], None] = lambda doing, done: None,
) -> list[Outcome]:
    """Do jobs and enter the takes into their histories.

    Reports show earlier takes: so all are scored first, and it does not matter which process
    is faster.

    Parameters
    ----------
    runner : Workers or Cluster
        Open.
    jobs : sequence of Job
        What they know of earlier takes is found here.
    told : callable
        Hears what is being done, and how many are done.

    Returns
    -------
    list of Outcome
        In the order of `jobs`.

    Raises
    ------
    HandMidiError
        If the runner is lost.
    """
    outcomes = _run(runner, [replace(job, report=False) for job in jobs], "scoring", told)
    earlier = _histories(jobs)
    engraved = [index for index, job in enumerate(jobs) if job.report and not outcomes[index].error]
    if engraved:
        known = [replace(jobs[i], earlier=earlier.get(jobs[i].take, ())) for i in engraved]
        for index, outcome in zip(engraved, _run(runner, known, "engraving", told), strict=True):
            outcomes[index] = outcome
        _histories(jobs)
    return outcomes


def _run(
    runner: Workers | Cluster,
    jobs: Sequence[Job],
    doing: str,
    told: Callable[[str, int], None],
) -> list[Outcome]:
    outcomes: dict[int, Outcome] = {}
    told(doing, 0)
    with closing(runner.run(jobs)) as done:
        for index, outcome in done:
            outcomes[index] = outcome
            told(doing, len(outcomes))
    return [outcomes[index] for index in range(len(jobs))]


def _histories(jobs: Sequence[Job]) -> dict[Path, Progress]:
    """What each take's report shows of earlier ones; every database is up to date then."""
    parents: dict[Path, list[Path]] = {}
    for job in jobs:
        parents.setdefault(job.take.absolute().parent, []).append(job.take)
    found = {}
    for parent, takes in parents.items():
        earlier = progress_of(read_history(parent))
        found |= {take: earlier.get(plain_text(take.absolute().name), ()) for take in takes}
    return found
