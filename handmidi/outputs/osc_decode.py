"""OSC packets from the network, read without trust.

Whoever can reach the port can send anything: each length is checked, a bundle in a bundle is
opened a few levels deep only, and what is not understood is a `ValueError`.
"""

from __future__ import annotations

import struct

from handmidi.outputs.osc_pattern import OscMessage

MAX_BYTES = 4096
_MAX_DEPTH = 4
_BUNDLE = b"#bundle\0"
_HEAD = 16  # the word "#bundle" and the time tag
_NUMBERS = {"i": ">i", "f": ">f", "h": ">q", "d": ">d"}
_WORDS = {"T": 1, "F": 0, "I": 1, "N": 0}


def decode(packet: bytes) -> list[OscMessage]:
    """The messages of a packet in their order; time tags are not looked at.

    True and impulse are 1, false and nil are 0.

    Raises
    ------
    ValueError
        If it is no OSC, longer than `MAX_BYTES`, or has arguments of a type that no command
        takes.
    """
    if len(packet) > MAX_BYTES:
        raise ValueError(f"it has more than {MAX_BYTES} bytes")
    messages: list[OscMessage] = []
    waiting = [(packet, 0)]
    while waiting:
        element, depth = waiting.pop()
        if element.startswith(_BUNDLE):
            if depth == _MAX_DEPTH:
                raise ValueError(f"bundles lie more than {_MAX_DEPTH} deep in each other")
            waiting += [(inner, depth + 1) for inner in reversed(_elements(element))]
        else:
            messages.append(_message(element))
    return messages


def _elements(bundle: bytes) -> list[bytes]:
    if len(bundle) < _HEAD:
        raise ValueError("a bundle has no time tag")
    elements, at = [], _HEAD
    while at < len(bundle):
        size = _number(bundle, at, ">i")
        at += 4
        if size <= 0 or size % 4 or at + size > len(bundle):
            raise ValueError("a bundle's element has a wrong size")
        elements.append(bundle[at : at + size])
        at += size
    return elements


def _message(packet: bytes) -> OscMessage:
    address, at = _text(packet, 0)
    if not address.startswith("/"):
        raise ValueError("an address does not begin with /")
    if at == len(packet):  # old senders leave the types out
        return OscMessage(address, ())
    types, at = _text(packet, at)
    if not types.startswith(","):
        raise ValueError("a message has no types")
    arguments: list[int | float | str] = []
    for kind in types[1:]:
        if kind in _NUMBERS:
            arguments.append(_number(packet, at, _NUMBERS[kind]))
            at += struct.calcsize(_NUMBERS[kind])
        elif kind in _WORDS:
            arguments.append(_WORDS[kind])
        elif kind in "sS":
            text, at = _text(packet, at)
            arguments.append(text)
        else:
            raise ValueError(f"an argument is of type {kind!r}")
    if at != len(packet):
        raise ValueError("something follows the arguments")
    return OscMessage(address, tuple(arguments))


def _text(packet: bytes, at: int) -> tuple[str, int]:
    end = packet.find(b"\0", at)
    after = end + 4 - end % 4
    if end < 0 or after > len(packet):
        raise ValueError("a text does not end")
    return packet[at:end].decode(), after  # UnicodeDecodeError is a ValueError


def _number(packet: bytes, at: int, form: str) -> int | float:
    try:
        return struct.unpack_from(form, packet, at)[0]
    except struct.error as error:
        raise ValueError("a number is cut off") from error
