"""OSC for external synths: notes and hands over UDP, to one target.

Addresses begin with ``/handmidi/1``::

    /handmidi/1/note/on      channel pitch velocity     (ints; channel from 1)
    /handmidi/1/note/off     channel pitch              (exactly one for each on)
    /handmidi/1/bend         channel value              (float, -1..1 of the bend's range)
    /handmidi/1/control      channel number value       (ints)
    /handmidi/1/hand/right   area x y openness          (floats; one a frame, also hand/left)
"""

from __future__ import annotations

from contextlib import suppress

import mido

from handmidi.errors import OutputError
from handmidi.hand import HandFrame

ROOT = "/handmidi/1"


def parse_target(text: str) -> tuple[str, int]:
    """Host and port of ``HOST:PORT``.

    Raises
    ------
    ValueError
        If it is written otherwise, or the port lies outside 1..65535.
    """
    host, _, port = text.rpartition(":")
    host = host.strip("[]")  # an IPv6 address
    if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise ValueError(f"{text!r} is no OSC target: write HOST:PORT, like 127.0.0.1:57120")
    return host, int(port)


class OscOutput:
    """Sends messages and hands to one OSC target.

    Parameters
    ----------
    host : str
    port : int
    """

    def __init__(self, host: str, port: int) -> None:
        from pythonosc.udp_client import SimpleUDPClient

        try:
            self._client = SimpleUDPClient(host, port)
        except OSError as error:
            raise OutputError(f"no OSC target {host}:{port}: {error.strerror or error}") from error
        self.name = f"OSC {host}:{port}"

    def send(self, message: mido.Message) -> None:
        """Send one message now; what OSC has no address for is left out."""
        channel = getattr(message, "channel", 0) + 1
        match message.type:
            case "note_on" if message.velocity:
                self._send("note/on", channel, message.note, message.velocity)
            case "note_on" | "note_off":
                self._send("note/off", channel, message.note)
            case "pitchwheel":
                self._send("bend", channel, message.pitch / 8192)
            case "control_change":
                self._send("control", channel, message.control, message.value)

    def hand(self, frame: HandFrame) -> None:
        """Send each hand's controls."""
        for hand in frame.hands:
            self._send(f"hand/{hand.side}", hand.area, hand.x, hand.y, hand.openness)

    def close(self) -> None:
        """Give the socket back."""
        self._client.close()

    def _send(self, address: str, *values: float) -> None:
        with suppress(OSError):  # nobody listens yet, or the network is away for a moment
            self._client.send_message(f"{ROOT}/{address}", values)
