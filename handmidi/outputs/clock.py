"""MIDI clock: tells another sequencer the tempo, and where it stands.

24 ticks a quarter note, numbered by the beat: tick n is due at beat n / 24. So a change of
tempo moves the ticks that are still to come, and none is sent twice or left out.
"""

from __future__ import annotations

import math

import mido

from handmidi.beat import Beats

TICKS_PER_BEAT = 24
_TICKS_PER_SIXTEENTH = 6  # what a song position counts
_JUMP_BEATS = 0.25
_POSITIONS = 1 << 14


class ClockOut:
    """Gives the messages of the MIDI clock when they are due; sends nothing itself.

    Ticks run from the first call of `due` on. Before beat 0, as in a count-in, they run
    without a start, so that the receiver knows the tempo when it comes. At beat 0 a start is
    sent; a clock that first looks later joins with a song position and a continue, at the
    next sixteenth. A line that jumps (by more than a quarter of a beat against the one before
    it) stops the receiver, and it goes on from the new place in the same way. A late call is
    no jump: it gets all the ticks that it missed.

    Parameters
    ----------
    beats : Beats
        The tempo, asked at every call.
    """

    def __init__(self, beats: Beats) -> None:
        self._beats = beats
        self._line = None
        self._tick = 0  # the last that was given
        self._plays, self._wanted = False, True

    def next_s(self) -> float:
        """Session second of the next tick; minus infinity before the first call of `due`."""
        if self._line is None:
            return -math.inf
        return self._line.time_s((self._tick + 1) / TICKS_PER_BEAT)

    def due(self, now_s: float) -> list[mido.Message]:
        """Every message that is due at session second `now_s`, in order."""
        line = self._beats(now_s)
        beat = line.beat(now_s)
        out = []
        if self._line is None:
            self._tick = math.ceil(beat * TICKS_PER_BEAT - 1e-6) - 1
        elif abs(beat - self._line.beat(now_s)) > _JUMP_BEATS:
            out += self._halt()
            self._tick = math.ceil(beat * TICKS_PER_BEAT - 1e-6) - 1
        self._line = line
        while (self._tick + 1) / TICKS_PER_BEAT <= beat + 1e-9:
            self._tick += 1
            out += self._begin()
            out.append(mido.Message("clock"))
        return out

    def stop(self) -> list[mido.Message]:
        """Stop the receiver; the ticks run on. A second call gives nothing."""
        self._wanted = False
        return self._halt()

    def go_on(self) -> None:
        """Let the receiver go on at the next sixteenth, after `stop`."""
        self._wanted = True

    def _halt(self) -> list[mido.Message]:
        plays, self._plays = self._plays, False
        return [mido.Message("stop")] if plays else []

    def _begin(self) -> list[mido.Message]:
        """What the receiver must hear before this tick to begin with it."""
        if self._plays or not self._wanted or self._tick < 0:
            return []
        sixteenth, rest = divmod(self._tick, _TICKS_PER_SIXTEENTH)
        if rest:
            return []
        self._plays = True
        if sixteenth == 0:
            return [mido.Message("start")]
        position = mido.Message("songpos", pos=sixteenth % _POSITIONS)
        return [position, mido.Message("continue")]
