"""The thread that reads a camera and keeps only the newest picture."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Self

from handmidi.errors import CameraError
from handmidi.vision.camera import Camera, Shot
from handmidi.vision.webcams import webcam_device

RETRY_S = 0.7
"""How often a webcam that is gone is looked for."""

_CLOSE_S = 0.5
_RATE_S, _SLOW = 3.0, 0.8
_SEEK_S, _PATIENCE_S = 5.0, 1.0


class FrameGrabber:
    """Reads a camera in a thread of its own and keeps only the newest picture.

    A webcam's picture is stamped with the clock when it is grabbed. A video is paced as if
    it were live: picture i appears at ``start_s + i / fps`` and is stamped with that time;
    what is late by more than a picture is left out.

    Parameters
    ----------
    camera : Camera
        Whoever opened it closes it, after the grabber; it is closed before if it was gone.
    clock : callable
        Returns the session's time in seconds.
    reopen : callable, optional
        Opens a webcam again that was unplugged, or raises `CameraError`: see `reopen_camera`.
        Without it, a webcam that is gone is an error.
    notice : callable, optional
        Takes one line for the user, in the grabber's thread; must not wait.

    Attributes
    ----------
    delivered : int
        Pictures that the camera gave.
    dropped : int
        Pictures that nobody took, or that were left out since `start`.
    fps : float
        Pictures per second that the camera gave in the last 3 seconds.
    error : Exception or None
        What ended the camera.
    """

    def __init__(
        self,
        camera: Camera,
        clock: Callable[[], float],
        reopen: Callable[[], Camera] | None = None,
        notice: Callable[[str], None] | None = None,
    ) -> None:
        self._given = self._camera = camera
        self._clock, self._reopen, self._notice = clock, reopen, notice
        self._start_s = self._number = 0
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._newest: Shot | None = None
        self._over = self._told_slow = False
        self._times: deque[float] = deque()
        self.delivered = self.dropped = 0
        self.fps = 0.0
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
            Session time of a video's first picture. If that was long ago, the video goes on
            from where it should be.
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
        """Stop the thread, within half a second. A second call does nothing.

        A thread that a driver keeps waiting ends by itself when the driver returns.
        """
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_CLOSE_S)
            self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        try:
            for shot in self._live_shots() if self._camera.live else self._paced_shots():
                self._count(shot.time_s)
                with self._changed:
                    self.dropped += self._newest is not None
                    self._newest = shot
                    self._changed.notify_all()
        except Exception as error:
            self.error = error
        if self._camera is not self._given:
            self._camera.close()
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _count(self, time_s: float) -> None:
        self.delivered += 1
        self._times.append(time_s)
        while time_s - self._times[0] > _RATE_S:
            self._times.popleft()
        if time_s > self._times[0]:
            self.fps = (len(self._times) - 1) / (time_s - self._times[0])

    def _say(self, line: str) -> None:
        if self._notice:
            self._notice(line)

    # ---- webcams

    def _live_shots(self) -> Iterator[Shot]:
        while not self._stop.is_set():
            try:
                yield from self._shots_until_it_fails()
            except CameraError:
                if self._stop.is_set():
                    return
                if self._reopen is None:
                    raise
                self._await_return(self._reopen)

    def _shots_until_it_fails(self) -> Iterator[Shot]:
        self._times.clear()
        damaged, since_s = 0, None
        while not self._stop.is_set():
            taken = self._camera.grab()
            time_s = self._clock()
            image = self._camera.retrieve() if taken else None
            if image is not None:
                yield Shot(image, time_s, self._number)
                since_s = time_s if since_s is None else since_s
                if time_s - since_s >= _RATE_S:
                    self._mind_the_light()
            # A webcam may send a broken picture now and then; a second of them is a failure.
            damaged = damaged + 1 if image is None else 0
            self._number += 1
            if not taken or damaged > self._camera.fps:
                raise CameraError(
                    f"{self._camera.name} stopped sending pictures: "
                    "check its cable, then start again"
                )

    def _await_return(self, reopen: Callable[[], Camera]) -> None:
        self._say(f"{self._camera.name} is gone: plug it in again; the session goes on")
        self._camera.close()
        self.fps = 0.0
        while not self._stop.wait(RETRY_S):
            try:
                self._camera = reopen()
            except CameraError:
                continue
            self._say(f"{self._camera.name} is back")
            return

    def _mind_the_light(self) -> None:
        """Say once that the camera is slow: in dim light most expose longer than they should."""
        if self._told_slow or not self._notice or self.fps >= _SLOW * self._camera.asked_fps:
            return
        self._told_slow = True
        self._notice(_why_slow(self._camera, self.fps))

    # ---- videos

    def _paced_shots(self) -> Iterator[Shot]:
        camera, began_s = self._camera, self._clock()
        number, step_s, shown_s = 0, 1 / camera.fps, began_s
        if began_s - self._start_s > _SEEK_S:
            number = camera.seek(int((began_s - self._start_s) * camera.fps))
        # Decoded half a picture ahead: right after the last one, its tracker needs the machine.
        while self._wait_until(self._start_s + (number - 0.5) * step_s) and camera.grab():
            due_s, now_s = self._start_s + number / camera.fps, self._clock()
            number += 1
            # One in a while is shown even if this machine is too slow for the film.
            before = due_s < began_s - step_s  # somebody may have seen it
            if now_s - due_s > step_s and (before or now_s - shown_s < _PATIENCE_S):
                self.dropped += not before
                continue
            image = camera.retrieve()
            if image is None or not self._wait_until(due_s):
                return
            shown_s = self._clock()
            yield Shot(image, due_s, number - 1)

    def _wait_until(self, due_s: float) -> bool:
        """False if it was closed meanwhile."""
        while (left_s := due_s - self._clock()) > 0:
            if self._stop.wait(left_s):
                return False
        return not self._stop.is_set()


def _why_slow(camera: Camera, fps: float) -> str:
    line = f"{camera.name} gives {fps:.0f} pictures a second, not {camera.asked_fps:.0f}: "
    if fps >= _SLOW * camera.fps:
        return f"{line}it offers no more at {camera.width} × {camera.height}"
    how = ""
    if sys.platform == "linux":
        device = webcam_device(camera.asked.source)
        how = f" (v4l2-ctl -d {device} -c exposure_dynamic_framerate=0)"
    return f"{line}more light or a shorter exposure helps{how}"
