"""The vision process: camera and tracker, from the newest picture to the hands in it.

What it says and hears goes over one pipe. It leaves when told to, when the film is over, and
when whoever started it is gone.
"""

from __future__ import annotations

import math
import signal
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from handmidi.clock import SessionClock
from handmidi.errors import CameraError, HandMidiError
from handmidi.hand import HandFrame
from handmidi.vision.camera import Camera, Shot, open_camera, reopen_camera
from handmidi.vision.grabber import FrameGrabber
from handmidi.vision.tracker import Tracker, observe, open_tracker
from handmidi.vision.view import Outline, SharedView

ALIVE_S = 0.05
"""How often it says that it lives while there is no picture, seconds."""

_STEP_S = 1e-3
_BAD_PICTURES = 30


@dataclass(frozen=True, slots=True)
class Job:
    """What to watch, and how.

    Parameters
    ----------
    camera : str
        As `open_camera` takes it.
    tracker : str
        A name of `TRACKERS`.
    model : Path, optional
        The hand model; "skin" needs none.
    hands : {1, 2}
    width, height : int
        Size asked of a webcam, pixels.
    fps : float
        Pictures per second asked of a webcam.
    mirrored : bool
        Whether its pictures are mirror images already.
    """

    camera: str
    tracker: str = "direct"
    model: Path | None = None
    hands: int = 1
    width: int = 640
    height: int = 480
    fps: float = 30.0
    mirrored: bool = False

    def open_camera(self) -> Camera:
        """The camera; see `handmidi.vision.camera.open_camera` for the errors."""
        return open_camera(self.camera, self.width, self.height, self.fps, self.mirrored)

    def reopen_camera(self, camera: Camera) -> Camera:
        """The same webcam once more; see `handmidi.vision.camera.reopen_camera`."""
        return reopen_camera(camera)

    def open_tracker(self) -> Tracker:
        """The tracker; see `handmidi.vision.tracker.open_tracker` for the errors."""
        return open_tracker(self.tracker, self.model, self.hands)


class Opened(NamedTuple):
    """Camera and tracker are open; it waits for `Start`."""

    name: str
    width: int
    height: int
    fps: float
    live: bool


class Start(NamedTuple):
    """Begin, or begin again: where the session's clock has its zero, when a film's first picture is
    due, and the number that what is seen from now on bears.
    """

    clock: SessionClock
    begin_s: float
    round: int = 0


class Seen(NamedTuple):
    """The hands of a picture, and how many pictures were left out up to now."""

    frame: HandFrame
    dropped: int
    round: int = 0


class Notice(NamedTuple):
    """A line for the user."""

    line: str


class Failed(NamedTuple):
    """It cannot go on, and leaves."""

    error: HandMidiError


class Ended(NamedTuple):
    """The film is over; it waits to begin again, or to leave."""

    round: int = 0


class Alive(NamedTuple):
    """There is no picture, but it lives."""


def watch(job: Job, pipe: Connection, view: SharedView | None) -> None:
    """Run the vision process to its end.

    Parameters
    ----------
    job : Job
        Or whatever opens a camera and a tracker in its way.
    pipe : Connection
        Its end of a duplex pipe.
    view : SharedView, optional
        Where pictures go if there is a screen.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the session
    try:
        with ExitStack() as opened:
            _watch(job, pipe, view, opened)
    except HandMidiError as error:
        _tell(pipe, Failed(error))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # whoever started it is gone
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        line = f"the vision failed ({what}): try another --tracker"
        _tell(pipe, Failed(HandMidiError(line)))
    finally:
        pipe.close()
        if view:
            view.close()


def _watch(job: Job, pipe: Connection, view: SharedView | None, opened: ExitStack) -> None:
    camera = opened.enter_context(job.open_camera())
    tracker = opened.enter_context(job.open_tracker())
    pipe.send(Opened(camera.name, camera.width, camera.height, camera.fps, camera.live))
    start: Start | None = pipe.recv()
    if start is None:
        return
    look = _Look(tracker, pipe, view)
    while start is not None:
        start = _play(job, camera, start, look, pipe)
        if start is not None and not camera.live:  # a film begins again
            camera.close()
            opened.enter_context(camera := job.open_camera())


def _play(job: Job, camera: Camera, start: Start, look: _Look, pipe: Connection) -> Start | None:
    """Watch until told to begin again, or to leave; a webcam goes on where it is."""
    notices: SimpleQueue[str] = SimpleQueue()
    look.begin(start)
    with closing(
        FrameGrabber(camera, look.clock, partial(job.reopen_camera, camera), notices.put)
    ) as grabber:
        grabber.start(start.begin_s)
        while start is not None:
            _watch_on(grabber, look, pipe, notices)
            start = pipe.recv()
            if start is not None:
                look.begin(start, grabber.dropped)
            if not camera.live:
                break
    return start


def _watch_on(
    grabber: FrameGrabber, look: _Look, pipe: Connection, notices: SimpleQueue[str]
) -> None:
    """Until there is something to hear."""
    while not pipe.poll():
        shot = grabber.next(ALIVE_S)
        while not notices.empty():
            pipe.send(Notice(notices.get()))
        if shot is not None:
            look(shot, grabber.dropped)
        elif grabber.ended:
            pipe.send(Ended(look.round))
            return
        else:
            pipe.send(Alive())


class _Look:
    """Tracks a picture and tells what was seen."""

    def __init__(self, tracker: Tracker, pipe: Connection, view: SharedView | None) -> None:
        self._tracker, self._pipe, self._view = tracker, pipe, view
        self._clock: SessionClock | None = None
        self._bad = self._dropped = self.round = 0
        self._passed_s, self._tracked_s = 0.0, -math.inf

    def clock(self) -> float:
        """Session second of the round that is watched."""
        return self._clock()

    def begin(self, start: Start, dropped: int = 0) -> None:
        """Another round; so many pictures were left out up to now."""
        if self._clock:
            self._passed_s += self._clock() - start.clock()
        self._clock, self.round, self._dropped = start.clock, start.round, dropped

    def __call__(self, shot: Shot, dropped: int) -> None:
        if shot.time_s > self.clock():  # of the round before, by its clock
            self._pipe.send(Alive())
            return
        # What a tracker remembers has an age: its time never goes back, also where the last picture
        # of a round was looked at after the next one was begun, and before that was heard here.
        self._tracked_s = max(self._passed_s + shot.time_s, self._tracked_s + _STEP_S)
        try:
            tracked = self._tracker.track(shot.image, self._tracked_s)
        except ValueError as error:  # a webcam may send nonsense now and then
            self._bad += 1
            if self._bad > _BAD_PICTURES:
                raise CameraError(
                    f"the camera's pictures cannot be used ({error}): try another camera"
                ) from error
            self._pipe.send(Alive())
            return
        self._bad = 0
        height, width = shot.image.shape[:2]
        hands = observe(tracked, width, height)
        frame = HandFrame(shot.time_s, self.clock(), hands).rounded()
        self._pipe.send(Seen(frame, dropped - self._dropped, self.round))
        if self._view:
            seen = [Outline(hand.points[:, :2], hand.side) for hand in tracked]
            self._view.write(shot.image, seen, shot.time_s)


def _tell(pipe: Connection, message: NamedTuple) -> None:
    """Say something that nobody may hear any more."""
    try:
        pipe.send(message)
    except OSError:
        return
