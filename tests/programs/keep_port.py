"""Keep a MIDI port open, and print what becomes of it, until stdin is closed.

Usage: keep_port.py NAME. Plays a note ten times a second.
"""

import sys
import threading
import time

import mido

from handmidi.cli.leaving import leave
from handmidi.outputs.midi import open_port

port = open_port(sys.argv[1], lambda line: print(line, flush=True))
print("open", port.name, flush=True)
ended = threading.Event()


def play() -> None:
    while not ended.is_set():
        for kind in ("note_on", "note_off"):
            port.send(mido.Message(kind, note=60))
            time.sleep(0.05)


player = threading.Thread(target=play)
player.start()
sys.stdin.read()
ended.set()
player.join()
print("close", port.name, flush=True)
port.close()
leave(0)
