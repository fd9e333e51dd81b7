"""The synth offline: a performance and its backing into a sound file."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterable
from pathlib import Path

from handmidi.files import replacing
from handmidi.notes import TimedMessage
from handmidi.outputs.synth import HAND_CHANNELS, SAMPLE_RATE_HZ, Synth

_RING_S = 2.0
_LONGEST_S = 6 * 3600.0  # a WAV file holds 4 GB


class _CancelledError(Exception):
    """Nobody wants the file any more."""


def render(
    soundfont: Path,
    path: Path,
    hand: Iterable[TimedMessage],
    backing: Iterable[TimedMessage],
    cancelled: Callable[[], bool] = lambda: False,
) -> None:
    """Render hand and backing into a stereo 16-bit WAV file at 48 kHz, as fast as it goes.

    The file appears when it is whole. Of longer sessions it holds the first six hours.

    Parameters
    ----------
    hand, backing : iterable of TimedMessage
        In seconds from the beginning of the file.
    cancelled : callable
        Asked once a second of sound; True ends it without a file.

    Raises
    ------
    OutputError
        If FluidSynth's library is missing.
    AssetError
        If the SoundFont cannot be read.
    OSError
        If the file cannot be written.
    """
    events = [(t.time_s, HAND_CHANNELS, t.message) for t in hand]
    events += [(t.time_s, 0, t.message) for t in backing]
    events.sort(key=lambda event: event[0])
    synth = Synth(soundfont)
    try:
        with replacing(path) as part:
            with wave.open(str(part), "wb") as out:
                out.setnchannels(2)
                out.setsampwidth(2)
                out.setframerate(SAMPLE_RATE_HZ)
                done = 0
                for time_s, offset, message in events:
                    done = _advance(synth, out, done, min(time_s, _LONGEST_S), cancelled)
                    synth.play(message, offset)
                _advance(synth, out, done, done / SAMPLE_RATE_HZ + _RING_S, cancelled)
            if cancelled():
                raise _CancelledError
    except _CancelledError:
        pass
    finally:
        synth.close()


def _advance(
    synth: Synth, out: wave.Wave_write, done: int, until_s: float, cancelled: Callable[[], bool]
) -> int:
    until = round(until_s * SAMPLE_RATE_HZ)
    while done < until and not cancelled():
        block = min(until - done, SAMPLE_RATE_HZ)
        out.writeframesraw(synth.synth.get_samples(block).tobytes())
        done += block
    return done
