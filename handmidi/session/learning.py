"""Moves one controller alone, so that a DAW can learn it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack

from handmidi.clock import SessionClock
from handmidi.errors import OutputError
from handmidi.outputs import Outputs
from handmidi.outputs.sweep import Sweep
from handmidi.session.opening import open_outputs
from handmidi.session.options import Options
from handmidi.session.signals import ending_signals


def learn(options: Options, what: int | str, say: Callable[[str], None]) -> None:
    """Sweep a controller until a signal or ``options.seconds`` ends it.

    Parameters
    ----------
    options : Options
        Port, OSC targets, channel and seconds count.
    what : int or {"bend", "pressure"}
        As `Sweep` takes it.
    say : callable
        Takes one line for the user.

    Raises
    ------
    OutputError
        If there is neither a MIDI port nor an OSC target.
    """
    sweep = Sweep(what, options.channel or 0)
    stop, clock = threading.Event(), SessionClock()
    with ExitStack() as opened:
        outputs = Outputs(open_outputs(options, None, say, say), say)
        opened.callback(outputs.close)
        if not outputs.names:
            raise OutputError(
                "nothing hears it: there is neither a MIDI port nor an OSC target; see handmidi "
                "devices, or name one with --osc"
            )
        opened.enter_context(ending_signals(stop))
        name = what if isinstance(what, str) else f"controller {what}"
        say(f"{name} moves on channel {sweep.channel + 1}, and nothing else; Ctrl-C ends it")
        clock.start()
        _sweep(sweep, outputs, clock, stop, options.seconds)
        outputs.send(sweep.rest())


def _sweep(
    sweep: Sweep,
    outputs: Outputs,
    clock: SessionClock,
    stop: threading.Event,
    seconds: float | None,
) -> None:
    start_s = 0.0
    while not stop.is_set():
        for timed in sweep.messages(start_s):
            if stop.wait(max(timed.time_s - clock(), 0.0)):
                return
            if seconds is not None and clock() > seconds:
                return
            outputs.send(timed.message)
        start_s += sweep.period_s
