"""The default microphone: blocks of samples, and when each was in the air."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from handmidi.errors import OutputError
from handmidi.quiet import quiet_stderr

SAMPLE_RATE_HZ = 48_000
_OLDEST_S = 1.0


class Block(NamedTuple):
    """Some samples, mono, 16 bits each, and the session second of the first one."""

    samples: bytes
    captured_s: float


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


def age_s(frames: int, adc_s: float, called_s: float, latency_s: float) -> float:
    """How long ago the first sample of a block was taken when the block was handed over.

    The difference of PortAudio's two times is that, where it can be: not every driver fills
    them in, and some forget what they hold back. A block is never younger than it is long.

    Parameters
    ----------
    frames : int
        Samples in the block.
    adc_s, called_s : float
        PortAudio's `inputBufferAdcTime` and `currentTime`.
    latency_s : float
        The stream's own idea of its delay: for want of better.
    """
    age = called_s - adc_s
    if adc_s <= 0 or not 0 <= age <= _OLDEST_S:
        age = latency_s
    return max(age, frames / SAMPLE_RATE_HZ)


class Microphone:
    """Listens to the default microphone at 48 kHz, until it is closed.

    Parameters
    ----------
    clock : callable
        Gives session seconds.
    take : callable
        Takes each `Block`, in PortAudio's thread: it must copy, enqueue and return.
    """

    def __init__(self, clock: Callable[[], float], take: Callable[[Block], None]) -> None:
        self._clock, self._take = clock, take
        self._stream = None
        self._latency_s = 0.0
        self.overflows = 0

    def open(self) -> str:
        """Open the device, and keep it waiting; returns its name.

        Raises
        ------
        OutputError
            If there is no microphone, or it does not open.
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
                    samplerate=SAMPLE_RATE_HZ, channels=1, dtype="int16", callback=self._call
                )
        except (sounddevice.PortAudioError, ValueError) as error:
            self.close()
            raise OutputError(f"no microphone ({_reason(error)}): connect one") from error
        self._latency_s = max(float(self._stream.latency), 0.0)
        return device["name"]

    def start(self) -> None:
        """Begin to hand over blocks.

        Raises
        ------
        OutputError
            If the device does not start.
        """
        import sounddevice

        try:
            with quiet_stderr():
                self._stream.start()
        except sounddevice.PortAudioError as error:
            self.close()
            raise OutputError(f"no microphone ({_reason(error)}): connect one") from error

    def close(self) -> None:
        """Stop; no block comes after this."""
        stream, self._stream = self._stream, None
        if stream:
            stream.close()

    def _call(self, data, frames: int, when, status) -> None:
        now_s = self._clock()
        old_s = age_s(frames, when.inputBufferAdcTime, when.currentTime, self._latency_s)
        self.overflows += bool(status)
        self._take(Block(bytes(data), now_s - old_s))


def _reason(error: Exception) -> str:
    reason = str(error).split("\n")[0].rstrip(".")
    # How PortAudio says that there is no default one.
    return "there is none" if "device -1" in reason else reason


class Placing:
    """Where the first sample of a recording lies in time, learned from its first blocks.

    Parameters
    ----------
    window : int
        How many blocks count.
    """

    def __init__(self, window: int = 200) -> None:
        self._window = window
        self._samples = 0
        self._starts_s: list[float] = []

    def add(self, block: Block) -> None:
        """Take in the next block, if it still counts."""
        if len(self._starts_s) < self._window:
            self._starts_s.append(block.captured_s - self._samples / SAMPLE_RATE_HZ)
            self._samples += len(block.samples) // 2

    @property
    def started_s(self) -> float | None:
        """Session second of the first sample; None before the first block."""
        return earliest(self._starts_s) if self._starts_s else None


def earliest(starts_s: Iterable[float]) -> float:
    """When a recording began, of what its blocks say; at least one.

    A block may be handed over late, but never before it was there: the earliest tenth is
    nearest to the truth, and one wrong block does no harm.
    """
    ordered = sorted(starts_s)
    return ordered[len(ordered) // 10]
