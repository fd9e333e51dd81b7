"""The window's process as the session sees it: told the newest moment, asked for commands."""

from __future__ import annotations

import threading
from collections.abc import Callable
from multiprocessing import get_context

from handmidi.clock import SessionClock
from handmidi.errors import HandMidiError
from handmidi.screen.scene import Moment, Scene
from handmidi.screen.window import Asked, Given, Left, News, run_window
from handmidi.vision.child import without_interrupt
from handmidi.vision.view import SharedView

_LEAVE_S = 1.0


class ScreenProcess:
    """A window that nobody waits for. If it dies, that is a warning.

    A thread answers the process, so that no method blocks, whatever the process does.
    All methods are for one thread.

    Parameters
    ----------
    clock : SessionClock
        May be started later, and again.
    view : SharedView or None
        Where the camera's pictures are.
    warn : callable
        Takes one line for the user; called by a thread of its own.
    """

    def __init__(
        self, clock: SessionClock, view: SharedView | None, warn: Callable[[str], None]
    ) -> None:
        self._clock, self._view, self._warn = clock, view, warn
        self._told = threading.Condition()  # for what follows
        self._scene: Scene | None = None
        self._moment: Moment | None = None
        self._commands: list[str] = []
        self._process = None
        self._is_closing = False

    @property
    def is_alive(self) -> bool:
        """Whether there is a window, or will be soon."""
        return self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int | None:
        """The process's number in the system; None without one."""
        return self._process.pid if self._process else None

    def launch(self) -> None:
        """Start the process; its window appears in a moment.

        Raises
        ------
        HandMidiError
            If the system has no room for it.
        """
        context = get_context("spawn")
        try:
            with without_interrupt():
                self._pipe, far = context.Pipe()
                arguments = far, self._view
                process = context.Process(target=run_window, args=arguments, daemon=True)
                process.start()
        except OSError as error:
            raise HandMidiError(
                f"cannot start the window ({error.strerror}): close other programs, or use "
                "--headless"
            ) from error
        far.close()
        self._process = process
        self._thread = threading.Thread(target=self._serve, name="screen", daemon=True)
        self._thread.start()

    def show(self, scene: Scene) -> None:
        """From now on it is this scene."""
        with self._told:
            self._scene = scene

    def tell(self, moment: Moment) -> None:
        """How it is now; what was told before and is not shown yet is forgotten."""
        with self._told:
            self._moment = moment

    def commands(self) -> list[str]:
        """What the player has asked for since the last call, in order.

        Returns
        -------
        list of str
            Names of `handmidi.screen.keys.COMMANDS`, without what the window does by itself;
            "quit" also where the window was closed.
        """
        with self._told:
            given, self._commands = self._commands, []
        return given

    def wait(self, timeout_s: float) -> None:
        """Sleep until there is a command, or for `timeout_s`."""
        with self._told:
            self._told.wait_for(lambda: self._commands, timeout_s)

    def close(self) -> None:
        """End the process. A second call does nothing."""
        process, self._process = self._process, None
        if not process:
            return
        self._is_closing = True
        process.terminate()
        process.join(_LEAVE_S)
        if process.is_alive():
            process.kill()
            process.join(_LEAVE_S)
        self._thread.join(_LEAVE_S)
        self._pipe.close()
        if not process.is_alive():
            process.close()

    def _serve(self) -> None:
        """Answer until the process has left. For the thread."""
        process, why = self._process, None
        try:
            while True:
                match self._pipe.recv():
                    case Asked():
                        self._pipe.send(self._news())
                    case Given(command):
                        with self._told:
                            self._commands.append(command)
                            self._told.notify_all()
                    case Left(why):
                        pass
        except (EOFError, OSError):
            pass
        if self._is_closing or why == "":
            return
        process.join(_LEAVE_S)
        self._warn(f"{why or _how_dead(process.exitcode)}: going on without it, Ctrl-C ends it")

    def _news(self) -> News:
        with self._told:
            scene, self._scene = self._scene, None
            moment, self._moment = self._moment, None
        return News(self._clock, scene, moment)


def _how_dead(code: int | None) -> str:
    how = f"signal {-code}" if code is not None and code < 0 else f"status {code}"
    return f"the window's process died ({how})"
