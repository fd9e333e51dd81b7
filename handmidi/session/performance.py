"""A live session, from the first frame to the closed take."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from handmidi.calibration import load_calibration
from handmidi.clock import SessionClock
from handmidi.errors import HandMidiError, PresetError
from handmidi.instrument import STALL_S, Instrument, Preset, load_preset
from handmidi.outputs import Outputs
from handmidi.practice.recorder import Recorder
from handmidi.session.conductor import Conductor
from handmidi.session.dispatcher import Dispatcher
from handmidi.session.lines import note_line, song_line
from handmidi.session.opening import (
    adjusted,
    choose_preset,
    find_soundfont,
    open_outputs,
    open_screen,
    open_synth,
    scoring_doubts,
    start_recorder,
)
from handmidi.session.options import Options
from handmidi.session.player import Player
from handmidi.session.remote import Remote
from handmidi.session.signals import ending_signals
from handmidi.session.statistics import first_info, last_info, speed_line
from handmidi.session.window import Window
from handmidi.song import find_song, load_song
from handmidi.take import Take, TakeWriter, create_take
from handmidi.vision.process import VisionProcess
from handmidi.vision.tracker import ABOUT, find_tracker_model
from handmidi.vision.watch import Job

_SWITCH_S = 0.0005  # a thread with a note waits no longer for one without
_TAIL_S = 1.0
_LOOK_S = 0.05


class Performance:
    """Opens every stage in order, runs them, and closes them in the opposite order.

    Parameters
    ----------
    options : Options
    say : callable
        Takes one line for the user.
    """

    def __init__(self, options: Options, say: Callable[[str], None]) -> None:
        self._options, self._say = options, say
        self._warnings: list[str] = []
        self._clock = SessionClock()
        self._stop = threading.Event()
        self._remote: Remote | None = None
        self._length_s = 0.0
        self.failure: Exception | None = None
        """What broke a stage on the way; the take holds what was played before."""

    def run(self, guard: ExitStack) -> Take:
        """Play until the song, the camera, the time or the player ends it.

        Parameters
        ----------
        guard : ExitStack
            From the first note until it closes, a signal ends the performance only.

        Returns
        -------
        Take
            Closed. Look at `failure`.

        Raises
        ------
        HandMidiError
            If a stage cannot start: nothing was played then.
        """
        sys.setswitchinterval(_SWITCH_S)
        with ExitStack() as opened:
            self._open(opened)
            guard.enter_context(ending_signals(self._stop))
            try:
                with ExitStack() as running:
                    self._start(running)
                    self._watch_over()
            except HandMidiError as error:  # an output that blocks: the take is still whole
                self.failure = error
            finally:
                self._keep()
        self.failure = self._player.error or self._dispatcher.error or self.failure
        return self._take

    # ---- opening: everything that can be wrong is found before the first note

    def _open(self, opened: ExitStack) -> None:
        o = self._options
        preset, preset_file = self._choose()
        soundfont = find_soundfont(o, self._warn)
        self._hands = 2 if preset.other else o.hands
        self._preset_name = preset.name
        screen = open_screen(o, opened, self._say)
        self._launch_vision(opened, screen is not None)
        self._window = Window(screen, self._vision, self._clock) if screen else None
        self._synth = open_synth(soundfont, opened, self._say, self._warn)
        self._outputs = Outputs(open_outputs(o, self._synth, self._say, self._warn), self._warn)
        opened.callback(self._outputs.close)
        self._conductor = Conductor(o, self._song, o.bpm or preset.bpm, self._clock)
        self._conductor.open(opened, self._synth, self._outputs, self._say, self._warn)
        self._backing = self._conductor.backing
        if o.osc_in:
            self._remote = Remote(self._change_preset, self._stop, self._say)
            opened.callback(self._remote.close)
            self._remote.open(*o.osc_in, self._warn)
        fps = self._vision.open().fps
        if fps * STALL_S < 1:
            self._warn(f"camera {o.camera} gives {fps:g} pictures a second: too few for a note")
        self._open_take(preset, preset_file)
        self._make_threads(Instrument(preset, o.hands))
        self._dispatcher.send_now(self._player.instrument.set_up())

    def _launch_vision(self, opened: ExitStack, shown: bool) -> None:
        """It opens camera and tracker while we open all the rest."""
        o = self._options
        model = find_tracker_model(o.tracker, o.model)
        self._say(f"opening camera {o.camera}, tracker {o.tracker} …")
        if o.tracker == "skin":
            self._say(f"tracker skin is {ABOUT['skin']}")
        job = Job(o.camera, o.tracker, model, self._hands, *o.size, o.fps, o.mirrored)
        self._vision = VisionProcess(job, self._clock, self._warn, shown)
        opened.callback(self._vision.close)
        self._vision.launch()

    def _choose(self) -> tuple[Preset, Path | None]:
        """Song, ranges and preset; and the preset's file, if it has one."""
        o = self._options
        self._song = load_song(o.song, o.melody_track) if o.song else None
        calibration = load_calibration(o.camera, self._warn) if o.calibrated else None
        self._ranges = dict(calibration.ranges) if calibration else {}
        preset, preset_file = choose_preset(o.preset, self._song, self._ranges)
        preset = adjusted(preset, o)
        for doubt in scoring_doubts(preset) if self._song else ():
            self._warn(doubt)
        return preset, preset_file

    def _make_threads(self, instrument: Instrument) -> None:
        clock, conductor = self._clock, self._conductor
        self._recorder = Recorder(self._take.microphone, clock, self._warn)
        self._dispatcher = Dispatcher(
            clock, self._outputs, self._writer, self._backing, conductor.pulse
        )
        self._dispatcher.observe(conductor.observe)
        self._player = Player(self._vision, instrument, clock, self._dispatcher.put, conductor.lead)

    def _open_take(self, preset: Preset, preset_file: Path | None) -> None:
        song, o = self._song, self._options
        started = datetime.now().astimezone()
        self._info = first_info(o, song, preset, self._ranges, started)
        self._info |= {"outputs": self._outputs.names, "warnings": self._warnings}
        self._take = create_take(o.out, song.name if song else "play", started)
        song_file = find_song(o.song) if o.song else None
        self._writer = TakeWriter(self._take, self._info, self._warn, song_file, preset_file)

    @property
    def sounded(self) -> bool:
        """Whether the internal synth was heard."""
        return self._synth is not None

    # ---- playing

    def _start(self, running: ExitStack) -> None:
        self._writer.start()
        self._clock.start()
        if self._backing:
            start_recorder(self._recorder, self._take, running, self._say, self._warn)
        running.callback(self._conductor.close)
        begin_s = self._conductor.start()
        self._info |= self._conductor.started
        running.callback(self._end_dispatcher)
        running.callback(self._player.close)
        self._dispatcher.start()
        self._vision.start(begin_s)
        self._player.start()
        what = repr(self._song.title) if self._song else "what you like"
        keys = "Esc, q or Ctrl-C" if self._window else "Ctrl-C"
        self._say(f"play {what} with preset {self._info['preset']!r}; {keys} ends it")

    def _end_dispatcher(self) -> None:
        self._dispatcher.close(self._player.instrument.tear_down())

    def _watch_over(self) -> None:
        try:
            while not self._stop.is_set() and not self._is_over():
                if self._remote:
                    self._remote.obey(self._conductor, self._dispatcher)
                if self._window:
                    self._show(self._window)
                else:
                    self._stop.wait(_LOOK_S)
        finally:
            self._length_s = self._clock()

    def _is_over(self) -> bool:
        if self._player.done.is_set() or self._dispatcher.error:
            return True
        now_s = self._clock()
        if self._options.seconds is not None and now_s >= self._options.seconds:
            return True
        return bool(self._backing) and self._backing.song_s(now_s) > self._song.length_s + _TAIL_S

    def _show(self, window: Window) -> None:
        status = f"preset {self._preset_name}"
        if self._backing:
            status = song_line(self._song, self._backing.song_s(self._clock()))
        foot = ["tracker by colour: fragile"] if self._options.tracker == "skin" else []
        if self._options.stats:
            foot.append(speed_line(self._player, self._vision))
        asked = window.show(note_line(self._outputs.sounding), status, " · ".join(foot))
        if asked == "quit":
            self._stop.set()
        elif asked == "panic":
            self._dispatcher.panic()

    def _change_preset(self, name: str) -> str:
        preset = adjusted(load_preset(name, self._ranges), self._options)
        if preset.other and self._hands < 2:
            raise PresetError(f"preset {name} needs both hands: start with --hands 2")
        self._player.play(Instrument(preset, self._options.hands))
        changes = self._info.setdefault("preset_changes", [])
        changes.append({"time_s": round(self._clock(), 3), "preset": preset.name})
        self._preset_name = preset.name
        return f"preset: {preset.name}"

    # ---- closing

    def _keep(self) -> None:
        """Write the last of the take, whatever happened."""
        info, length_s = self._info, self._length_s
        if self._backing:
            song_s = self._backing.song_s(length_s)
            if song_s < self._song.melody[-1].onset_s:
                info["stopped_song_s"] = round(max(song_s, 0.0), 3)
        stages = (self._player, self._vision, self._dispatcher, self._recorder)
        info |= last_info(*stages, self._synth, length_s)
        try:
            self._writer.close(info)
        except HandMidiError as error:
            self.failure = error

    def _warn(self, line: str) -> None:
        self._warnings.append(line)
        self._say(line)
