"""A live session, from the first frame to the closed take."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from handmidi import assets
from handmidi.calibration import load_calibration
from handmidi.errors import HandMidiError, OutputError, PresetError
from handmidi.instrument import Instrument, Preset, load_preset
from handmidi.notes import pitch_name
from handmidi.outputs import Outputs
from handmidi.practice.recorder import Recorder, write_silence
from handmidi.screen import Screen, draw
from handmidi.session.clock import SessionClock
from handmidi.session.conductor import Conductor
from handmidi.session.dispatcher import Dispatcher
from handmidi.session.opening import (
    adjusted,
    choose_preset,
    find_soundfont,
    open_outputs,
    open_screen,
    open_synth,
)
from handmidi.session.options import Options
from handmidi.session.remote import Remote
from handmidi.session.signals import ending_signals
from handmidi.session.statistics import statistics, versions
from handmidi.session.watcher import Watcher
from handmidi.song import find_song, load_song
from handmidi.take import Take, TakeWriter, create_take
from handmidi.vision.camera import open_camera
from handmidi.vision.grabber import FrameGrabber
from handmidi.vision.tracker import open_tracker

_TAIL_S = 1.0
_LOOK_S = 0.05
_FRAME_S = 1 / 30


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
        self.failure = self._watcher.error or self._dispatcher.error or self.failure
        return self._take

    # ---- opening: everything that can be wrong is found before the first note

    def _open(self, opened: ExitStack) -> None:
        o = self._options
        self._song = load_song(o.song, o.melody_track) if o.song else None
        calibration = load_calibration(o.camera, self._warn) if o.calibrated else None
        self._ranges = dict(calibration.ranges) if calibration else {}
        preset, preset_file = choose_preset(o.preset, self._song, self._ranges)
        preset = adjusted(preset, o)
        if self._song and preset.main.continuous:
            self._warn(f"preset {preset.name} has no steps: its notes will be scored as wrong")
        if self._song and preset.other and preset.other.plays:
            self._warn(f"preset {preset.name} plays with both hands: extra notes will be scored")
        model = assets.find_model()
        soundfont = find_soundfont(o, self._warn)
        self._say(f"opening camera {o.camera}, tracker {o.tracker} …")
        camera = opened.enter_context(open_camera(o.camera))
        self._hands = hands = 2 if preset.other else o.hands
        self._preset_name = preset.name
        tracker = opened.enter_context(open_tracker(o.tracker, model, hands))
        self._screen = open_screen(o, opened, self._say)
        self._synth = open_synth(soundfont, opened, self._say, self._warn)
        self._outputs = Outputs(open_outputs(o, self._synth, self._say, self._warn), self._warn)
        opened.callback(self._outputs.close)
        self._conductor = Conductor(o, self._song, o.bpm or preset.bpm, self._clock)
        self._conductor.open(opened, self._synth, self._outputs, self._say, self._warn)
        self._backing = self._conductor.backing
        self._open_take(preset, preset_file)
        self._recorder = Recorder(self._take.microphone, self._clock, self._warn)
        self._grabber = FrameGrabber(camera, self._clock)
        self._dispatcher = Dispatcher(
            self._clock, self._outputs, self._writer, self._backing, self._conductor.pulse
        )
        self._dispatcher.observe(self._conductor.observe)
        instrument = Instrument(preset, o.hands)
        self._watcher = Watcher(
            self._grabber,
            tracker,
            instrument,
            self._clock,
            self._dispatcher.put,
            self._conductor.lead,
        )
        self._dispatcher.send_now(instrument.set_up())
        if o.osc_in:
            self._remote = Remote(
                self._conductor, self._dispatcher, self._change_preset, self._stop, self._say
            )
            opened.callback(self._remote.close)
            self._remote.open(*o.osc_in, self._warn)

    def _open_take(self, preset: Preset, preset_file: Path | None) -> None:
        song, o = self._song, self._options
        started = datetime.now().astimezone()
        self._info: dict[str, Any] = {
            "started": started.isoformat(timespec="seconds"),
            "song": {"name": song.name, "title": song.title} if song else None,
            "preset": preset.name,
            "preset_as_played": preset.to_dict(),
            "ranges": self._ranges,
            "settings": o.for_take(),
            "versions": versions(),
            "outputs": self._outputs.names,
            "warnings": self._warnings,
        }
        if song and o.melody_track is not None:
            self._info["song"]["melody_track"] = o.melody_track
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
            self._start_recorder(running)
        running.callback(self._conductor.close)
        begin_s = self._conductor.start()
        if self._backing:
            self._info["song_started_s"] = self._conductor.song_started_s
        running.callback(self._end_dispatcher)
        for stage in (self._watcher, self._grabber):
            running.callback(stage.close)
        self._dispatcher.start()
        self._watcher.start()
        self._grabber.start(begin_s)
        what = repr(self._song.title) if self._song else "what you like"
        keys = "Esc, q or Ctrl-C" if self._screen else "Ctrl-C"
        self._say(f"play {what} with preset {self._info['preset']!r}; {keys} ends it")

    def _end_dispatcher(self) -> None:
        self._dispatcher.close(self._watcher.instrument.tear_down())

    def _start_recorder(self, running: ExitStack) -> None:
        try:
            self._say(f"recording: {self._recorder.start()}")
            running.callback(self._recorder.close)
        except OutputError as error:
            self._warn(f"{error}; going on without a recording")
            try:
                write_silence(self._take.microphone)
            except OSError as refused:
                self._warn(f"cannot write {self._take.microphone}: {refused.strerror}")

    def _watch_over(self) -> None:
        try:
            while not self._stop.is_set() and not self._is_over():
                if self._remote:
                    self._remote.obey()
                if self._screen:
                    self._show(self._screen)
                else:
                    self._stop.wait(_LOOK_S)
        finally:
            self._length_s = self._clock()

    def _is_over(self) -> bool:
        if self._watcher.done.is_set() or self._dispatcher.error:
            return True
        now_s = self._clock()
        if self._options.seconds is not None and now_s >= self._options.seconds:
            return True
        return bool(self._backing) and self._backing.song_s(now_s) > self._song.length_s + _TAIL_S

    def _show(self, screen: Screen) -> None:
        view = self._watcher.view
        if view:
            boxes = [hand.box for hand in view.tracked]
            screen.show(draw(view.image, boxes, self._note(), self._status()))
        asked = screen.asked(_FRAME_S)
        if asked == "quit":
            self._stop.set()
        elif asked == "panic":
            self._dispatcher.panic()

    def _note(self) -> str:
        return " ".join(pitch_name(pitch) for _, pitch in self._outputs.sounding) or "–"

    def _status(self) -> str:
        if not self._backing:
            return f"preset {self._preset_name}"
        song_s = self._backing.song_s(self._clock())
        if song_s < 0:
            return f"{self._song.title}: count-in"
        beat = min(int(self._song.tempo.beat(song_s)) + 1, round(self._song.length_beats))
        return f"{self._song.title}: beat {beat} of {self._song.length_beats:.0f}"

    def _change_preset(self, name: str) -> str:
        preset = adjusted(load_preset(name, self._ranges), self._options)
        if preset.other and self._hands < 2:
            raise PresetError(f"preset {name} needs both hands: start with --hands 2")
        self._watcher.play(Instrument(preset, self._options.hands))
        changes = self._info.setdefault("preset_changes", [])
        changes.append({"time_s": round(self._clock(), 3), "preset": preset.name})
        self._preset_name = preset.name
        return f"preset: {preset.name}"

    # ---- closing

    def _keep(self) -> None:
        """Write the last of the take, whatever happened."""
        info, length_s = self._info, self._length_s
        info["length_s"] = round(length_s, 3)
        if self._backing:
            song_s = self._backing.song_s(length_s)
            if song_s < self._song.melody[-1].onset_s:
                info["stopped_song_s"] = round(max(song_s, 0.0), 3)
        speeds = statistics(
            self._watcher, self._grabber, self._dispatcher, self._recorder, length_s
        )
        info["microphone_started_s"] = self._recorder.started_s
        info["latencies"] = {
            "audio_buffer_ms": round(self._synth.latency_s * 1e3, 1) if self._synth else None,
            "frame_to_message_ms": speeds["frame_to_message_ms"],
        }
        info["statistics"] = speeds
        try:
            self._writer.close(info)
        except HandMidiError as error:
            self.failure = error

    def _warn(self, line: str) -> None:
        self._warnings.append(line)
        self._say(line)
