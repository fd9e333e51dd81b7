"""OSC for external synths and programs: notes, controls, hands and beats over UDP.

The addresses are a template's: handmidi's own begin with ``/handmidi/1`` and are listed in
docs/osc.md. What belongs to one moment or one frame goes out as one timetagged bundle.
"""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache

import mido
from pythonosc import osc_bundle_builder, osc_message_builder
from pythonosc.osc_message import OscMessage as Packet

from handmidi.errors import OutputError
from handmidi.hand import HandFrame
from handmidi.outputs.osc_encode import Encoder
from handmidi.outputs.osc_events import Value
from handmidi.outputs.osc_pattern import OscMessage
from handmidi.outputs.osc_socket import is_loopback, resolve
from handmidi.outputs.osc_target import Target
from handmidi.outputs.osc_template import ID_COUNT
from handmidi.outputs.output import Readings

_TYPES = {int: "i", float: "f", str: "s"}
_BUNDLE_HEAD, _SIZE = 16, 4
MAX_BYTES = 1400
"""A longer bundle is sent as several: each fits into one Ethernet frame and Pd's buffer."""


class OscOutput:
    """Sends messages, hands and beats to one OSC target; never waits for it.

    Parameters
    ----------
    target : Target

    Raises
    ------
    OutputError
        If the host has no address. Whether anybody listens is not asked.
    """

    def __init__(self, target: Target) -> None:
        self.name = f"OSC {target}"
        try:
            family, self._address = resolve(target.host, target.port)
            self._socket: socket.socket | None = socket.socket(family, socket.SOCK_DGRAM)
        except OSError as error:
            raise OutputError(
                f"no OSC target {target}: {error.strerror}; write the receiver's address, "
                "like 192.168.1.20:9000"
            ) from error
        self._socket.setblocking(False)
        self._encoder = Encoder(target, random.randrange(ID_COUNT))
        self._ahead_s = target.ahead_ms / 1000
        # Another computer's clock may differ: a receiver that obeys tags would hold notes back.
        trusted = target.template.time_tag == "clock" and is_loopback(self._address)
        clock = trusted or target.ahead_ms > 0
        self._clock = time.time if clock else None

    def send(self, *messages: mido.Message) -> None:
        """Send the messages of one moment now; what the target has no address for is left out."""
        self._post([said for message in messages for said in self._encoder.message(message)])

    def hand(self, frame: HandFrame, readings: Readings) -> None:
        """Send the hands of one frame, their controls, and which hands have left since."""
        self._post(self._encoder.hand(frame, readings))

    def beat(self, beat: float, bpm: float) -> None:
        """Send a beat that begins now."""
        self._post(self._encoder.beat(beat, bpm))

    def close(self) -> None:
        """End every note and give the socket back."""
        if self._socket is None:
            return
        self._post(self._encoder.close())
        self._socket.close()
        self._socket = None

    def _post(self, messages: Iterable[OscMessage]) -> None:
        if self._socket is None:
            return
        tag = self._clock() + self._ahead_s if self._clock else osc_bundle_builder.IMMEDIATELY
        for datagram in bundles(messages, tag):
            with suppress(OSError):  # nobody listens yet, or the network is away for a moment
                self._socket.sendto(datagram, self._address)


def bundles(messages: Iterable[OscMessage], tag: float) -> Iterator[bytes]:
    """The messages as bundles with one time tag, none longer than `MAX_BYTES` if it can be.

    Parameters
    ----------
    messages : iterable of OscMessage
    tag : float
        Seconds since 1970, UTC; 0 is OSC's "immediately".
    """
    group: list[Packet] = []
    size = _BUNDLE_HEAD
    for message in messages:
        packet = _packet(message.address, *message.arguments)
        if group and size + _SIZE + packet.size > MAX_BYTES:
            yield _bundle(group, tag)
            group, size = [], _BUNDLE_HEAD
        group.append(packet)
        size += _SIZE + packet.size
    if group:
        yield _bundle(group, tag)


@lru_cache(maxsize=512, typed=True)  # several targets are mostly told the same
def _packet(address: str, *arguments: Value) -> Packet:
    builder = osc_message_builder.OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument, _TYPES[type(argument)])
    return builder.build()


def _bundle(packets: list[Packet], tag: float) -> bytes:
    builder = osc_bundle_builder.OscBundleBuilder(tag)
    for packet in packets:
        builder.add_content(packet)
    return builder.build().dgram
