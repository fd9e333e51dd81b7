"""MIDI files that mean no good, by name; each is what somebody's program might write."""

from __future__ import annotations

END = b"\x00\xff\x2f\x00"
NOTE = b"\x00\x90\x40\x40\x60\x80\x40\x40"


def number(value: int) -> bytes:
    """A number of variable length."""
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))


def midi(*tracks: bytes, kind: int = 1, division: int = 96) -> bytes:
    """A file of these tracks."""
    head = b"".join(n.to_bytes(2, "big") for n in (kind, len(tracks) & 0xFFFF, division))
    return b"MThd\0\0\0\6" + head + b"".join(map(chunk, tracks))


def chunk(body: bytes) -> bytes:
    """A track with its header."""
    return b"MTrk" + len(body).to_bytes(4, "big") + body


def notes(count: int, length: int = 24) -> bytes:
    """Notes up and down four octaves, one after the other."""
    one = (
        bytes((0, 0x90, 40 + i * 7 % 48, 90, length, 0x80, 40 + i * 7 % 48, 0))
        for i in range(count)
    )
    return b"".join(one)


def metre(numerator: int, power: int) -> bytes:
    """A time signature."""
    return bytes((0, 0xFF, 0x58, 4, numerator, power, 24, 8))


def tempo(microseconds: int, delta: int = 0) -> bytes:
    """Microseconds a quarter note."""
    return number(delta) + b"\xff\x51\x03" + microseconds.to_bytes(3, "big")


FILES = {
    "a million notes": lambda: midi(notes(1_000_000) + END),
    "as many notes as are read": lambda: midi(
        notes(19_000) + END, *(notes(20_000, 12) + END for _ in range(9))
    ),
    "a melody of 190,000 notes": lambda: midi(notes(190_000, 6) + END),
    "a melody of 20,000 notes": lambda: midi(notes(20_000) + END),
    "190,000 notes without end": lambda: midi(
        b"\x00\x90\x40\x40" * 190_000 + b"\x01\x80\x40\x40" * 190_000 + END, NOTE + END
    ),
    "390,000 texts": lambda: midi(
        b"".join(b"\x00\xff\x01\x04%04x" % (i & 0xFFFF) for i in range(390_000)) + NOTE + END
    ),
    "texts of 30 MiB": lambda: midi(
        (b"\x00\xff\x01" + number(1 << 20) + b"a" * (1 << 20)) * 30 + NOTE + END
    ),
    "390,000 tempi": lambda: midi(
        b"".join(tempo(1 + i % 1000, 1) for i in range(390_000)) + NOTE + END
    ),
    "390,000 metres": lambda: midi(
        b"".join(b"\x01" + metre(1 + i % 7, 2)[1:] for i in range(390_000)) + NOTE + END,
    ),
    "sysex of 30 MiB": lambda: midi(
        b"\x00\xf0" + number(30 << 20) + b"\x01" * (30 << 20) + NOTE + END
    ),
    "a thousand tracks": lambda: midi(*([notes(20) + END] * 1000)),
    "five thousand tracks": lambda: midi(*([NOTE + END] * 5000)),
    "a million empty chunks": lambda: midi(NOTE + END) + b"Junk\0\0\0\0" * 1_000_000,
    "a million bars": lambda: midi(metre(1, 6) + tempo(1) + NOTE + number(6_000_000) + END[1:]),
    "bars of many beats": lambda: midi(
        metre(255, 6) + tempo(1) + NOTE + number(20_000_000) + END[1:]
    ),
    "the longest wait": lambda: midi(NOTE + b"\xff\xff\xff\x7f" + END[1:], division=1),
    "the longest wait at the fastest tempo": lambda: midi(
        tempo(1) + NOTE + b"\xff\xff\xff\x7f" + END[1:], division=1
    ),
    "the slowest tempo": lambda: midi(tempo(0xFFFFFF) + notes(8, 96) + END),
    "a tempo of nothing": lambda: midi(tempo(0) + notes(8, 96) + END),
    "a length beyond the end": lambda: midi(NOTE + END)[:-20] + b"\xff\xff\xff\xff",
}
