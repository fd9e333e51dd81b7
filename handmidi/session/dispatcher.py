"""Sends messages when they are due, and keeps what was sent."""

from __future__ import annotations

import heapq
import itertools
import math
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence

import mido

from handmidi.errors import OutputError
from handmidi.hand import HandFrame
from handmidi.notes import TimedMessage
from handmidi.outputs import Outputs
from handmidi.outputs.output import Readings
from handmidi.practice.backing import Backing, Mark
from handmidi.session.durations import Durations
from handmidi.session.pulse import Pulse
from handmidi.take import TakeWriter

_TICK_S = 0.05
_CLOSE_S = 2.0
_MOST_SENT = 1000


class Dispatcher:
    """The thread between instrument and outputs.

    Messages may be due between two frames.

    Parameters
    ----------
    clock : callable
        Gives session seconds.
    outputs : Outputs
        Used by this thread alone while it runs.
    take : TakeWriter
    backing : Backing, optional
    pulse : Pulse, optional
    """

    def __init__(
        self,
        clock: Callable[[], float],
        outputs: Outputs,
        take: TakeWriter,
        backing: Backing | None = None,
        pulse: Pulse | None = None,
    ) -> None:
        self._clock, self._outputs, self._take = clock, outputs, take
        self._backing, self._pulse = backing, pulse
        self._observers: list[Callable[[float], object]] = []
        self._items: queue.SimpleQueue = queue.SimpleQueue()
        self._due: list[tuple[float, int, mido.Message]] = []
        self._order = itertools.count()
        self._last: list[mido.Message] = []
        self._thread: threading.Thread | None = None
        self.late_ms = Durations()
        """How late the messages of each moment left, milliseconds after they were due."""
        self.error: Exception | None = None
        self.sent: deque[tuple[float | None, mido.Message]] = deque(maxlen=_MOST_SENT)
        """What went out lately, and where the song stood then (None without one): whoever takes
        something away has heard it."""

    def start(self) -> None:
        """Begin to send."""
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)
        self._thread.start()

    def put(
        self,
        frame: HandFrame | None,
        messages: Sequence[TimedMessage],
        readings: Readings | None = None,
    ) -> None:
        """Hand over a frame and what the instrument made and read of it; never waits.

        Without a frame nothing is seen any more: what sounds ends.
        """
        self._items.put((frame, messages, readings))

    def do(self, action: Callable[[], object]) -> None:
        """Let the dispatcher's thread do something between two messages; never waits."""
        self._items.put(action)

    def observe(self, observer: Callable[[float], object]) -> None:
        """Call `observer` with the session second some twenty times a second."""
        self._observers.append(observer)

    def panic(self) -> None:
        """End every note, and whatever else may sound on any channel."""
        self.do(self._panic)

    def send_now(self, messages: Sequence[mido.Message]) -> None:
        """Send set-up messages; before `start` only."""
        self._outputs.send(*messages)
        self._take.messages(0.0, messages)

    def close(self, last: Sequence[mido.Message] = ()) -> None:
        """End every note, send `last`, and stop.

        Raises
        ------
        OutputError
            If an output blocks.
        """
        if self._thread:
            self._last = list(last)
            self._items.put(None)
            self._thread.join(_CLOSE_S)
            stuck, self._thread = self._thread.is_alive(), None
            if stuck:
                names = ", ".join(self._outputs.names)
                raise OutputError(
                    f"an output does not answer ({names}), so notes may hang: start it again"
                )

    def _run(self) -> None:
        try:
            while True:
                try:
                    item = self._items.get(timeout=self._wait_s())
                except queue.Empty:
                    self._send_due()
                    self._tick()
                    continue
                if item is None:
                    return
                if callable(item):
                    item()
                else:
                    self._accept(*item)
        except Exception as error:  # shown by the session; notes must end all the same
            self.error = error
        finally:
            self._finish()

    def _finish(self) -> None:
        if self._pulse:
            self._pulse.stop()
        self._silence()
        self._send(self._clock(), [*(message for _, _, message in sorted(self._due)), *self._last])

    def _wait_s(self) -> float:
        next_s = self._due[0][0] if self._due else math.inf
        if self._pulse:
            next_s = min(next_s, self._pulse.next_s())
        return min(max(next_s - self._clock(), 0.0), _TICK_S)

    def _accept(
        self,
        frame: HandFrame | None,
        messages: Sequence[TimedMessage],
        readings: Readings | None,
    ) -> None:
        for timed in messages:
            heapq.heappush(self._due, (timed.time_s, next(self._order), timed.message))
        self._send_due()
        if frame is None:
            self._silence()
            return
        self._outputs.hand(frame, readings)
        self._take.frame(frame)
        self._tick()

    def _send_due(self) -> None:
        while self._due and self._due[0][0] <= self._clock():
            due_s = self._due[0][0]
            moment = []
            while self._due and self._due[0][0] == due_s:
                moment.append(heapq.heappop(self._due)[2])
            self._send(due_s, moment)
        if self._pulse and self._pulse.next_s() <= self._clock():
            self._pulse.send(self._clock())

    def _send(self, due_s: float, messages: Sequence[mido.Message]) -> None:
        sent = self._outputs.send(*messages)
        if sent:
            now_s = self._clock()
            self.late_ms.add((now_s - due_s) * 1e3)
            self._note(now_s, sent)
            if self._backing:  # before the messages: a mark may be of a moment before them
                self._mark(self._backing.heard(now_s, sent))
            self._take.messages(now_s, sent)

    def _panic(self) -> None:
        self._forget_notes()
        sent, now_s = self._outputs.panic(), self._clock()
        self._note(now_s, sent)
        self._take.messages(now_s, sent)

    def _tick(self) -> None:
        now_s = self._clock()
        for observer in self._observers:
            observer(now_s)
        if self._backing:
            self._mark(self._backing.observe(now_s))

    def _mark(self, marks: Iterable[Mark]) -> None:
        for at_s, song_s in marks:
            self._take.mark_song(at_s, song_s)

    def _forget_notes(self) -> None:
        """What is due is off, but for other messages: a preset may be about to change by them."""
        kept = (each for each in self._due if each[2].type not in ("note_on", "note_off"))
        self._due = sorted(kept)  # a sorted list is a heap

    def _silence(self) -> None:
        self._forget_notes()
        sent = self._outputs.silence()
        if sent:
            now_s = self._clock()
            self._note(now_s, sent)
            self._take.messages(now_s, sent)

    def _note(self, now_s: float, sent: Iterable[mido.Message]) -> None:
        song_s = self._backing.song_s(now_s) if self._backing else None
        self.sent.extend((song_s, message) for message in sent)
