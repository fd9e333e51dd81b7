"""Clicks in a recording: how much later than played each was heard. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handmidi.errors import OutputError
from handmidi.practice.level import SILENT_DBFS

CLICKS = 12
ENOUGH = 8
"""So many of the clicks must be heard at a steady delay."""
MAX_SPREAD_MS = 5.0
"""Delays that scatter more (standard deviation) are refused."""

_GAPS_S = (0.50, 0.62, 0.55, 0.71, 0.47, 0.66, 0.58, 0.75, 0.52, 0.69, 0.45)
_SHORTEST_S, _LONGEST_S = -0.05, 1.0
_NEAR_S = 0.03
_TOGETHER_S = 0.015
_QUIET_S = 0.12
_ABOVE_NOISE = 6.0  # noise alone reaches four times its own power in as many samples
_FULL = 32767 / 32768
_CLIPPED = 10
_STEP = 48  # of the coarse search: a millisecond at 48 kHz
_FAINTEST = 1e-4


@dataclass(frozen=True, slots=True)
class Delay:
    """How much later than due something was heard, or tapped.

    Parameters
    ----------
    ms : float
        Median.
    spread_ms : float
        Standard deviation of the single ones.
    count : int
        How many there were.
    """

    ms: float
    spread_ms: float
    count: int


def click_times_s() -> tuple[float, ...]:
    """When the clicks sound, in seconds from the first one.

    No two gaps are alike, so that a delay of a whole gap fits one click at most.
    """
    return (0.0, *np.cumsum(_GAPS_S).tolist())


def find_clicks(
    samples: np.ndarray, click: np.ndarray, due_s: Sequence[float], rate_hz: int
) -> list[float]:
    """Delays of those clicks that stand out of the noise, in seconds, in order.

    The recording is correlated with the click (a matched filter). First the delay is sought
    that fits all clicks together, then each one's own within 30 ms of it, between the
    samples by a parabola through the highest three.

    Parameters
    ----------
    samples : ndarray, shape (n,)
        The recording, -1..1.
    click : ndarray, shape (m,)
        The click as it is rendered, from the moment on for which it was due.
    due_s : sequence of float
        When the clicks were due, in seconds from the recording's first sample.
    rate_hz : int
        Sample rate of both.
    """
    strength = _correlated(samples, click)
    starts = np.round(np.asarray(due_s, float) * rate_hz).astype(int)
    common = _common(strength, starts, rate_hz)
    near, quiet = int(_NEAR_S * rate_hz), int(_QUIET_S * rate_hz)
    delays_s = []
    for start, due in zip(starts, due_s, strict=True):
        low = max(start + common - near, 1)
        part = strength[low : start + common + near]
        before = strength[max(low - quiet, 0) : low]
        if len(part) < 3 or not len(before):
            continue
        top = low + int(part.argmax())
        noise = max(float(np.sqrt(np.mean(before**2))), _FAINTEST * float(strength.max()))
        if strength[top] > _ABOVE_NOISE * noise and top + 1 < len(strength):
            delays_s.append((top + _between(*strength[top - 1 : top + 2])) / rate_hz - due)
    return delays_s


def judge_clicks(samples: np.ndarray, delays_s: Sequence[float]) -> Delay:
    """The delay that the clicks agree on.

    Clicks more than 15 ms away from the median count as not heard: a door, a cough.

    Raises
    ------
    OutputError
        If the recording is silent or clipped, fewer than `ENOUGH` clicks agree, or they
        scatter by more than `MAX_SPREAD_MS`.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    if peak <= 10 ** (SILENT_DBFS / 20):
        raise OutputError(
            "the microphone heard nothing: unmute it, turn the speakers up, and try again; with "
            "headphones use --tap"
        )
    if np.count_nonzero(np.abs(samples) >= _FULL) >= _CLIPPED:
        raise OutputError(
            "the clicks are too loud for the microphone: turn its level or the speakers down, "
            "and try again"
        )
    if not delays_s:
        raise OutputError(_TOO_FEW.format(0))
    delays = np.asarray(delays_s, float)
    delays = delays[np.abs(delays - np.median(delays)) <= _TOGETHER_S]
    if len(delays) < ENOUGH:
        raise OutputError(_TOO_FEW.format(len(delays)))
    spread_ms = float(np.std(delays) * 1e3)
    if spread_ms > MAX_SPREAD_MS:
        raise OutputError(
            f"the delay of the clicks varies by {spread_ms:.1f} ms (at most {MAX_SPREAD_MS:g}): "
            "close programs that keep the machine busy, and try again"
        )
    return Delay(float(np.median(delays) * 1e3), spread_ms, len(delays))


_TOO_FEW = (
    f"only {{}} of {CLICKS} clicks were heard at a steady delay ({ENOUGH} are needed): turn the "
    "speakers up or come nearer with the microphone, mind the noise, and try again"
)


def _correlated(samples: np.ndarray, click: np.ndarray) -> np.ndarray:
    """Strength of the click at each sample; its sign may be turned by a cable or a speaker."""
    length = len(samples) + len(click) - 1
    size = 1 << (length - 1).bit_length()
    spectrum = np.fft.rfft(samples, size) * np.conj(np.fft.rfft(click, size))
    return np.abs(np.fft.irfft(spectrum, size)[: len(samples)])


def _common(strength: np.ndarray, starts: np.ndarray, rate_hz: int) -> int:
    """The delay, in samples, at which most clicks are heard.

    Each click has one vote, however loud: the strength around it, as a share of its loudest.
    """
    blocks = strength[: len(strength) // _STEP * _STEP].reshape(-1, _STEP).max(axis=1)
    first, last = int(_SHORTEST_S * rate_hz) // _STEP, int(_LONGEST_S * rate_hz) // _STEP
    votes = np.zeros(last - first)
    for start in starts // _STEP:
        places = np.arange(start + first, start + last)
        inside = (places >= 0) & (places < len(blocks))
        part = np.where(inside, blocks[np.clip(places, 0, len(blocks) - 1)], 0.0)
        votes += part / max(float(part.max()), 1e-12)
    return (first + int(votes.argmax())) * _STEP


def _between(left: float, top: float, right: float) -> float:
    """Where between the samples a parabola through three has its top, in samples."""
    bend = left - 2 * top + right
    return 0.5 * (left - right) / bend if bend < 0 else 0.0
