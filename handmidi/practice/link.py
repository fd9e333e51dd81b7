"""Ableton Link: the tempo, beat and bar that programs on a network share.

Link's library is the extra ``link``. It opens sockets (UDP multicast in the local network)
from `open` until `close`, and never before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from handmidi.beat import BeatLine
from handmidi.errors import OutputError

MIN_BPM, MAX_BPM = 20.0, 999.0
"""What Link takes, quarter notes per minute."""

_MEETING_S = 1.5
_LOOK_S = 0.02
_READINGS = 5


class LinkSession:
    """This program's seat in a Link session.

    Parameters
    ----------
    clock : callable
        Gives session seconds.
    bpm : float
        Tempo until somebody else is met, 20..999; the session that is there keeps its own.
    quantum : float
        Quarter notes in a bar: a beat that is a multiple of it begins a bar for everybody
        who counts in the same quantum.

    Raises
    ------
    ValueError
        If `bpm` or `quantum` lies outside its range.
    """

    def __init__(
        self, clock: Callable[[], float], bpm: float = 120.0, quantum: float = 4.0
    ) -> None:
        _check_bpm(bpm)
        if not quantum > 0:
            raise ValueError(f"quantum must be above 0, not {quantum:g}")
        self._clock, self._bpm, self.quantum = clock, bpm, quantum
        self._link = None

    def __enter__(self) -> LinkSession:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> int:
        """Join the network's session; returns how many others are there.

        Waits up to 1.5 s for the first one: a tempo that is there already must be known
        before anything begins.

        Raises
        ------
        OutputError
            If the extra is not installed, or the network cannot be used.
        """
        try:
            from link import Link
        except ImportError as error:
            raise OutputError(
                "Ableton Link's library is missing: pip install 'handmidi[link]'"
            ) from error
        try:
            self._link = Link(self._bpm)
            self._link.startStopSyncEnabled = True
            self._link.enabled = True
        except (OSError, RuntimeError) as error:
            self.close()
            raise OutputError(f"no Ableton Link ({error}): connect a network") from error
        self._meet()
        return self.peers

    def _meet(self) -> None:
        pause = threading.Event()
        for _ in range(round(_MEETING_S / _LOOK_S)):  # the session's clock may not run yet
            if self.peers:
                break
            pause.wait(_LOOK_S)

    def close(self) -> None:
        """Leave the session."""
        if self._link:
            self._link.enabled = False
            self._link = None

    @property
    def peers(self) -> int:
        """How many others are in the session."""
        return self._link.numPeers() if self._link else 0

    @property
    def bpm(self) -> float:
        """The session's tempo, quarter notes per minute."""
        return self._open_link().captureAppSessionState().tempo()

    @property
    def playing(self) -> bool:
        """Whether the session's transport runs, for those who share start and stop."""
        return self._open_link().captureAppSessionState().isPlaying()

    def line(self, now_s: float) -> BeatLine:
        """The session's beats around session second `now_s`. To be used as `Beats`.

        Beat 0 modulo the quantum begins a bar. The tempo may change at any time: ask again.

        Raises
        ------
        ValueError
            If the session is not open.
        """
        state = self._open_link().captureAppSessionState()
        bpm = state.tempo()
        beat = state.beatAtTime(self._link_us(now_s), self.quantum)
        return BeatLine(now_s - beat * 60 / bpm, bpm)

    def set_bpm(self, bpm: float) -> None:
        """Change the tempo for everybody, from now on.

        Raises
        ------
        ValueError
            If `bpm` lies outside 20..999, or the session is not open.
        """
        _check_bpm(bpm)
        link = self._open_link()
        state = link.captureAppSessionState()
        state.setTempo(bpm, link.clock().micros())
        link.commitAppSessionState(state)

    def set_playing(self, playing: bool) -> None:
        """Start or stop the transport of everybody who shares start and stop.

        Raises
        ------
        ValueError
            If the session is not open.
        """
        link = self._open_link()
        state = link.captureAppSessionState()
        state.setIsPlaying(playing, link.clock().micros())
        link.commitAppSessionState(state)

    def _open_link(self):
        if not self._link:
            raise ValueError("the Link session is not open")
        return self._link

    def _link_us(self, session_s: float) -> int:
        """Microsecond of Link's clock at a session second.

        Link reads the raw hardware clock, which the network's time does not discipline: the
        two drift apart, so that they are compared anew each time.
        """
        clock, micros = self._clock, self._link.clock().micros
        readings = []
        for _ in range(_READINGS):
            before_s, at_us, after_s = clock(), micros(), clock()
            readings.append((after_s - before_s, at_us - (before_s + after_s) / 2 * 1e6))
        _, offset_us = min(readings)  # the reading that was interrupted least
        return round(session_s * 1e6 + offset_us)


def _check_bpm(bpm: float) -> None:
    if not MIN_BPM <= bpm <= MAX_BPM:
        raise ValueError(f"bpm must be in {MIN_BPM:g}..{MAX_BPM:g}, not {bpm:g}")
