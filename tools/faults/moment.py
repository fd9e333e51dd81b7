"""When a fault that was asked for happened: the one who breaks tells the one who measures."""

from __future__ import annotations

import time
from pathlib import Path


def fires(trigger: Path) -> bool:
    """Whether the file asks for the fault; it asks once, and the moment is written beside it."""
    try:
        trigger.unlink()
    except FileNotFoundError:
        return False
    _beside(trigger).write_text(repr(time.monotonic()))
    return True


def fired_s(trigger: Path) -> float | None:
    """When it happened, seconds of the monotonic clock; None if it did not yet."""
    try:
        return float(_beside(trigger).read_text())
    except (FileNotFoundError, ValueError):  # ValueError: it is being written
        return None


def _beside(trigger: Path) -> Path:
    return trigger.with_name(f"{trigger.name}.at")
