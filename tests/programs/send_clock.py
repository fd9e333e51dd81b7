"""Send MIDI clock: 16 beats at 120, 16 at 150, and a stop.

Usage: send_clock.py NAME. Says the port's name, waits for a line, plays, closes.
"""

import sys
import time

import mido

from handmidi.beat import BeatLine
from handmidi.outputs import Outputs
from handmidi.outputs.clock import ClockOut
from handmidi.outputs.midi import open_port

FIRST = BeatLine(0.0, 120.0)
SECOND = BeatLine(FIRST.time_s(16) - 16 * 60 / 150, 150.0)
END_S = SECOND.time_s(32)

port = open_port(sys.argv[1])
print(port.name, flush=True)
outputs = Outputs([port], print)
input()
clock = ClockOut(lambda now_s: FIRST if now_s < FIRST.time_s(16) else SECOND)
origin_s = time.monotonic()
now_s = 0.0
while True:
    for message in clock.due(min(now_s, END_S)):
        outputs.send(message)
    if now_s >= END_S:
        break
    time.sleep(max(clock.next_s() - (time.monotonic() - origin_s), 0))
    now_s = time.monotonic() - origin_s
for message in clock.stop():
    outputs.send(message)
outputs.send(mido.Message("control_change", control=120))  # what the receiver ends with
time.sleep(0.2)
outputs.close()
