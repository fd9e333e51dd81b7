"""What the screen is told of a session: its scene, and each moment of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handmidi.instrument.preset import Preset
from handmidi.notes import frequency, pitch_name
from handmidi.practice.backing import count_in_beats
from handmidi.practice.verdicts import LiveJudge
from handmidi.screen.scene import Connection, LaneBar, LaneNote, Moment, Scene
from handmidi.session.ladders import bend_semitones, hand_ladders
from handmidi.session.lines import SongLine
from handmidi.song import Song
from handmidi.song.arrangement import Arrangement

_BEFORE_S, _AFTER_S, _MOST = 3.0, 9.0, 120
_LONGEST_S = 30.0
"""A note that has sounded for longer is not looked for: a song may hold one from its beginning."""
"""How much of the lane is told, session seconds, and how many notes at most."""

_NOTICE_S = 4.0


@dataclass(frozen=True, slots=True)
class Now:
    """What the session knows of this moment.

    Parameters
    ----------
    time_s : float
        Session second.
    sounding : sequence of (int, int)
        Channel and key number.
    readings : mapping
        As `handmidi.instrument.Instrument.readings`.
    seen_s : float or None
        When the newest picture was taken.
    song_s, rate : float or None, float
        Where the song stands, and its pace.
    awaited : sequence of int
        Pitches for which it waits.
    level_dbfs, velocity, latency_ms, fps, is_muted
        As `handmidi.screen.scene.Moment` has them.
    """

    time_s: float
    sounding: Sequence[tuple[int, int]] = ()
    readings: Mapping[str, Mapping[str, float]] | None = None
    seen_s: float | None = None
    song_s: float | None = None
    rate: float = 1.0
    awaited: Sequence[int] = ()
    level_dbfs: float | None = None
    velocity: int | None = None
    latency_ms: float | None = None
    fps: float | None = None
    is_muted: bool = False


class Moments:
    """Makes the screen's values of what the session knows.

    Parameters
    ----------
    preset : Preset
    song : Song, optional
        As it is practised.
    arrangement : Arrangement, optional
    judge : LiveJudge, optional
        Of that song.
    """

    OLD_S = 0.5
    """A picture older than this is none any more."""

    def __init__(
        self,
        preset: Preset,
        song: Song | None = None,
        arrangement: Arrangement | None = None,
        judge: LiveJudge | None = None,
    ) -> None:
        self._song, self.judge = song, judge
        self._flats = bool(song) and song.fifths < 0
        self._line = SongLine(song, arrangement) if song and arrangement else None
        self._arrangement = arrangement
        self._was_seen, self._verdict_s, self._newest = False, 0.0, (0, None)
        self._noticed = "", -_NOTICE_S, False
        if song:
            self._onsets = [note.onset_s for note in song.melody]
            self._longest_s = max((note.duration_s for note in song.melody), default=0.0)
            self._numbers, self._length_s = song.bar_numbers, song.length_s
            self._bars_s = [song.tempo.seconds(beat) for beat in song.bars[:-1]]
        self.play(preset)

    def play(self, preset: Preset) -> None:
        """Another preset is played."""
        self._preset, self._ladders = preset, hand_ladders(preset, self._flats)

    def scene(self, connections: Sequence[Connection], commands: Sequence[str]) -> Scene:
        """What stays the same for a while."""
        title = self._song.title if self._song else self._preset.title
        ladders = tuple(each.ladder for each in self._ladders)
        told = tuple(connections), tuple(commands)
        return Scene(title, self._preset.name, ladders, *told, self._song is not None)

    def notice(self, line: str, now_s: float, is_warning: bool = True) -> None:
        """Show a line for some seconds. For any thread."""
        self._noticed = line, now_s, is_warning

    def moment(self, now: Now) -> Moment:
        """How it is now."""
        readings = now.readings or {}
        cursors = tuple(ladder.cursor(readings) for ladder in self._ladders)
        pitches = [pitch for _, pitch in now.sounding]
        lit = [ladder.lit(pitches, at) for ladder, at in zip(self._ladders, cursors, strict=True)]
        is_filmed = now.seen_s is not None and now.time_s - now.seen_s <= self.OLD_S
        is_seen = bool(readings) and is_filmed
        self._was_seen = self._was_seen or is_seen
        notice, noticed_s, is_warning = self._noticed
        note, hz = self._note(pitches, cursors, readings)
        return Moment(
            time_s=now.time_s,
            note=note,
            frequency_hz=hz,
            lit=tuple(lit),
            cursors=cursors if is_seen else (None,) * len(cursors),
            is_seen=is_seen,
            was_seen=self._was_seen,
            is_filmed=is_filmed or now.seen_s is None,
            level_dbfs=now.level_dbfs,
            velocity=now.velocity,
            latency_ms=now.latency_ms,
            fps=now.fps,
            is_muted=now.is_muted,
            notice=notice if now.time_s - noticed_s < _NOTICE_S else "",
            is_warning=is_warning,
            **(self._of_song(now) if self._song and now.song_s is not None else {}),
        )

    def _note(self, pitches: Sequence[int], cursors, readings) -> tuple[str, float | None]:
        """Names of what sounds, and the highest frequency."""
        if not pitches:
            return "", None
        main = self._ladders[0] if self._ladders else None
        if main and main.ladder.continuous and cursors[0] is not None:
            hz = main.hz(cursors[0])
            at = min(int(cursors[0]), len(main.ladder.rungs) - 1)
            return main.ladder.rungs[at].label, hz
        names = " ".join(pitch_name(pitch, self._flats) for pitch in sorted(pitches))
        return names, frequency(max(pitches) + bend_semitones(self._preset, readings))

    def _of_song(self, now: Now) -> dict[str, object]:
        a, song_s, stands = self._arrangement, now.song_s, bool(now.awaited)
        return {
            "song_s": song_s,
            "rate": 0.0 if stands else now.rate,
            "notes": self._notes(song_s, now.rate),
            "bars": self._bars(song_s, now.rate),
            "count_in": self._count_in(song_s),
            "place": self._line.place(song_s) if self._line else "",
            "loop": self._line.loop(song_s) if self._line else "",
            "tempo": f"{a.tempo:g} %" if a and not a.rise else "",
            "awaited": " or ".join(pitch_name(p, self._flats) for p in now.awaited),
            "progress": min(max(song_s / self._length_s, 0.0), 1.0),
            **self._judged(now),
        }

    def _judged(self, now: Now) -> dict[str, object]:
        judge = self.judge
        if not judge:
            return {}
        newest = judge.told, judge.newest
        if newest != self._newest:
            self._newest, self._verdict_s = newest, now.time_s
        return {
            "verdict": judge.newest,
            "verdict_s": self._verdict_s,
            "accuracy": judge.accuracy,
        }

    def _notes(self, song_s: float, rate: float) -> tuple[LaneNote, ...]:
        since_s, until_s = song_s - _BEFORE_S * rate, song_s + _AFTER_S * rate
        first = bisect_left(self._onsets, since_s - min(self._longest_s, _LONGEST_S))
        last = bisect_left(self._onsets, until_s)
        verdicts = self.judge.verdicts if self.judge else None
        out = []
        for i in range(first, last):
            note = self._song.melody[i]
            end_s = note.onset_s + note.duration_s
            if end_s < since_s:
                continue
            rung = self._ladders[0].middle(note.pitch) if self._ladders else None
            label = pitch_name(note.pitch, self._flats)
            out.append(
                LaneNote(note.onset_s, end_s, rung, label, verdicts[i] if verdicts else None)
            )
            if len(out) == _MOST:
                break
        return tuple(out)

    def _bars(self, song_s: float, rate: float) -> tuple[LaneBar, ...]:
        first = bisect_left(self._bars_s, song_s - _BEFORE_S * rate)
        last = bisect_left(self._bars_s, song_s + _AFTER_S * rate)
        return tuple(
            LaneBar(self._bars_s[i], str(self._numbers[i] or ""))
            for i in range(first, min(last, first + _MOST))
        )

    def _count_in(self, song_s: float) -> str:
        """The beat of the count-in, counted as the metre has it; empty in the song."""
        if song_s >= 0:
            return ""
        meter, song = self._song.meters[0], self._song
        step_s = 4 / meter.denominator * 60 / song.tempo.bpm
        before = song_s + count_in_beats(song, 4) * 60 / song.tempo.bpm
        return str(int(before / step_s + 1e-6) % meter.numerator + 1)
