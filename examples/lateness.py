"""Own statistics of many takes: how late each note is played.

Usage: lateness.py [FOLDER]    a folder of takes; default: takes
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from handmidi.midifile import read_performance
from handmidi.notes import pitch_name
from handmidi.take import find_takes

late_ms: dict[int, list[float]] = defaultdict(list)
for take in find_takes(Path(sys.argv[1] if len(sys.argv) > 1 else "takes")):
    if not take.score.is_file():  # it was play, not practice
        continue
    played = read_performance(take.notes).notes
    for verdict in json.loads(take.score.read_text(encoding="utf-8"))["verdicts"]:
        if verdict["verdict"] == "correct":
            late_ms[played[verdict["played"]].pitch].append(verdict["timing_ms"])

print("note   times   median   middle half")
for pitch in sorted(late_ms):
    low, middle, high = np.percentile(late_ms[pitch], (25, 50, 75))
    count = len(late_ms[pitch])
    print(f"{pitch_name(pitch):<6} {count:5} {middle:5.0f} ms {low:6.0f} to {high:.0f} ms")
