"""Gives back what JACK servers that were killed still hold: ``python -m tools.jack_slots``.

A computer has room for eight JACK servers. One that ends well gives its place back; one that is
killed keeps it until a server of the same name is started, and after eight of those no server
starts: "Too many servers already active". Names of tests are never used again.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
from glob import escape
from pathlib import Path

_SHM = Path("/dev/shm")
_HEADER = struct.Struct("=IIiiii")  # magic, protocol, type, size, length of header, of an entry
_MAGIC, _PROTOCOL, _SLOTS = 0x4A41434B, 0, 8


def give_back(shm: Path = _SHM) -> list[str]:
    """Forget the servers whose process is gone, with their files in shared memory.

    Returns
    -------
    list of str
        Their names. Empty where there is no registry, or one of another version of JACK.
    """
    try:
        with open(shm / "jack-shm-registry", "r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
            names = _forget(memory)
    except (OSError, ValueError, struct.error):  # none, or an empty one
        return []
    for name in names:
        for path in shm.glob(f"jack*{escape(name)}*"):
            with contextlib.suppress(OSError):
                path.unlink()
    return names


def _forget(memory: mmap.mmap) -> list[str]:
    magic, protocol, _, _, header, _ = _HEADER.unpack_from(memory)
    length = (header - _HEADER.size) // _SLOTS
    if (magic, protocol) != (_MAGIC, _PROTOCOL) or not 4 < length <= 1024 or header > len(memory):
        return []
    names = []
    for begin in range(_HEADER.size, _HEADER.size + _SLOTS * length, length):
        (process,) = struct.unpack_from("=i", memory, begin)
        if process and not _is_alive(process):
            said = bytes(memory[begin + 4 : begin + length]).split(b"\0")[0]
            names.append(said.decode("utf-8", "replace").partition(":")[2].rstrip(":"))
            memory[begin : begin + length] = bytes(length)
    return [name for name in names if name]


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    print("\n".join(give_back()) or "nothing to give back")
