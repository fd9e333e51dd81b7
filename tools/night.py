"""A night at a simulated pace: ``python -m tools.night``.

The hands of the demo clip play eight hours of session time through the session's own player,
instrument, dispatcher, outputs (OSC and the synth), take and recorder, as fast as they go. The
synth renders as much sound as the clock has passed, and the recorder gets as much; both are thrown
away or removed in the end. Memory is looked at every ten minutes of the night. Linux only: the
figures come from /proc.
"""

from __future__ import annotations

import argparse
import csv
import gc
import os
import socket
import sys
import tempfile
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
from handmidi.bench.machine import describe
from handmidi.hand import HandFrame
from handmidi.instrument import Instrument, load_preset
from handmidi.outputs import Outputs
from handmidi.outputs.osc import OscOutput
from handmidi.outputs.osc_target import parse_target
from handmidi.outputs.schedule import Schedule
from handmidi.outputs.synth import SAMPLE_RATE_HZ, Synth
from handmidi.practice.microphone import Block
from handmidi.practice.recorder import Recorder
from handmidi.session.dispatcher import Dispatcher
from handmidi.session.player import Player
from handmidi.take import TakeWriter, create_take
from handmidi.vision.film import open_film
from handmidi.vision.tracker import open_tracker, track_video
from tools.reliability import tell

FPS = 30
SLOPE_MB_PER_H = 1.0
"""What memory may gain in an hour."""
DRIFT_MS = 1.0
"""How far apart the times of notes, files and sound may be after the night."""

_LATENCY_S = 0.008
_LOOK_S = 600.0
_SETTLED_S = 3600.0
_WAIT_S = 60.0
_PRESET = "mama"


class Clock:
    """Session seconds, as far as the night has come."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Hands:
    """The clip's hands again and again; gives the next ones when what came before was played.

    Parameters
    ----------
    frames : sequence of HandFrame
    length_s : float
        Of the night.
    clock : Clock
        Moved on.
    between : callable
        Called before each frame.
    """

    is_gone = False

    def __init__(
        self,
        frames: Sequence[HandFrame],
        length_s: float,
        clock: Clock,
        between: Callable[[int], None],
    ) -> None:
        self._frames, self._clock, self._between = frames, clock, between
        self._count, self._number = round(length_s * FPS), 0
        self.ended = False

    def next(self, timeout_s: float) -> HandFrame | None:
        """The next hands; None when the night is over."""
        self._between(self._number)
        if self._number == self._count:
            self.ended = True
            return None
        hands = self._frames[self._number % len(self._frames)].hands
        time_s = self._number / FPS
        self._number += 1
        self._clock.now_s = time_s + _LATENCY_S
        return HandFrame(time_s, self._clock.now_s, hands).rounded()


class Heard:
    """An output that counts notes, and keeps when each note-on left.

    Parameters
    ----------
    clock : Clock
    most : int
        How many moments are kept.
    """

    name = "heard"

    def __init__(self, clock: Clock, most: int) -> None:
        self._clock, self._sounding = clock, set()
        self._times_s = np.zeros(most)
        self.ons = self.unpaired = 0

    def send(self, *messages: mido.Message) -> None:
        """Count."""
        for message in messages:
            if message.type not in ("note_on", "note_off"):
                continue
            is_on = message.type == "note_on" and message.velocity > 0
            note = message.channel, message.note
            self.unpaired += is_on == (note in self._sounding)
            (self._sounding.add if is_on else self._sounding.discard)(note)
            if is_on:
                self._times_s[self.ons % len(self._times_s)] = self._clock()
                self.ons += 1

    @property
    def times_s(self) -> np.ndarray:
        """When the notes began."""
        return self._times_s[: self.ons]

    @property
    def hung(self) -> int:
        """Messages that broke the order of on and off, and notes that sound still."""
        return self.unpaired + len(self._sounding)

    def hand(self, frame: HandFrame, readings: object) -> None:
        """Notes only."""

    def beat(self, beat: float, bpm: float) -> None:
        """Notes only."""

    def close(self) -> None:
        """Nothing to close."""


class Silence:
    """In place of a microphone: it gives what the clock has passed.

    Parameters
    ----------
    take : callable
        Takes each `Block`.
    """

    overflows = 0

    def __init__(self, take: Callable[[Block], None]) -> None:
        self._take, self._samples = take, 0
        self._noise = np.random.default_rng(1).integers(-300, 300, SAMPLE_RATE_HZ, np.int16)

    def open(self) -> str:
        """What it is called."""
        return "night"

    def start(self) -> None:
        """It is fed from outside."""

    def close(self) -> None:
        """Nothing to close."""

    def until(self, time_s: float) -> None:
        """Give what is missing up to a moment."""
        count = round(time_s * SAMPLE_RATE_HZ) - self._samples
        if count > 0:
            block = self._noise[:count].tobytes()
            self._take(Block(block, self._samples / SAMPLE_RATE_HZ))
            self._samples += count


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


def slope_mb_per_h(samples: Sequence[tuple[float, float, int, int]]) -> float | None:
    """Of a straight line through the memory after the first hour; None without three looks."""
    settled = [each for each in samples if each[0] >= _SETTLED_S]
    if len(settled) < 3:
        return None
    times_h = np.array([each[0] for each in settled]) / 3600
    slope, _ = np.polyfit(times_h, np.array([each[1] for each in settled]), 1)
    return round(float(slope), 3)


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


def figures(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines for the table of the documentation."""
    hours = found["length_s"] / 3600
    what = f"{hours:g} h simulated, {found['frames']} pictures, {found['notes']} notes: "
    first, last = found["samples"][0], found["samples"][-1]

    def line(name: str, bar: str | None, figure: object, holds: bool | None) -> dict[str, Any]:
        return {"what": what + name, "bar": bar, "figure": figure, "holds": holds}

    slope = slope_mb_per_h(found["samples"])
    out = [
        line(
            "memory gained in an hour, MB", f"≤ {SLOPE_MB_PER_H:g}", slope,
            None if slope is None else slope <= SLOPE_MB_PER_H,
        ),
        line(
            "threads and files open, more at the end", "0",
            sum(last[2:]) - sum(first[2:]), sum(last[2:]) <= sum(first[2:]),
        ),
        line("hung notes", "0", found["hung"], found["hung"] == 0),
    ]  # fmt: skip
    for name, title in (
        ("sound_drift_ms", "sound against clock, ms"),
        ("file_drift_ms", "notes.mid against notes sent, ms"),
        ("trace_drift_ms", "hand.csv against pictures, ms"),
        ("recording_drift_ms", "mic.wav against clock, ms"),
    ):
        holds = abs(found[name]) <= DRIFT_MS
        out.append(line(title, f"≤ {DRIFT_MS:g}", found[name], holds))
    sizes = ", ".join(f"{name} {size / 1e6:.1f}" for name, size in found["bytes_per_h"].items())
    out.append(line("files, MB an hour", None, sizes, None))
    return out


def main(argv: Sequence[str] | None = None) -> int:
    """Play, print the figures; 1 if a bar does not hold."""
    parser = argparse.ArgumentParser("python -m tools.night", description=__doc__)
    parser.add_argument("--hours", type=float, default=8.0, metavar="N", help="how long (8)")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="figures as JSON")
    options = parser.parse_args(argv)
    run = {"command": f"python -m tools.night --hours {options.hours:g}", "machine": describe()}
    with tempfile.TemporaryDirectory(prefix="handmidi-night-") as folder:
        found = play(options.hours * 3600, Path(folder), lambda line: print(line, flush=True))
    return tell(run | {"figures": figures(found), "found": found}, options.output)


if __name__ == "__main__":
    sys.exit(main())
