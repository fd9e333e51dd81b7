"""Verdicts while the song goes on: what the screen shows of each note as soon as it is known.

The score that follows looks at the whole performance before it judges; here nothing is known of
what comes. Tolerances are the score's own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from statistics import median

from handmidi.song import Song

CORRECT, EARLY, LATE = "correct", "early", "late"
HELD, WRONG, MISSED, EXTRA = "held", "wrong", "missed", "extra"
_RIGHT = (CORRECT, EARLY, LATE)
_LATELY = 9


class LiveJudge:
    """Judges each note of a melody when it is played, or when it can no longer be.

    A note that was struck belongs to the nearest open note of its pitch within reach, else to the
    nearest open note of another pitch, which is then wrong until the right one is struck.

    Parameters
    ----------
    song : Song
        As it is practised.
    reach_s : sequence of float
        For each note of the melody, how far off it may be played; session seconds, as
        `handmidi.score.judge.reach_s` has it for `rate`.
    good_s : float
        Farther from its time than this a right note is early or late.
    rate : float, default 1.0
        Song seconds per session second.
    latency_s : float, default 0.0
        How late the backing is heard, session seconds.
    waits : bool, default False
        The song waits for each note: none is late then.
    """

    def __init__(
        self,
        song: Song,
        reach_s,
        good_s: float,
        rate: float = 1.0,
        latency_s: float = 0.0,
        waits: bool = False,
    ) -> None:
        self._onsets = [note.onset_s for note in song.melody]
        self._pitches = [note.pitch for note in song.melody]
        self._reach = [float(reach) * rate for reach in reach_s]
        self._widest = 2 * max(self._reach, default=0.0)
        self._good, self._latency, self._rate = good_s * rate, latency_s * rate, rate
        self._waits = waits
        self._verdicts: list[str | None] = [None] * len(self._onsets)
        self._first_open = 0
        # Whoever tries a note in the count-in has played nothing wrong.
        self._begins = self._onsets[0] - self._reach[0] if self._onsets else 0.0
        self._right = self._judged = self._extras = 0
        self._off: deque[float] = deque([self._latency], maxlen=_LATELY)
        self._sounding: dict[int, float] = {}
        self.newest: str | None = None
        """The last verdict, or "extra"; None before the first."""
        self.told = 0
        """How many verdicts there were, extras included."""

    @property
    def verdicts(self) -> list[str | None]:
        """One for each note of the melody; None while it is open. Not to be changed."""
        return self._verdicts

    @property
    def accuracy(self) -> float | None:
        """Right notes ÷ (notes judged + extra notes), 0..1; None before the first."""
        all_ = self._judged + self._extras
        return self._right / all_ if all_ else None

    def played(self, song_s: float, pitch: int) -> str:
        """A note was struck at song second `song_s`; returns its verdict, or "extra"."""
        self.moved(song_s)
        self._sounding[pitch] = song_s
        lag = median(self._off)
        near = self._near(song_s - lag)
        same = [i for i in near if self._pitches[i] == pitch and self._verdicts[i] in (None, WRONG)]
        other = [i for i in near if self._verdicts[i] is None]
        if same:
            i = min(same, key=lambda i: abs(song_s - lag - self._onsets[i]))
            off = song_s - self._onsets[i]
            self._off.append(off)
            self._extras += self._verdicts[i] == WRONG  # what was struck in its place
            self._judge(i, self._tier(off - self._latency))
        elif other:
            i = min(other, key=lambda i: abs(song_s - lag - self._onsets[i]))
            self._judge(i, WRONG)
        elif song_s > self._begins:
            self._extras, self.told = self._extras + 1, self.told + 1
            self.newest = EXTRA
        return self.newest or EXTRA

    def ended(self, song_s: float, pitch: int) -> None:
        """A note ended."""
        self.moved(song_s)
        self._sounding.pop(pitch, None)

    def moved(self, song_s: float) -> None:
        """The song stands at `song_s`: what can no longer be played is missed, or held."""
        lag = median(self._off)
        while (i := self._first_open) < len(self._onsets):
            if self._verdicts[i] is None:
                if song_s <= self._onsets[i] + max(lag, 0.0) + self._reach[i]:
                    return
                begun = self._sounding.get(self._pitches[i])
                held = begun is not None and begun < self._onsets[i]
                self._judge(i, HELD if held else MISSED)
            self._first_open += 1

    def _near(self, song_s: float) -> range:
        """Notes within reach of a moment."""
        first = bisect_left(self._onsets, song_s - self._widest)
        last = bisect_left(self._onsets, song_s + self._widest)
        near = [i for i in range(first, last) if abs(song_s - self._onsets[i]) <= self._reach[i]]
        return range(near[0], near[-1] + 1) if near else range(0)

    def _tier(self, off: float) -> str:
        if self._waits or abs(off) <= self._good:
            return CORRECT
        return EARLY if off < 0 else LATE

    def _judge(self, i: int, verdict: str) -> None:
        self._judged += self._verdicts[i] is None
        self._right += verdict in _RIGHT
        self._verdicts[i] = self.newest = verdict
        self.told += 1
