"""The way out of the program."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from handmidi import log


def leave(status: int) -> NoReturn:
    """End the process with `status`, whatever libraries make of it.

    Where a JACK server has gone meanwhile, PortAudio and RtMidi abort or crash at their ends, and
    it may go at any moment: all is done by now, and who has met one does not ask them.
    """
    jack = sys.modules.get("handmidi.outputs.jack")
    if jack and jack.was_met():
        log.stop()
        for stream in (sys.stdout, sys.stderr):
            if stream:
                stream.flush()
        os._exit(status)
    sys.exit(status)
