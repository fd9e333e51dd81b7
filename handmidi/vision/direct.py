"""The default tracker: MediaPipe's two hand models, run without MediaPipe.

A followed hand costs one crop and one landmark reading per picture. Its landmarks say where
to look in the next picture, so the palm detector runs only while a hand is missing.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from handmidi.vision.geometry import Region, next_region, overlap, same_hand
from handmidi.vision.networks import LandmarkNetwork, Landmarks, PalmDetector, read_models
from handmidi.vision.tracker import TrackedHand, check_image

SEARCH_EVERY_S = 0.3
_SAME_REGION = 0.5
_SIDE_MEMORY = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class _Followed:
    """A hand of the last picture; `right` is averaged over time, since one picture may err."""

    seen: Landmarks
    right: float
    region: Region

    def tracked(self) -> TrackedHand:
        side = "right" if self.right > 0.5 else "left"
        return TrackedHand(self.seen.points, side, self.seen.presence)


class DirectTracker:
    """Palm detector and landmark model on LiteRT; see `Tracker` for the methods.

    While no hand is followed, every picture is searched. While one of two hands is missing,
    the search for it runs beside the pictures at most every `SEARCH_EVERY_S`, and never
    delays the hand that is followed.

    Parameters
    ----------
    model : Path
        The hand model, a ``.task`` file.
    hands : {1, 2}, default 1
        How many hands to follow.
    background : bool, default True
        False searches every picture that misses a hand before its result is returned, so
        that the results depend on the pictures alone.

    Raises
    ------
    AssetError
        If the model is missing or damaged.
    """

    def __init__(self, model: Path, hands: int = 1, background: bool = True) -> None:
        models = read_models(model)
        # One hand has the machine to itself; of two, each has a thread.
        threads = 2 if hands == 1 else 1
        self._palm = PalmDetector(models.palm, threads)
        self._readers = [LandmarkNetwork(models.landmarks, threads) for _ in range(hands)]
        self._beside = ThreadPoolExecutor(1, "second-hand") if hands > 1 else None
        self._finder = ThreadPoolExecutor(1, "palm-search", _yield_to_others)
        self._background = background
        self._search: Future[list[Region]] | None = None
        self._searched_s = -np.inf
        self._hands: list[_Followed] = []

    def track(self, image: np.ndarray, time_s: float) -> list[TrackedHand]:
        """Hands in the next picture, the longest tracked first; see `Tracker.track`."""
        check_image(image)
        jobs: list[tuple[Region, _Followed | None]] = [(h.region, h) for h in self._hands]
        if len(jobs) < len(self._readers):
            for region in self._found(image, time_s):
                known = any(overlap(region.box, r.box) > _SAME_REGION for r, _ in jobs)
                if not known and len(jobs) < len(self._readers):
                    jobs.append((region, None))
        readings = self._read(image, [region for region, _ in jobs])
        self._hands = []
        for (_, before), seen in zip(jobs, readings, strict=True):
            if seen and not any(same_hand(seen.points, h.seen.points) for h in self._hands):
                self._hands.append(_follow(seen, before))
        return [hand.tracked() for hand in self._hands]

    def close(self) -> None:
        """Stop the threads. A second call does nothing."""
        self._finder.shutdown(cancel_futures=True)
        if self._beside:
            self._beside.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _found(self, image: np.ndarray, time_s: float) -> list[Region]:
        """Regions worth reading, from a search in this picture or one shortly before."""
        if not self._background or (not self._hands and self._search is None):
            return self._palm.find(image)
        if self._search is None:
            if abs(time_s - self._searched_s) >= SEARCH_EVERY_S:
                self._searched_s = time_s
                # A copy, for the owner of the picture may draw on it while it is searched.
                self._search = self._finder.submit(self._palm.find, image.copy())
            return []
        if self._hands and not self._search.done():
            return []
        search, self._search = self._search, None
        return search.result()

    def _read(self, image: np.ndarray, regions: list[Region]) -> list[Landmarks | None]:
        second = None
        if len(regions) > 1 and self._beside:
            second = self._beside.submit(self._readers[1].read, image, regions[1])
        readings = [self._readers[0].read(image, region) for region in regions[:1]]
        return [*readings, second.result()] if second else readings


def _follow(seen: Landmarks, before: _Followed | None) -> _Followed:
    right = seen.right
    if before:
        right = _SIDE_MEMORY * before.right + (1 - _SIDE_MEMORY) * right
    return _Followed(seen, right, next_region(seen.points))


def _yield_to_others() -> None:
    """Run this thread below the others where threads have a niceness of their own (Linux)."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
