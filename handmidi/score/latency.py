"""How late the machine lets its sound be heard, and who says so."""

from __future__ import annotations

from dataclasses import dataclass

SOURCES = ("none", "audio buffer", "calibrated", "tapped")


@dataclass(frozen=True, slots=True)
class Latency:
    """Output latency: from a note's time on the song's clock to its sound at the ear.

    A player who follows what is heard strikes that much late by the clock. It is the
    machine's doing, and is taken from the timing before a note is called early or late.

    Parameters
    ----------
    ms : float
        Milliseconds, from 0 up; 0 where it is not known.
    source : {"none", "audio buffer", "calibrated", "tapped"}
        ``none``: not known. ``audio buffer``: what the audio system says of itself.
        ``calibrated``: measured with the microphone. ``tapped``: measured by tapping along.
    spread_ms : float, optional
        Spread of the measurement, where there was one.
    date : str, optional
        When it was measured, ISO 8601.

    Raises
    ------
    ValueError
        If `ms` is not a number from 0 up, or `source` is none of the four.
    """

    ms: float
    source: str
    spread_ms: float | None = None
    date: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.ms < float("inf"):
            raise ValueError(f"latency ms {self.ms!r}: must be a number from 0 up")
        if self.source not in SOURCES:
            raise ValueError(f"latency source {self.source!r}: must be one of {SOURCES}")


NO_LATENCY = Latency(0.0, "none")
