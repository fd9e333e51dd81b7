"""Click live at 120, from second 3 on at 150, with a stall of 0.3 s; print where the beats lay.

Usage: play_metronome.py SOUNDFONT. Says the driver, waits for a line, clicks for 6 s, closes.
"""

import json
import sys
import time
from pathlib import Path

from handmidi.beat import BeatLine
from handmidi.outputs.synth import Synth
from handmidi.practice.metronome import Metronome

FIRST = BeatLine(0.0, 120.0)
SECOND = BeatLine(3.0 - 6 * 60 / 150, 150.0)

synth = Synth(Path(sys.argv[1]))
print(synth.start(), flush=True)
input()
metronome = Metronome(synth, lambda now_s: FIRST if now_s < 3.0 else SECOND)
origin_s = time.monotonic()


def clock() -> float:
    return time.monotonic() - origin_s


metronome.listen(clock)
metronome.start(clock())
while (now_s := clock()) < 6.0:
    metronome.observe(now_s)
    time.sleep(0.3 if 4.0 < now_s < 4.2 else 0.02)
metronome.close()
synth.close()
beats = [FIRST.time_s(beat) for beat in range(1, 6)]
beats += [SECOND.time_s(beat) for beat in range(6, 14)]
print(json.dumps([beat_s for beat_s in beats if beat_s < 5.9]))
