"""The search for hands that are not followed: at once, or beside the pictures."""

from __future__ import annotations

import math
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from handmidi.vision.geometry import Region
from handmidi.vision.palm import PalmDetector

SEARCH_EVERY_S = 0.3
# A hand that was just lost, behind the other one or in a fast move, is likely to come back.
SEARCH_LOST_EVERY_S, LOST_FOR_S = 0.1, 1.0


class Search:
    """Looks for palms, one search at a time. Used by one thread.

    Parameters
    ----------
    detector : PalmDetector
        For this search alone.
    """

    def __init__(self, detector: PalmDetector) -> None:
        self._detector = detector
        self._beside = ThreadPoolExecutor(1, "palm-search")
        self._running: Future[list[np.ndarray]] | None = None
        self._begun_s = self._lost_s = -math.inf

    def now(self, image: np.ndarray) -> list[Region]:
        """Regions that should hold a hand, the surest first.

        If a search runs already, its result is waited for instead: it is there earlier.
        """
        if self._running is None:
            return self._detector.find(image)
        return self._taken(self._running)

    def lost(self, time_s: float) -> None:
        """Search more often for a while: a hand was lost."""
        self._lost_s = time_s

    def begin(self, image: np.ndarray, time_s: float) -> None:
        """Start a search beside, unless one runs or began a short while ago.

        A short while is `SEARCH_EVERY_S`, and `SEARCH_LOST_EVERY_S` for `LOST_FOR_S` after a
        hand was lost. The picture may change as soon as this returns.
        """
        lost = time_s - self._lost_s < LOST_FOR_S
        every_s = SEARCH_LOST_EVERY_S if lost else SEARCH_EVERY_S
        if self._running is None and abs(time_s - self._begun_s) >= every_s:
            self._begun_s = time_s
            self._detector.look(image)
            self._running = self._beside.submit(self._detector.infer)

    def found(self) -> list[Region]:
        """The regions of the search beside, once it is done; nothing before or after."""
        if self._running is None or not self._running.done():
            return []
        return self._taken(self._running)

    def close(self) -> None:
        """Stop the thread. A second call does nothing."""
        self._beside.shutdown(cancel_futures=True)

    def _taken(self, search: Future[list[np.ndarray]]) -> list[Region]:
        self._running = None
        return self._detector.regions(search.result())
