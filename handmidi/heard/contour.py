"""Pitch, loudness and attacks of a recording, every 10 ms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from handmidi.errors import HandMidiError, SongError

_LOUDEST = 16.0  # full scale is 1
MAX_SECONDS = 3600.0
"""Longer recordings are refused."""
LOWEST, HIGHEST = 36, 96
"""Keys between which voices are followed, C2 to C7."""
HOP_S = 0.01
"""From one moment to the next."""

_RATE_HZ = 24_000
_HOP = 240
_FRAME = 2048
_BLOCK_S, _OVERLAP_S = 20.0, 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """What is heard every 10 ms.

    Parameters
    ----------
    key : ndarray, shape (n,)
        Pitch as a fractional MIDI key number; nan where there is none.
    loudness_db : ndarray, shape (n,)
        Power of 20 ms, decibels below full scale.
    attack : ndarray, shape (n,)
        How much the spectrum grows, partials that only move left out.
    """

    key: np.ndarray
    loudness_db: np.ndarray
    attack: np.ndarray


def follow_pitch(path: Path) -> Contour:
    """Pitch and loudness of a recording, block by block: memory does not grow with its length.

    Raises
    ------
    HandMidiError, SongError
        As `notes_heard`.
    """
    parts = [
        [curve(samples)[start:end] for curve in (_pitch, _loudness, _attack)]
        for samples, start, end in _blocks(path)
    ]
    if not parts:
        return Contour(np.empty(0), np.empty(0), np.empty(0))
    return Contour(*(np.concatenate(curves) for curves in zip(*parts, strict=True)))


def _blocks(path: Path) -> Iterator[tuple[np.ndarray, int, int]]:
    """Mono samples with some overlap, and which frames of them count."""
    librosa, soundfile = _libraries()
    try:
        with soundfile.SoundFile(path) as file:
            if file.frames > MAX_SECONDS * file.samplerate:
                raise SongError(f"{path} lasts longer than an hour: cut it into songs")
            rate, length_s = file.samplerate, file.frames / file.samplerate
            for i in range(int(np.ceil(length_s / _BLOCK_S))):
                from_s = max(i * _BLOCK_S - _OVERLAP_S, 0.0)
                to_s = min((i + 1) * _BLOCK_S + _OVERLAP_S, length_s)
                file.seek(round(from_s * rate))
                sound = file.read(round((to_s - from_s) * rate), "float32", always_2d=True)
                # Files of floats may hold what is no number, and sounds like nothing, or what is
                # too large to reckon with.
                sound = np.nan_to_num(sound, posinf=0.0, neginf=0.0).clip(-_LOUDEST, _LOUDEST)
                mono = librosa.resample(sound.mean(axis=1), orig_sr=rate, target_sr=_RATE_HZ)
                if len(mono) < _FRAME:
                    mono = np.pad(mono, (0, _FRAME - len(mono)))
                start = round((i * _BLOCK_S - from_s) / HOP_S)
                yield mono, start, start + round(_BLOCK_S / HOP_S)
    except (OSError, soundfile.LibsndfileError) as error:
        why = getattr(error, "strerror", None) or getattr(error, "error_string", None) or error
        raise SongError(
            f"cannot read the recording {path}: {why}; give another, such as a WAV file"
        ) from error


def _libraries():
    try:
        import librosa
    except ImportError as error:
        raise HandMidiError(
            "what finds notes in a recording is missing: pip install 'handmidi[pitch]'"
        ) from error
    import soundfile

    return librosa, soundfile


def _pitch(samples: np.ndarray) -> np.ndarray:
    """pYIN's pitch at each hop, as a key number; nan where there is none."""
    import librosa

    hertz, _, _ = librosa.pyin(
        samples,
        fmin=float(librosa.midi_to_hz(LOWEST - 1)),
        fmax=float(librosa.midi_to_hz(HIGHEST + 1)),
        sr=_RATE_HZ,
        frame_length=_FRAME,
        hop_length=_HOP,
        resolution=0.2,
    )
    return 69 + 12 * np.log2(hertz / 440)


def _loudness(samples: np.ndarray) -> np.ndarray:
    """Power of the 20 ms around each hop, in decibels."""
    padded = np.pad(samples.astype(float) ** 2, (_HOP, _HOP))
    sums = np.concatenate(([0.0], np.cumsum(padded)))
    at = np.arange(len(samples) // _HOP + 1) * _HOP
    power = (sums[np.minimum(at + 2 * _HOP, len(sums) - 1)] - sums[at]) / (2 * _HOP)
    return 10 * np.log10(power + 1e-12)


def _attack(samples: np.ndarray) -> np.ndarray:
    """Spectral flux with vibrato suppressed by a maximum over neighbouring bands.

    Böck and Widmer, "Maximum filter vibrato suppression for onset detection", DAFx 2013.
    """
    import librosa

    return librosa.onset.onset_strength(
        y=samples, sr=_RATE_HZ, hop_length=_HOP, n_fft=1024, lag=2, max_size=3, n_mels=128, fmin=50
    )
