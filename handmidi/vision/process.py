"""Starts the vision process, hears it, and starts it again when it dies or stalls."""

from __future__ import annotations

import time
from collections.abc import Callable

from handmidi.clock import SessionClock
from handmidi.errors import CameraError, HandMidiError
from handmidi.hand import HandFrame
from handmidi.vision.child import Child, without_interrupt
from handmidi.vision.view import SharedView
from handmidi.vision.watch import Alive, Ended, Failed, Job, Notice, Opened, Seen, Start

RESTART_S = 1.0
"""A process that says nothing for so long is ended and started again."""

_OPEN_S = 30.0  # some webcams take ten seconds
_SOON_S, _AGAIN_S = 0.1, 1.0
_PATIENCE = 3
_SOUND_S = 10.0  # who has lived so long does not die of the same again


class VisionProcess:
    """Camera and tracker in a process of their own.

    Used by one thread at a time.

    Parameters
    ----------
    job : Job
    clock : SessionClock
    warn : callable
        Takes one line for the user.
    view : SharedView, optional
        Where its pictures go. Whoever made it unlinks it, after `close`.
    """

    def __init__(
        self,
        job: Job,
        clock: SessionClock,
        warn: Callable[[str], None],
        view: SharedView | None = None,
    ) -> None:
        self._job, self._clock, self._warn, self._view = job, clock, warn, view
        self._child: Child | None = None
        self._opened: Opened | None = None
        self._begin_s = 0.0
        self._heard_s = self._launched_s = self._again_s = 0.0
        self._running, self._round = False, 0
        self._deaths, self._why, self._told = 0, "", ""
        self._dropped_before = self._dropped = 0
        self.ended = False
        """Whether the film is over."""
        self.restarts = 0

    @property
    def dropped(self) -> int:
        """Pictures that were never tracked, for newer ones had come."""
        return self._dropped_before + self._dropped

    @property
    def is_live(self) -> bool:
        """Whether it watches a webcam, and not a film."""
        return self._opened is not None and self._opened.live

    @property
    def is_gone(self) -> bool:
        """Whether no process is there to see anything: it died, and is to be started again."""
        return self._child is None

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
        """Begin to watch; or begin again, by a clock that was started anew.

        What was seen before is never told. For the thread that calls `next`, or while none does.

        Parameters
        ----------
        begin_s : float
            Session second at which a film's first picture is due.
        """
        self._begin_s, self._round, self.ended = begin_s, self._round + 1, False
        self._dropped_before = self._dropped = self.restarts = 0
        if self._running or self._round == 1:  # else it is told as soon as it has opened
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
            case Seen() | Ended() if message.round != self._round:
                return None
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

    def close(self) -> None:
        """End the process. A second call does nothing."""
        child, self._child = self._child, None
        if child:
            child.leave()

    def _go(self) -> None:
        self._heard_s = time.perf_counter()
        self._running = True
        self._child.send(Start(self._clock, self._begin_s, self._round))

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
