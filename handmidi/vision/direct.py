"""The default tracker: MediaPipe's two hand models, run without MediaPipe.

A followed hand costs one crop and one landmark reading per picture. Its landmarks say where
to look in the next picture, so the palm detector runs only while a hand is missing. A hand
that was just found is read twice.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

import numpy as np

from handmidi.vision.following import Followed, apart, follow, unknown
from handmidi.vision.geometry import Region
from handmidi.vision.networks import LandmarkNetwork, read_models
from handmidi.vision.palm import PalmDetector
from handmidi.vision.search import Search
from handmidi.vision.tracker import TrackedHand, check_image

# Where a core is free, two threads read a hand in little more than half the time of one.
_THREADS = min(2, os.cpu_count() or 1)


class DirectTracker:
    """Palm detector and landmark model on LiteRT; see `Tracker` for the methods.

    While no hand is followed, every picture is searched. While one of two hands is missing,
    the search for it begins when a picture is done and runs beside the next ones: the hand that
    is followed does not wait for it.

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
        self._reader = LandmarkNetwork(models.landmarks, _THREADS)
        # Beside a followed hand, the search leaves it a core.
        self._search = Search(PalmDetector(models.palm, 1 if hands > 1 else _THREADS))
        self._limit, self._background = hands, background
        self._hands: list[Followed] = []

    def track(self, image: np.ndarray, time_s: float) -> list[TrackedHand]:
        """Hands in the next picture, the longest tracked first; see `Tracker.track`."""
        check_image(image)
        hands = [self._read(image, time_s, hand.seen.region, hand) for hand in self._hands]
        missing = self._limit - len(hands)
        if missing:
            regions = unknown(self._regions(image), self._hands)[:missing]
            hands += [self._read(image, time_s, region) for region in regions]
        known, self._hands = len(self._hands), apart([hand for hand in hands if hand])
        if len(self._hands) < known:
            self._search.lost(time_s)
        if self._background and 0 < len(self._hands) < self._limit:
            self._search.begin(image, time_s)
        return [TrackedHand(h.seen.points, h.side, h.seen.presence) for h in self._hands]

    def infer(self) -> None:
        """Run the landmark network alone, once more on its latest crop.

        It changes nothing. A benchmark compares `track` with it.
        """
        self._reader.infer()

    def close(self) -> None:
        """Stop the search's thread. A second call does nothing."""
        self._search.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _regions(self, image: np.ndarray) -> list[Region]:
        """Regions worth reading: from a search of this picture, or one begun shortly before."""
        if self._hands and self._background:
            return self._search.found()
        return self._search.now(image)

    def _read(
        self, image: np.ndarray, time_s: float, region: Region, before: Followed | None = None
    ) -> Followed | None:
        seen = self._reader.read(image, region)
        if seen and before is None:  # a palm tells roughly where the hand is, landmarks exactly
            seen = self._reader.read(image, seen.region)
        return follow(seen, time_s, before) if seen else None
