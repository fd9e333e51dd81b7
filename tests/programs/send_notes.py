"""Play notes on the virtual MIDI port, 4 ms apart, and leave the last one sounding.

Usage: send_notes.py NAME COUNT. Says the port's name, waits for a line, plays, closes.
"""

import itertools
import sys
import time

import mido

from handmidi.outputs import Outputs
from handmidi.outputs.midi import list_ports, open_port

port = open_port(sys.argv[1])
print(port.name, flush=True)
outputs = Outputs([port], print)
input()
print(list_ports(), flush=True)
now = time.monotonic()
for i, due in zip(range(2 * int(sys.argv[2])), itertools.count(now, 0.002), strict=False):
    time.sleep(max(due - time.monotonic(), 0))
    kind = "note_off" if i % 2 else "note_on"
    outputs.send(mido.Message(kind, channel=2, note=i // 2 % 128, velocity=i // 2 % 100 + 1))
outputs.send(mido.Message("note_on", channel=2, note=64))
outputs.close()
outputs.close()
port.close()
