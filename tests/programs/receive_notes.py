"""Listen to another program's MIDI port on JACK; print what comes, a message a line.

Usage: receive_notes.py NAME. Says `ready` when connected, ends with an all-sound-off.
"""

import sys
import time

import mido

backend = mido.Backend("mido.backends.rtmidi/UNIX_JACK")
names = []
while not names:
    names = [name for name in backend.get_input_names() if sys.argv[1] in name]
    time.sleep(0.05)
with backend.open_input(names[0]) as port:
    print("ready", names[0], flush=True)
    for message in port:
        print(message, flush=True)
        if message.is_cc(120):
            break
