"""How late sound is heard here: measured by a command, looked up by a session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from handmidi import assets
from handmidi.clock import SessionClock
from handmidi.latency import Measured, choose_latency, load_latencies, save_latency
from handmidi.outputs.synth import Synth
from handmidi.practice.clicks import hear_clicks, render_click
from handmidi.practice.devices import output_name
from handmidi.practice.microphone import microphone_name
from handmidi.practice.taps import hear_taps
from handmidi.score.latency import NO_LATENCY, Latency


def measure_latency(
    soundfont: str | None, tapped: bool, say: Callable[[str], None]
) -> tuple[Measured, str | None]:
    """Measure how late the default output is heard, and keep it.

    Parameters
    ----------
    soundfont : str, optional
        File; None takes the one that is there.
    tapped : bool
        Let the player tap along, in place of the microphone.
    say : callable
        Takes one line for the user.

    Returns
    -------
    Measured
        As it was kept: never less than nothing, tapped never less than the driver's own buffer.
    str or None
        A line if the measurement said less than that.

    Raises
    ------
    HandMidiError
        If there is no sound, no microphone or terminal, or the result cannot be trusted: nothing
        is changed then.
    """
    font = assets.find_soundfont(soundfont)
    sound = None if tapped else render_click(font)
    clock = SessionClock()
    synth = Synth(font)
    try:
        driver = synth.start()
        clock.start()
        output = output_name(driver)
        if tapped:
            say(f"{output}: tap the space bar with every click, for 16 seconds; Esc gives up")
            delay, microphone = hear_taps(synth, clock), None
        else:
            microphone = microphone_name()
            if microphone:
                say(f"{output}, heard by {microphone}: be quiet for 9 seconds …")
            delay = hear_clicks(synth, sound, clock)
    finally:
        synth.close()
    least_ms = synth.latency_s * 1e3 if tapped else 0.0
    way = "tapped" if tapped else "calibrated"
    date = datetime.now().astimezone()
    measured = Measured(output, microphone, way, delay.ms, delay.spread_ms, date)
    doubt = None
    if delay.ms < least_ms:
        doubt = f"measured {delay.ms:.0f} ms, which cannot be: {least_ms:.0f} ms is kept; " + (
            "tap with the click, not ahead" if tapped else "the microphone's driver errs"
        )
        measured = replace(measured, ms=least_ms)
    save_latency(measured)
    return measured, doubt


def output_latency(synth: Synth | None, warn: Callable[[str], None]) -> Latency:
    """How late the synth that sounds is heard, as far as it is known.

    Parameters
    ----------
    synth : Synth, optional
        Started; None where nothing sounds, and nothing is late.
    warn : callable
        Takes one line for the user if what was measured cannot be read.
    """
    if synth is None or synth.driver is None:
        return NO_LATENCY
    every, buffer_ms = load_latencies(warn), synth.latency_s * 1e3
    if not every:
        return Latency(buffer_ms, "audio buffer")
    return choose_latency(every, output_name(synth.driver), microphone_name(), buffer_ms)
