"""Trackers that break: ``--tracker tools.faults.trackers:Raising`` and others.

Each works like "direct" until the file that the environment's HANDMIDI_FAULT names is there, once.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from handmidi.assets import find_model
from handmidi.vision.direct import DirectTracker
from handmidi.vision.tracker import SeenHand
from tools.faults.moment import fires

STALL_S = 3.0


class _Breaking:
    def __init__(self, hands: int = 1) -> None:
        self._tracker = DirectTracker(find_model(), hands)
        self._told = Path(os.environ["HANDMIDI_FAULT"])

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the model go."""
        self._tracker.close()

    def track(self, image: np.ndarray, time_s: float) -> Sequence[SeenHand]:
        """The hands, or the fault."""
        if not fires(self._told):
            return self._tracker.track(image, time_s)
        self.fail()
        return ()

    def fail(self) -> None:
        """What is done once."""
        raise NotImplementedError


class Raising(_Breaking):
    """An exception that nobody foresaw."""

    def fail(self) -> None:
        """Raise it."""
        raise RuntimeError("injected")


class Stalling(_Breaking):
    """A picture that takes seconds."""

    def fail(self) -> None:
        """Take them."""
        time.sleep(STALL_S)


class Aborting(_Breaking):
    """A library that ends its process."""

    def fail(self) -> None:
        """End it."""
        os.abort()
