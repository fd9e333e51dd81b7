"""Trying what is there: a note that should be heard, a level, a hand."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

import mido

from handmidi.errors import HandMidiError
from handmidi.outputs import Output
from handmidi.session.checkup import BROKEN, MISSING, WORKS, Finding, probe, why
from handmidi.session.steps import next_step

NOTE, VELOCITY = 69, 110
_BEFORE_S, _LEAST_SECONDS = 0.7, 1.5
_LOUDER_DB = 6.0
_LOOK_S = 0.1
_CAMERA_S = 3.0


def try_out(
    seconds: float, camera: str | None, meter: Callable[[float | None], None]
) -> list[Finding]:
    """Play a note, listen for it, and look for a hand. Nothing is kept.

    Parameters
    ----------
    seconds : float
        How long the note sounds and the microphone's level is shown.
    camera : str, optional
        As ``--camera`` takes it; None looks for no hand.
    meter : callable
        Takes the microphone's level, decibels below full scale, ten times a second; None
        without one.
    """
    out = _sound(max(seconds, _LEAST_SECONDS), meter)
    if camera is not None:
        out.append(_hand(camera))
    return out


def _sound(seconds: float, meter: Callable[[float | None], None]) -> list[Finding]:
    for what in ("sound", "microphone"):  # whoever hangs there would hang here for ever
        stuck = [f for f in probe(what) if "does not answer" in f.detail]
        if stuck:
            return stuck
    from handmidi.assets import find_soundfont
    from handmidi.outputs.midi import open_port
    from handmidi.outputs.synth import Synth
    from handmidi.practice.devices import output_name

    def synth() -> tuple[Output, str]:
        output = Synth(find_soundfont())
        opened.callback(output.close)
        return output, output_name(output.start())

    def port() -> tuple[Output, str]:
        output = open_port()
        opened.callback(_close, output)
        return output, output.name

    with ExitStack() as opened:
        ear = _Ear(opened)
        tried = _Tried("sound", "an A4 (440 Hz) was played"), _Tried("MIDI", "an A4 was sent")
        for one, make in zip(tried, (synth, port), strict=True):
            one.open(make)
        before = ear.listen(_BEFORE_S, meter)
        for one in tried:
            one.send(mido.Message("note_on", note=NOTE, velocity=VELOCITY))
        during = ear.listen(seconds, meter)
        for one in tried:
            one.send(mido.Message("note_off", note=NOTE))
        ear.listen(0.2, meter)
    return [*(one.finding for one in tried), _heard(ear, before, during)]


def _close(output: Output) -> None:
    with suppress(HandMidiError):  # a port that is gone has said so
        output.close()


class _Tried:
    """An output, and what is found of it: that it works is said once it has played."""

    def __init__(self, what: str, done: str) -> None:
        self._what, self._done, self._output = what, done, None
        self.finding = Finding(what, "", BROKEN, "was not tried")

    def open(self, make: Callable[[], tuple[Output, str]]) -> None:
        try:
            self._output, name = make()
            self.finding = Finding(self._what, name, WORKS, self._done)
        except HandMidiError as error:
            self._fail(error)

    def send(self, message: mido.Message) -> None:
        try:
            if self._output:
                self._output.send(message)
        except HandMidiError as error:
            self._output = None
            self._fail(error)

    def _fail(self, error: HandMidiError) -> None:
        name, step = self.finding.name, next_step(self._what)
        self.finding = Finding(self._what, name, BROKEN, why(error), step)


def _heard(ear: _Ear, before: float | None, during: float | None) -> Finding:
    if ear.fault or during is None:
        fault = ear.fault or "no sample came"
        return Finding("microphone", ear.name, MISSING, fault, next_step("microphone"))
    quiet = -120.0 if before is None else before
    detail = f"level {quiet:.0f} dBFS before the note, {during:.0f} dBFS while it sounded"
    if during - quiet >= _LOUDER_DB:
        return Finding("microphone", ear.name, WORKS, f"heard the note: {detail}")
    step = "turn the loudspeaker up, or speak: the level must move. With headphones that is usual"
    return Finding("microphone", ear.name, MISSING, f"did not hear the note: {detail}", step)


class _Ear:
    """The microphone's level, lately."""

    def __init__(self, opened: ExitStack) -> None:
        from handmidi.practice.level import Level
        from handmidi.practice.microphone import SAMPLE_RATE_HZ, Block, Microphone

        self._blocks: queue.SimpleQueue[Block] = queue.SimpleQueue()
        self._new_level = lambda: Level(SAMPLE_RATE_HZ)
        microphone = Microphone(time.perf_counter, self._blocks.put)
        self.name, self.fault = "", ""
        try:
            self.name = microphone.open()
            opened.callback(microphone.close)
            microphone.start()
        except HandMidiError as error:
            self.fault = why(error)

    def listen(self, seconds: float, meter: Callable[[float | None], None]) -> float | None:
        """The level over so many seconds, dBFS (root mean square); None without a sample."""
        level, end_s = self._new_level(), time.perf_counter() + seconds
        while (left_s := end_s - time.perf_counter()) > 0:
            time.sleep(min(_LOOK_S, left_s))
            while not self._blocks.empty():
                level.add(self._blocks.get().samples)
            meter(level.lately_dbfs)
        told = level.to_dict()
        return (
            None if told is None else told["rms_dbfs"] if told["rms_dbfs"] is not None else -120.0
        )


def _hand(source: str) -> Finding:
    """Whether a hand is seen; pictures are looked at and forgotten."""
    from handmidi.clock import SessionClock
    from handmidi.vision.process import VisionProcess
    from handmidi.vision.tracker import find_tracker_model
    from handmidi.vision.watch import Job

    clock = SessionClock()
    try:
        vision = VisionProcess(
            Job(source, model=find_tracker_model("direct")), clock, lambda _: None
        )
    except HandMidiError as error:
        return Finding("hand", "", BROKEN, why(error), next_step("asset"))
    try:
        vision.launch()
        opened = vision.open()
        clock.start()
        vision.start(0.0)
        pictures = hands = 0
        while clock() < _CAMERA_S and not vision.ended:
            frame = vision.next(_LOOK_S)
            pictures += frame is not None
            hands += bool(frame and frame.hands)
        length_s = max(clock(), _LOOK_S)  # a film may be shorter
    except HandMidiError as error:
        return Finding("hand", "", BROKEN, why(error), next_step("camera refused"))
    finally:
        vision.close()
    detail = f"a hand in {hands} of {pictures} pictures, {pictures / length_s:.0f} a second"
    if hands:
        return Finding("hand", opened.name, WORKS, detail)
    step = "hold your open hand before the camera, all of it, in even light; then try again"
    return Finding("hand", opened.name, MISSING, detail, step)
