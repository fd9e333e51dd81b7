"""A video file, decoded in a process of its own: a broken one may end its decoder, not us."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, Self

import numpy as np

from handmidi.errors import CameraError, HandMidiError, how_it_ended
from handmidi.vision.camera import is_webcam, open_camera
from handmidi.vision.child import without_interrupt

_WAIT_S = 30.0


class About(NamedTuple):
    """What a film says of itself; see `handmidi.vision.camera.Camera`."""

    name: str
    width: int
    height: int
    fps: float
    frames: int | None


class Film:
    """A video whose pictures come from another process, in order, as fast as they are read.

    It decodes a few pictures ahead. Leaving its ``with`` block ends the process.

    Parameters
    ----------
    source : str
        A video file, or "demo".
    mirrored : bool, default False
        Whether its pictures are mirror images; they are turned round then.

    Attributes
    ----------
    name, width, height, fps, frames
        As a `handmidi.vision.camera.Camera` has them.

    Raises
    ------
    CameraError
        If it cannot be read, or its decoder dies of it.
    """

    live = False

    def __init__(self, source: str, mirrored: bool = False) -> None:
        self._source = source
        context = get_context("spawn")
        try:
            with without_interrupt():
                self._pipe, far = context.Pipe(duplex=False)
                process = context.Process(target=_decode, args=(far, source, mirrored), daemon=True)
                process.start()
        except OSError as error:
            raise CameraError(
                f"cannot start the process that decodes {source} ({error.strerror}): "
                "close other programs"
            ) from error
        far.close()
        self._process = process
        try:
            self.name, self.width, self.height, self.fps, self.frames = self._receive()
        except BaseException:
            self.close()
            raise

    def read(self) -> np.ndarray | None:
        """The next picture, shape (height, width, 3), BGR; None at the end.

        Raises
        ------
        CameraError
            If the decoder died, or gives nothing for half a minute.
        """
        return self._receive()

    def close(self) -> None:
        """End the decoder. A second call does nothing."""
        self._pipe.close()
        self._process.kill()
        self._process.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _receive(self) -> Any:
        try:
            if not self._pipe.poll(_WAIT_S):
                raise CameraError(
                    f"{self._source} gives no picture for {_WAIT_S:g} s: give another video file"
                )
            told = self._pipe.recv()
        except (EOFError, OSError):  # the latter in the middle of a picture
            self._process.join(1.0)
            how = how_it_ended(self._process.exitcode)
            raise CameraError(
                f"{self._source} is damaged, its decoder died ({how}): give another video file"
            ) from None
        if isinstance(told, HandMidiError):
            raise told
        return told


def open_film(source: str, mirrored: bool = False) -> Film:
    """Open a video file to be read from its first picture to its last.

    Raises
    ------
    CameraError
        If it is a webcam, cannot be read, or its decoder dies of it.
    """
    if is_webcam(source):
        raise CameraError(f"{source} is a webcam: give a video file, or demo")
    return Film(source, mirrored)


def _decode(pipe: Connection, source: str, mirrored: bool) -> None:
    """Say what the film is, then picture after picture, then None."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever reads the film hears it
    with suppress(OSError):  # nobody reads on
        for told in _told(source, mirrored):
            pipe.send(told)


def _told(source: str, mirrored: bool) -> Iterator[Any]:
    try:
        with open_camera(source, mirrored=mirrored) as camera:
            yield About(camera.name, camera.width, camera.height, camera.fps, camera.frames)
            while (image := camera.read()) is not None:
                yield image
            yield None
    except HandMidiError as error:
        yield error
