"""Where a session's tempo comes from, and where a song's beats lie."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handmidi.beat import BeatLine, Beats
from handmidi.notes import Note
from handmidi.practice.link import MAX_BPM, MIN_BPM, LinkSession
from handmidi.song import Song

_MOMENT_S = 0.001


class OwnTempo:
    """A tempo of our own, which may be changed: the beats go on from where they are.

    Parameters
    ----------
    bpm : float
        Quarter notes per minute; beat 0 is session second 0.
    """

    def __init__(self, bpm: float) -> None:
        self._line = BeatLine(0.0, bpm)

    def line(self, _: float) -> BeatLine:
        """The beats. To be used as `Beats`."""
        return self._line

    def begin(self, at_s: float) -> None:
        """Let beat 0 be session second `at_s`."""
        self._line = BeatLine(at_s, self._line.bpm)

    def set_bpm(self, bpm: float, now_s: float) -> None:
        """Change the tempo at session second `now_s`."""
        beat = self._line.beat(now_s)
        self._line = BeatLine(now_s - beat * 60 / bpm, bpm)


def shared_tempo(song: Song | None, bpm: float, clock: Callable[[], float]) -> LinkSession:
    """A Link session that is not open yet; who is alone in it begins with our own tempo.

    Parameters
    ----------
    song : Song, optional
        Its first metre is the session's bar; four quarter notes without one.
    bpm : float
        Quarter notes per minute; Link takes the nearest that it can say.
    clock : callable
        Gives session seconds.
    """
    bpm = min(max(bpm, MIN_BPM), MAX_BPM)
    if song is None:
        return LinkSession(clock, bpm)
    return LinkSession(clock, bpm, song.meters[0].bar_beats)


def melody_notes(song: Song, started_s: float, rate: float) -> Sequence[Note]:
    """The melody in session seconds: what an instrument may expect of the hand.

    Parameters
    ----------
    song : Song
    started_s : float
        Session second of the song's second 0.
    rate : float
        1.0 is the song's own tempo.
    """
    return [
        Note(started_s + note.onset_s / rate, note.pitch, note.duration_s / rate, note.velocity)
        for note in song.melody
    ]


def song_beats(song: Song, started_s: float, rate: float) -> Beats:
    """The song's beats in session time, as it was started.

    Unlike `Backing.line` they do not follow the audio's clock: a take replays to the same.
    """

    def line(now_s: float) -> BeatLine:
        song_s = (now_s - started_s) * rate
        beat = song.tempo.beat(song_s)
        bpm = (song.tempo.beat(song_s + _MOMENT_S) - beat) / _MOMENT_S * 60 * rate
        return BeatLine(now_s - beat * 60 / bpm, bpm)

    return line
