"""Jobs on a Dask cluster that runs already.

The takes' files travel with the jobs and the results travel back, so that no disk need be
shared. Only the scheduler is spoken to.
"""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Self

import handmidi
from handmidi.errors import HandMidiError
from handmidi.session.jobs import Job, Outcome, do_packed, failed, pack, unpack

_CONNECT_S, _LEAVE_S = 8, 2
_LOST = "scheduler-connection-lost"
_ONE = ThreadPoolExecutor(1)  # a worker may have threads; Verovio knows its fonts in one only


class Cluster:
    """A Dask cluster that does jobs.

    Parameters
    ----------
    address : str
        Of its scheduler, such as ``tcp://10.0.0.5:8786``.
    warn : callable
        Takes one line for the user.
    """

    def __init__(self, address: str, warn: Callable[[str], None]) -> None:
        self._address, self._warn = address, warn
        self._client: Any = None

    def open(self) -> None:
        """Connect to the scheduler.

        Raises
        ------
        HandMidiError
            If it cannot be reached, has no workers, or they have another handmidi.
        """
        try:
            from distributed import Client
        except ImportError as error:
            raise HandMidiError("--dask needs an extra: pip install 'handmidi[dask]'") from error
        logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                # A Client that finds nobody cannot be closed: it is made once somebody answers.
                asyncio.run(_knock(self._address))
                self._client = Client(
                    self._address, timeout=_CONNECT_S, set_as_default=False, direct_to_workers=False
                )
                versions = self._client.get_versions(packages=["handmidi"])
            except Exception as error:  # whatever the address was, one line says it
                raise HandMidiError(
                    f"no Dask scheduler answers at {self._address} ({_reason(error)}): start one "
                    "with dask scheduler, or correct the address"
                ) from error
        if any("Mismatch" in type(each.message).__name__ for each in told):
            self._warn("the cluster's Python or Dask has another version than this one's")
        self._check(versions)

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Outcome]]:
        """Do jobs; yields the place of each in `jobs` and its outcome, as they come.

        Two for each thread are under way at once: the files of a thousand takes need not fit
        into the scheduler's memory.

        Raises
        ------
        HandMidiError
            If the cluster is lost.
        """
        from distributed import as_completed

        waiting = iter(enumerate(jobs))
        under_way: dict[Any, tuple[int, Job]] = {}
        done = as_completed(loop=self._client.loop)
        room = 2 * max(sum(self._client.nthreads().values()), 1)
        while True:
            while len(under_way) < room and (item := next(waiting, None)):
                try:
                    future = self._submit(item[1])
                except HandMidiError as error:
                    yield item[0], failed(item[1], str(error))
                    continue
                under_way[future] = item
                done.add(future)
            if not under_way:
                return
            future = next(done)
            index, job = under_way.pop(future)
            yield index, self._outcome(job, future)

    def close(self) -> None:
        """Give back what is under way, and leave. A second call does nothing."""
        client, self._client = self._client, None
        if client:
            with suppress(Exception):  # it may be gone already
                client.close(timeout=_LEAVE_S)

    def __enter__(self) -> Self:
        try:
            self.open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _submit(self, job: Job) -> Any:
        files = pack(job)
        played_s = (job.take / "take.json").stat().st_mtime
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large files in a job: they are meant to be there
            return self._client.submit(work, job, files, played_s, pure=False)

    def _outcome(self, job: Job, future: Any) -> Outcome:
        try:
            outcome, files = future.result(timeout=_CONNECT_S)
        except Exception as error:
            if self._client.status != "running" or _LOST in str(error):
                raise HandMidiError(
                    f"the Dask cluster at {self._address} was lost: start it, and do the rest again"
                ) from error
            return failed(job, f"the cluster could not do it ({_reason(error)})")
        return unpack(job, outcome, files)

    def _check(self, versions: dict[str, Any]) -> None:
        """Another handmidi may score otherwise."""
        if not versions["workers"]:
            raise HandMidiError(
                f"the Dask cluster at {self._address} has no workers: start some with dask worker"
            )
        for seen in (versions["scheduler"], *versions["workers"].values()):
            theirs = seen["packages"].get("handmidi")
            if theirs != handmidi.__version__:
                has = f"handmidi {theirs}" if theirs else "no handmidi"
                raise HandMidiError(
                    f"the Dask cluster at {self._address} has {has}: install handmidi "
                    f"{handmidi.__version__} for its scheduler and workers"
                )


def work(job: Job, files: dict[str, bytes], played_s: float) -> tuple[Outcome, dict[str, bytes]]:
    """`do_packed`, always in the same thread of a process: what a worker runs."""
    return _ONE.submit(do_packed, job, files, played_s).result()


async def _knock(address: str) -> None:
    from distributed import Security
    from distributed.comm import connect, normalize_address

    arguments = Security().get_connection_args("client")
    async with asyncio.timeout(_CONNECT_S + 1):  # who answers, but is no scheduler, says nothing
        comm = await connect(normalize_address(address), timeout=_CONNECT_S, **arguments)
        await comm.close()


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
