"""One at a time: a lock that ends with the process that holds it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

_STEP_S = 0.01


@contextmanager
def claimed(lock: Path, wait_s: float = 0.0) -> Iterator[bool]:
    """Whether this process alone has `lock` while the block runs.

    A process that is killed holds nothing any more. The file is removed at the end.

    Parameters
    ----------
    lock : Path
    wait_s : float, default 0.0
        How long another may keep it, in seconds, until the answer is no.

    Raises
    ------
    OSError
        If the file cannot be made.
    """
    end_s = time.monotonic() + wait_s
    while True:
        with open(lock, "ab") as stream:
            if not _take(stream):
                if time.monotonic() < end_s:
                    time.sleep(_STEP_S)
                    continue
                yield False
                return
            if not _is_same(stream, lock):  # its last owner has removed it meanwhile
                continue
            try:
                yield True
            finally:
                with suppress(OSError):  # on Windows an open file stays: it is empty, and small
                    lock.unlink()
            return


def _is_same(stream: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.stat())
    except OSError:
        return False


if os.name == "nt":  # not tried: there was no Windows to try it on
    import msvcrt

    def _take(stream: IO[bytes]) -> bool:
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _take(stream: IO[bytes]) -> bool:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
