"""Whatever keeps time in a session: tempo, backing, metronome; and who is told."""

from __future__ import annotations

from collections.abc import Callable

from handmidi.beat import Beats
from handmidi.instrument import Instrument
from handmidi.notes import Note
from handmidi.outputs import Outputs
from handmidi.outputs.synth import Synth
from handmidi.practice.backing import Backing
from handmidi.practice.link import LinkSession
from handmidi.practice.metronome import Metronome
from handmidi.practice.waiting import JUST_BEFORE_S, WaitingBacking
from handmidi.session.options import Options
from handmidi.session.pulse import Pulse
from handmidi.session.tempo import OwnTempo, melody_notes, song_beats
from handmidi.song import Song

_EXPECT_AGAIN_S = 1.0
_TAIL_S = 1.0
_LEAD_S = 0.1  # the dispatcher must run before beat 0, or no receiver of the clock would start


class Conductor:
    """Gives the tempo: an Ableton Link session's, else the song's, else our own.

    Parameters
    ----------
    options : Options
    song : Song, optional
        As it is practised.
    bpm : float
        Our own tempo, where nobody else sets one.
    clock : callable
        Gives session seconds.
    link : LinkSession, optional
        Open, where the tempo is shared.
    """

    def __init__(
        self,
        options: Options,
        song: Song | None,
        bpm: float,
        clock: Callable[[], float],
        link: LinkSession | None = None,
    ) -> None:
        self._options, self._song, self._clock = options, song, clock
        self._own = OwnTempo(bpm)
        self._link = link
        self._metronome: Metronome | None = None
        self._led: Instrument | None = None
        self._steps: Beats = link.line if link else self._own.line
        self._notes: list[Note] = []
        self._expected_s = 0.0
        self.backing: Backing | None = None
        self.pulse: Pulse | None = None
        self.started: dict[str, float] = {}
        """For take.json: `song_started_s`, session second of the song's second 0 as it was known
        at the start; without a song or Link `beats_started_s`, that of our own beat 0."""

    @property
    def beats(self) -> Beats:
        """The tempo that others are told."""
        if self.backing:  # it goes along with a Link session, and its beat 0 is the song's
            return self.backing.line
        return self._link.line if self._link else self._own.line

    def open(self, synth: Synth | None, outputs: Outputs, warn: Callable[[str], None]) -> None:
        """Make what keeps time."""
        o = self._options
        if self._song:
            self.backing = self._make_backing(self._song, synth)
        if o.metronome and self._song is None and synth:
            self._metronome = Metronome(synth, self.beats)
        elif o.metronome and self._song is None:
            warn("no metronome: it sounds on the internal synth, which is not there")
        if (o.clock or o.osc) and not o.wait:  # a song that waits has no beat to tell
            self.pulse = Pulse(self.beats, outputs, o.clock)

    def _make_backing(self, song: Song, synth: Synth | None) -> Backing:
        o = self._options
        if o.wait:
            return WaitingBacking(song, o.tempo / 100, synth, o.count_in)
        beats = self._link.line if self._link else None
        return Backing(song, o.tempo / 100, synth, beats, o.count_in)

    def start(self) -> float:
        """Begin now; returns the session second. Takes a quarter of a second where there is sound.

        The dispatcher's thread must not run yet.
        """
        for sounding in (self.backing, self._metronome):
            if sounding:
                sounding.listen(self._clock)
        now_s = self._clock()
        if self.backing:
            self._start_song(self.backing, now_s)
        elif not self._link:
            started_s = round(now_s + _LEAD_S, 4)
            self._own.begin(started_s)
            self.started = {"beats_started_s": started_s}
        if self._metronome:
            self._metronome.start(now_s)
        return now_s

    def _start_song(self, backing: Backing, now_s: float) -> None:
        backing.start(now_s)
        started_s = round(backing.session_s(0.0), 4)
        self.started = {"song_started_s": started_s}
        if self._options.wait:  # nobody knows when its notes will be due
            return
        rate = self._options.tempo / 100
        self._notes = melody_notes(self._song, started_s, rate)
        if not self._link:
            self._steps = song_beats(self._song, started_s, rate)

    def lead(self, instrument: Instrument, now_s: float) -> None:
        """Tell the instrument the tempo and the song's coming notes. For the watcher's thread."""
        if instrument.preset.grid_beats:
            instrument.follow(self._steps(now_s))
        is_new, self._led = instrument is not self._led, instrument
        if self.backing and self._link and now_s - self._expected_s > _EXPECT_AGAIN_S:
            self._notes = [
                Note(self.backing.session_s(n.onset_s), n.pitch, n.duration_s)
                for n in self._song.melody
            ]
            self._expected_s, is_new = now_s, True
        if is_new and self._notes:
            instrument.expect(self._notes)

    def observe(self, now_s: float) -> None:
        """Let the metronome follow the tempo. For the dispatcher's thread."""
        if self._metronome:
            self._metronome.observe(now_s)

    def stopped_s(self, now_s: float) -> float | None:
        """Song second up to which a song was played that is stopped now; None if it is whole.

        0 if none of its notes was due. One that the song waits for is not played.
        """
        if not self.backing:
            return None
        song_s, melody = self.backing.song_s(now_s), self._song.melody
        if self.backing.awaited(now_s):
            song_s -= JUST_BEFORE_S
        if song_s >= melody[-1].onset_s:
            return None
        return song_s if song_s >= melody[0].onset_s else 0.0

    def is_over(self, now_s: float) -> bool:
        """Whether the song has ended, and its last note died away."""
        return bool(self.backing) and self.backing.song_s(now_s) > self._song.length_s + _TAIL_S

    @property
    def has_transport(self) -> bool:
        """Whether there is anything to start and stop: clock, metronome, Link."""
        return self._options.clock or bool(self._link) or self._metronome is not None

    def start_again(self) -> None:
        """Start the transport, from beat 0 where the tempo is our own. For the dispatcher's
        thread.
        """
        if not self._link:
            self.stop()
            self._own.begin(self._clock() + _LEAD_S)
        if self.pulse:
            self.pulse.go_on()
        if self._metronome:
            self._metronome.start(self._clock())
        if self._link:
            self._link.set_playing(True)

    def stop(self) -> None:
        """Stop the transport. For the dispatcher's thread."""
        if self.pulse:
            self.pulse.stop()
        if self._metronome:
            self._metronome.close()
        if self._link:
            self._link.set_playing(False)

    def set_bpm(self, bpm: float) -> str:
        """Change the tempo; returns a line for the user."""
        if self._link:
            self._link.set_bpm(bpm)
        elif self.backing:
            return "a practice keeps its tempo: start it with --tempo, or with --link"
        else:
            self._own.set_bpm(bpm, self._clock())
        return f"tempo: {bpm:g} bpm"

    def close(self) -> None:
        """Fall silent."""
        for sounding in (self.backing, self._metronome):
            if sounding:
                sounding.close()
