"""Signals that end a performance."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

AGAIN_S = 1.0
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def ending_signals(stop: threading.Event) -> Iterator[None]:
    """Ctrl-C, a closed terminal and a polite kill set `stop`: the program itself goes on.

    A second signal, more than `AGAIN_S` later, does what it would do without this: a key that
    bounces loses no take.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {}
    first_s = None

    def end(number: int, _: object) -> None:
        nonlocal first_s
        stop.set()
        now_s = time.monotonic()
        first_s = now_s if first_s is None else first_s
        if now_s - first_s > AGAIN_S:
            signal.signal(number, before[number])
            signal.raise_signal(number)

    for number in (getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)):
        before[number] = signal.getsignal(number)
        if before[number] is not signal.SIG_IGN:  # nohup, or a job in the background
            signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
