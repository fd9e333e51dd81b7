"""The thread that reads a camera and keeps only the newest picture."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Self

from handmidi.errors import CameraError
from handmidi.vision.camera import Camera, Shot, read_frames


class FrameGrabber:
    """Reads a camera in a thread of its own and keeps only the newest picture.

    A webcam's picture is stamped with the clock when it is grabbed. A video is paced as if
    it were live: picture i appears at ``start_s + i / fps`` and is stamped with that time.

    Parameters
    ----------
    camera : Camera
        Stays open; whoever opened it closes it, after the grabber.
    clock : callable
        Returns the session's time in seconds.
    """

    def __init__(self, camera: Camera, clock: Callable[[], float]) -> None:
        self._camera, self._clock, self._start_s = camera, clock, 0.0
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._newest: Shot | None = None
        self._over = False
        self.dropped = 0
        self.error: Exception | None = None

    @property
    def ended(self) -> bool:
        """Whether no picture will come any more, and the last one was taken."""
        with self._changed:
            return self._over and self._newest is None

    def start(self, start_s: float = 0.0) -> None:
        """Start the thread. A second call does nothing.

        Parameters
        ----------
        start_s : float, default 0
            Session time of a video's first picture.
        """
        if self._thread is None:
            self._start_s = start_s
            self._thread = threading.Thread(target=self._run, name="frame-grabber", daemon=True)
            self._thread.start()

    def next(self, timeout_s: float) -> Shot | None:
        """The newest picture, as soon as there is one that was not returned before.

        Parameters
        ----------
        timeout_s : float
            How long to wait for it, in seconds.

        Returns
        -------
        Shot or None
            None if none came in time, or the source ended.

        Raises
        ------
        CameraError
            If the camera failed; once its last good picture was returned.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._newest is not None or self._over, timeout_s)
            shot, self._newest = self._newest, None
            if shot is None and self.error:
                raise self.error
            return shot

    def close(self) -> None:
        """Stop the thread. A second call does nothing."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5.0)
            self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        try:
            for shot in self._live_shots() if self._camera.live else self._paced_shots():
                with self._changed:
                    self.dropped += self._newest is not None
                    self._newest = shot
                    self._changed.notify_all()
        except Exception as error:
            self.error = error
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _live_shots(self) -> Iterator[Shot]:
        number = damaged = 0
        while not self._stop.is_set():
            taken = self._camera.grab()
            time_s = self._clock()
            image = self._camera.retrieve() if taken else None
            if image is not None:
                yield Shot(image, time_s, number)
            # A webcam may send a broken picture now and then; a second of them is a failure.
            damaged = damaged + 1 if image is None else 0
            number += 1
            if not taken or damaged > self._camera.fps:
                raise CameraError(
                    f"{self._camera.name} stopped sending pictures: "
                    "check its cable, then start again"
                )

    def _paced_shots(self) -> Iterator[Shot]:
        for shot in read_frames(self._camera):
            due_s = self._start_s + shot.time_s
            while (left_s := due_s - self._clock()) > 0:
                if self._stop.wait(left_s):
                    return
            if self._stop.is_set():
                return
            yield Shot(shot.image, due_s, shot.number)
