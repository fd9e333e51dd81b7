"""A live session, from the first frame to the closed take."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from handmidi import assets
from handmidi.errors import HandMidiError, OutputError
from handmidi.instrument import Instrument, Preset
from handmidi.notes import pitch_name
from handmidi.outputs import Outputs
from handmidi.practice.backing import Backing
from handmidi.practice.recorder import Recorder, write_silence
from handmidi.screen import Screen, draw
from handmidi.session.clock import SessionClock
from handmidi.session.dispatcher import Dispatcher
from handmidi.session.opening import (
    choose_preset,
    find_soundfont,
    open_outputs,
    open_screen,
    open_synth,
)
from handmidi.session.options import Options
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
        preset = choose_preset(o.preset, self._song)
        if self._song and preset.main.continuous:
            self._warn(f"preset {preset.name} has no steps: its notes will be scored as wrong")
        model = assets.find_model()
        soundfont = find_soundfont(o, self._warn)
        self._say(f"opening camera {o.camera}, tracker {o.tracker} …")
        camera = opened.enter_context(open_camera(o.camera))
        tracker = opened.enter_context(open_tracker(o.tracker, model, o.hands))
        self._screen = open_screen(o, opened, self._say)
        self._synth = open_synth(soundfont, opened, self._say, self._warn)
        self._outputs = Outputs(open_outputs(o, self._synth, self._say, self._warn), self._warn)
        opened.callback(self._outputs.close)
        self._open_take(preset)
        self._backing = Backing(self._song, o.tempo / 100, self._synth) if self._song else None
        self._recorder = Recorder(self._take.microphone, self._clock, self._warn)
        self._grabber = FrameGrabber(camera, self._clock)
        self._dispatcher = Dispatcher(self._clock, self._outputs, self._writer, self._backing)
        instrument = Instrument(preset, o.hands)
        self._watcher = Watcher(
            self._grabber, tracker, instrument, self._clock, self._dispatcher.put
        )
        self._dispatcher.send_now(instrument.set_up())

    def _open_take(self, preset: Preset) -> None:
        song, o = self._song, self._options
        started = datetime.now().astimezone()
        self._info: dict[str, Any] = {
            "started": started.isoformat(timespec="seconds"),
            "song": {"name": song.name, "title": song.title} if song else None,
            "preset": preset.name,
            "preset_as_played": preset.to_dict(),
            "settings": o.for_take(),
            "versions": versions(),
            "outputs": self._outputs.names,
            "warnings": self._warnings,
        }
        if song and o.melody_track is not None:
            self._info["song"]["melody_track"] = o.melody_track
        self._take = create_take(o.out, song.name if song else "play", started)
        song_file = find_song(o.song) if o.song else None
        self._writer = TakeWriter(self._take, self._info, self._warn, song_file)

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
            running.callback(self._backing.close)
            self._backing.listen(self._clock)
        begin_s = self._clock()
        if self._backing:
            self._backing.start(begin_s)
        for stage in (self._dispatcher, self._watcher, self._grabber):
            running.callback(stage.close)
        self._dispatcher.start()
        self._watcher.start()
        self._grabber.start(begin_s)
        what = repr(self._song.title) if self._song else "what you like"
        keys = "Esc, q or Ctrl-C" if self._screen else "Ctrl-C"
        self._say(f"play {what} with preset {self._info['preset']!r}; {keys} ends it")

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
        if screen.asked_to_quit(_FRAME_S):
            self._stop.set()

    def _note(self) -> str:
        return " ".join(pitch_name(pitch) for _, pitch in self._outputs.sounding) or "–"

    def _status(self) -> str:
        if not self._backing:
            return f"preset {self._info['preset']}"
        song_s = self._backing.song_s(self._clock())
        if song_s < 0:
            return f"{self._song.title}: count-in"
        beat = min(int(self._song.tempo.beat(song_s)) + 1, round(self._song.length_beats))
        return f"{self._song.title}: beat {beat} of {self._song.length_beats:.0f}"

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
