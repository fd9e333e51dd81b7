"""What the trackers see: pictures out of a film, with one hand or two, or a film that goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from handmidi.errors import CameraError
from handmidi.vision.camera import Source, is_webcam, read_frames
from handmidi.vision.film import open_film

FPS = 30.0
"""Of the films that are written here, and of stamps."""

_DEMO_EMPTY_S = 2.0  # the hand comes into the demo clip within its first two seconds


def read_pictures(source: str, count: int) -> np.ndarray:
    """Pictures of a film, decoded.

    Parameters
    ----------
    source : str
        A video file, or "demo", of which the seconds without a hand are left out.
    count : int
        How many at most.

    Returns
    -------
    ndarray of uint8, shape (n, height, width, 3)
        BGR.

    Raises
    ------
    CameraError
        If it is no film.
    """
    kept = []
    if is_webcam(source):
        raise CameraError(f"--clip {source} is a webcam: give a video file, or demo")
    with open_film(source) as camera:
        for image in _with_hand(camera, source):
            kept.append(image)
            if len(kept) == count:
                break
    return np.array(kept)


def double(picture: np.ndarray) -> None:
    """Make two hands of one, in place: the middle half of a picture, and its mirror image.

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width, 3)
    """
    half = picture.shape[1] // 2
    middle = picture[:, half // 2 : half // 2 + half].copy()
    picture[:, :half], picture[:, half : 2 * half] = middle, middle[:, ::-1]


def write_loop(
    path: Path, source: str, length_s: float, doubled: bool = False, fps: float = FPS
) -> None:
    """Write a film that repeats another until it is long enough.

    Parameters
    ----------
    path : Path
        Ends in ``.mp4``.
    source : str
        A video file, or "demo", of which the seconds without a hand are left out.
    length_s : float
    doubled : bool, default False
        See `double`.
    fps : float, default FPS
        A multiple of `FPS`: each picture is shown several times, and the hand is as fast as it was.

    Raises
    ------
    CameraError
        If the source cannot be read, or this OpenCV cannot write films.
    """
    import cv2

    left, writer, again = round(length_s * fps), None, round(fps / FPS)
    try:
        while left > 0:
            with open_film(source) as camera:
                if writer is None:
                    size = camera.width, camera.height
                    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), fps, size)
                if not writer.isOpened():
                    raise CameraError("this OpenCV cannot write an MP4 film: reinstall it with pip")
                for image in _with_hand(camera, source):
                    if doubled:
                        double(image)
                    for _ in range(again):
                        writer.write(image)
                    left -= again
                    if left <= 0:
                        break
    finally:
        if writer is not None:
            writer.release()


def _with_hand(camera: Source, source: str) -> Iterator[np.ndarray]:
    first = round(_DEMO_EMPTY_S * camera.fps) if source == "demo" else 0
    return (shot.image for shot in read_frames(camera) if shot.number >= first)
