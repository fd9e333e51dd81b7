"""What every hand tracker offers, and the way from tracked hands to a trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, Self

import numpy as np

from handmidi.assets import find_model
from handmidi.errors import HandMidiError
from handmidi.hand import Hand, HandFrame
from handmidi.vision.camera import Source, read_frames
from handmidi.vision.geometry import box_of
from handmidi.vision.shape import hand_from_landmarks

ABOUT = {
    "direct": "MediaPipe's hand models without MediaPipe: the fastest, and silent on the network",
    "mediapipe": "MediaPipe itself: half as fast, and it reports usage to Google",
    "skin": (
        "fragile: goes by colour, so it wants even white light, a sleeve, and nothing else in the "
        "picture as red as skin; may miss dark skin and dim light; spread your fingers to be found"
    ),
}
"""What to know of each tracker before choosing it, one line each."""
TRACKERS = tuple(ABOUT)
MAX_SIDE = 16384
"""Longest side of a picture, pixels: OpenCV cuts regions with 16-bit coordinates."""


class SeenHand(Protocol):
    """One hand in one picture, as every tracker gives it.

    Attributes
    ----------
    points : ndarray, shape (n, 2) or (n, 3)
        Landmarks or outline, x and y in pixels, y down; all finite.
    side : {"left", "right"}
        Which hand it is to its owner, for a picture as the camera films it. A mirrored
        picture swaps the sides.
    score : float
        The tracker's confidence, 0..1.
    box : tuple of 4 floats
        Left, top, right and bottom of the points, pixels.
    """

    points: np.ndarray
    side: str
    score: float

    @property
    def box(self) -> tuple[float, float, float, float]: ...

    def hand(self, width: int, height: int) -> Hand:
        """The hand as the rest of the program sees it, in a picture of that size in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class TrackedHand:
    """One hand in one picture by its landmarks; a `SeenHand`.

    Parameters
    ----------
    points : ndarray, shape (21, 3)
        Landmarks in MediaPipe's order: x and y in pixels, y down, z in the same unit,
        relative to the wrist. They may lie outside the picture.
    side : {"left", "right"}
        Which hand it is to its owner, for a picture as the camera films it. A mirrored
        picture swaps the sides.
    score : float
        The tracker's confidence, 0..1.
    """

    points: np.ndarray
    side: str
    score: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the landmarks, pixels."""
        return box_of(self.points)

    def hand(self, width: int, height: int) -> Hand:
        """The hand in a picture of that size in pixels; see `hand_from_landmarks`."""
        return hand_from_landmarks(self.points, width, height, self.side, self.score)


class Tracker(Protocol):
    """Follows hands from picture to picture. Used by one thread at a time."""

    def track(self, image: np.ndarray, time_s: float) -> Sequence[SeenHand]:
        """Hands in the next picture, the longest tracked first.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width, 3)
            BGR, as the camera films it (not mirrored). Kept unchanged.
        time_s : float
            When it was taken, in seconds; never less than in the call before.

        Raises
        ------
        ValueError
            If `image` is no such picture.
        """

    def close(self) -> None:
        """Release models and threads. A second call does nothing."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def find_tracker_model(name: str, kind: str = "full") -> Path | None:
    """The hand model that a tracker needs; None if it needs none.

    Parameters
    ----------
    name : str
        One of `TRACKERS`, or ``module:Class``.
    kind : {"full", "lite"}, default "full"

    Raises
    ------
    AssetError
        If it is missing.
    """
    return None if name == "skin" or ":" in name else find_model(kind)


def open_tracker(
    name: str, model: Path | None = None, hands: int = 1, background: bool = True
) -> Tracker:
    """A tracker by name.

    Parameters
    ----------
    name : {"direct", "mediapipe", "skin"} or str
        "mediapipe" reports usage over the network: ask the user before opening it. Any other
        tracker is named ``module:Class``; the class is called with `hands` alone.
    model : Path, optional
        The hand model, a ``.task`` file. Only "direct" and "mediapipe" need one.
    hands : {1, 2}, default 1
        How many hands to follow.
    background : bool, default True
        Whether a missing second hand may be searched for while the pictures go on. Without
        it, results depend on the pictures alone: the way for files. Only "direct" does it.

    Raises
    ------
    ValueError
        If `name` or `hands` is none of the choices, or the tracker needs a model.
    AssetError
        If the model is missing or damaged.
    HandMidiError
        If the tracker's package is not installed, or its class cannot be found.
    """
    if name not in TRACKERS and ":" not in name:
        raise ValueError(f"tracker is {name!r}, not one of {', '.join(TRACKERS)}")
    if hands not in (1, 2):
        raise ValueError(f"hands is {hands!r}, not 1 or 2")
    if ":" in name:
        return _open_own(name, hands)
    if name == "skin":
        from handmidi.vision.skin import SkinTracker

        return SkinTracker(hands)
    if model is None:
        raise ValueError(f"tracker {name!r} needs a model")
    if name == "mediapipe":
        from handmidi.vision.mediapipe import MediaPipeTracker

        return MediaPipeTracker(model, hands)
    from handmidi.vision.direct import DirectTracker

    return DirectTracker(model, hands, background)


def _open_own(name: str, hands: int) -> Tracker:
    module, _, class_name = name.partition(":")
    try:
        make = getattr(import_module(module), class_name)
    except (ImportError, AttributeError, ValueError) as error:
        raise HandMidiError(
            f"the tracker {name} cannot be found ({error}): write it as module:Class, and name "
            "the module's folder in PYTHONPATH"
        ) from error
    return make(hands)


def check_image(image: np.ndarray) -> None:
    """Refuse what is no picture. Large ones, odd shapes and views of other arrays are pictures.

    Raises
    ------
    ValueError
        If `image` is not an array of uint8 with shape (height, width, 3), both sides
        1..`MAX_SIDE`.
    """
    if not isinstance(image, np.ndarray):
        raise ValueError(f"image is {type(image).__name__}, not an array of shape (h, w, 3)")
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
        raise ValueError(
            f"image has shape {image.shape} and dtype {image.dtype}, not (h, w, 3) and uint8"
        )
    if max(image.shape) > MAX_SIDE:
        raise ValueError(f"image has shape {image.shape}, a side longer than {MAX_SIDE} pixels")


def observe(tracked: Sequence[SeenHand], width: int, height: int) -> tuple[Hand, ...]:
    """Tracked hands as the rest of the program sees them, in the same order.

    Parameters
    ----------
    tracked : sequence of SeenHand
    width, height : int
        Size of the picture, pixels.
    """
    return tuple(seen.hand(width, height) for seen in tracked)


def track_video(camera: Source, tracker: Tracker) -> Iterator[HandFrame]:
    """Track a video as fast as it goes, one frame of the trace per picture.

    ``ready_s`` equals ``time_s``, as if the tracker took no time.

    Raises
    ------
    CameraError
        If the video cannot be read on.
    """
    for shot in read_frames(camera):
        height, width = shot.image.shape[:2]
        hands = observe(tracker.track(shot.image, shot.time_s), width, height)
        yield HandFrame(shot.time_s, shot.time_s, hands)
