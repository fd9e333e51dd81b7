"""From hands to messages: the thread that plays the instrument with what the vision sees."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from handmidi.hand import HandFrame
from handmidi.instrument import STALL_S, Instrument
from handmidi.notes import TimedMessage
from handmidi.outputs.output import Readings
from handmidi.session.durations import Durations

_LOOK_S = 0.01
_AFTER_S = 0.0005  # a wait of nothing would spin
_LATELY = 90


class Vision(Protocol):
    """Where hands come from; see `handmidi.vision.process.VisionProcess`."""

    ended: bool
    is_gone: bool

    def next(self, timeout_s: float) -> HandFrame | None: ...


class Player:
    """Takes the newest hands, plays, passes on; again.

    Where hands stop coming, everything that sounds ends: at once where their source has died,
    after `STALL_S` where it says nothing.

    Parameters
    ----------
    vision : Vision
        Started.
    instrument : Instrument
    clock : callable
        Gives session seconds.
    sink : callable
        Takes each frame, its messages, and the readings of its hands; must not wait. The frame
        is None where nothing is seen any more and notes must end.
    lead : callable, optional
        Told the instrument and the frame's `ready_s` before the instrument hears the frame:
        the place to give it tempo and expectations.
    """

    def __init__(
        self,
        vision: Vision,
        instrument: Instrument,
        clock: Callable[[], float],
        sink: Callable[[HandFrame | None, Sequence[TimedMessage], Readings], None],
        lead: Callable[[Instrument, float], None] | None = None,
    ) -> None:
        self._vision, self.instrument = vision, instrument
        self._clock, self._sink, self._lead = clock, sink, lead
        self._next: Instrument | None = None
        self._changed_s = 0.0
        self._heard_s: float | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.done = threading.Event()
        """Set when the camera has ended or failed."""
        self.hand_ms = Durations()
        """From picture to hand, for each frame, milliseconds."""
        self.message_ms = Durations()
        """From picture to messages at the dispatcher."""
        self.times_s: deque[float] = deque(maxlen=_LATELY)
        """When the newest pictures were taken, session seconds."""
        self.frames_with_hand = 0
        self.error: Exception | None = None

    def start(self) -> None:
        """Begin to play."""
        self._thread = threading.Thread(target=self._run, name="player", daemon=True)
        self._thread.start()

    def play(self, instrument: Instrument) -> None:
        """Play another instrument from the next frame on; what the old one holds ends there."""
        self._next = instrument

    def close(self) -> None:
        """Stop after the frame in hand."""
        self._stop.set()
        if self._thread:
            self._thread.join(5.0)
            self._thread = None

    def _run(self) -> None:
        try:
            while not self._stop.is_set() and not self._vision.ended:
                frame = self._vision.next(self._wait_s())  # raises what ended the camera
                if frame is not None:
                    self._play(frame)
                    self._heard_s = frame.ready_s
                elif self._heard_s is not None and self._is_blind(self._heard_s):
                    self._heard_s = None
                    self._sink(None, self.instrument.release(self._clock()), {})
        except Exception as error:  # the session says it; what was played is kept
            self.error = error
        finally:
            self.done.set()

    def _wait_s(self) -> float:
        """Until the next look at whether the vision lives, or until notes must end, if sooner."""
        if self._heard_s is None:
            return _LOOK_S
        return min(_LOOK_S, max(self._heard_s + STALL_S - self._clock(), 0.0) + _AFTER_S)

    def _is_blind(self, heard_s: float) -> bool:
        return self._vision.is_gone or self._clock() - heard_s > STALL_S

    def _play(self, frame: HandFrame) -> None:
        messages = self._change(frame.ready_s)
        if self._lead:
            self._lead(self.instrument, frame.ready_s)
        for timed in self.instrument.feed(frame):
            # A new instrument is not heard before the old one is put away.
            due_s = max(timed.time_s, self._changed_s)
            messages.append(TimedMessage(due_s, timed.message))
        self._sink(frame, messages, self.instrument.readings)
        self.times_s.append(frame.time_s)
        self.hand_ms.add((frame.ready_s - frame.time_s) * 1e3)
        self.message_ms.add((self._clock() - frame.time_s) * 1e3)
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
