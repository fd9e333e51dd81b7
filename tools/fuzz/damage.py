"""How input is damaged: bytes of any kind, MIDI, and text with numbers in it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

MOST_BYTES = 1 << 20
_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xE728, 0xFFFF, 1 << 28, 0x7FFFFFFF, 0xFFFFFFFF)
_STATUS = (0x80, 0x90, 0xB0, 0xC0, 0xE0, 0xF0, 0xF4, 0xF7, 0xFF)
_VALUES = (
    *("0", "-1", "1e308", "-1e999", "nan", "inf", "99999999999999999999", "0.0000001", "1e-320"),
    *(
        "true",
        "null",
        '""',
        "[]",
        "{}",
        '"C4"',
        "'",
        '"',
        "[[[[",
        "= =",
        "\x00",
        "\ufeff",
        "é\u202e",
    ),
    *("../../../etc/passwd", "/dev/zero", "left", "right", "\r\n\r\n", "🎹" * 50, "9" * 5000),
)
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_WORD = re.compile(rb"[A-Za-z_]{2,}")

Damage = Callable[[bytearray, random.Random, Sequence[bytes]], None]


def damaged(
    data: bytes, rng: random.Random, others: Sequence[bytes], ways: Sequence[Damage]
) -> bytes:
    """A copy with one to eight mistakes.

    Parameters
    ----------
    data : bytes
    rng : Random
    others : sequence of bytes
        Good inputs, to be spliced in.
    ways : sequence of callable
        Such as `BYTES`.
    """
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8))):
        if not out:
            break
        rng.choice(ways)(out, rng, others)
        del out[MOST_BYTES:]  # the next way must not take the time, or the memory, of many
    return bytes(out)


# ---- any bytes


def _flip(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)


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
    """Two or four bytes, most often near the beginning, where headers lie."""
    at = rng.randrange(min(len(out), rng.choice((16, 64, 256, len(out)))))
    size = rng.choice((2, 4, 8))
    value = rng.choice(_NUMBERS) & ((1 << 8 * size) - 1)
    out[at : at + size] = value.to_bytes(size, rng.choice(("big", "little")))


BYTES: tuple[Damage, ...] = (_flip, _cut, _drop, _insert, _repeat, _splice, _number, _number)


# ---- text


def _value(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """A number becomes another one, or no number."""
    if found := list(_NUMBER.finditer(out)):
        at = rng.choice(found)
        out[at.start() : at.end()] = rng.choice(_VALUES).encode()


def _word(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """A word becomes another one of the text, or something else."""
    if found := list(_WORD.finditer(out)):
        at = rng.choice(found)
        other = rng.choice(found)[0] if rng.random() < 0.5 else rng.choice(_VALUES).encode()
        out[at.start() : at.end()] = other


def _line(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """A line is left out, comes again, or comes from elsewhere."""
    lines = out.split(b"\n")
    at = rng.randrange(len(lines))
    match rng.randrange(3):
        case 0:
            del lines[at]
        case 1:
            lines[at:at] = [lines[at]] * rng.choice((1, 2, 300))
        case 2:
            lines[at] = rng.choice(rng.choice(others).split(b"\n"))
    out[:] = b"\n".join(lines)


def _deep(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """Brackets in brackets, where a reader may lose its stack."""
    depth = rng.choice((10, 1000, 50_000))
    at = rng.randrange(len(out))
    opening, closing = rng.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"{a=", b"}")))
    out[at:at] = opening * depth + b"1" + closing * rng.choice((0, depth))


def _long(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """A word and a sign again and again: some readers keep something for each beginning."""
    words = [found[0] for found in _WORD.finditer(out)] or [b"a"]
    sign = rng.choice((b".", b" . ", b",", b"=", b'"', b'"."', b"'", b"\\", b":", b" ", b"[", b""))
    at = rng.choice((0, rng.randrange(len(out)), out.find(b"\n") + 1))
    part = rng.choice(words)[:20] + sign
    out[at:at] = part * rng.choice((20, 1000, 20_000))


def _encoding(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    text = out.decode("utf-8", "replace")
    out[:] = text.encode(rng.choice(("utf-16", "utf-32", "latin-1", "cp1252")), "replace")


TEXT: tuple[Damage, ...] = (
    *(_value, _value, _value, _word, _word, _line, _line),
    *(_deep, _long, _encoding, _flip, _cut, _drop, _insert, _splice),
)


# ---- MIDI


def _status(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    out[rng.randrange(len(out))] = rng.choice(_STATUS) | rng.choice((0, rng.randrange(16)))


def _field(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """A field of the header, or the length of a chunk."""
    at = rng.choice((8, 10, 12, 4, out.find(b"MTrk") + 4))
    size = rng.choice((2, 4))
    value = rng.choice(_NUMBERS) & ((1 << 8 * size) - 1)
    out[at : at + size] = value.to_bytes(size, "big")


def _meta(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """A tempo, metre, key or text of any value where a track begins."""
    at = max(out.find(b"MTrk"), 0) + 8
    kind = rng.choice((0x51, 0x58, 0x59, 0x01, 0x05))
    body = rng.randbytes({0x51: 3, 0x58: 4, 0x59: 2}.get(kind, 9))
    out[at:at] = bytes((0, 0xFF, kind, len(body))) + body


def _chunk_again(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    at = out.rfind(b"MTrk")
    out += out[max(at, 0) :] * rng.choice((1, 2, 30))


def _mend(out: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """Make every track as long as it says: else most files are refused for their lengths alone."""
    at = out.find(b"MTrk")
    while at >= 0:
        following = out.find(b"MTrk", at + 4)
        length = (following if following >= 0 else len(out)) - at - 8
        if length >= 0:
            out[at + 4 : at + 8] = length.to_bytes(4, "big")
        at = following


MIDI: tuple[Damage, ...] = (
    *(_status, _field, _meta, _chunk_again, _mend, _mend, _mend, _mend),
    *(_flip, _cut, _drop, _insert, _repeat, _splice, _number),
)
