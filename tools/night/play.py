"""A night of a session's own stages, and what is to be seen of it afterwards."""

from __future__ import annotations

import csv
import gc
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import mido
import numpy as np

from handmidi.assets import find_model, find_soundfont
from handmidi.hand import HandFrame
from handmidi.instrument import Instrument, load_preset
from handmidi.outputs import Outputs
from handmidi.outputs.osc import OscOutput
from handmidi.outputs.osc_target import parse_target
from handmidi.outputs.schedule import Schedule
from handmidi.outputs.synth import SAMPLE_RATE_HZ, Synth
from handmidi.practice.recorder import Recorder
from handmidi.session.dispatcher import Dispatcher
from handmidi.session.player import Player
from handmidi.take import TakeWriter, create_take
from handmidi.vision.film import open_film
from handmidi.vision.tracker import open_tracker, track_video
from tools.night.stages import FPS, Clock, Hands, Heard, Silence

_LOOK_S = 600.0
_WAIT_S = 60.0
_PRESET = "mama"


class Night:
    """The stages of a session, at the pace of a simulated clock.

    Parameters
    ----------
    length_s : float
        Session seconds.
    folder : Path
        Where the take goes.
    tell : callable
        Takes a line at each look.
    """

    def __init__(self, length_s: float, folder: Path, tell: Callable[[str], None]) -> None:
        self._length_s, self._tell = length_s, tell
        self._sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sink.bind(("127.0.0.1", 0))
        self._clock, self.warnings = Clock(), []
        self.heard = Heard(self._clock, round(length_s * 10))
        self._synth = Synth(find_soundfont())
        self._sound = Schedule(self._synth)
        osc = OscOutput(parse_target(f"127.0.0.1:{self._sink.getsockname()[1]}"))
        self._outputs = Outputs([osc, self.heard, self._synth], self.warnings.append)
        self.take = create_take(folder, "night", datetime.now())
        self._writer = TakeWriter(self.take, {}, self.warnings.append)
        self._recorder = Recorder(self.take.microphone, self._clock, self.warnings.append)
        self._microphone = Silence(self._recorder._blocks.put)
        self._recorder._microphone = self._microphone
        self._dispatcher = Dispatcher(self._clock, self._outputs, self._writer)
        self.samples: list[tuple[float, float, int, int]] = []
        self.apart_s: list[float] = []
        """Sound against clock. The synth counts in blocks: a constant difference is no drift."""
        self._rendered, self._began_s = 0, time.monotonic()

    def play(self, frames: Sequence[HandFrame]) -> int:
        """Play to the end; returns how many frames were played."""
        instrument = Instrument(replace(load_preset(_PRESET), mpe=True))
        hands = Hands(frames, self._length_s, self._clock, self._between)
        player = Player(hands, instrument, self._clock, self._dispatcher.put)
        self._writer.start()
        self._recorder.start()
        self._dispatcher.send_now(instrument.set_up())
        self._dispatcher.start()
        player.start()
        player.done.wait()
        player.close()
        self._dispatcher.close(player.instrument.tear_down())
        self._recorder.close()
        self._writer.close({})
        self._outputs.close()
        self._synth.close()
        self._sink.close()
        if failed := player.error or self._dispatcher.error:
            raise failed
        return len(player.message_ms)

    def _between(self, number: int) -> None:
        """Before each picture: what came before has gone its way, and sound is as far."""
        settle(self._dispatcher, self._writer, self._recorder, number % FPS == 0)
        due = round(number * SAMPLE_RATE_HZ / FPS)
        if due > self._rendered:
            self._synth.synth.get_samples(due - self._rendered)
            self._rendered = due
        self._microphone.until(number / FPS)
        self._dispatcher.sent.clear()  # the session's thread takes it twenty times a second
        if number and number % (10 * FPS) == 0:
            self.apart_s.append(self._sound.position_s - self._rendered / SAMPLE_RATE_HZ)
        if number % round(_LOOK_S * FPS) == 0:
            self.samples.append((number / FPS, *looked()))
            took_s = time.monotonic() - self._began_s
            memory_mb = self.samples[-1][1]
            self._tell(f"{number / FPS / 3600:.1f} h after {took_s:.0f} s: {memory_mb:.1f} MB")


def play(length_s: float, folder: Path, tell: Callable[[str], None]) -> dict[str, Any]:
    """Play the night; returns what was seen."""
    began_s = time.monotonic()
    with (
        open_film("demo") as film,
        open_tracker("direct", find_model(), background=False) as tracker,
    ):
        clip = [frame for frame in track_video(film, tracker) if frame.hands]
    night = Night(length_s, folder, tell)
    frames, take = night.play(clip), night.take
    apart_s = night.apart_s or [0.0]
    return {
        "length_s": length_s,
        "took_s": round(time.monotonic() - began_s, 1),
        "frames": frames,
        "notes": night.heard.ons,
        "hung": night.heard.hung,
        "sound_drift_ms": round((max(apart_s) - min(apart_s)) * 1e3, 3),
        "file_drift_ms": round(file_drift_s(take.notes, night.heard.times_s) * 1e3, 3),
        "trace_drift_ms": round(trace_drift_s(take.trace, length_s) * 1e3, 3),
        "recording_drift_ms": round((recording_s(take.microphone) - length_s) * 1e3, 3),
        "bytes_per_h": {
            path.name: round(path.stat().st_size / length_s * 3600)
            for path in sorted(take.folder.iterdir())
        },
        "warnings": night.warnings,
        "samples": night.samples,
    }


def settle(dispatcher: Dispatcher, writer: TakeWriter, recorder: Recorder, wholly: bool) -> None:
    """Wait until what was given has gone its way: a night has time, and a simulated one has none.

    Files are waited for once a second of the night.
    """
    done = threading.Event()
    dispatcher.do(done.set)
    if not done.wait(_WAIT_S):
        raise TimeoutError("the dispatcher does not answer")
    end_s = time.monotonic() + _WAIT_S
    while wholly and not (writer._items.empty() and recorder._blocks.empty()):
        if time.monotonic() > end_s:
            raise TimeoutError("the take is not written")
        time.sleep(0.0002)


def looked() -> tuple[float, int, int]:
    """Memory in MB, threads, and open files of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    memory_mb = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return round(memory_mb, 2), threading.active_count(), len(os.listdir("/proc/self/fd"))


def file_drift_s(path: Path, times_s: np.ndarray) -> float:
    """How far a note-on in the file lies from the moment when it was sent, at worst."""
    tick, found = 0, []
    for message in mido.MidiFile(path).tracks[0]:
        tick += message.time
        if message.type == "note_on" and message.velocity:
            found.append(tick / 10_000)
    if len(found) != len(times_s):
        return float("inf")
    return float(np.abs(np.array(found) - times_s).max(initial=0.0))


def trace_drift_s(path: Path, length_s: float) -> float:
    """How far the last row of hand.csv is from the last frame of the night."""
    with open(path, newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            last = row
    return abs(float(last["time_s"]) - (length_s - 1 / FPS))


def recording_s(path: Path) -> float:
    """How long the recording is, by its own header."""
    import soundfile

    about = soundfile.info(path)
    return about.frames / about.samplerate
