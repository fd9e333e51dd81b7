"""Files that survive crashes and full disks."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


class GrowingFile:
    """A file that is only ever added to; what could not be written is kept for the next try.

    Unbuffered: what was appended is with the operating system, whatever becomes of us.

    Parameters
    ----------
    path : Path
        Created anew.
    """

    def __init__(self, path: Path) -> None:
        self._file = open(path, "wb", buffering=0)  # noqa: SIM115 - closed by close()
        self._pending = self._tail = b""
        self._size = 0

    def append(
        self, data: bytes, tail: bytes = b"", patch: tuple[int, bytes] | None = None
    ) -> None:
        """Add `data`.

        Parameters
        ----------
        data : bytes
        tail : bytes
            Written behind `data` and overwritten by the next call.
        patch : tuple of (int, bytes), optional
            Bytes to write at an earlier offset afterwards.

        Raises
        ------
        OSError
            If the disk refuses; nothing is lost, the next call tries again.
        """
        self._pending += data
        try:
            self._write_at(self._size, self._pending + tail)
        except OSError:
            with suppress(OSError):  # a part of a message would spoil what lies before it
                self._write_at(self._size, self._tail)
                self._file.truncate(self._size + len(self._tail))
            raise
        self._size += len(self._pending)
        self._pending, self._tail = b"", tail
        if patch:
            self._write_at(*patch)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def size(self) -> int:
        """Bytes written or waiting, without the tail."""
        return self._size + len(self._pending)

    def _write_at(self, offset: int, data: bytes) -> None:
        self._file.seek(offset)
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]


def replace_file(path: Path, data: bytes) -> None:
    """Write a whole file at once: readers see the old one or the new one.

    Raises
    ------
    OSError
        If it cannot be written; the old file is unharmed.
    """
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(part, 0o666 & ~_umask())
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
