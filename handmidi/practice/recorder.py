"""Records the microphone while a song is practised."""

from __future__ import annotations

import queue
import struct
import threading
from collections.abc import Callable
from pathlib import Path

from handmidi.errors import OutputError
from handmidi.files import GrowingFile
from handmidi.practice.level import Level
from handmidi.practice.microphone import SAMPLE_RATE_HZ, Block, Microphone, Placing

_MOST_WAITING = 32 << 20  # bytes: five minutes that the disk refuses


def write_silence(path: Path) -> None:
    """Write a WAV file without a sample: what there is where nothing was recorded."""
    _Wave(path).close()


class Recorder:
    """Writes the default microphone into a mono 16-bit WAV file at 48 kHz.

    PortAudio's callback copies and returns; a thread writes and measures. The file is whole
    after every block, so that a crash costs at most what was not written yet.

    Parameters
    ----------
    path : Path
    clock : callable
        Gives session seconds.
    warn : callable
        Takes one line for the user: the file cannot be written, the microphone hears nothing,
        or it is too loud. Called in the recorder's thread.
    """

    def __init__(self, path: Path, clock: Callable[[], float], warn: Callable[[str], None]) -> None:
        self._path, self._warn = path, warn
        self._blocks: queue.SimpleQueue[Block | None] = queue.SimpleQueue()
        self._microphone = Microphone(clock, self._blocks.put)
        self._failed = self._is_refused = False
        self._thread: threading.Thread | None = None
        self.name = ""
        """The microphone's; empty before it is open."""
        self._placing, self._level = Placing(), Level(SAMPLE_RATE_HZ)

    @property
    def started_s(self) -> float | None:
        """Session second of the file's first sample; None before there is one."""
        return self._placing.started_s

    @property
    def recorded_s(self) -> float | None:
        """Where the newest sample lies in the file, seconds; None where nothing is recorded.

        It moves on while the microphone gives sound, or silence.
        """
        return self._file.length_s if self._thread and not self._failed else None

    @property
    def failed(self) -> bool:
        """Whether the recording stopped before its end, for want of a disk, say."""
        return self._failed

    @property
    def overflows(self) -> int:
        """How often PortAudio said that samples were lost."""
        return self._microphone.overflows

    @property
    def level(self) -> dict[str, float | int | None] | None:
        """How loud the recording is, for take.json; None without a sample."""
        return self._level.to_dict()

    @property
    def lately_dbfs(self) -> float | None:
        """Peak of what was heard just now, decibels below full scale; None without a sample."""
        return self._level.lately_dbfs

    def start(self) -> str:
        """Begin to record; returns the device's name.

        Raises
        ------
        OutputError
            If there is no microphone, it does not open, or the file cannot be written.
        """
        name = self._microphone.open()
        self.name = name
        try:
            self._file = _Wave(self._path)
        except OSError as error:
            self.close()
            raise OutputError(
                f"cannot record to {self._path}: {error.strerror}; make room"
            ) from error
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()
        try:
            self._microphone.start()
        except OutputError:
            self.close()
            raise
        return name

    def close(self) -> None:
        """Stop, and finish the file."""
        self._microphone.close()
        if self._thread:
            self._blocks.put(None)
            self._thread.join(5.0)
            self._thread = None

    def _write(self) -> None:
        try:
            while block := self._blocks.get():
                self._placing.add(block)
                self._keep(block.samples)
                if line := self._level.add(block.samples):
                    self._warn(line)
            if self._is_refused:
                self._keep(b"")
                self._failed = self._is_refused
        except Exception as error:
            self._failed = True
            why = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
            self._warn(f"the recording stops, {self._path} cannot be written: {why}")
            while self._blocks.get():  # the callback goes on; its blocks must not pile up
                pass
        finally:
            self._file.close()

    def _keep(self, samples: bytes) -> None:
        """Write; what the disk refuses waits in memory for a while."""
        try:
            self._file.write(samples)
            self._is_refused = False
        except OSError as error:
            if self._file.waiting > _MOST_WAITING:
                raise
            if not self._is_refused:
                self._is_refused = True
                self._warn(
                    f"cannot write {self._path}: {error.strerror}; the recording waits in memory"
                )


class _Wave:
    """A mono 16-bit WAV file that is complete after every write; made anew."""

    _SIZE = 2
    _HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
    _MOST = 0xFFFF_FFFE - _HEADER.size  # the header cannot say more: it is twelve hours

    def __init__(self, path: Path) -> None:
        self._file = GrowingFile(path)
        self._file.append(self._header(0))

    def write(self, samples: bytes) -> None:
        length = self._file.size - self._HEADER.size + len(samples)
        self._file.append(samples, patch=(0, self._header(length)))

    def close(self) -> None:
        self._file.close()

    @property
    def waiting(self) -> int:
        """Bytes that the disk has refused so far."""
        return self._file.waiting

    @property
    def length_s(self) -> float:
        return (self._file.size - self._HEADER.size) / (self._SIZE * SAMPLE_RATE_HZ)

    def _header(self, length: int) -> bytes:
        rate, size = SAMPLE_RATE_HZ, self._SIZE
        length = min(length, self._MOST)
        form = (b"fmt ", 16, 1, 1, rate, rate * size, size, 8 * size)
        riff = self._HEADER.size - 8 + length
        return self._HEADER.pack(b"RIFF", riff, b"WAVE", *form, b"data", length)
