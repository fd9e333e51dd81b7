"""How loud a recording is, measured block by block."""

from __future__ import annotations

import math

import numpy as np

SILENT_DBFS = -60.0
"""A microphone whose peak stays below this hears nothing that could be used."""

_SILENT_AFTER_S = 5.0
_FULL = 32767
_CLIPPED = 10  # fewer may be chance: a loud moment, not a wrong level


class Level:
    """Peak, mean power and clipped samples of a mono 16-bit recording.

    Parameters
    ----------
    rate_hz : int
        Its sample rate.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._samples = self._peak = self._power = self._lately = 0
        self._told_silent = self._told_clipped = False
        self.clipped = 0
        """Samples at full scale."""

    def add(self, samples: bytes) -> str | None:
        """Measure a block; returns a line for the user if it shows that something is wrong.

        It comes once if the first 5 s are silent, and once if samples are clipped.
        """
        values = np.abs(np.frombuffer(samples, "<i2").astype(np.int64))
        if not len(values):
            return None
        self._samples += len(values)
        self._lately = int(values.max())
        self._peak = max(self._peak, self._lately)
        self._power += int((values * values).sum())
        self.clipped += int((values >= _FULL).sum())
        if self.clipped >= _CLIPPED and not self._told_clipped:
            self._told_clipped = True
            return "the microphone is too loud, its recording is clipped: turn its level down"
        if not self._told_silent and self._samples >= _SILENT_AFTER_S * self._rate_hz:
            self._told_silent = True
            if self._is_silent:
                return (
                    f"the microphone hears nothing ({self._described}): is it muted, or "
                    "another one the default?"
                )
        return None

    @property
    def lately_dbfs(self) -> float | None:
        """Peak of the newest block, decibels below full scale; None without a sample."""
        return _dbfs(max(self._lately, 1)) if self._samples else None

    @property
    def _is_silent(self) -> bool:
        return not self._peak or _dbfs(self._peak) < SILENT_DBFS

    @property
    def _described(self) -> str:
        return f"peak {_dbfs(self._peak):.0f} dBFS" if self._peak else "every sample is 0"

    def to_dict(self) -> dict[str, float | int | None] | None:
        """For take.json: `peak_dbfs`, `rms_dbfs`, `clipped_samples`; None without a sample.

        In decibels below full scale; None where every sample is 0.
        """
        if not self._samples:
            return None
        silent = not self._peak
        rms = math.sqrt(self._power / self._samples)
        return {
            "peak_dbfs": None if silent else round(_dbfs(self._peak), 1),
            "rms_dbfs": None if silent else round(_dbfs(rms), 1),
            "clipped_samples": self.clipped,
        }


def _dbfs(value: float) -> float:
    return 20 * math.log10(value / (_FULL + 1))
