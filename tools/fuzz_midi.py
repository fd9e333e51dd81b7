"""Damage MIDI files at random and see that no song of them crashes or hangs the program.

``python -m tools.fuzz_midi --files 10000 --seed 1`` makes damaged copies of our songs and of
built files of each kind, and takes each through reading, loading, arranging and scoring. Each
must give a song or a `HandMidiError` of one line, within time and memory. Those that do not are
written to the folder of ``--keep``.
"""

from __future__ import annotations

import argparse
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from handmidi.errors import HandMidiError
from handmidi.midifile import Performance, read_performance
from handmidi.score import score_performance
from handmidi.song import load_song
from handmidi.song.arrangement import Arrangement, arrange

LIMIT_S, LIMIT_MB = 10.0, 500
"""What one file may take of the processor, and the whole process of memory, with all imports."""
SONGS = Path(__file__).resolve().parent.parent / "songs"
_ADDRESS_SPACE = 4 << 30
_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xE728, 0xFFFF, 1 << 28, 0xFFFFFFFF)
_STATUS = (0x80, 0x90, 0xB0, 0xC0, 0xE0, 0xF0, 0xF4, 0xF7, 0xFF)


class TooSlowError(Exception):
    """A file took longer than `LIMIT_S`."""


def originals() -> list[bytes]:
    """Our songs, and a file of each kind that there is."""
    return [path.read_bytes() for path in sorted(SONGS.glob("*.mid"))] + built_files()


def built_files() -> list[bytes]:
    """Type 0 with channels, running status, SMPTE time, type 2, RMID, karaoke, hostile values."""
    notes = b"\x00\x90\x40\x50\x60\x40\x00\x00\x43\x50\x60\x43\x00\x00\x44\x50\x60\x44\x00"
    other = b"\x00\xc1\x21\x00\x91\x28\x50\x20\xe1\x01\x50\x40\x81\x28\x00\x00\x99\x24\x60\x60\x89"
    other += b"\x24\x00"
    tempo, metre = b"\x00\xff\x51\x03\x07\xa1\x20", b"\x00\xff\x58\x04\x03\x02\x18\x08"
    slow, tiny = b"\x10\xff\x51\x03\xff\xff\xff", b"\x00\xff\x58\x04\x01\x06\x18\x08"
    key, sysex = b"\x00\xff\x59\x02\xfd\x01", b"\x00\xf0\x05\x7e\x7f\x09\x01\xf7"
    words = b"".join(b"\x60\xff\x05\x02la" for _ in range(6))
    control = b"\x00\xb0\x65\x00\x00\x64\x00\x00\x06\x0c\x00\x40\x7f\x30\xd0\x40\x00\xa0\x40\x22"
    name, end = b"\x00\xff\x03\x04Lead", b"\x00\xff\x2f\x00"
    first = _chunk(tempo + metre + key + sysex + end)
    plain = _chunk(name + control + notes * 20 + end)
    mixed = _chunk(tempo + (notes + other) * 20 + end)
    files = [
        _head(0, 1, 96) + mixed,
        _head(1, 3, 480) + first + plain + _chunk(other * 30 + end),
        _head(1, 3, 96) + _chunk(words + end) + plain + mixed,
        _head(1, 1, 0xE728) + plain,
        _head(2, 1, 96) + plain,
        _head(1, 2, 1) + _chunk(tempo + slow + tiny + end) + plain,
        _head(1, 2, 0x7FFF) + _chunk(b"\xff\xff\xff\x7f\xff\x2f\x00") + plain,
        _head(1, 1, 96) + _chunk(b"\x00\x90\x40\x50" * 100 + end),
    ]
    inner = files[1] + b"\0" * (len(files[1]) % 2)
    riff = b"RMIDdata" + len(files[1]).to_bytes(4, "little") + inner
    return [*files, b"RIFF" + len(riff).to_bytes(4, "little") + riff]


def _head(kind: int, tracks: int, division: int) -> bytes:
    return b"MThd\0\0\0\6" + b"".join(n.to_bytes(2, "big") for n in (kind, tracks, division))


def _chunk(body: bytes) -> bytes:
    return b"MTrk" + len(body).to_bytes(4, "big") + body


def damaged(data: bytes, rng: random.Random, others: Sequence[bytes]) -> bytes:
    """A copy with one to eight mistakes."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8))):
        rng.choice(_DAMAGE)(out, rng, others)
        if not out:
            break
    if rng.random() < 0.6:  # else most files are refused for their lengths alone
        _mend(out)
    return bytes(out[: 1 << 20])


def _mend(out: bytearray) -> None:
    """Make every track as long as it says."""
    at = out.find(b"MTrk")
    while at >= 0:
        following = out.find(b"MTrk", at + 4)
        length = (following if following >= 0 else len(out)) - at - 8
        if length >= 0:
            out[at + 4 : at + 8] = length.to_bytes(4, "big")
        at = following


def _flip(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)


def _status(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    out[rng.randrange(len(out))] = rng.choice(_STATUS) | rng.choice((0, rng.randrange(16)))


def _cut(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    del out[rng.randrange(len(out)) :]


def _drop(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    at = rng.randrange(len(out))
    del out[at : at + rng.randrange(1, 40)]


def _insert(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    at = rng.randrange(len(out))
    out[at:at] = rng.randbytes(rng.randrange(1, 40))


def _repeat(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    at, length = rng.randrange(len(out)), rng.randrange(1, 200)
    out[at:at] = out[at : at + length] * rng.choice((1, 2, 50))


def _splice(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    other = rng.choice(others)
    at = rng.randrange(len(other))
    out[rng.randrange(len(out)) :] = other[at:]


def _number(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """A field of the header, the length of a chunk, or any two or four bytes."""
    at = rng.choice((8, 10, 12, 4, out.find(b"MTrk") + 4, rng.randrange(len(out))))
    size = rng.choice((2, 4))
    out[at : at + size] = (rng.choice(_NUMBERS) & ((1 << 8 * size) - 1)).to_bytes(size, "big")


def _meta(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """A tempo, metre, key or text of any value where a track begins."""
    at = max(out.find(b"MTrk"), 0) + 8
    kind = rng.choice((0x51, 0x58, 0x59, 0x01, 0x05))
    body = rng.randbytes({0x51: 3, 0x58: 4, 0x59: 2}.get(kind, 9))
    out[at:at] = bytes((0, 0xFF, kind, len(body))) + body


def _chunk_again(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    at = out.rfind(b"MTrk")
    out += out[max(at, 0) :] * rng.choice((1, 2, 30))


Damage = Callable[[bytearray, random.Random, Sequence[bytes]], None]
_DAMAGE: tuple[Damage, ...] = (
    *(_flip, _status, _cut, _drop, _insert),
    *(_repeat, _splice, _number, _meta, _chunk_again),
)


def use(path: Path, rng: random.Random) -> str:
    """Everything that is done with a song; "read", or the first word of why it is refused.

    Raises
    ------
    Exception
        Whatever is no `HandMidiError` of one line.
    """
    try:
        read_performance(path)
        song = load_song(str(path))
        last = song.bar_numbers[min(3, len(song.bar_numbers) - 1)]
        wanted = Arrangement(
            transpose=rng.choice((0, 2, -3)),
            loop=rng.choice((None, (song.bar_numbers[0], last))),
            passes=rng.choice((None, 3)),
            rise=rng.choice((0.0, 10.0)),
            tempo=rng.choice((60.0, 100.0)),
            guide=True,
            metronome=rng.random() < 0.5,
        )
        song = arrange(song, wanted)
        played = [note for note in song.melody[:500] if rng.random() < 0.9]
        performance = Performance(tuple(replace(note, velocity=90) for note in played))
        score_performance(replace(song, melody=song.melody[:500]), performance).to_dict()
    except HandMidiError as error:
        if "\n" in str(error) or not str(error):
            raise AssertionError(f"not one line: {error!r}") from error
        return "refused"
    return "read"


def run(files: int, seed: int, keep: Path | None = None) -> tuple[Counter, list[str], float]:
    """Damage and use so many files.

    Returns
    -------
    Counter, list of str, float
        How many were "read" and "refused"; what went wrong; processor seconds of the slowest.
    """
    rng, sources = random.Random(seed), originals()
    outcomes: Counter = Counter()
    failures, slowest_s = [], 0.0

    def too_slow(*_: object) -> None:
        raise TooSlowError(f"more than {LIMIT_S:g} s")

    before = signal.signal(signal.SIGPROF, too_slow)
    with tempfile.TemporaryDirectory(prefix="handmidi-fuzz-") as folder:
        path = Path(folder) / "song.mid"
        for number in range(files):
            path.write_bytes(damaged(rng.choice(sources), rng, sources))
            began_s = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, LIMIT_S)
            try:
                outcomes[use(path, rng)] += 1
            except Exception as error:
                failures.append(f"file {number} of seed {seed}: {type(error).__name__}: {error}")
                if keep:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{seed}-{number}.mid").write_bytes(path.read_bytes())
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            slowest_s = max(slowest_s, time.process_time() - began_s)
    signal.signal(signal.SIGPROF, before)
    return outcomes, failures, slowest_s


def _peak_mb() -> float:
    """The most memory that this process has held; `getrusage` counts whoever started it, too."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(argv: Sequence[str] | None = None) -> int:
    """Run, tell in one line, and list what went wrong; 1 if anything did."""
    parser = argparse.ArgumentParser("python -m tools.fuzz_midi", description=__doc__)
    parser.add_argument("--files", type=int, default=10_000, metavar="N", help="how many (10000)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the damage (1)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where bad files are kept")
    options = parser.parse_args(argv)
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, resource.RLIM_INFINITY))
    outcomes, failures, slowest_s = run(options.files, options.seed, options.keep)
    peak_mb = _peak_mb()
    print(
        f"{options.files} files of seed {options.seed}: {outcomes['read']} read, "
        f"{outcomes['refused']} refused, {len(failures)} failed; slowest {slowest_s:.2f} s, "
        f"at most {peak_mb:.0f} MB"
    )
    print(*failures[:20], sep="\n", end="\n" if failures else "")
    return 1 if failures or peak_mb > LIMIT_MB else 0


if __name__ == "__main__":
    sys.exit(main())
