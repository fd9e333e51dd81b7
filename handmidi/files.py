"""Files that survive crashes and full disks."""

from __future__ import annotations

import errno
import glob
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PART = ".part"
_MOST_NAME = 50  # signs of up to four bytes each; a name may have 255 bytes
_OLD_S = 3600.0


class GrowingFile:
    """A file that is only ever added to; what could not be written is kept for the next try.

    Unbuffered: what was appended is with the operating system, whatever becomes of us. If the file
    or its folder is removed meanwhile, it is made again with all that it held.

    Parameters
    ----------
    path : Path
        Created anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = open(path, "wb+", buffering=0)  # noqa: SIM115 - closed by close()
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
        if not os.fstat(self._file.fileno()).st_nlink:
            self._make_again()

    def _make_again(self) -> None:
        """Whoever removed the file left us its contents until it is closed."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = open(self._path, "xb+", buffering=0)  # noqa: SIM115 - closed by close()
        try:
            self._file.seek(0)
            shutil.copyfileobj(self._file, new)
        except OSError:
            new.close()
            self._path.unlink(missing_ok=True)
            raise
        self._file.close()
        self._file = new

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def size(self) -> int:
        """Bytes written or waiting, without the tail."""
        return self._size + len(self._pending)

    @property
    def waiting(self) -> int:
        """Bytes that the disk has refused so far, and that the next call tries again."""
        return len(self._pending)

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
    with replacing(path) as part:
        part.write_bytes(data)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file to write instead of `path`, which it replaces once the block has ended well.

    Readers see the old file or the new one, whole. What lies at `path` is never followed if it is
    a link, and the new file has a name that nobody can have put there before. Where `path` is no
    plain file, such as ``/dev/stdout``, it is written itself.

    Raises
    ------
    OSError
        If it cannot be written; the old file is unharmed.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    prefix = f".{path.name[:_MOST_NAME]}-"
    _sweep(path.parent, prefix)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=prefix, suffix=_PART)
    part = Path(name)
    try:
        os.close(handle)
        yield part
        with open(part, "rb+") as stream:
            os.fsync(stream.fileno())
        os.chmod(part, 0o666 & ~_umask())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _sweep(folder: Path, prefix: str) -> None:
    """Remove what a program that was killed has left here, of the same file."""
    for old in folder.glob(f"{glob.escape(prefix)}*{_PART}"):
        with suppress(OSError):  # somebody else was quicker
            if time.time() - old.stat().st_mtime > _OLD_S:
                old.unlink()


def is_plain(path: Path) -> bool:
    """Whether a plain file lies there: no link, no device, nothing that blocks who reads it."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def read_small(path: Path, most: int = 16 << 20) -> bytes:
    """The bytes of a plain file that has at most `most`: whoever made it may have made it endless.

    Raises
    ------
    OSError
        If it cannot be read, or is no plain file.
    ValueError
        If it has more.
    """
    if not is_plain(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    with open(path, "rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise ValueError(f"it has more than {most >> 20} MB")
    return data


def odd_file(folder: Path) -> Path | None:
    """The first thing in `folder` that is neither a plain file nor a folder; None if all are.

    Whoever made the folder must not lead its reader to other files (a link), or to ones that
    never end (a pipe, a device). Folders that are linked to count as folders: nothing of ours
    looks into them.

    Raises
    ------
    OSError
        If the folder cannot be read.
    """
    for path in sorted(folder.iterdir()):
        if os.path.lexists(path) and not is_plain(path) and not path.is_dir():
            return path
    return None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
