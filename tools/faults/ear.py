"""Listens to a MIDI port on JACK: a program, ``python -m tools.faults.ear NAME``.

Prints a line for each note: monotonic seconds, 1 for on or 0 for off, channel, pitch.
"""

from __future__ import annotations

import sys
import time

import mido


def main() -> None:
    """Wait for the port, then print what comes until stdin closes."""

    def take(message: mido.Message) -> None:
        now_s = time.monotonic()
        if message.type in ("note_on", "note_off"):
            is_on = message.type == "note_on" and message.velocity > 0
            print(f"{now_s:.6f} {is_on:d} {message.channel} {message.note}", flush=True)

    backend = mido.Backend("mido.backends.rtmidi/UNIX_JACK")
    names: list[str] = []
    while not names:
        names = [name for name in backend.get_input_names() if sys.argv[1] in name]
        time.sleep(0.02)
    with backend.open_input(names[0], callback=take):
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
