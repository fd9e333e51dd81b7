"""Open and close the live synth twenty times, in every order; print what is left over as JSON.

Usage: reopen_synth.py SOUNDFONT
"""

import json
import os
import sys
from pathlib import Path

import mido

from handmidi.notes import TimedMessage
from handmidi.outputs.schedule import Schedule
from handmidi.outputs.synth import Synth


def left_over() -> dict[str, int]:
    status = Path("/proc/self/status").read_text().split()
    return {
        "threads": int(status[status.index("Threads:") + 1]),
        "files": len(os.listdir("/proc/self/fd")),
        "kib": int(status[status.index("VmRSS:") + 1]),
    }


seen = []
for number in range(20):
    synth = Synth(Path(sys.argv[1]))
    synth.start()
    schedules = [Schedule(synth) for _ in range(3)]
    for schedule in schedules:
        note = mido.Message("note_on", note=60, velocity=1)
        schedule.add(TimedMessage(i / 1000, note) for i in range(100))
    synth.send(mido.Message("note_on", note=60, velocity=1))
    order = [*schedules, synth] if number % 2 else [synth, *schedules]
    for each in order:
        each.close()
    seen.append(left_over())
print(json.dumps(seen))
