"""Listens to a MIDI port on JACK: a program, ``python -m tools.faults.ear NAME``.

Prints a line for each note: monotonic seconds, 1 for on or 0 for off, channel, pitch.
"""

from __future__ import annotations

import sys
import time
from threading import Event, Thread

import mido
import rtmidi

_LOOK_S = 0.001


def main() -> None:
    """Wait for the port, then print what comes until stdin closes."""
    # Asked again and again: a callback would be Python in JACK's own thread, which it holds up on a
    # busy machine, and what comes then is lost.
    port = rtmidi.MidiIn(rtmidi.API_UNIX_JACK)
    numbers: list[int] = []
    while not numbers:
        numbers = [n for n, name in enumerate(port.get_ports()) if sys.argv[1] in name]
        time.sleep(0.02)
    port.open_port(numbers[0])
    print("ready", flush=True)
    ended = Event()
    Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    while not ended.wait(_LOOK_S):
        while heard := port.get_message():
            take(mido.Message.from_bytes(heard[0]))
    port.close_port()


def take(message: mido.Message) -> None:
    """Print a note."""
    if message.type in ("note_on", "note_off"):
        is_on = message.type == "note_on" and message.velocity > 0
        print(f"{time.monotonic():.6f} {is_on:d} {message.channel} {message.note}", flush=True)


if __name__ == "__main__":
    main()
