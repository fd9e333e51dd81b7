"""Play the demo's notes to OSC targets, one after the other.

Usage: play_osc.py TARGET ... Plays the last note an octave lower by bending it, and prints the
frequencies as JSON.
"""

import json
import sys
import time

import mido

from handmidi.notes import frequency
from handmidi.outputs import Outputs
from handmidi.outputs.osc import OscOutput
from handmidi.outputs.osc_target import parse_target
from handmidi.paths import demo_clip

STEP_S, SOUND_S = 0.28, 0.12

truth = json.loads(demo_clip().with_name("demo.json").read_text(encoding="utf-8"))
pitches = [each["pitch"] for each in truth["verdicts"] if each["pitch"] is not None]
outputs = Outputs([OscOutput(parse_target(target)) for target in sys.argv[1:]], print)
due_s = time.monotonic()


def wait(length_s: float) -> None:
    global due_s
    due_s += length_s
    time.sleep(max(due_s - time.monotonic(), 0.0))


def play(pitch: int) -> None:
    outputs.send(mido.Message("note_on", channel=2, note=pitch, velocity=100))
    wait(SOUND_S)
    outputs.send(mido.Message("note_off", channel=2, note=pitch))
    wait(STEP_S - SOUND_S)


for each in pitches:
    play(each)
for control, value in ((101, 0), (100, 0), (6, 24), (38, 0)):  # the bend's range: 24 semitones
    outputs.send(mido.Message("control_change", channel=2, control=control, value=value))
outputs.send(mido.Message("pitchwheel", channel=2, pitch=-4096))
play(pitches[-1])
outputs.close()
print(json.dumps([frequency(pitch) for pitch in (*pitches, pitches[-1] - 12)]))
