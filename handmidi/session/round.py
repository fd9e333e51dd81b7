"""One round of a session: a take, from its first frame to its closed files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from statistics import median

from handmidi.errors import HandMidiError, TakeError
from handmidi.instrument import Instrument, Preset
from handmidi.practice.backing import bpm_at
from handmidi.practice.recorder import Recorder
from handmidi.practice.verdicts import LiveJudge
from handmidi.score.judge import GOOD_MS, reach_s
from handmidi.screen.scene import Connection, Moment
from handmidi.session.choice import Choice
from handmidi.session.conductor import Conductor
from handmidi.session.dispatcher import Dispatcher
from handmidi.session.lines import SongLine, WaitingHint
from handmidi.session.losses import Losses
from handmidi.session.measuring import output_latency
from handmidi.session.moments import Moments, Now
from handmidi.session.opening import start_recorder
from handmidi.session.player import Player
from handmidi.session.stage import Stage
from handmidi.session.statistics import first_info, last_info
from handmidi.song import find_song
from handmidi.take import Take, TakeWriter, create_take

_LATELY = 30


class Round:
    """Plays on an open stage, into a take of its own.

    Parameters
    ----------
    stage : Stage
        Open.
    choice : Choice
        What is played; it may differ from the stage's in song, tempo and preset.
    warnings : list of str
        Grows; for the take.
    say, warn : callable
        Take one line for the user.
    """

    def __init__(
        self,
        stage: Stage,
        choice: Choice,
        warnings: list[str],
        say: Callable[[str], None],
        warn: Callable[[str], None],
    ) -> None:
        self._stage, self._choice, self._warnings = stage, choice, warnings
        self._say, self._warn = say, warn
        self.preset: Preset = choice.preset
        self.song = choice.practised.song if choice.practised else None
        self.line = SongLine(self.song, choice.options.arrangement) if self.song else None
        self._waits = WaitingHint(bool(self.song) and self.song.fifths < 0)
        self._length_s = 0.0
        self._velocity: int | None = None
        self.has_played = False
        """Whether a note was struck."""
        self.failure: Exception | None = None
        """What broke a stage on the way; the take holds what was played before."""

    @property
    def take(self) -> Take:
        """Where it is kept."""
        return self._take

    # ---- opening: everything that can be wrong is found before the first note

    def open(self) -> None:
        """Make what keeps time, the take, and the threads.

        Raises
        ------
        HandMidiError
            If one of them cannot be had: nothing was played then.
        """
        stage, o = self._stage, self._choice.options
        bpm = o.bpm or self.preset.bpm
        self.conductor = Conductor(o, self.song, bpm, stage.clock, stage.link)
        self.conductor.open(stage.synth, stage.outputs, self._warn)
        self._backing = self.conductor.backing
        self._open_take()
        self._recorder = Recorder(self._take.microphone, stage.clock, self._warn)
        self.dispatcher = Dispatcher(
            stage.clock, stage.outputs, self._writer, self._backing, self.conductor.pulse
        )
        self.dispatcher.observe(self.conductor.observe)
        self._losses = Losses(stage.clock, self._warn)
        instrument = Instrument(self.preset, o.hands)
        self.player = Player(
            stage.vision, instrument, stage.clock, self.dispatcher.put, self.conductor.lead
        )
        self.dispatcher.send_now(instrument.set_up())
        self.moments = Moments(self.preset, self.song, o.arrangement, self._judge())

    def _open_take(self) -> None:
        song, o, stage = self.song, self._choice.options, self._stage
        started = datetime.now().astimezone()
        self._latency = output_latency(stage.synth, self._warn)
        ranges = self._choice.ranges
        self._info = first_info(o, song, self.preset, ranges, started, self._latency)
        self._info |= {"outputs": stage.outputs.names, "warnings": self._warnings}
        self._take = create_take(o.out, song.name if song else "play", started)
        song_file = find_song(o.song) if o.song else None
        preset_file = self._choice.preset_file
        self._writer = TakeWriter(self._take, self._info, self._warn, song_file, preset_file)

    def _judge(self) -> LiveJudge | None:
        if not self.song:
            return None
        o = self._choice.options
        rate, latency_s = o.tempo / 100, self._latency.ms / 1000
        reach = reach_s(self.song, rate)
        return LiveJudge(self.song, reach, GOOD_MS / 1000, rate, latency_s, o.wait)

    # ---- playing

    def play(self, until: Callable[[], bool]) -> None:
        """Play; `until` is asked again and again, and waits a little, until it says yes."""
        try:
            with ExitStack() as running:
                self._start(running)
                try:
                    while not until():
                        pass
                finally:
                    self._length_s = self._stage.clock()
        except HandMidiError as error:  # an output that blocks: the take is still whole
            self.failure = error
        finally:
            self._keep()
        self.failure = self.player.error or self.dispatcher.error or self.failure

    def _start(self, running: ExitStack) -> None:
        stage = self._stage
        self._writer.start()
        stage.clock.start()
        self._heard: list[Connection] = []
        if self._backing:
            start_recorder(self._recorder, self._take, running, self._say, self._warn)
            name = self._recorder.name
            self._heard.append(Connection("mic", name or "no microphone", bool(name)))
        self._watch_losses()
        running.callback(self._losses.close)
        running.callback(self.conductor.close)
        begin_s = self.conductor.start()
        self._info |= self.conductor.started
        self._writer.tell(self._info)
        running.callback(lambda: self.dispatcher.close(self.player.instrument.tear_down()))
        running.callback(self.player.close)
        self.dispatcher.start()
        stage.vision.start(begin_s)
        self.player.start()

    def _watch_losses(self) -> None:
        if heartbeat := self._stage.heartbeat:
            synth = self._stage.synth
            line = f"the {synth.name} gives no sound any more: connect its device again"

            def sounds_again(missed_s: float) -> str | None:
                return f"the {synth.name} sounds again" if synth.start_again(missed_s) else None

            self._losses.watch(lambda: heartbeat.position_s, line, sounds_again)
        if self._recorder.name:
            line = (
                f"the microphone {self._recorder.name} gives nothing any more: connect it, and "
                "start again"
            )
            self._losses.watch(lambda: self._recorder.recorded_s, line)

    @property
    def is_over(self) -> bool:
        """Whether film, song or time has ended, or a stage broke."""
        if self.player.done.is_set() or self.dispatcher.error:
            return True
        now_s, seconds = self._stage.clock(), self._choice.options.seconds
        if seconds is not None and now_s >= seconds:
            return True
        return self.conductor.is_over(now_s)

    @property
    def bar(self) -> int | None:
        """Printed number of the bar where the song stands; None without a song."""
        if not self._backing:
            return None
        return self.line.number(self._backing.song_s(self._stage.clock()))

    def change_preset(self, preset: Preset) -> None:
        """Play another preset from the next frame on."""
        self.player.play(Instrument(preset, self._choice.options.hands))
        changes = self._info.setdefault("preset_changes", [])
        changes.append({"time_s": round(self._stage.clock(), 3), "preset": preset.name})
        self._writer.tell(self._info)
        self.preset = preset
        self.moments.play(preset)

    # ---- telling

    @property
    def connections(self) -> list[Connection]:
        """What the session speaks and listens to."""
        return [*self._stage.connections, *self._heard]

    def hint(self) -> str | None:
        """What the song has been waiting for, for a player without a window."""
        now_s = self._stage.clock()
        return self._waits.line(now_s, self._backing.awaited(now_s)) if self._backing else None

    def listen(self) -> None:
        """Take in what was played since the last time; to be called often."""
        self._losses.look()
        judge, sent = self.moments.judge, self.dispatcher.sent
        while sent:
            song_s, message = sent.popleft()
            is_on = message.type == "note_on" and message.velocity > 0
            if is_on:
                self._velocity, self.has_played = message.velocity, True
            if judge and song_s is not None and message.type in ("note_on", "note_off"):
                (judge.played if is_on else judge.ended)(song_s, message.note)

    def moment(self) -> Moment:
        """How it is now."""
        now_s, player, backing = self._stage.clock(), self.player, self._backing
        song_s = backing.song_s(now_s) if backing else None
        if backing and self.moments.judge:
            self.moments.judge.moved(song_s)
        times_s = tuple(player.times_s)[-_LATELY:]  # the player's thread goes on adding
        latest = player.message_ms.lately(_LATELY)
        span_s = times_s[-1] - times_s[0] if len(times_s) > 1 else 0.0
        return self.moments.moment(
            Now(
                now_s,
                self._stage.outputs.sounding,
                player.instrument.readings,
                times_s[-1] if times_s else None,
                song_s,
                backing.line(now_s).bpm / bpm_at(self.song, max(song_s, 0.0)) if backing else 1.0,
                backing.awaited(now_s) if backing else (),
                self._recorder.lately_dbfs if backing else None,
                self._velocity,
                median(latest) if latest else None,
                (len(times_s) - 1) / span_s if span_s > 0 else None,
                self._stage.is_muted,
            )
        )

    # ---- closing

    def _keep(self) -> None:
        """Write the last of the take, whatever happened."""
        self.listen()
        info, length_s = self._info, self._length_s
        stopped_s = self.conductor.stopped_s(length_s)
        if stopped_s is not None:
            info["stopped_song_s"] = round(stopped_s, 3)
        stages = (self.player, self._stage.vision, self.dispatcher, self._recorder)
        info |= last_info(*stages, self._stage.synth, length_s, self._latency)
        try:
            self._writer.close(info)
        except HandMidiError as error:
            self.failure = error
        if self._recorder.failed and not self.failure:
            self.failure = TakeError(
                f"{self._take.microphone} is not complete: make room, then play again"
            )

    def forget(self) -> None:
        """Remove a take in which nothing was played."""
        shutil.rmtree(self._take.folder, ignore_errors=True)
