"""Starts the vision process, hears it, and starts it again when it dies or stalls."""

from __future__ import annotations

import time
from collections.abc import Callable

from handmidi.clock import SessionClock
from handmidi.errors import CameraError, HandMidiError
from handmidi.hand import HandFrame
from handmidi.vision.child import Child, without_interrupt
from handmidi.vision.view import SharedView, View
from handmidi.vision.watch import Alive, Ended, Failed, Job, Notice, Opened, Seen, Start

RESTART_S = 1.0
"""A process that says nothing for so long is ended and started again."""

_OPEN_S = 30.0  # some webcams take ten seconds
_SOON_S, _AGAIN_S = 0.1, 1.0
_PATIENCE = 3
_SOUND_S = 10.0  # who has lived so long does not die of the same again


class VisionProcess:
    """Camera and tracker in a process of their own.

    Used by one thread at a time, but for `view`.

    Parameters
    ----------
    job : Job
    clock : SessionClock
    warn : callable
        Takes one line for the user.
    shown : bool
        Whether pictures are wanted, too.
    """

    def __init__(
        self, job: Job, clock: SessionClock, warn: Callable[[str], None], shown: bool = False
    ) -> None:
        self._job, self._clock, self._warn = job, clock, warn
        self._shown, self._view = shown, None
        self._child: Child | None = None
        self._opened: Opened | None = None
        self._begin_s = 0.0
        self._heard_s = self._launched_s = self._again_s = 0.0
        self._running = False
        self._deaths, self._why, self._told = 0, "", ""
        self._dropped_before = self._dropped = 0
        self.ended = False
        """Whether the film is over."""
        self.restarts = 0

    @property
    def dropped(self) -> int:
        """Pictures that were never tracked, for newer ones had come."""
        return self._dropped_before + self._dropped

    def launch(self) -> None:
        """Start the process; it opens camera and tracker meanwhile. See `Child`.

        Raises
        ------
        HandMidiError
            If the system has no room for it.
        """
        with without_interrupt():
            if self._view:
                self._view.renew()
            elif self._shown:
                self._view = SharedView()
            self._child = Child(self._job, self._view)
        self._launched_s = time.perf_counter()

    def open(self) -> Opened:
        """Wait until camera and tracker are open; returns what the camera gives.

        Raises
        ------
        HandMidiError
            If one of them cannot be opened.
        """
        while self._opened is None:
            message = self._child.receive(_OPEN_S)
            match message:
                case Opened():
                    self._opened = message
                case Failed():
                    raise message.error
                case None:
                    raise CameraError(
                        f"{self._child.why_dead} while it opened: try another --tracker or --camera"
                        if self._child.is_dead
                        else self._why_slow()
                    )
        return self._opened

    def start(self, begin_s: float) -> None:
        """Begin to watch.

        Parameters
        ----------
        begin_s : float
            Session second at which a film's first picture is due.
        """
        self._begin_s = begin_s
        self._go()

    def next(self, timeout_s: float) -> HandFrame | None:
        """The hands of the next picture.

        A process that died or stalls is started again from here.

        Parameters
        ----------
        timeout_s : float
            How long to wait, seconds.

        Returns
        -------
        HandFrame or None
            None if there was no picture in time.

        Raises
        ------
        HandMidiError
            If the camera or the tracker failed for good.
        """
        if self._child is None:
            self._wait_to_launch(timeout_s)
            return None
        message = self._child.receive(timeout_s)
        if message is None:
            self._judge()
            return None
        self._heard_s = time.perf_counter()
        match message:
            case Seen():
                self._dropped = message.dropped
                if self._heard_s - self._launched_s > _SOUND_S:
                    self._deaths = 0
                return message.frame
            case Opened():
                self.restarts, self._told = self.restarts + 1, ""
                self._go()
            case Notice():
                self._warn(message.line)
            case Failed():
                self._fail(message.error)
            case Ended():
                self.ended = True
            case Alive():
                pass
        return None

    def view(self, after: int = 0) -> tuple[int, View] | None:
        """The newest picture for the screen; see `SharedView.read`. For any one thread."""
        return self._view.read(after) if self._view else None

    def close(self) -> None:
        """End the process and give its memory back. A second call does nothing."""
        child, self._child = self._child, None
        try:
            if child:
                child.leave()
        finally:
            if self._view:
                self._view.unlink()
                self._view = None

    def _go(self) -> None:
        self._heard_s = time.perf_counter()
        self._running = True
        self._child.send(Start(self._clock, self._begin_s))

    def _judge(self) -> None:
        """It said nothing: has it died, does it stall, or is it still opening?"""
        now_s = time.perf_counter()
        if self._child.is_dead:
            self._restart(self._child.why_dead)
        elif not self._running:
            if now_s - self._launched_s > _OPEN_S:
                self._restart(self._why_slow())
        elif now_s - self._heard_s > RESTART_S:
            self._restart("the vision process stalls")

    def _fail(self, error: HandMidiError) -> None:
        """A camera that was there before may come back; what else fails does so again."""
        if self._running or not self._opened.live or not isinstance(error, CameraError):
            raise error
        self._end()
        if self._told != str(error):
            self._told = str(error)
            self._warn(f"{error}; trying again")
        self._again_s = time.perf_counter() + _AGAIN_S

    def _restart(self, why: str) -> None:
        self._end()
        self._deaths += 1
        if self._deaths > _PATIENCE:
            raise HandMidiError(f"{why}, again and again: try another --tracker or --camera")
        # Whoever ends the whole program may end its processes one by one: no hurry.
        self._again_s = time.perf_counter() + (_SOON_S if self._deaths == 1 else _AGAIN_S)
        self._why = why

    def _wait_to_launch(self, timeout_s: float) -> None:
        left_s = self._again_s - time.perf_counter()
        if left_s > 0:
            time.sleep(min(left_s, timeout_s))
            return
        if self._why:
            self._warn(f"{self._why}: starting it again")
            self._why = ""
        self.launch()

    def _end(self) -> None:
        self._child.end()
        self._child, self._running = None, False
        self._dropped_before, self._dropped = self.dropped, 0

    def _why_slow(self) -> str:
        return (
            f"camera {self._job.camera} or its tracker does not open within {_OPEN_S:.0f} s: "
            "unplug the camera and plug it in again, or try another --tracker"
        )
