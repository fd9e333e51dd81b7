"""Record the default microphone; print what was seen as JSON.

Usage: record.py FILE SECONDS [BYTES]. Says the device's name as soon as it records; no file
may grow beyond BYTES.
"""

import json
import resource
import sys
import time
from pathlib import Path

from handmidi.practice.microphone import microphone_name
from handmidi.practice.recorder import Recorder

path, length_s = Path(sys.argv[1]), float(sys.argv[2])
if len(sys.argv) > 3:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
warnings: list[str] = []
name = microphone_name()
recorder = Recorder(path, time.monotonic, warnings.append)
called_s = time.monotonic()
device = recorder.start()
running_s = time.monotonic()
print(device, flush=True)
time.sleep(length_s)
recorder.close()
recorder.close()
print(
    json.dumps(
        {
            "named": name,
            "called_s": called_s,
            "running_s": running_s,
            "started_s": recorder.started_s,
            "overflows": recorder.overflows,
            "level": recorder.level,
            "warnings": warnings,
        }
    )
)
