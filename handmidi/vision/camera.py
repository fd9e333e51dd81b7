"""Pictures from a webcam or a video file."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from handmidi import paths
from handmidi.errors import CameraError
from handmidi.quiet import quiet_stderr

DEFAULT_FPS = 30.0
_FORMATS = "mov,matroska,webm,avi,mpeg,mpegts,ogg,flv,asf,gif,mjpeg,m4v,h264,hevc,yuv4mpegpipe"
_FFMPEG_OPTIONS = f"format_whitelist;{_FORMATS}|protocol_whitelist;file"
_DEVICES, _DEVICE_FACTS = Path("/dev"), Path("/sys/class/video4linux")


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

    Attributes
    ----------
    width, height : int
        Size of its pictures, pixels.
    fps : float
        Pictures per second.
    frames : int or None
        How many pictures a video says it has.
    """

    def __init__(self, capture: Any, name: str, live: bool, first: np.ndarray) -> None:
        import cv2

        self.name = name
        self.live = live
        self.height, self.width = first.shape[:2]
        fps = capture.get(cv2.CAP_PROP_FPS)
        self.fps = fps if math.isfinite(fps) and 0 < fps <= 1000 else DEFAULT_FPS
        count = capture.get(cv2.CAP_PROP_FRAME_COUNT)
        self.frames = int(count) if not live and 0 < count < 1e9 else None
        self._capture = capture
        self._first = None if live else first

    def grab(self) -> bool:
        """Take the next picture without decoding it; False at the end, or if none came."""
        if self._capture is None:
            return False
        return self._first is not None or self._capture.grab()

    def retrieve(self) -> np.ndarray | None:
        """The picture that was grabbed, or None if it cannot be decoded."""
        image, self._first = self._first, None
        if image is None and self._capture is not None:
            _, image = self._capture.retrieve()
        return image

    def read(self) -> np.ndarray | None:
        """The next picture, shape (height, width, 3), BGR; None at the end."""
        return self.retrieve() if self.grab() else None

    def close(self) -> None:
        """Let go of the device or file. A second call does nothing."""
        capture, self._capture, self._first = self._capture, None, None
        if capture is not None:
            capture.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def camera_indices() -> list[int]:
    """Indices of the webcams of this machine; always empty where there is no ``/dev/video*``."""
    numbers = (path.name.removeprefix("video") for path in _DEVICES.glob("video*"))
    return sorted(int(number) for number in numbers if number.isdecimal())


def open_camera(source: str, width: int = 640, height: int = 480, fps: float = 30.0) -> Camera:
    """Open a webcam or a video file.

    Parameters
    ----------
    source : str
        A webcam's index ("0"), a device ("/dev/video0"), the path of a video file, or "demo",
        the bundled clip.
    width, height : int, default 640 and 480
        Size that a webcam is asked for, pixels. It may give another: see the camera's own.
    fps : float, default 30
        Pictures per second that a webcam is asked for.

    Raises
    ------
    CameraError
        If there is no such camera or file, or it gives no picture.
    """
    source = str(paths.demo_clip()) if source == "demo" else str(source)
    if source.isdecimal() or source.startswith("/dev/"):
        return _open_webcam(source, width, height, fps)
    return _open_video(Path(source))


def read_frames(camera: Camera) -> Iterator[Shot]:
    """All pictures of a video as fast as they can be decoded; picture i is at i / fps seconds."""
    number = 0
    while (image := camera.read()) is not None:
        yield Shot(image, number / camera.fps, number)
        number += 1


def _open_webcam(source: str, width: int, height: int, fps: float) -> Camera:
    index = int(source) if source.isdecimal() else None
    device = _DEVICES / f"video{source}" if index is not None else Path(source)
    if sys.platform == "linux" and not device.exists():
        there = ", ".join(map(str, camera_indices()))
        have = f"there is {there}" if there else "this machine has none"
        raise CameraError(
            f"there is no camera {source} ({have}): plug one in, or use --camera FILE or demo"
        )
    cv2 = _opencv()
    backend = cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY
    with quiet_stderr():
        capture = cv2.VideoCapture(source if index is None else index, backend)
        # V4L2 falls back to a slow raw format if the size is set before the compressed one,
        # and by default it queues four pictures, which are old when they are read.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        capture.set(cv2.CAP_PROP_FPS, fps)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        ok, first = capture.read()
    if not ok:
        capture.release()
        raise CameraError(
            f"camera {source} gives no picture: it may be used by another program, or forbidden "
            "to this one; close the other program and check the permission"
        )
    return Camera(capture, _camera_name(source, device), True, first)


def _camera_name(source: str, device: Path) -> str:
    try:
        return (_DEVICE_FACTS / device.name / "name").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return f"camera {source}"


def _open_video(path: Path) -> Camera:
    try:
        with open(path, "rb"):
            pass
    except OSError as error:
        raise CameraError(
            f"cannot read the video {path} ({error.strerror}): "
            "give --camera an index, a video file, or demo"
        ) from error
    cv2 = _opencv()
    with quiet_stderr():
        capture = cv2.VideoCapture(str(path.absolute()), cv2.CAP_FFMPEG)
        opened = capture.isOpened()
        ok, first = capture.read() if opened else (False, None)
    if not ok:
        capture.release()
        why = "has no pictures in it" if opened else "is no video"
        raise CameraError(f"{path} {why}: give a video file such as an mp4")
    return Camera(capture, path.name, False, first)


def _opencv() -> Any:
    """OpenCV, told to be quiet and to open nothing but plain video files."""
    # Read once by OpenCV. FFmpeg would complain about each odd picture, play text as a film, and
    # follow a play list to other files and hosts. OpenCV would wait 10 s for a dead webcam.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", _FFMPEG_OPTIONS)
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "3")
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2
