"""The bytes of a standard MIDI file, turned into messages at ticks.

Files come from everywhere. What a song does without is left out: system exclusive data, unknown
chunks, meta events that make no sense. What cannot be understood is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import mido
from mido.midifiles.meta import KeySignatureError, build_meta_message

from handmidi.text import printable

MAX_EVENTS = 400_000
"""Messages in a file. A movement of a symphony, with all its controllers, has 200,000."""
MAX_TRACKS = 1024
_SYSEX, _META = (0xF0, 0xF7), 0xFF
_END_OF_TRACK = 0x2F
_TEXTS = (0x01, 0x03, 0x05, 0x06)  # text, track_name, lyrics, marker
_LENGTHS = {0x51: 3, 0x58: 4, 0x59: 2}  # set_tempo, time_signature, key_signature
_LONGEST_TEXT = 1000
_SYSTEM = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0, 0xF8: 0, 0xFA: 0, 0xFB: 0, 0xFC: 0, 0xFE: 0}
_CUT = "it ends in the middle"


class Placed(NamedTuple):
    """A message with its tick, from 0, and the number of its track."""

    tick: int
    track: int
    message: mido.Message | mido.MetaMessage


@dataclass(frozen=True, slots=True)
class MidiBytes:
    """What a MIDI file holds.

    Parameters
    ----------
    type : int
        0, 1 or 2, as the file says.
    division : int
        Ticks a quarter note; from 0x8000 on, the file is in SMPTE time.
    tracks : int
        How many there are.
    placed : list of Placed
        The messages of all tracks by tick, each track's in its own order: those of channels,
        texts, track names, lyrics, markers, tempo, time and key signatures, and the end of each
        track. Equal messages are the same object.
    """

    type: int
    division: int
    tracks: int
    placed: list[Placed]


def parse_midi(data: bytes) -> MidiBytes:
    """Read the bytes of a MIDI file, also one inside a RIFF file (RMID).

    Raises
    ------
    ValueError
        If they are none, are damaged, or hold more than `MAX_EVENTS` or `MAX_TRACKS`.
    """
    chunks = list(_chunks(_unwrapped(data)))
    if not chunks or chunks[0].name != b"MThd" or len(chunks[0].body) < 6:
        raise ValueError("it does not begin like one" if data else "it is empty")
    head = chunks[0].body
    tracks = [chunk for chunk in chunks if chunk.name == b"MTrk"]
    if not tracks:
        raise ValueError("it has no track")
    if len(tracks) > MAX_TRACKS:
        raise ValueError(f"it has {len(tracks):,} tracks, more than {MAX_TRACKS:,}")
    placed: list[Placed] = []
    for number, chunk in enumerate(tracks):
        _read_track(number, chunk, placed)
    placed.sort(key=lambda each: each.tick)
    kind, division = int.from_bytes(head[:2], "big"), int.from_bytes(head[4:6], "big")
    return MidiBytes(kind, division, len(tracks), placed)


def text_of(text: str) -> str:
    """A text of a MIDI file as it was meant: mido reads Latin-1, most programs write UTF-8.

    What cannot be printed, such as a line's end, becomes a space (`printable`).
    """
    with suppress(UnicodeError):
        text = text.encode("latin1").decode("utf-8")
    return printable(text)


class _Chunk(NamedTuple):
    name: bytes
    body: bytes
    whole: bool


def _unwrapped(data: bytes) -> bytes:
    """The MIDI file inside a RIFF file of kind RMID; other bytes as they are."""
    if data[:4] != b"RIFF" or data[8:12] != b"RMID":
        return data
    at = 12
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"data":
            return data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    return b""


def _chunks(data: bytes) -> Iterator[_Chunk]:
    at = 0
    while at + 8 <= len(data):
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "big")
        yield _Chunk(data[at : at + 4], data[at + 8 : end], end <= len(data))
        at = end


def _read_track(number: int, chunk: _Chunk, placed: list[Placed]) -> None:
    """Append a track's messages; the last is the end of the track."""
    body, at, tick, running = chunk.body, 0, 0, 0
    try:
        while at < len(body):
            delta, at = _number(body, at)
            tick += delta
            if body[at] >= 0x80:
                status, at = body[at], at + 1
            else:
                status = running
            message, at = _read_message(body, at, status)
            if status < 0xF0:
                running = status  # what lies between must not end it: not all files obey
            if message is not None:
                placed.append(Placed(tick, number, message))
                if message.type == "end_of_track":
                    return
                if len(placed) > MAX_EVENTS:
                    raise ValueError(f"it has more than {MAX_EVENTS:,} messages, unlike any song")
    except IndexError:
        raise ValueError(_CUT) from None
    if not chunk.whole:
        raise ValueError(_CUT)
    placed.append(Placed(tick, number, mido.MetaMessage("end_of_track")))


def _read_message(
    body: bytes, at: int, status: int
) -> tuple[mido.Message | mido.MetaMessage | None, int]:
    """The message that begins at a byte, None if no song needs it, and where the next begins."""
    if 0x80 <= status < 0xF0:
        end = at + (1 if 0xC0 <= status < 0xE0 else 2)
        return _channel_message(status, body[at], body[end - 1]), end
    if status in _SYSTEM:
        return None, at + _SYSTEM[status]
    if status not in (*_SYSEX, _META):
        raise ValueError(
            f"it has the undefined status {status:#04x}" if status else "a status byte is missing"
        )
    kind = -1
    if status == _META:
        kind, at = body[at], at + 1
    length, at = _number(body, at)
    if at + length > len(body):
        raise IndexError
    return _meta_message(kind, body[at : at + min(length, _LONGEST_TEXT)]), at + length


def _number(body: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = body[at]
    if value < 0x80:
        return value, at + 1
    value &= 0x7F
    for place in range(at + 1, at + 4):
        value = value << 7 | body[place] & 0x7F
        if body[place] < 0x80:
            return value, place + 1
    raise ValueError("a time or length has more than four bytes")


@lru_cache(maxsize=1 << 16)
def _channel_message(status: int, first: int, second: int) -> mido.Message:
    """One object for equal messages; data bytes beyond 127 are 127."""
    values = [status, min(first, 127), min(second, 127)]
    return mido.Message.from_bytes(values[:2] if 0xC0 <= status < 0xE0 else values)


@lru_cache(maxsize=1 << 12)
def _meta_message(kind: int, data: bytes) -> mido.MetaMessage | None:
    """None for those that no song needs or that make no sense."""
    known = kind in _TEXTS or kind == _END_OF_TRACK or len(data) == _LENGTHS.get(kind)
    if not known:
        return None
    try:
        return build_meta_message(kind, list(data))
    except (KeySignatureError, ValueError, OverflowError):
        return None
