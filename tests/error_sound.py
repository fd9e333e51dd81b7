"""Situations of the table of errors: calibration, microphones, MIDI, OSC and sound."""

from __future__ import annotations

import sys
import time
import types
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mido
import numpy as np
from error_world import Step, World, fail

# ---- calibration


def calibration_into_full(world: World) -> None:
    from handmidi.calibration import Calibration, save_calibration

    save_calibration(Calibration("demo", datetime.now().astimezone(), "direct", 640, 480, {}), b"")


def latency_into_full(world: World) -> None:
    from handmidi.latency import Measured, save_latency

    now = datetime.now().astimezone()
    save_latency(Measured("a card", None, "tapped", 80.0, 5.0, now))


def latency_of_another(world: World) -> None:
    world.patch.setattr("handmidi.latency.claimed", lambda *_: nullcontext(False))


def hand_that_rests(world: World) -> None:
    frames = [SimpleNamespace(hands=(1,))]
    world.patch.setattr("handmidi.session.calibrating._watch", lambda *_: (frames, 640, 480))
    world.patch.setattr("handmidi.session.calibrating.find_extents", lambda frames: None)
    world.patch.setattr("handmidi.session.calibrating.found_ranges", lambda extents: {})


def calibration_left(world: World) -> None:
    from handmidi.session import calibrating

    mirror = object.__new__(calibrating._Mirror)
    mirror._screen = SimpleNamespace(tell=lambda _: None, commands=lambda: ["quit"])
    mirror._view = SimpleNamespace(write=lambda *_: None)
    guide = SimpleNamespace(task="", count="", share=0.0)
    shot = SimpleNamespace(image=None, time_s=0.0)
    mirror.show(shot, [], "", guide)


def no_hand_for_long(world: World) -> None:
    from handmidi.session.calibrating import _Guide

    _Guide(5.0, print).left_s(100.0)


def heard(count: int, scatter_s: float = 0.0, gain: float = 1.0, noise: float = 0.001) -> None:
    """Judge a recording in which so many of twelve clicks are heard."""
    from test_practice_delays import measured, recorded

    late_s = 0.05 + np.random.default_rng(3).uniform(-scatter_s, scatter_s, 12)
    measured(recorded([*late_s[:count], *[None] * (12 - count)], noise, gain=gain))


def tapped(count: int, scatter_s: float = 0.0) -> None:
    """Judge so many taps."""
    from handmidi.practice.taps import judge_taps

    due = [float(i) for i in range(20)]
    late_s = np.random.default_rng(0).uniform(0, scatter_s, 20) if scatter_s else np.zeros(20)
    judge_taps([due[i] + late_s[i] for i in range(count)], due)


def tap_without_terminal(world: World) -> None:
    from handmidi.practice.keys import Keys

    with Keys():
        pass


def _microphone(world: World, module: Any) -> None:
    from handmidi.practice.microphone import Microphone

    world.patch.setitem(sys.modules, "sounddevice", module)
    Microphone(time.monotonic, lambda block: None).open()


def no_microphone(world: World) -> None:
    fake = types.ModuleType("sounddevice")
    fake.PortAudioError = OSError
    fake.query_devices = lambda **_: fail(ValueError("no input device"))
    _microphone(world, fake)


def microphone_that_does_not_start(world: World) -> None:
    from handmidi.practice.microphone import Microphone

    fake = types.ModuleType("sounddevice")
    fake.PortAudioError = OSError
    world.patch.setitem(sys.modules, "sounddevice", fake)
    silent = Microphone(time.monotonic, lambda block: None)
    silent._stream = SimpleNamespace(
        start=lambda: fail(OSError("device is gone")), abort=int, close=int
    )
    silent.start()


def no_portaudio(world: World) -> None:
    world.patch.delitem(sys.modules, "sounddevice", raising=False)
    world.patch.setattr("ctypes.util.find_library", lambda name: None)
    world.patch.setattr("builtins.__import__", _without_portaudio(__import__))
    from handmidi.practice.microphone import Microphone

    Microphone(time.monotonic, lambda block: None).open()


def _without_portaudio(usual: Any) -> Any:
    def load(name: str, *rest: Any, **more: Any) -> Any:
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
        return usual(name, *rest, **more)

    return load


def record_nowhere(world: World) -> None:
    from handmidi.practice.recorder import Recorder

    world.patch.setattr("handmidi.practice.microphone.Microphone.open", lambda self: "one")
    Recorder(Path("no folder/mic.wav"), time.monotonic, print).start()


# ---- outputs


def no_midi(world: World) -> None:
    from handmidi.outputs.midi import open_port

    open_port()


def cable_out(world: World) -> None:
    from test_outputs_midi import Wire

    from handmidi.outputs.midi import MidiPort

    wire = Wire("wire")
    wire.broken = True
    MidiPort(wire, "TEST").send(mido.Message("note_on", note=60))


def osc_port_taken(world: World) -> None:
    import socket

    from handmidi.outputs.osc_listener import OscListener

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        OscListener("127.0.0.1", taken.getsockname()[1], lambda *_: None, print).start()


def old_fluidsynth(world: World) -> None:
    from handmidi.outputs import schedule

    world.patch.setattr(schedule, "function", lambda *_: None)
    old = object.__new__(schedule.Schedule)
    old._sequencer, old._fluid = object(), None
    old.set_pace(0.0, 1.0)


def no_sound(world: World) -> None:
    from handmidi.outputs.synth import Synth

    fluid = SimpleNamespace(new_fluid_audio_driver=lambda *_: None)
    silent = object.__new__(Synth)
    silent.fluid = fluid
    silent.synth = SimpleNamespace(setting=lambda *_: None, settings=0, synth=0, audio_driver=None)
    silent.start()


def no_fluidsynth(world: World) -> None:
    from handmidi.outputs.synth import _library

    world.patch.setitem(sys.modules, "fluidsynth", None)
    _library.__wrapped__()


def no_network(world: World) -> None:
    from handmidi.practice.link import LinkSession

    fake = types.ModuleType("link")
    fake.Link = lambda bpm: fail(RuntimeError("no interface"))
    world.patch.setitem(sys.modules, "link", fake)
    LinkSession(time.monotonic).open()


def output_that_blocks(world: World) -> None:
    from test_session import Kept

    from handmidi.clock import SessionClock
    from handmidi.outputs.output import Outputs
    from handmidi.session.dispatcher import Dispatcher

    world.patch.setattr("handmidi.session.dispatcher._CLOSE_S", 0.1)
    kept, clock = Kept(), SessionClock()
    dispatcher = Dispatcher(clock, Outputs([kept], print), kept)
    clock.start()
    kept.block.clear()
    world.opened.callback(kept.block.set)
    dispatcher.start()
    dispatcher.close([mido.Message("note_on", note=60)])


def odd_interpreter(script: str) -> Step:
    """Another program in place of Python, and a font of the user's own."""

    def install(world: World) -> None:
        python = world.folder / "python"
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(0o755)
        world.patch.setattr("handmidi.outputs.trial.sys.executable", str(python))
        world.patch.setattr("handmidi.outputs.trial.LIMIT_S", 0.3)
        (world.folder / "own.sf2").write_bytes(b"RIFF")

    return install


def try_soundfont(world: World) -> None:
    from handmidi.outputs import trial

    trial.require_sound(world.folder / "own.sf2", trial.LIMIT_S)
