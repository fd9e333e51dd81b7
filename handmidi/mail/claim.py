"""One mail, one sender: a lock that ends with the process that holds it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def claimed(lock: Path) -> Iterator[bool]:
    """Whether this process alone has `lock` while the block runs; never waits.

    A process that is killed holds nothing any more. The file is removed at the end.

    Raises
    ------
    OSError
        If the file cannot be made.
    """
    while True:
        with open(lock, "ab") as stream:
            if not _take(stream):
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
