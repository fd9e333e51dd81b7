"""Ten seconds before the camera: the player is told what to do, and what is seen is kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from handmidi.calibration import Calibration, camera_identity, save_calibration
from handmidi.clock import SessionClock
from handmidi.errors import HandMidiError
from handmidi.hand import HandFrame
from handmidi.screen.keys import LOCAL
from handmidi.screen.process import ScreenProcess
from handmidi.screen.scene import Moment, Scene
from handmidi.session.diagram import draw_diagram
from handmidi.session.extents import Extent, find_extents, found_ranges
from handmidi.session.opening import make_screen
from handmidi.session.options import Options
from handmidi.vision.camera import Camera, Shot, Source, is_webcam, open_camera, read_frames
from handmidi.vision.film import open_film
from handmidi.vision.grabber import FrameGrabber
from handmidi.vision.tracker import SeenHand, Tracker, find_tracker_model, observe, open_tracker
from handmidi.vision.view import Outline, SharedView

SECONDS = 10.0
"""How long a webcam is watched by default."""
STEPS = (
    "hand open, as near as you want to play",
    "hand open, as far as you want to play",
    "half way back, then a fist",
    "open your hand wide",
    "hand open, far to your left and up",
    "hand open, far to your right and down",
)
"""What the player does, for equal shares of the time."""

_WAIT_S = 15.0
_EDGE = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A calibration that was saved, and how far each control went."""

    calibration: Calibration
    extents: Sequence[Extent]


def calibrate(options: Options, say: Callable[[str], None]) -> Result:
    """Watch the player's hand, find its ranges, save them for this camera.

    A webcam's player is told each step; of a video everything counts, as fast as it can be
    read.

    Parameters
    ----------
    options : Options
        `camera`, `tracker`, `headless` and `seconds` count; without `seconds` it is
        `SECONDS` for a webcam, and the whole of a video.
    say : callable
        Takes one line for the user.

    Raises
    ------
    HandMidiError
        If there is no hand, or none of its controls moved enough, or something cannot be
        opened or written: the old calibration stays then.
    """
    frames, width, height = _watch(options, say)
    extents = find_extents(frames)
    ranges = found_ranges(extents)
    if not ranges:
        raise HandMidiError(_why_nothing(frames))
    camera, date = camera_identity(options.camera), datetime.now().astimezone()
    calibration = Calibration(camera, date, options.tracker, width, height, ranges)
    save_calibration(calibration, draw_diagram(calibration, extents))
    return Result(calibration, extents)


def whole_hands(tracked: Sequence[SeenHand], width: int, height: int) -> Sequence[SeenHand]:
    """The hands that are wholly in the picture: of others, size and place are guesses.

    Parameters
    ----------
    tracked : sequence of SeenHand
    width, height : int
        Size of the picture, pixels.
    """
    edge = _EDGE * width
    return [
        hand
        for hand in tracked
        if min(hand.box[:2]) >= edge
        and hand.box[2] <= width - edge
        and hand.box[3] <= height - edge
    ]


def _watch(options: Options, say: Callable[[str], None]) -> tuple[list[HandFrame], int, int]:
    """What was seen, and the width and height of the pictures."""
    with ExitStack() as opened:
        o = options
        model = find_tracker_model(o.tracker, o.model)
        say(f"opening camera {options.camera}, tracker {options.tracker} …")
        camera = opened.enter_context(
            open_camera(o.camera, *o.size, o.fps, o.mirrored)
            if is_webcam(o.camera)
            else open_film(o.camera, o.mirrored)
        )
        tracker = opened.enter_context(open_tracker(options.tracker, model, background=False))
        if camera.live:
            clock = SessionClock()
            screen, view = make_screen(options, clock, opened, say, say)
            if screen:
                screen.launch()
            mirror = _Mirror(screen, view)
            seen = _guided(camera, tracker, mirror, clock, options.seconds or SECONDS, say)
        else:
            seen = _filmed(camera, tracker, options.seconds)
        return list(seen), camera.width, camera.height


def _frame(shot: Shot, whole: Sequence[SeenHand]) -> HandFrame:
    height, width = shot.image.shape[:2]
    return HandFrame(shot.time_s, shot.time_s, observe(whole, width, height))


def _filmed(camera: Source, tracker: Tracker, seconds: float | None) -> Iterator[HandFrame]:
    for shot in read_frames(camera):
        if seconds is not None and shot.time_s >= seconds:
            return
        tracked = tracker.track(shot.image, shot.time_s)
        yield _frame(shot, whole_hands(tracked, camera.width, camera.height))


def _guided(
    camera: Camera,
    tracker: Tracker,
    mirror: _Mirror,
    clock: SessionClock,
    seconds: float,
    say: Callable[[str], None],
) -> Iterator[HandFrame]:
    """The frames of the steps, which begin when a hand is seen."""
    guide = _Guide(seconds, say)
    with FrameGrabber(camera, clock) as grabber:
        clock.start()
        say("show your open hand to the camera; keep the whole hand in the picture")
        while guide.left_s(clock()) > 0:
            shot = grabber.next(0.1)  # raises what ended the camera
            if shot is None:
                continue
            tracked = tracker.track(shot.image, shot.time_s)
            whole = whole_hands(tracked, camera.width, camera.height)
            if guide.follow(shot.time_s, bool(whole)):
                yield _frame(shot, whole)
            task = guide.task if whole or not tracked else "the hand leaves the picture"
            mirror.show(shot, whole, task, guide)


class _Mirror:
    """What the player sees in the window, if there is one."""

    def __init__(self, screen: ScreenProcess | None, view: SharedView | None) -> None:
        self._screen, self._view = screen, view
        if screen:
            screen.show(Scene(title="calibration", commands=("quit", *LOCAL)))

    def show(self, shot: Shot, whole: Sequence[SeenHand], task: str, guide: _Guide) -> None:
        """Show a picture, and what to do.

        Raises
        ------
        HandMidiError
            If the player asks for the end.
        """
        if not self._screen:
            return
        hands = [Outline(hand.points[:, :2], hand.side) for hand in whole]
        self._view.write(shot.image, hands, shot.time_s)
        seen = bool(whole)
        how_far = {"task": task, "count_in": guide.count, "progress": guide.share}
        self._screen.tell(Moment(shot.time_s, is_seen=seen, **how_far))
        if "quit" in self._screen.commands():
            raise HandMidiError("stopped: nothing was changed")


class _Guide:
    """Knows which step it is, and says each once."""

    def __init__(self, seconds: float, say: Callable[[str], None]) -> None:
        self._seconds, self._say = seconds, say
        self._start_s: float | None = None
        self._step = -1
        self.task, self.count, self.share = "show your open hand", "", 0.0

    def left_s(self, now_s: float) -> float:
        """How much time is left for the steps, or for a hand to show up."""
        if self._start_s is None:
            if now_s > _WAIT_S:
                raise HandMidiError(
                    f"no hand was seen for {_WAIT_S:g} s: show the whole hand, mind the light, "
                    "and try again"
                )
            return self._seconds
        return self._start_s + self._seconds - now_s

    def follow(self, time_s: float, seen: bool) -> bool:
        """Take in the time of a frame; whether the steps have begun."""
        if self._start_s is None:
            if not seen:
                return False
            self._start_s = time_s
        share_s = self._seconds / len(STEPS)
        done_s = time_s - self._start_s
        step = min(int(done_s / share_s), len(STEPS) - 1)
        if step > self._step:
            self._step, place = step, f"{step + 1} of {len(STEPS)}"
            self.task = f"{place}: {STEPS[step]}"
            self._say(f"{place} ({share_s:.1f} s): {STEPS[step]}")
        self.share = min(done_s / self._seconds, 1.0)
        self.count = str(max(math.ceil((step + 1) * share_s - done_s), 1))
        return True


def _why_nothing(frames: Sequence[HandFrame]) -> str:
    if not any(frame.hands for frame in frames):
        return (
            "no whole hand was seen: keep the whole hand in the picture, mind the light, and "
            "try again; nothing was changed"
        )
    return (
        "the hand did not move enough: come near, go far, make a fist, go left and right, and "
        "stop for a moment each time; nothing was changed"
    )
