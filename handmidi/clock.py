"""The session's clock."""

from __future__ import annotations

import time


class SessionClock:
    """Seconds since `start`, on the monotonic clock; 0 until then. Call it to read it."""

    def __init__(self) -> None:
        self._origin_s: float | None = None

    def start(self) -> None:
        """Now is second 0."""
        self._origin_s = time.monotonic()

    def __call__(self) -> float:
        return time.monotonic() - self._origin_s if self._origin_s is not None else 0.0
