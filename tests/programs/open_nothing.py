"""Open a MIDI port, a synth or a recording; print the error, if there is one.

Usage: open_nothing.py midi | synth SOUNDFONT | recorder FILE
"""

import sys
from pathlib import Path

from handmidi.errors import HandMidiError

what, *rest = sys.argv[1:]
try:
    if what == "midi":
        from handmidi.outputs.midi import list_ports, open_port

        print(list_ports())
        open_port("handmidi test").close()
    elif what == "synth":
        from handmidi.outputs.synth import Synth

        Synth(Path(rest[0])).start()
    else:
        from handmidi.practice.microphone import microphone_name
        from handmidi.practice.recorder import Recorder

        print(microphone_name())
        Recorder(Path(rest[0]), lambda: 0.0, print).start()
except HandMidiError as error:
    print(type(error).__name__, error)
