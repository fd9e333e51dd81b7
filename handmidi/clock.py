"""The session's clock."""

from __future__ import annotations

import time


class SessionClock:
    """Seconds since `start`, the same in every process; 0 until then. Call it to read it.

    A started clock may be given to another process: `time.perf_counter` counts for the whole
    machine on Linux, macOS and Windows, in steps that music does not hear.
    """

    def __init__(self) -> None:
        self._origin_s: float | None = None

    def start(self) -> None:
        """Now is second 0."""
        self._origin_s = time.perf_counter()

    def __call__(self) -> float:
        return time.perf_counter() - self._origin_s if self._origin_s is not None else 0.0
