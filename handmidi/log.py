"""The log: what a maintainer wants to know of a session that went wrong.

Versions, kinds of devices, warnings and latencies; nothing that names a person, a file or a song
(`handmidi.private`). It goes from file to file, three at most, and never waits for the disk where
somebody plays: a thread of its own writes.
"""

from __future__ import annotations

import atexit
import logging
import os
import platform
import queue
import sys
from importlib.metadata import PackageNotFoundError, version
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path

import platformdirs

import handmidi
from handmidi.private import scrub

MOST_BYTES, FILES = 512 << 10, 3
PACKAGES = ("mido", "numpy", "opencv-python", "pyfluidsynth", "python-rtmidi", "sounddevice")
_MOST_WAITING = 1000
_logger = logging.getLogger("handmidi")
_listeners: list[QueueListener] = []


def log_file() -> Path | None:
    """Where it is written; ``$HANDMIDI_LOG`` names another file, or is ``off``: None."""
    moved = os.environ.get("HANDMIDI_LOG")
    if moved == "off":
        return None
    if moved:
        return Path(moved)
    return Path(platformdirs.user_log_path("handmidi", appauthor=False)) / "handmidi.log"


def start(command: str) -> None:
    """Begin to log what a command does; a disk that refuses is no reason to tell anybody.

    Parameters
    ----------
    command : str
        The command and the names of its flags, without their values.
    """
    path = log_file()
    if path is None or _listeners:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        to_file = RotatingFileHandler(
            path, maxBytes=MOST_BYTES, backupCount=FILES - 1, delay=True, encoding="utf-8"
        )
    except OSError:
        return
    to_file.handleError = lambda record: None  # a full disk says enough by itself
    form = "%(asctime)s %(process)d %(levelname)s %(message)s"
    to_file.setFormatter(logging.Formatter(form))
    waiting: queue.Queue = queue.Queue(_MOST_WAITING)
    listener = QueueListener(waiting, to_file)
    _logger.setLevel(logging.INFO)
    _logger.propagate = False
    _logger.addHandler(_Dropping(waiting))
    listener.start()
    _listeners.append(listener)
    atexit.register(stop)
    _logger.info("%s; %s", versions(), command)  # versions look like addresses


def stop() -> None:
    """Write what waits. A second call does nothing."""
    while _listeners:
        _listeners.pop().stop()
        for handler in [each for each in _logger.handlers if isinstance(each, _Dropping)]:
            _logger.removeHandler(handler)


class _Dropping(QueueHandler):
    """Never waits: what the disk has no time for is lost."""

    def enqueue(self, record: logging.LogRecord) -> None:
        """Hand a record over, if there is room."""
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            return


def note(line: str) -> None:
    """Log what is going on."""
    if _listeners:
        _logger.info("%s", scrub(line))


def warning(line: str) -> None:
    """Log what went wrong; never raises, never waits."""
    if _listeners:
        _logger.warning("%s", scrub(line))


def versions() -> str:
    """Of handmidi, Python, the system, and what touches devices."""
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return (
        f"handmidi {handmidi.__version__}, Python {platform.python_version()} ({sys.platform}), "
        f"{system}; {', '.join(found)}"
    )


def last_lines(most: int = 300) -> list[str]:
    """The newest lines of the log, the oldest first."""
    path = log_file()
    if path is None:
        return []
    lines: list[str] = []
    older = [path.with_name(f"{path.name}.{number}") for number in range(FILES - 1, 0, -1)]
    for each in (*older, path):
        try:
            lines += each.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
    return lines[-most:]
