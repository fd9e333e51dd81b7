"""Play clicks, hear them with the default microphone, and print the delay as JSON, or the error.

Usage: hear_clicks.py SOUNDFONT [JITTER_MS]. Each click sounds up to JITTER_MS later than due.
"""

import json
import sys
import time
from pathlib import Path

from handmidi.errors import HandMidiError
from handmidi.outputs.synth import Synth
from handmidi.practice import clicks

soundfont = Path(sys.argv[1])
sound = clicks.render_click(soundfont)
if len(sys.argv) > 2:
    jitter_s, plain = float(sys.argv[2]) / 1e3, clicks.click
    shares = iter((0, 1, 0.3, 0.8, 0.1, 0.6, 0.9, 0.2, 1, 0, 0.5, 1))
    clicks.click = lambda at_s, accent: plain(at_s + jitter_s * next(shares), accent)
synth = Synth(soundfont)
try:
    synth.start()
    delay = clicks.hear_clicks(synth, sound, time.perf_counter)
    print(json.dumps({"ms": delay.ms, "spread_ms": delay.spread_ms, "count": delay.count}))
except HandMidiError as error:
    print(type(error).__name__, error)
finally:
    synth.close()
