"""Damages and uses input, in a process of its own: ``python -m tools.fuzz.worker``.

Arguments: parser, seed, first number, one behind the last, folder. Tells of each input before
it is used, so that whoever reads knows what ended the process; and how it went.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import time
from pathlib import Path

from handmidi.errors import HandMidiError
from tools.fuzz.damage import damaged
from tools.fuzz.parsers import PARSERS, Parser

ADDRESS_SPACE = 4 << 30
"""More cannot be had by an input: it would be a MemoryError."""


def input_of(parser: Parser, originals: list[bytes], seed: int, number: int) -> bytes:
    """Input `number` of `seed`: the same whichever process makes it."""
    rng = random.Random(f"{seed} {parser.name} {number}")
    return damaged(rng.choice(originals), rng, originals, parser.ways)


def use(parser: Parser, path: Path, rng: random.Random) -> str:
    """ "read" or "refused", or else what went wrong."""
    try:
        parser.use(path, rng)
    except HandMidiError as error:
        line = str(error)
        if not line or "\n" in line:
            return f"failed: not one line: {error!r}"
        return "refused"
    except BaseException as error:
        return f"failed: {type(error).__name__}: {error}"
    return "read"


def peak_mb() -> float:
    """The most memory that this process has held."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Go through the numbers."""
    name, seed, first, end, folder = sys.argv[1:]
    parser = PARSERS[name]
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what libraries say
    os.dup2(1, 2)
    path = Path(folder) / parser.file
    originals = parser.originals()
    if parser.warm:
        path.write_bytes(originals[0])
        parser.warm(path)
    for number in range(int(first), int(end)):
        path.write_bytes(input_of(parser, originals, int(seed), number))
        out.write(f"{number}\n")
        began_s = time.process_time()
        outcome = use(parser, path, random.Random(number))
        out.write(json.dumps([outcome[:300], time.process_time() - began_s]) + "\n")
    out.write(json.dumps({"peak_mb": peak_mb()}) + "\n")


if __name__ == "__main__":
    main()
