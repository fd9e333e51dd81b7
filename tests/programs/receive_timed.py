"""Listen to another program's MIDI port on JACK; print when what came, as JSON.

Usage: receive_timed.py NAME. Says `ready` when connected, ends with an all-sound-off.
"""

import json
import sys
import threading
import time

import mido

heard, ended = [], threading.Event()


def take(message: mido.Message) -> None:
    if message.is_cc(120):
        ended.set()
    elif not ended.is_set():
        heard.append((time.monotonic(), message.type))


backend = mido.Backend("mido.backends.rtmidi/UNIX_JACK")
names = []
while not names:
    names = [name for name in backend.get_input_names() if sys.argv[1] in name]
    time.sleep(0.05)
with backend.open_input(names[0], callback=take) as port:
    print("ready", names[0], flush=True)
    ended.wait()
print(json.dumps(heard))
