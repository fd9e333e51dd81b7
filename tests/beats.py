"""Tempi that a test makes up."""

from handmidi.beat import BeatLine, Beats


def steady(bpm: float, origin_s: float = 0.0) -> Beats:
    """A tempo that never changes, with beat 0 at session second `origin_s`."""
    line = BeatLine(origin_s, bpm)
    return lambda _: line
