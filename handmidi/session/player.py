"""From picture to messages: the thread that tracks the hand and plays the instrument."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from handmidi.hand import HandFrame
from handmidi.instrument import Instrument
from handmidi.notes import TimedMessage
from handmidi.outputs.output import Readings
from handmidi.vision.grabber import FrameGrabber
from handmidi.vision.tracker import TrackedHand, Tracker, observe


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The newest picture and what was seen in it, for the screen."""

    image: np.ndarray
    tracked: Sequence[TrackedHand]
    frame: HandFrame


class Watcher:
    """Takes the newest picture, tracks, plays, passes on; again.

    Parameters
    ----------
    grabber : FrameGrabber
        Started.
    tracker : Tracker
    instrument : Instrument
    clock : callable
        Gives session seconds.
    sink : callable
        Takes each frame, its messages, and the readings of its hands; must not wait.
    lead : callable, optional
        Told the instrument and the frame's `ready_s` before the instrument hears the frame:
        the place to give it tempo and expectations.
    """

    def __init__(
        self,
        grabber: FrameGrabber,
        tracker: Tracker,
        instrument: Instrument,
        clock: Callable[[], float],
        sink: Callable[[HandFrame, Sequence[TimedMessage], Readings], None],
        lead: Callable[[Instrument, float], None] | None = None,
    ) -> None:
        self._grabber, self._tracker, self.instrument = grabber, tracker, instrument
        self._clock, self._sink, self._lead = clock, sink, lead
        self._next: Instrument | None = None
        self._changed_s = 0.0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.done = threading.Event()
        """Set when the camera has ended or failed."""
        self.view: View | None = None
        self.latencies_ms: list[float] = []
        """From frame to result, for each frame."""
        self.frames_with_hand = 0
        self.error: Exception | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    def play(self, instrument: Instrument) -> None:
        """Play another instrument from the next frame on; what the old one holds ends there."""
        self._next = instrument

    def close(self) -> None:
        """Stop after the picture in hand."""
        self._stop.set()
        if self._thread:
            self._thread.join(5.0)
            self._thread = None

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                shot = self._grabber.next(0.1)  # raises what ended the camera
                if shot is not None:
                    self._watch(shot.image, shot.time_s)
                elif self._grabber.ended:
                    return
        except Exception as error:  # the session says it; what was played is kept
            self.error = error
        finally:
            self.done.set()

    def _watch(self, image: np.ndarray, time_s: float) -> None:
        tracked = self._tracker.track(image, time_s)
        height, width = image.shape[:2]
        frame = HandFrame(time_s, self._clock(), observe(tracked, width, height)).rounded()
        messages = self._change(frame.ready_s)
        if self._lead:
            self._lead(self.instrument, frame.ready_s)
        for timed in self.instrument.feed(frame):
            # A new instrument is not heard before the old one is put away.
            due_s = max(timed.time_s, self._changed_s)
            messages.append(TimedMessage(due_s, timed.message))
        self._sink(frame, messages, self.instrument.readings)
        self.view = View(image, tracked, frame)
        self.latencies_ms.append((frame.ready_s - frame.time_s) * 1e3)
        self.frames_with_hand += bool(frame.hands)

    def _change(self, time_s: float) -> list[TimedMessage]:
        new, self._next = self._next, None
        if new is None:
            return []
        old, self.instrument = self.instrument, new
        out = old.release(time_s)
        # A note that was foreseen ends before its channels are put away.
        end_s = max((timed.time_s for timed in out), default=time_s)
        self._changed_s = end_s
        return out + [TimedMessage(end_s, m) for m in (*old.tear_down(), *new.set_up())]
