"""A recording made small enough to mail: Opus in Ogg, FLAC where Opus cannot be had.

Everything goes through in blocks, into a buffer that is given up as soon as it outgrows
its budget: memory stays bounded however long the recording is.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import soundfile

# kbit/s for each channel, best first: near transparent for music, good, and fit for speech.
OPUS_RATES = (64, 32, 16)
_OPUS_SAMPLE_RATES = (8000, 12000, 16000, 24000, 48000)
_BLOCK = 4096  # libsndfile overruns its stack when an Ogg file is written in one long call
_AUDIBLE = 1e-3  # -60 dB of full scale; a muted or missing microphone records less


@dataclass(frozen=True)
class Recording:
    """Compressed sound.

    Parameters
    ----------
    data : bytes
        A whole file.
    suffix : {"ogg", "flac"}
    reduced : bool
        Whether the best rate did not fit.
    """

    data: bytes
    suffix: str
    reduced: bool = False


def holds_sound(path: Path) -> bool:
    """Whether a sound file exists, can be read, and is anywhere louder than -60 dBFS."""
    import soundfile

    if not path.is_file():
        return False
    try:
        with soundfile.SoundFile(path) as source:
            return any(
                abs(block).max(initial=0.0) > _AUDIBLE
                for block in source.blocks(_BLOCK * 16, dtype="float32")
            )
    except (soundfile.SoundFileError, OSError):
        return False


def compress(source: Path | BinaryIO, max_bytes: int) -> Recording | None:
    """Compress a sound file.

    Parameters
    ----------
    source : Path or binary file
        Anything libsndfile reads.
    max_bytes : int
        What the result may have at most; a lower bit rate is taken where that helps.

    Returns
    -------
    Recording or None
        None if the sound does not fit at the lowest rate either, or cannot be read.
    """
    import soundfile

    try:
        with soundfile.SoundFile(source) as sound:
            if not _takes_opus(sound):
                data = _encode(sound, max_bytes, format="FLAC", subtype="PCM_16")
                return Recording(data, "flac") if data else None
            seconds = sound.frames / sound.samplerate
            for rate in OPUS_RATES:
                if rate * 1000 / 8 * sound.channels * seconds > max_bytes:
                    continue
                # libsndfile maps 1..0 to 6..256 kbit/s for each channel (ogg_opus.c).
                level = 1 - (rate - 6) / 250
                data = _encode(
                    sound, max_bytes, format="OGG", subtype="OPUS", compression_level=level
                )
                if data:
                    return Recording(data, "ogg", reduced=rate != OPUS_RATES[0])
    except (soundfile.SoundFileError, OSError):
        return None
    return None


def _takes_opus(sound: soundfile.SoundFile) -> bool:
    import soundfile

    return (
        "OPUS" in soundfile.available_subtypes("OGG")
        and sound.samplerate in _OPUS_SAMPLE_RATES
        and sound.channels <= 2
    )


def _encode(sound: soundfile.SoundFile, max_bytes: int, **target: object) -> bytes | None:
    import soundfile

    sound.seek(0)
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", sound.samplerate, sound.channels, **target) as out:
        for block in sound.blocks(_BLOCK, dtype="float32"):
            out.write(block)
            if buffer.tell() > max_bytes:
                return None
    data = buffer.getvalue()
    return data if len(data) <= max_bytes else None
