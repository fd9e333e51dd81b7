"""One vision process: started, spoken to, and ended for certain."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from typing import Any

from handmidi.errors import HandMidiError, how_it_ended
from handmidi.vision.view import SharedView
from handmidi.vision.watch import Job, watch

_LEAVE_S = 1.0


class Child:
    """A process that runs `watch`, and this side's end of its pipe.

    To be started `without_interrupt`. It imports the program's main module, which must be
    guarded by ``if __name__ == "__main__"`` therefore.

    Parameters
    ----------
    job : Job
    view : SharedView, optional
        Where its pictures go.

    Raises
    ------
    HandMidiError
        If the system has no room for it.
    """

    def __init__(self, job: Job, view: SharedView | None) -> None:
        context = get_context("spawn")
        try:
            self._pipe, far = context.Pipe()
            process = context.Process(target=watch, args=(job, far, view), daemon=True)
            process.start()
        except OSError as error:
            raise HandMidiError(
                f"cannot start the vision process ({error.strerror}): close other programs"
            ) from error
        far.close()
        self._process = process

    @property
    def pid(self) -> int:
        """Its number in the system."""
        return self._process.pid

    @property
    def is_dead(self) -> bool:
        """Whether it has ended."""
        return not self._process.is_alive()

    @property
    def why_dead(self) -> str:
        """How it ended, in words."""
        return f"the vision process died ({how_it_ended(self._process.exitcode)})"

    def receive(self, timeout_s: float) -> Any:
        """Its next message; None if there is none in time, or never again."""
        try:
            return self._pipe.recv() if self._pipe.poll(timeout_s) else None
        except (EOFError, OSError):
            self._process.join(_LEAVE_S)
            return None

    def send(self, message: Any) -> None:
        """Tell it something; it may have died."""
        with suppress(OSError):
            self._pipe.send(message)

    def leave(self) -> None:
        """Ask it to end, wait for a second, and end it."""
        self.send(None)
        self._process.join(_LEAVE_S)
        self.end()

    def end(self) -> None:
        """End it at once."""
        if self._process.is_alive():
            self._process.kill()
            self._process.join(_LEAVE_S)
        self._pipe.close()
        if not self._process.is_alive():  # a camera's driver may keep it beyond a kill
            self._process.close()


@contextmanager
def without_interrupt() -> Iterator[None]:
    """What is started here never hears Ctrl-C or a closed terminal: the session ends it in its
    own time. That goes for Python's helper, too, which gives shared memory back.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    try:
        resource_tracker.ensure_running()  # as it starts it lifts the block of SIGINT
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
