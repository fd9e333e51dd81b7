"""Jobs on this machine's cores, each core with a process of its own."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import Self

from handmidi.errors import HandMidiError
from handmidi.session.jobs import Job, Outcome, do, failed
from handmidi.vision.child import without_interrupt

_MOST_JOBS = 100  # music21 and Verovio keep some memory of every score
_LIMIT_S = 600.0
_LEAVE_S = 1.0
_KILLED = 9


class Workers:
    """Processes that do jobs. They end with the ``with`` block, or when this one dies.

    A job that costs its process its life is done once more when all others are done, alone:
    where memory was short, the next one to ask for some is killed, whoever took it.

    Parameters
    ----------
    count : int
        How many, from 1.
    limit_s : float
        A job that takes longer has failed.
    """

    def __init__(self, count: int, limit_s: float = _LIMIT_S) -> None:
        self._count, self._limit_s = count, limit_s
        self._idle: list[_Worker] = []
        self._busy: list[_Worker] = []

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Outcome]]:
        """Do jobs; yields the place of each in `jobs` and its outcome, as they come.

        Raises
        ------
        HandMidiError
            If the system has no room for a process.
        """
        waiting, suspects = deque(enumerate(jobs)), deque()
        while waiting or suspects or self._busy:
            while waiting and len(self._busy) < self._count:
                self._give(*waiting.popleft())
            if suspects and not self._busy:
                self._give(*suspects.popleft(), alone=True)
            for worker in self._finished():
                self._busy.remove(worker)
                if worker.is_fit:
                    self._idle.append(worker)
                else:
                    worker.stop()
                    worker.end()
                if worker.outcome or worker.alone or not worker.has_ended:
                    why = "" if worker.outcome else worker.why(self._limit_s)
                    yield worker.index, worker.outcome or failed(worker.job, why)
                else:
                    suspects.append((worker.index, worker.job))

    def close(self) -> None:
        """End all processes, whatever they do. A second call does nothing."""
        workers = (*self._idle, *self._busy)
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.end()
        self._idle, self._busy = [], []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _give(self, index: int, job: Job, alone: bool = False) -> None:
        worker = self._idle.pop() if self._idle else _Worker()
        self._busy.append(worker)
        worker.give(index, job, self._limit_s, alone)

    def _finished(self) -> list[_Worker]:
        """Wait for some worker; those that have an outcome, died, or took too long."""
        left_s = min(worker.until_s for worker in self._busy) - time.monotonic()
        ready = wait([worker.pipe for worker in self._busy], max(left_s, 0.0))
        for worker in self._busy:
            if worker.pipe in ready:
                worker.receive()
        now_s = time.monotonic()
        return [w for w in self._busy if w.has_ended or w.until_s <= now_s]


class _Worker:
    """One process, and the job that it has."""

    def __init__(self) -> None:
        context = get_context("spawn")
        try:
            with without_interrupt():
                self.pipe, far = context.Pipe()
                self._process = context.Process(target=_work, args=(far,), daemon=True)
                self._process.start()
        except OSError as error:
            raise HandMidiError(
                f"cannot start a process ({error.strerror}): try fewer with --jobs"
            ) from error
        far.close()
        self._jobs = 0

    def give(self, index: int, job: Job, limit_s: float, alone: bool) -> None:
        """Let it do a job; `alone` if it is to be the only one."""
        self.index, self.job, self.alone = index, job, alone
        self.outcome: Outcome | None = None
        self.has_ended = False
        self.until_s = time.monotonic() + limit_s
        self._jobs += 1
        with suppress(OSError):  # it has died: `receive` sees it
            self.pipe.send(job)

    def receive(self) -> None:
        """Take its outcome; there is none if it has died."""
        self.has_ended = True
        with suppress(EOFError, OSError):
            self.outcome = self.pipe.recv()

    @property
    def is_fit(self) -> bool:
        """Whether it can do another job."""
        return self.outcome is not None and self._jobs < _MOST_JOBS

    def why(self, limit_s: float) -> str:
        """Why there is no outcome, once it is at its end."""
        if not self.has_ended:
            return f"took longer than {limit_s:g} s: given up"
        code = self._process.exitcode
        if code == -_KILLED:
            return "its process was killed, perhaps for want of memory: try --jobs 1"
        how = f"signal {-code}" if code is not None and code < 0 else f"status {code}"
        return f"its process died ({how})"

    def stop(self) -> None:
        """Ask it to end; it takes back a file that is half written."""
        with suppress(OSError):
            self.pipe.close()
        self._process.terminate()

    def end(self) -> None:
        """End it for certain."""
        self._process.join(_LEAVE_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(_LEAVE_S)


def _work(pipe: Connection) -> None:
    threading.Thread(target=_follow_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    with suppress(EOFError, OSError):  # the program has ended
        while True:
            pipe.send(do(pipe.recv()))


def _leave(*_: object) -> None:
    # Where Python cannot let an exception through, such as within an import, it would print it.
    sys.unraisablehook = lambda _: None
    sys.exit(1)


def _follow_parent() -> None:
    """End with the program, were it killed in the middle of a job."""
    wait([parent_process().sentinel])
    os._exit(1)
