"""Sound the hand and a schedule on the live synth, and print what was seen as JSON.

Usage: play_synth.py SOUNDFONT. Says the driver, waits for a line, plays: by hand A4 for half
a second; by schedule A5 at 1.0 s, at 1.5 s and from 2.0 s on, until the schedule is closed at
2.4 s under a held pedal; a note at 3.0 s that must not be heard; by hand A3 when the audio
stands at 3.4 s.
"""

import json
import sys
import time
from pathlib import Path

import mido

from handmidi.notes import TimedMessage
from handmidi.outputs.schedule import Schedule
from handmidi.outputs.synth import Synth

SET_UP = (  # a square wave without reverb or chorus
    mido.Message("program_change", program=80),
    mido.Message("control_change", control=91, value=0),
    mido.Message("control_change", control=93, value=0),
)


def backing(time_s: float, kind: str, **values: int) -> TimedMessage:
    return TimedMessage(time_s, mido.Message(kind, **values))


def main() -> None:
    synth = Synth(Path(sys.argv[1]))
    print(synth.start(), flush=True)
    input()
    schedule = Schedule(synth)
    schedule.add(
        [
            *(TimedMessage(0.0, message) for message in SET_UP),
            *(backing(at, "note_on", note=81, velocity=100) for at in (1.0, 1.5, 2.0)),
            *(backing(at, "note_off", note=81) for at in (1.2, 1.7)),
            backing(2.0, "control_change", control=64, value=127),
            backing(3.0, "note_on", note=96, velocity=127),
        ]
    )
    seen = []

    def wait(until_s: float) -> None:
        while schedule.position_s < until_s:
            time.sleep(0.002)
            seen.append((time.monotonic(), schedule.position_s))

    for message in SET_UP:
        synth.send(message)
    synth.send(mido.Message("note_on", note=69, velocity=100))
    wait(0.5)
    synth.send(mido.Message("note_off", note=69))
    wait(2.4)
    schedule.close()
    schedule.close()
    wait(3.4)
    synth.send(mido.Message("note_on", note=57, velocity=100))
    wait(3.7)
    synth.close()
    synth.close()
    schedule.close()
    print(json.dumps({"seen": seen, "stands_at_s": schedule.position_s}))


main()
