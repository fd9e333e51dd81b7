"""Play what the demo's hand plays on the virtual MIDI port, twice as fast.

Usage: play_performance.py NAME DEMO.JSON. Says the port's name, waits for a line, plays
with a square wave without effects, closes; prints each note as JSON: second, length and pitch.
"""

import json
import sys
import time
from pathlib import Path

import mido

from handmidi.outputs import Outputs
from handmidi.outputs.midi import open_port

SPEED = 2.0
SET_UP = (
    mido.Message("program_change", program=80),
    mido.Message("control_change", control=91, value=0),
    mido.Message("control_change", control=93, value=0),
)

truth = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
strokes = [v for v in truth["verdicts"] if v["pitch"] is not None] + truth["extras"]
strokes.sort(key=lambda stroke: stroke["arrival_s"])
first_s = strokes[0]["arrival_s"]
played, due = [], []
for stroke in strokes:
    on_s, off_s = ((stroke[key] - first_s) / SPEED for key in ("arrival_s", "leave_s"))
    played.append((on_s, off_s - on_s, stroke["pitch"]))
    due.append((on_s, mido.Message("note_on", note=stroke["pitch"], velocity=100)))
    due.append((off_s, mido.Message("note_off", note=stroke["pitch"])))
due.sort(key=lambda item: item[0])

port = open_port(sys.argv[1])
print(port.name, flush=True)
outputs = Outputs([port], print)
input()
for message in SET_UP:
    outputs.send(message)
time.sleep(0.2)
origin_s = time.monotonic()
for at_s, message in due:
    time.sleep(max(at_s - (time.monotonic() - origin_s), 0))
    outputs.send(message)
time.sleep(0.3)
outputs.close()
print(json.dumps(played))
