"""Clicks on the beats of a song."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import mido

from handmidi.notes import TimedMessage
from handmidi.song.song import Song

_DRUMS = 9
_HIGH_CLICK, _LOW_CLICK = 76, 77  # General MIDI wood blocks


def pulse(song: Song) -> Iterator[TimedMessage]:
    """A click on every beat, in song seconds: the backing of a song that has none."""
    for start, end in pairwise(song.bars):
        step = 4 / song.meter_at(start).denominator
        is_upbeat = start == 0 and song.pickup_beats > 0
        for i in range(math.ceil((end - start) / step - 1e-6)):
            yield from click(song.tempo.seconds(start + i * step), i == 0 and not is_upbeat)


def click(at_s: float, accent: bool) -> Iterator[TimedMessage]:
    """A short stroke of a wood block, higher and louder with an accent."""
    key, velocity = (_HIGH_CLICK, 115) if accent else (_LOW_CLICK, 90)
    for time_s, kind in ((at_s, "note_on"), (at_s + 0.1, "note_off")):
        message = mido.Message(kind, channel=_DRUMS, note=key, velocity=velocity)
        yield TimedMessage(time_s, message)
