"""Tapping along with a click: a latency without a microphone, for headphones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from handmidi.errors import OutputError
from handmidi.outputs.synth import Synth
from handmidi.practice.clicks import Clicks
from handmidi.practice.delays import Delay
from handmidi.practice.keys import Keys

CLICKS = 20
PERIOD_S = 0.8
"""Long enough that a tap belongs to one click, also where sound is half a second late."""
LEFT_OUT = 4
"""A tapper needs some clicks to fall in: the first ones do not count."""
ENOUGH = 10
MAX_SPREAD_MS = 40.0

_EARLIEST_S = -0.2
_LOOK_S = 0.02


def hear_taps(synth: Synth, clock: Callable[[], float]) -> Delay:
    """Play a steady click for sixteen seconds while the player taps a key of the terminal.

    See `judge_taps` for what the delay means.

    Parameters
    ----------
    synth : Synth
        Started.
    clock : callable
        Gives session seconds.

    Raises
    ------
    HandMidiError
        If there is no terminal, or the taps cannot be trusted.
    """
    taps_s: list[float] = []
    times_s = [i * PERIOD_S for i in range(CLICKS)]
    with Keys() as keys, Clicks(synth, clock, times_s, accent=False) as clicks:
        while clicks.look() < clicks.due_s[-1] + PERIOD_S + _EARLIEST_S:
            if keys.wait(_LOOK_S):
                taps_s.append(clock())
        due_s = clicks.due_s
    return judge_taps(taps_s, due_s)


def judge_taps(taps_s: Sequence[float], due_s: Sequence[float]) -> Delay:
    """How much later than due the clicks were tapped; the first ones are left out.

    People tap ahead of a metronome, by 20 to 50 ms as a rule, less if they are musicians
    (Repp, "Sensorimotor synchronization: a review of the tapping literature", Psychonomic
    Bulletin & Review 12, 2005). A keyboard reports a stroke 10 to 30 ms late. The two work
    against each other, differ from player to player, and are not corrected: the result may be
    some 20 ms off either way. What the microphone hears is better, where there is one.

    Parameters
    ----------
    taps_s, due_s : sequence of float
        Session seconds of the taps, and of the clicks in order.

    Raises
    ------
    OutputError
        If fewer than `ENOUGH` clicks were tapped, or the taps scatter by more than
        `MAX_SPREAD_MS` (standard deviation).
    """
    taps = np.sort(np.asarray(taps_s, float))
    delays = []
    for due in due_s[LEFT_OUT:]:
        own = taps[(taps >= due + _EARLIEST_S) & (taps < due + _EARLIEST_S + PERIOD_S)]
        if len(own):
            delays.append(float(own[0]) - due)
    if len(delays) < ENOUGH:
        raise OutputError(
            f"only {len(delays)} clicks were tapped ({ENOUGH} are needed): tap the space bar "
            "with every click, and try again"
        )
    spread_ms = float(np.std(delays) * 1e3)
    if spread_ms > MAX_SPREAD_MS:
        raise OutputError(
            f"the taps scatter by {spread_ms:.0f} ms (at most {MAX_SPREAD_MS:g}): tap steadily, "
            "with the click, and try again"
        )
    return Delay(float(np.median(delays) * 1e3), spread_ms, len(delays))
