"""Keep C libraries from writing to the terminal while we ask them what there is."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Send file descriptor 2 to nowhere.

    ALSA, JACK, PortAudio and FluidSynth print a page of complaints for each device that is
    not there. We say the same in one line. The whole process is quiet meanwhile: in a thread
    beside the main one this does nothing, lest it swallow what the main thread has to say.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _flush()
    try:
        kept = os.dup(2)
    except OSError:  # no stderr at all: nothing to keep quiet
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        _flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _flush() -> None:
    if sys.stderr:  # None in a program without a console
        sys.stderr.flush()
