"""Pictures from a webcam or a video file."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np

from handmidi import paths
from handmidi.errors import CameraError
from handmidi.vision.capture import capture_video, capture_webcam
from handmidi.vision.webcams import find_again, webcam_name

DEFAULT_FPS = 30.0
SMALLEST = 16
"""Least width and height of a picture, pixels."""

_CLOSE_S = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One picture and when it was taken.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width, 3)
        BGR, not mirrored.
    time_s : float
        Session seconds; of a video read flat out, seconds from its start.
    number : int
        Pictures that the camera gave before this one.
    """

    image: np.ndarray
    time_s: float
    number: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What `open_camera` was asked for; it has the meanings."""

    source: str
    width: int
    height: int
    fps: float
    mirrored: bool


class Camera:
    """An open webcam or video file; `open_camera` makes one.

    Parameters
    ----------
    capture : cv2.VideoCapture
        Opened; the camera closes it.
    name : str
        For people.
    live : bool
        Whether it is a webcam, whose pictures come in their own time.
    first : ndarray
        A picture that was already read, to know the size. A video gives it out again.
    asked : Asked
        What it was opened with.

    Attributes
    ----------
    width, height : int
        Size of its pictures, pixels.
    fps : float
        Pictures per second that it says it gives.
    asked_fps : float
        Pictures per second that it was asked for; of a video, its own.
    fourcc : str
        Four letters for its format, such as "MJPG"; may be empty.
    frames : int or None
        How many pictures a video says it has.
    """

    def __init__(
        self, capture: Any, name: str, live: bool, first: np.ndarray, asked: Asked
    ) -> None:
        import cv2

        self.name, self.live, self.asked = name, live, asked
        self.height, self.width = first.shape[:2]
        fps = capture.get(cv2.CAP_PROP_FPS)
        self.fps = fps if math.isfinite(fps) and 0 < fps <= 1000 else DEFAULT_FPS
        self.asked_fps = asked.fps if live else self.fps
        code = int(capture.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
        self.fourcc = code.to_bytes(4, "little").decode("ascii", "replace").strip("\0 ")
        count = capture.get(cv2.CAP_PROP_FRAME_COUNT)
        self.frames = int(count) if not live and 0 < count < 1e9 else None
        self._capture, self._closed, self._lock = capture, False, threading.Lock()
        self._first, self._first_waits = (None, False) if live else (first, True)

    def grab(self) -> bool:
        """Take the next picture without decoding it; False at the end, or if none came."""
        with self._using() as capture:
            if self._first_waits:
                self._first_waits = False
                return capture is not None
            self._first = None
            return capture is not None and capture.grab()

    def retrieve(self) -> np.ndarray | None:
        """The picture that was grabbed, or None if it cannot be decoded."""
        import cv2

        with self._using() as capture:
            image, self._first = self._first, None
            if image is None and capture is not None:
                _, image = capture.retrieve()
        return cv2.flip(image, 1) if image is not None and self.asked.mirrored else image

    def read(self) -> np.ndarray | None:
        """The next picture, shape (height, width, 3), BGR; None at the end."""
        return self.retrieve() if self.grab() else None

    def seek(self, number: int) -> int:
        """Go to a picture of a video; exact if its pictures come at even times.

        Parameters
        ----------
        number : int
            Counted from 0.

        Returns
        -------
        int
            Which picture comes next, as far as the video's format lets one know.
        """
        import cv2

        with self._using() as capture:
            if capture is None:
                return number
            capture.set(cv2.CAP_PROP_POS_FRAMES, number)
            self._first, self._first_waits = None, False
            return max(int(capture.get(cv2.CAP_PROP_POS_FRAMES)), 0)

    def close(self) -> None:
        """Let go of the device or file, within half a second. A second call does nothing.

        Where a driver keeps another thread waiting for a picture, that thread lets go as soon
        as the driver returns: to do it under its feet would crash.
        """
        self._closed = True
        if self._lock.acquire(timeout=_CLOSE_S):
            try:
                self._release()
            finally:
                self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _using(self) -> Iterator[Any]:
        """The capture, which nobody releases meanwhile; None after `close`."""
        with self._lock:
            try:
                yield None if self._closed else self._capture
            finally:
                if self._closed:
                    self._release()

    def _release(self) -> None:
        capture, self._capture, self._first = self._capture, None, None
        if capture is not None:
            capture.release()


def open_camera(
    source: str,
    width: int = 640,
    height: int = 480,
    fps: float = DEFAULT_FPS,
    mirrored: bool = False,
) -> Camera:
    """Open a webcam or a video file.

    Parameters
    ----------
    source : str
        A webcam's index ("0"), a device ("/dev/video0"), the path of a video file, or "demo",
        the bundled clip.
    width, height : int, default 640 and 480
        Size that a webcam is asked for, pixels, at least `SMALLEST`. It may give another: see
        the camera's own.
    fps : float, default 30
        Pictures per second that a webcam is asked for, 1 to 1000. It may give others.
    mirrored : bool, default False
        Whether the source's pictures are mirror images. They are turned round then: those of
        the camera never are.

    Raises
    ------
    CameraError
        If there is no such camera or file, or it gives no picture, or too small ones.
    ValueError
        If a size or `fps` is out of its range.
    """
    if min(width, height) < SMALLEST:
        raise ValueError(f"width and height are {width} and {height}, not {SMALLEST} or more")
    if not 1 <= fps <= 1000:
        raise ValueError(f"fps is {fps}, not within 1 and 1000")
    asked = Asked(str(source), width, height, fps, mirrored)
    camera = _open(asked)
    if min(camera.width, camera.height) < SMALLEST:
        camera.close()
        raise CameraError(
            f"the pictures of {camera.name} are {camera.width} × {camera.height}, too small to "
            f"see a hand: use one with {SMALLEST} × {SMALLEST} pixels or more"
        )
    return camera


def reopen_camera(camera: Camera) -> Camera:
    """Open a webcam once more that was unplugged, also where its index has changed.

    Parameters
    ----------
    camera : Camera
        As it was; closed.

    Raises
    ------
    CameraError
        If it is not back yet.
    """
    asked = replace(camera.asked, source=find_again(camera.asked.source, camera.name))
    return open_camera(asked.source, asked.width, asked.height, asked.fps, asked.mirrored)


class Source(Protocol):
    """What pictures are read from, one after another: a `Camera`, or a film."""

    name: str
    width: int
    height: int
    fps: float

    def read(self) -> np.ndarray | None: ...


def read_frames(camera: Source) -> Iterator[Shot]:
    """All pictures of a video as fast as they can be decoded; picture i is at i / fps seconds."""
    number = 0
    while (image := camera.read()) is not None:
        yield Shot(image, number / camera.fps, number)
        number += 1


def is_webcam(source: str) -> bool:
    """Whether a source is an index or a device, and no file."""
    return source.isdecimal() or source.startswith("/dev/")


def _open(asked: Asked) -> Camera:
    source = asked.source
    if is_webcam(source):
        capture, first = capture_webcam(source, asked.width, asked.height, asked.fps)
        return Camera(capture, webcam_name(source), True, first, asked)
    path = paths.demo_clip() if source == "demo" else Path(source)
    capture, first = capture_video(path)
    return Camera(capture, path.name, False, first, asked)
