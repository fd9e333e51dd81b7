"""Whether the JACK server is there: it may end while we play, and come back."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable

from handmidi.quiet import quiet_stderr

AGAIN_S = 2.0
"""How often a server that is gone is looked for, seconds."""
_LIBRARY = "libjack.0.dylib" if sys.platform == "darwin" else "libjack.so.0"
_NO_START = 1  # of libjack's options: JackNoStartServer
_CLOSE_S = 3.0
_HUSH = ctypes.CFUNCTYPE(None, ctypes.c_char_p)(lambda _: None)
_Shutdown = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


_opened = threading.Event()


def was_met() -> bool:
    """Whether this process has been a client of a server, which may be gone by now."""
    return _opened.is_set()


class JackWatch:
    """Tells when JACK's server has ended, and when it is back.

    RtMidi does not say it. This is a client of its own, without ports.

    Parameters
    ----------
    lost, back : callable
        Called in the watch's own thread. `back` may raise OSError or RuntimeError where JACK is
        not ready yet: it is called again later.
    """

    def __init__(self, lost: Callable[[], object], back: Callable[[], object]) -> None:
        self._lost, self._back = lost, back
        self._gone, self._ended = threading.Event(), threading.Event()
        self._on_shutdown = _Shutdown(lambda _: self._gone.set())  # libjack keeps no reference
        self._library: ctypes.CDLL | None = None
        self._client: int | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to watch; does nothing where libjack or its server is missing."""
        try:
            library = ctypes.CDLL(_LIBRARY)
            library.jack_client_open.restype = ctypes.c_void_p
            library.jack_client_open.argtypes = ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p
            library.jack_on_shutdown.argtypes = ctypes.c_void_p, _Shutdown, ctypes.c_void_p
            # It would tell the terminal at length what we say in a line.
            for name in ("jack_set_error_function", "jack_set_info_function"):
                getattr(library, name)(_HUSH)
            library.jack_activate.argtypes = library.jack_client_close.argtypes = (ctypes.c_void_p,)
        except (OSError, AttributeError):
            return
        self._library = library
        if self._open():
            self._thread = threading.Thread(target=self._run, name="jack watch", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Leave the server."""
        self._ended.set()
        self._gone.set()
        if self._thread:
            self._thread.join(_CLOSE_S)
            self._thread = None

    def _open(self) -> bool:
        with quiet_stderr():
            client = self._library.jack_client_open(b"handmidi watch", _NO_START, None)
            if not client:
                return False
            self._client = client
            _opened.set()
            self._library.jack_on_shutdown(client, self._on_shutdown, None)
            self._library.jack_activate(client)
        return True

    def _leave(self) -> None:
        client, self._client = self._client, None
        if client:
            with quiet_stderr():
                self._library.jack_client_close(client)

    def _run(self) -> None:
        while True:
            self._gone.wait()
            if self._ended.is_set():
                self._leave()
                return
            self._gone.clear()
            # Not closed: libjack would wait for a server that waits for its clients.
            self._client = None
            self._lost()
            while True:  # not at once: a server that is ending would wait for us, and we for it
                if self._ended.wait(AGAIN_S):
                    return
                if self._comes_back():
                    break

    def _comes_back(self) -> bool:
        if not self._open():
            return False
        try:
            self._back()
        except (OSError, RuntimeError):
            self._leave()
            return False
        return True
