"""The synth offline: a performance and its backing into a sound file."""

from __future__ import annotations

import wave
from collections.abc import Iterable
from pathlib import Path

from handmidi.notes import TimedMessage
from handmidi.outputs.synth import HAND_CHANNELS, SAMPLE_RATE_HZ, Synth


def render(
    soundfont: Path, path: Path, hand: Iterable[TimedMessage], backing: Iterable[TimedMessage]
) -> None:
    """Render hand and backing into a stereo 16-bit WAV file at 48 kHz, as fast as it goes.

    Parameters
    ----------
    hand, backing : iterable of TimedMessage
        In seconds from the beginning of the file.

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
        with wave.open(str(path), "wb") as out:
            out.setnchannels(2)
            out.setsampwidth(2)
            out.setframerate(SAMPLE_RATE_HZ)
            done = 0
            for time_s, offset, message in events:
                done = _advance(synth, out, done, round(time_s * SAMPLE_RATE_HZ))
                synth.play(message, offset)
            _advance(synth, out, done, done + 2 * SAMPLE_RATE_HZ)  # let the last notes ring
    finally:
        synth.close()


def _advance(synth: Synth, out: wave.Wave_write, done: int, until: int) -> int:
    while done < until:
        block = min(until - done, SAMPLE_RATE_HZ)
        out.writeframesraw(synth.synth.get_samples(block).tobytes())
        done += block
    return done
