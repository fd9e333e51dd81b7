"""Keys struck in the terminal, as they are struck."""

from __future__ import annotations

import sys
import threading

from handmidi.errors import HandMidiError

_STEP_S = 0.002
_ABORT = ("\x03", "\x1b", "q")


class Keys:
    """Reads single keys from the terminal, unseen, until it is closed.

    Raises
    ------
    HandMidiError
        On entering, if the standard input is no terminal.
    """

    def __init__(self) -> None:
        self._restore = None

    def __enter__(self) -> Keys:
        if not sys.stdin or not sys.stdin.isatty():
            raise HandMidiError(
                "there is no terminal to tap in: run it in one, or measure with a microphone "
                "(leave out --tap)"
            )
        if sys.platform != "win32":
            import termios
            import tty

            descriptor = sys.stdin.fileno()
            self._restore = (descriptor, termios.tcgetattr(descriptor))
            tty.setcbreak(descriptor)
            termios.tcflush(descriptor, termios.TCIFLUSH)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the terminal back as it was."""
        if self._restore:
            import termios

            descriptor, modes = self._restore
            self._restore = None
            termios.tcsetattr(descriptor, termios.TCSADRAIN, modes)

    def wait(self, limit_s: float) -> bool:
        """Whether a key was struck within `limit_s` seconds; returns at once when it is.

        Raises
        ------
        KeyboardInterrupt
            For Esc, q and Ctrl-C.
        """
        key = _windows_key(limit_s) if sys.platform == "win32" else _unix_key(limit_s)
        if key in _ABORT:
            raise KeyboardInterrupt
        return key is not None


def _unix_key(limit_s: float) -> str | None:
    import os
    import select

    descriptor = sys.stdin.fileno()
    ready, _, _ = select.select([descriptor], [], [], limit_s)
    # All that came by now is one stroke: the bytes of an arrow key, a key that repeats.
    return os.read(descriptor, 64).decode("latin-1") or "\x03" if ready else None


def _windows_key(limit_s: float) -> str | None:
    import msvcrt  # it cannot wait for a key

    pause = threading.Event()
    for _ in range(max(round(limit_s / _STEP_S), 1)):
        if msvcrt.kbhit():
            return msvcrt.getwch()
        pause.wait(_STEP_S)
    return None
