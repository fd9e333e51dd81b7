"""The second tracker: MediaPipe's own hand landmarker, in video mode.

MediaPipe's Tasks report usage over the network, and its package says that an application
must get the user's consent. Whoever opens this tracker asks first.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Self

import numpy as np

from handmidi.errors import AssetError, HandMidiError
from handmidi.quiet import quiet_stderr
from handmidi.vision.geometry import overlap
from handmidi.vision.networks import LandmarkNetwork, read_models
from handmidi.vision.palm import PalmDetector
from handmidi.vision.tracker import TrackedHand, check_image


class MediaPipeTracker:
    """MediaPipe's hand landmarker; see `Tracker` for the methods.

    A hand's score is MediaPipe's confidence in its side, the only one that it gives out.

    Parameters
    ----------
    model : Path
        The hand model, a ``.task`` file.
    hands : {1, 2}, default 1
        How many hands to follow.

    Raises
    ------
    AssetError
        If the model is missing or damaged.
    HandMidiError
        If the package mediapipe is not installed.
    """

    def __init__(self, model: Path, hands: int = 1) -> None:
        # MediaPipe's own message about a bad model names neither the file nor a way out, and
        # comes only when there is a hand.
        models = read_models(model)
        PalmDetector(models.palm)
        LandmarkNetwork(models.landmarks)
        try:
            with quiet_stderr():
                import mediapipe
                from mediapipe.tasks.python import BaseOptions, vision
        except ImportError as error:
            raise HandMidiError(
                "the tracker mediapipe is not installed: "
                "run pip install 'handmidi[mediapipe]', or use --tracker direct"
            ) from error
        options = vision.HandLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=model.read_bytes()),
            running_mode=vision.RunningMode.VIDEO,
            num_hands=hands,
        )
        self._picture, self._format = mediapipe.Image, mediapipe.ImageFormat.SRGB
        self._last_ms = 0
        try:
            with quiet_stderr():
                self._landmarker = vision.HandLandmarker.create_from_options(options)
                # Its first picture draws warnings that mean nothing to a player.
                self._detect(np.zeros((480, 640, 3), np.uint8))
        except (RuntimeError, ValueError) as error:
            raise AssetError(f"MediaPipe cannot use {model}: run handmidi setup") from error
        except OSError as error:  # its library is loaded only now
            raise HandMidiError(
                f"MediaPipe lacks a system library ({error}): "
                "on Debian install libegl1 and libgles2, or use --tracker direct"
            ) from error
        self._before: list[TrackedHand] = []

    def track(self, image: np.ndarray, time_s: float) -> list[TrackedHand]:
        """Hands in the next picture, the longest tracked first; see `Tracker.track`.

        Raises
        ------
        HandMidiError
            If MediaPipe breaks down; it cannot go on then.
        """
        import cv2

        check_image(image)
        # Video mode refuses a timestamp that is not above the one before.
        self._last_ms = max(self._last_ms + 1, round(time_s * 1000))
        try:
            result = self._detect(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
        except (RuntimeError, ValueError) as error:
            why = " ".join(str(error).split())
            raise HandMidiError(f"MediaPipe broke down ({why}): use --tracker direct") from error
        height, width = image.shape[:2]
        hands = [
            _hand(landmarks, sides[0], width, height)
            for landmarks, sides in zip(result.hand_landmarks, result.handedness, strict=True)
        ]
        whole = [hand for hand in hands if np.isfinite(hand.points).all()]
        self._before = _in_order(whole, self._before)
        return list(self._before)

    def close(self) -> None:
        """Release MediaPipe's graph and threads. A second call does nothing."""
        if self._landmarker:
            landmarker, self._landmarker = self._landmarker, None
            with quiet_stderr(), suppress(RuntimeError, ValueError):  # again what broke it before
                landmarker.close()
            # After a failure its destructor closes it once more, and may wait forever.
            landmarker._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _detect(self, rgb: np.ndarray):
        picture = self._picture(image_format=self._format, data=rgb)
        return self._landmarker.detect_for_video(picture, self._last_ms)


def _hand(landmarks, side, width: int, height: int) -> TrackedHand:
    """A hand in pixels; MediaPipe gives fractions, z in units of the width."""
    points = np.array([(p.x, p.y, p.z) for p in landmarks]) * (width, height, width)
    return TrackedHand(points, side.category_name.lower(), float(side.score))


def _in_order(hands: list[TrackedHand], before: list[TrackedHand]) -> list[TrackedHand]:
    """Hands that were there before come first, in their order."""
    left, ordered = list(hands), []
    for known in before:
        overlaps = [overlap(known.box, hand.box) for hand in left]
        if overlaps and max(overlaps) > 0:
            ordered.append(left.pop(int(np.argmax(overlaps))))
    return ordered + left
