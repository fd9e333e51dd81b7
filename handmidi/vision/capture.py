"""OpenCV's captures of webcams and videos, opened with the settings that matter."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from handmidi.errors import CameraError
from handmidi.quiet import quiet_stderr
from handmidi.vision.webcams import check_webcam, webcam_device, why_no_picture

_FORMATS = "mov,matroska,webm,avi,mpeg,mpegts,ogg,flv,asf,gif,mjpeg,m4v,h264,hevc,yuv4mpegpipe"
_MOST_PIXELS = 64e6
_FFMPEG_OPTIONS = f"format_whitelist;{_FORMATS}|protocol_whitelist;file"


def capture_webcam(source: str, width: int, height: int, fps: float) -> tuple[Any, np.ndarray]:
    """An open cv2.VideoCapture of a webcam, and its first picture.

    Parameters
    ----------
    source : str
        An index or a device.
    width, height : int
        Size that it is asked for, pixels.
    fps : float
        Pictures per second that it is asked for.

    Raises
    ------
    CameraError
        If there is no such webcam, or it gives no picture.
    """
    check_webcam(source)
    cv2 = _opencv()
    place = int(source) if source.isdecimal() else str(webcam_device(source))
    with quiet_stderr():
        capture = cv2.VideoCapture(place, cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY)
        # V4L2 falls back to a slow raw format if the size is set before the compressed one,
        # and by default it queues four pictures, which are old when they are read.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        capture.set(cv2.CAP_PROP_FPS, fps)
        # One more for the camera to fill while we decode: with one alone it leaves out every
        # other picture. Neither grows old, for the grabber takes what comes.
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 2)
        ok, first = capture.read()
    if not ok:
        capture.release()
        raise why_no_picture(source)
    return capture, first


def capture_video(path: Path) -> tuple[Any, np.ndarray]:
    """An open cv2.VideoCapture of a video file, and its first picture.

    Raises
    ------
    CameraError
        If the file cannot be read, or is no video, or has no picture in it.
    """
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
        size = [capture.get(each) for each in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)]
        is_vast = opened and size[0] * size[1] > _MOST_PIXELS  # before memory is asked for
        ok, first = capture.read() if opened and not is_vast else (False, None)
    if is_vast:
        capture.release()
        raise CameraError(
            f"the pictures of {path} are {size[0]:.0f} × {size[1]:.0f}, too large: "
            "give a video file of a usual size"
        )
    if not ok:
        capture.release()
        why = "has no pictures in it" if opened else "is no video"
        raise CameraError(f"{path} {why}: give a video file such as an mp4")
    return capture, first


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
