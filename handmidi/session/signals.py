"""Signals that end a performance."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def ending_signals(stop: threading.Event) -> Iterator[None]:
    """Ctrl-C, a closed terminal and a polite kill set `stop`: the program itself goes on.

    A second signal of the same kind does what it would do without this.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {}

    def end(number: int, _: object) -> None:
        stop.set()
        signal.signal(number, before[number])  # asked twice, it is meant

    for number in (getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)):
        before[number] = signal.getsignal(number)
        if before[number] is not signal.SIG_IGN:  # nohup, or a job in the background
            signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
