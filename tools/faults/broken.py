"""handmidi with one method that breaks: ``python -m tools.faults.broken STAGE ARGUMENTS…``.

The method raises once the file that the environment's HANDMIDI_FAULT names is there.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

from tools.faults.moment import fires

STAGES = {
    "instrument": ("handmidi.instrument.instrument", "Instrument", "feed"),
    "player": ("handmidi.session.player", "Player", "_play"),
    "dispatcher": ("handmidi.session.dispatcher", "Dispatcher", "_send"),
    "outputs": ("handmidi.outputs.output", "Outputs", "hand"),
    "take": ("handmidi.take", "TakeWriter", "frame"),
    "conductor": ("handmidi.session.conductor", "Conductor", "observe"),
    "round": ("handmidi.session.round", "Round", "listen"),
    "recorder": ("handmidi.practice.recorder", "_Wave", "write"),
}
"""Where an exception is thrown: module, class, method."""


def main() -> None:
    """Patch, and go on as the program does."""
    stage, *arguments = sys.argv[1:]
    module, owner, name = STAGES[stage]
    cls = getattr(importlib.import_module(module), owner)
    method, told = getattr(cls, name), Path(os.environ["HANDMIDI_FAULT"])

    def breaks(self, *args, **kwargs):
        if fires(told):
            raise RuntimeError("injected")
        return method(self, *args, **kwargs)

    setattr(cls, name, breaks)
    sys.argv = ["handmidi", *arguments]
    from handmidi.cli import run

    run()


if __name__ == "__main__":
    main()
