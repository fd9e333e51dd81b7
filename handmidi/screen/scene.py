"""What the screen is told: a scene now and then, a moment many times a second.

Both are small values that cross to the screen's process. They hold words and numbers that are
ready to be shown: the screen knows no song, no preset and no score.
"""

from __future__ import annotations

from dataclasses import dataclass

VERDICTS = ("correct", "early", "late", "held", "wrong", "missed")
"""How a note of the lane was played. None is a note that is still to come."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A zone of the ladder.

    Parameters
    ----------
    label : str
        Such as ``C♯5``, or ``rest``.
    pitches : tuple of int
        Key numbers that sound there; none is a rest.
    """

    label: str
    pitches: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The zones of one hand.

    Parameters
    ----------
    rungs : tuple of Rung
        The lowest value of the control first. Without steps, a rung for each semitone.
    control : str
        What the hand moves by, in a word or two: ``distance``.
    hand : {"any", "left", "right"}
    continuous : bool
        Whether it plays without steps; rungs are then marks on a scale.
    """

    rungs: tuple[Rung, ...]
    control: str
    hand: str = "any"
    continuous: bool = False


@dataclass(frozen=True, slots=True)
class Connection:
    """Something that the session speaks or listens to.

    Parameters
    ----------
    kind : {"MIDI", "OSC", "sound", "mic", "Link", "clock", "OSC in"}
    name : str
        Which one, or why there is none.
    works : bool
    """

    kind: str
    name: str
    works: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    """What stays the same for a while.

    Parameters
    ----------
    title : str
        The song's, or the preset's.
    preset : str
        Its name.
    ladders : tuple of Ladder
        None, one, or two; the first belongs to the hand that plays the melody.
    connections : tuple of Connection
    commands : tuple of str
        Those of `handmidi.screen.keys.COMMANDS` that can be given now; the help lists their keys.
    practises : bool
        Whether a song is practised: there is a lane then.
    """

    title: str = ""
    preset: str = ""
    ladders: tuple[Ladder, ...] = ()
    connections: tuple[Connection, ...] = ()
    commands: tuple[str, ...] = ()
    practises: bool = False


@dataclass(frozen=True, slots=True)
class LaneNote:
    """A note of the melody near the now-line.

    Parameters
    ----------
    onset_s, end_s : float
        Song seconds.
    rung : float or None
        Where on the first ladder its middle lies, in rungs (2.5 is the middle of the third);
        None if the ladder has no such note.
    label : str
    verdict : str or None
        One of `VERDICTS`; None is still to come.
    """

    onset_s: float
    end_s: float
    rung: float | None
    label: str
    verdict: str | None = None


@dataclass(frozen=True, slots=True)
class LaneBar:
    """A bar line near the now-line: song second, and the bar's printed number."""

    at_s: float
    label: str


@dataclass(frozen=True, slots=True)
class Result:
    """How a practice went, for the end screen.

    Parameters
    ----------
    accuracy : float or None
        0..1; None if nothing could be scored.
    counts : tuple of (str, int)
        Such as ``("correct", 48)``, in the order to be shown; names of `VERDICTS`, and ``extra``.
    lines : tuple of str
        Whole sentences: timing, what to practise next.
    earlier : tuple of float
        Accuracies of earlier takes of the same song, the oldest first.
    status : str
        What goes on, or where the report lies.
    """

    accuracy: float | None
    counts: tuple[tuple[str, int], ...] = ()
    lines: tuple[str, ...] = ()
    earlier: tuple[float, ...] = ()
    status: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """What changes all the time.

    Parameters
    ----------
    time_s : float
        Session second at which all this was so.
    note : str
        Names of what sounds; empty is silence.
    frequency_hz : float or None
        Of the highest sounding note, its bend included.
    lit : tuple of tuple of int
        For each ladder the rungs that sound.
    cursors : tuple of float or None
        For each ladder where the hand is, in rungs: 0 is the lower edge of the first, 2.5 the
        middle of the third; None where no hand is seen.
    is_seen : bool
        Whether a hand is in the picture.
    was_seen : bool
        Whether a hand was in the picture before.
    is_filmed : bool
        Whether the camera still gives pictures.
    song_s : float or None
        Song second at `time_s`, negative in the count-in; None without a song.
    rate : float
        Song seconds per second; 0 while the song waits.
    notes : tuple of LaneNote
        The melody's from some seconds before `song_s` to some seconds after.
    bars : tuple of LaneBar
        The same for bar lines.
    count_in : str
        The beat that is counted, large; empty outside a count-in.
    place : str
        Such as ``bar 4 of 14, beat 2``.
    loop : str
        Such as ``bars 5–8, pass 2 of 6``; empty without one.
    tempo : str
        Such as ``85 %`` or ``96 bpm``; empty if there is none.
    awaited : str
        What the song waits for; empty if it does not wait.
    progress : float or None
        How far the song is, 0..1.
    verdict : str or None
        Of the newest note: one of `VERDICTS`, or ``extra``.
    verdict_s : float
        Session second at which that was known.
    accuracy : float or None
        0..1, of the notes that were due so far.
    level_dbfs : float or None
        Of the microphone, lately; None without one.
    velocity : int or None
        Of the newest note, 1..127.
    latency_ms : float or None
        From picture to message, lately.
    fps : float or None
        Pictures per second, lately.
    is_muted : bool
        Whether the built-in sound is off.
    task : str
        What the player shall do now, in large letters: a step of the calibration, say.
    notice : str
        A line that must be read: a warning, or what a key has done.
    is_warning : bool
        Whether `notice` bears the sign of a warning.
    result : Result or None
        Shown over everything else.
    """

    time_s: float = 0.0
    note: str = ""
    frequency_hz: float | None = None
    lit: tuple[tuple[int, ...], ...] = ()
    cursors: tuple[float | None, ...] = ()
    is_seen: bool = True
    was_seen: bool = False
    is_filmed: bool = True
    song_s: float | None = None
    rate: float = 0.0
    notes: tuple[LaneNote, ...] = ()
    bars: tuple[LaneBar, ...] = ()
    count_in: str = ""
    place: str = ""
    loop: str = ""
    tempo: str = ""
    awaited: str = ""
    progress: float | None = None
    verdict: str | None = None
    verdict_s: float = 0.0
    accuracy: float | None = None
    level_dbfs: float | None = None
    velocity: int | None = None
    latency_ms: float | None = None
    fps: float | None = None
    is_muted: bool = False
    task: str = ""
    notice: str = ""
    is_warning: bool = True
    result: Result | None = None
