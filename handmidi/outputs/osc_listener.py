"""OSC in: a port on which other programs may ask for a preset, silence or a tempo."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

from handmidi.errors import OutputError
from handmidi.outputs.osc_commands import Command, parse_command
from handmidi.outputs.osc_decode import MAX_BYTES, decode
from handmidi.outputs.osc_pattern import OscMessage
from handmidi.outputs.osc_socket import resolve, split_address

LOOPBACK = "127.0.0.1"
MAX_MESSAGES = 200
"""Messages that are read in one second, or little more; a flood costs no more than these."""
_BUFFER = 32 * 1024  # what waits behind a flood is little, too
_SECOND_S = 1.0
_LOOK_S = 0.2
_CLOSE_S = 2.0
_SHOWN = 60


def parse_listen(text: str) -> tuple[str, int]:
    """Host and port of ``PORT``, or ``HOST:PORT`` to be reached from other computers.

    Raises
    ------
    OutputError
        If it is written otherwise, or the port lies outside 1..65535.
    """
    host, port = split_address(text if ":" in text else f"{LOOPBACK}:{text}")
    if not host or port is None:
        raise OutputError(
            f"{text!r} is no port to listen on: write PORT, 1 to 65535, or HOST:PORT to be "
            "reached from other computers; an IPv6 address stands in brackets, like [::1]:9000"
        )
    return host, port


class OscListener:
    """Listens in a thread of its own and passes commands on.

    What it does not understand does no harm: it warns once of each kind and goes on.

    Parameters
    ----------
    host : str
        The address to listen on; ``127.0.0.1`` is reached from this computer only.
    port : int
        1..65535, or 0 for any that is free.
    act : callable
        Takes a Command, in the listener's thread; has to return at once.
    warn : callable
        Takes one line for the user.
    """

    def __init__(
        self, host: str, port: int, act: Callable[[Command], None], warn: Callable[[str], None]
    ) -> None:
        self.host, self.port = host, port
        self._act, self._warn = act, warn
        self._warned: set[str] = set()
        self._ended = threading.Event()
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Open the port and listen; `port` is the real one then.

        Raises
        ------
        OutputError
            If the port is taken, or the host is not this computer's.
        """
        try:
            family, address = resolve(self.host, self.port)
            self._socket = socket.socket(family, socket.SOCK_DGRAM)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            self._socket.bind(address)
        except OSError as error:
            self.close()
            raise OutputError(
                f"cannot listen for OSC on {self.host}:{self.port}: {error.strerror}; choose "
                "another port, or end the program that has it"
            ) from error
        self.port = self._socket.getsockname()[1]
        self._socket.settimeout(_LOOK_S)
        self._thread = threading.Thread(target=self._run, name="osc in", daemon=True)
        self._thread.start()

    def __enter__(self) -> OscListener:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and give the port back."""
        self._ended.set()
        if self._thread:
            self._thread.join(_CLOSE_S)
            self._thread = None
        if self._socket:
            self._socket.close()
            self._socket = None

    def _run(self) -> None:
        second_s, read = time.monotonic(), 0
        while not self._ended.is_set():
            try:
                packet = self._socket.recv(MAX_BYTES + 1)
            except TimeoutError:
                continue
            except OSError:  # Windows tells of an earlier sender that is gone
                self._ended.wait(_LOOK_S)
                continue
            now_s = time.monotonic()
            if now_s - second_s >= _SECOND_S:
                second_s, read = now_s, 0
            read += self.take(packet)
            if read > MAX_MESSAGES:
                # The system drops what does not fit into its buffer meanwhile.
                self._say("flood", f"more than {MAX_MESSAGES} messages a second: some are lost")
                self._ended.wait(_SECOND_S - (now_s - second_s))

    def take(self, packet: bytes) -> int:
        """Act on a packet of at most `MAX_BYTES` + 1; returns how many messages it counts for."""
        try:
            messages = decode(packet)
        except ValueError as error:
            self._say("malformed", f"a packet is no OSC that is understood: {error}")
            return 1
        for message in messages:
            self._pass_on(message)
        return max(len(messages), 1)

    def _pass_on(self, message: OscMessage) -> None:
        shown = "".join(c if c.isprintable() else "?" for c in message.address[:_SHOWN])
        try:
            command = parse_command(message)
        except LookupError as error:
            self._say("address", f"{shown} {error}")
            return
        except ValueError as error:
            self._say("arguments", f"{shown} {error}")
            return
        if command:
            try:
                self._act(command)
            except Exception as error:  # a command that fails must not end the listening
                self._say("command", f"{shown} failed: {error}")

    def _say(self, kind: str, what: str) -> None:
        if kind not in self._warned:
            self._warned.add(kind)
            self._warn(f"OSC in: {what} (said once)")
