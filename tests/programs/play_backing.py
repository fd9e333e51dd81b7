"""Play a song's backing live and watch its clock; print the song's start as JSON.

Usage: play_backing.py SOUNDFONT SONG SECONDS. Each pair: session second, where the song starts.
"""

import json
import sys
import time
from pathlib import Path

from handmidi.outputs.synth import Synth
from handmidi.practice.backing import Backing
from handmidi.song import load_song

synth = Synth(Path(sys.argv[1]))
print(synth.start(), flush=True)
backing = Backing(load_song(sys.argv[2]), 1.0, synth)
origin_s = time.monotonic()
backing.start(0.0)
seen, now_s = [], 0.0
while now_s < float(sys.argv[3]):
    time.sleep(0.02)
    now_s = time.monotonic() - origin_s
    backing.observe(now_s)
    seen.append((now_s, backing.session_s(0.0)))
backing.close()
backing.close()
synth.close()
print(json.dumps(seen))
