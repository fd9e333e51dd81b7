"""Records the microphone while a song is practised."""

from __future__ import annotations

import queue
import struct
import threading
from collections.abc import Callable
from pathlib import Path

from handmidi.errors import OutputError
from handmidi.files import GrowingFile
from handmidi.quiet import quiet_stderr

SAMPLE_RATE_HZ = 48_000


def write_silence(path: Path) -> None:
    """Write a WAV file without a sample: what there is where nothing was recorded."""
    _Wave(path).close()


def microphone_name() -> str | None:
    """Name of the default microphone, or None if there is none."""
    try:
        with quiet_stderr():
            import sounddevice

            return sounddevice.query_devices(kind="input")["name"]
    except Exception as error:  # PortAudio is missing, or its own error class
        if isinstance(error, OSError) or type(error).__name__ == "PortAudioError":
            return None
        raise


class Recorder:
    """Writes the default microphone into a mono 16-bit WAV file at 48 kHz.

    PortAudio's callback copies and returns; a thread writes. The file is whole after every
    block, so that a crash costs at most what was not written yet.

    Parameters
    ----------
    path : Path
    clock : callable
        Gives session seconds.
    warn : callable
        Takes one line for the user.
    """

    def __init__(self, path: Path, clock: Callable[[], float], warn: Callable[[str], None]) -> None:
        self._path, self._clock, self._warn = path, clock, warn
        self._blocks: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._stream = self._thread = None
        self.started_s: float | None = None
        self.overflows = 0

    def start(self) -> str:
        """Begin to record; returns the device's name.

        Raises
        ------
        OutputError
            If there is no microphone, it does not open, or the file cannot be written.
        """
        try:
            with quiet_stderr():
                import sounddevice
        except OSError as error:
            raise OutputError(
                "no microphone (PortAudio is missing): sudo apt-get install libportaudio2"
            ) from error
        try:
            with quiet_stderr():
                device = sounddevice.query_devices(kind="input")
                self._stream = sounddevice.RawInputStream(
                    samplerate=SAMPLE_RATE_HZ, channels=1, dtype="int16", callback=self._take
                )
                self._file = _Wave(self._path)
                self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
                self._thread.start()
                self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            self.close()
            reason = str(error).split("\n")[0].rstrip(".")
            if "device -1" in reason:  # how PortAudio says that there is no default one
                reason = "there is none"
            raise OutputError(f"no microphone ({reason}): connect one") from error
        except OSError as error:
            self.close()
            raise OutputError(f"cannot record to {self._path}: {error.strerror}") from error
        return device["name"]

    def close(self) -> None:
        """Stop, and finish the file."""
        if self._stream:
            self._stream.close()
            self._stream = None
        if self._thread:
            self._blocks.put(None)
            self._thread.join(5.0)
            self._thread = None

    def _take(self, data, frames: int, when, status) -> None:
        if self.started_s is None:
            self.started_s = self._clock() - frames / SAMPLE_RATE_HZ
        self.overflows += bool(status)
        self._blocks.put(bytes(data))

    def _write(self) -> None:
        try:
            while block := self._blocks.get():
                self._file.write(block)
        except OSError as error:
            self._warn(f"the recording stops, {self._path} cannot be written: {error.strerror}")
            while self._blocks.get():  # the callback goes on; its blocks must not pile up
                pass
        finally:
            self._file.close()


class _Wave:
    """A mono 16-bit WAV file that is complete after every write; made anew."""

    _SIZE = 2
    _HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")

    def __init__(self, path: Path) -> None:
        self._file = GrowingFile(path)
        self._file.append(self._header(0))

    def write(self, samples: bytes) -> None:
        length = self._file.size - self._HEADER.size + len(samples)
        self._file.append(samples, patch=(0, self._header(length)))

    def close(self) -> None:
        self._file.close()

    def _header(self, length: int) -> bytes:
        rate, size = SAMPLE_RATE_HZ, self._SIZE
        form = (b"fmt ", 16, 1, 1, rate, rate * size, size, 8 * size)
        riff = self._HEADER.size - 8 + length
        return self._HEADER.pack(b"RIFF", riff, b"WAVE", *form, b"data", length)
