"""Situations of the table of errors: odd models, presets, songs and takes."""

from __future__ import annotations

import errno
import threading
import zipfile
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from error_world import NOTE, Step, World, env, fail, refusing

FULL = OSError(errno.ENOSPC, "No space left on device")
CLIP = "demo"
NO_ASSETS: tuple[Step, ...] = (
    env(HANDMIDI_MODEL=None),
    lambda world: world.patch.setattr("handmidi.paths._CHECKOUT", world.folder),
    lambda world: world.patch.setattr("handmidi.assets._SYSTEM_SOUNDFONTS", ()),
)
OSC_TEMPLATE = """title = "mine"
[options]
place = "one"
[messages]
note_on = [["/{place}", "{pitch}"]]
"""
METER = bytes([0, 0xFF, 0x58, 4, 1, 6, 24, 8])
"""A meter of 1/64."""
PAUSED = NOTE + bytes([0xA0, 0, *NOTE[1:]])
"""A note, and another some bars later."""


# ---- hand model and SoundFont


def no_soundfont(world: World) -> None:
    from handmidi.assets import find_soundfont

    find_soundfont()


def other_wheel(world: World) -> None:
    from handmidi import assets

    wheel = world.folder / "one.whl"
    asset = assets.ASSETS[0]
    with zipfile.ZipFile(wheel, "w") as out:
        for member, _ in asset.members:
            out.writestr(member, b"something else")
    assets._made(asset, wheel)


def damaged_wheel(world: World) -> None:
    from handmidi import assets

    (world.folder / "one.whl").write_bytes(b"no zip")
    assets._made(assets.ASSETS[0], world.folder / "one.whl")


def model_gone(world: World) -> None:
    from handmidi.vision.networks import read_models

    read_models(Path("nowhere.task"))


def bare_junk(world: World) -> None:
    from handmidi.bench.tracking import _bare

    _bare(Path("junk.task"))


def model_of_zeros(world: World) -> None:
    with zipfile.ZipFile("zeros.task", "w") as out:
        out.writestr("hand_detector.tflite", bytes(1000))
        out.writestr("hand_landmarks_detector.tflite", bytes(1000))
    world.patch.setenv("HANDMIDI_MODEL", "zeros.task")


def networks_swapped(world: World) -> None:
    from handmidi.assets import find_model
    from handmidi.vision.networks import read_models
    from handmidi.vision.palm import PalmDetector

    PalmDetector(read_models(find_model()).landmarks)


def network_of_bytes(world: World) -> None:
    from handmidi.vision.networks import _with_bytes

    world.patch.setattr(
        "handmidi.vision.networks.take_bytes",
        lambda model: (_ for _ in ()).throw(ValueError("odd")),
    )
    _with_bytes(b"")


# ---- presets and songs


def preset_of_two_hands(world: World) -> None:
    from handmidi.instrument import load_preset
    from handmidi.session.choice import Choice
    from handmidi.session.options import Options

    choice = Choice(Options(), None, {}, load_preset("mama"), None)
    choice.load_preset("melody-and-chords")


def song_on_a_broken_disk(world: World) -> None:
    broken = OSError(errno.EIO, "Input/output error")
    world.patch.setattr("handmidi.midifile.open", lambda *_: fail(broken), raising=False)


# ---- takes


def no_take(world: World) -> None:
    from handmidi.take import Take

    Take(Path("takes")).read_info()


def without_song(world: World) -> None:
    (world.folder / "take" / "song.mid").unlink()
    (world.folder / "take" / "take.json").write_text('{"preset": "mama", "settings": {}}')


def traced_take(world: World) -> None:
    from takes import make_take

    take = make_take(world.folder / "take")
    take.trace.write_text("time_s,ready_s,hand,score,area,x,y,openness\n")


def odd_info(world: World) -> None:
    (world.folder / "take" / "take.json").write_text('{"song": 7, "settings": 8, "camera": 9}')


def render_into_full(world: World) -> None:
    from handmidi.session import results
    from handmidi.take import Take

    refusing("handmidi.outputs.render.render", FULL)(world)
    results.render_take(Take(Path("take")), Path("font.sf2"))


def packed_unreadable(world: World) -> None:
    from handmidi.session.jobs import Job, pack

    refusing("pathlib.Path.read_bytes", OSError(5, "Input/output error", "take/notes.mid"))(world)
    pack(Job(Path("take")))


def stopped_while_scoring(world: World) -> None:
    """Ctrl+C while a take is scored."""
    from handmidi.take import Take

    def run(guard: Any, finish: Any) -> None:
        finish(Take(Path("take")), print)

    performance = SimpleNamespace(failure=None, run=run)
    world.patch.setattr("handmidi.session.performance.Performance", lambda *_: performance)
    world.patch.setattr("handmidi.cli.live._statistics", lambda *_: None)
    refusing("handmidi.cli.live._results", KeyboardInterrupt)(world)


def full_of_takes(world: World) -> None:
    from handmidi.take import create_take

    at = datetime(2026, 11, 23)
    for _ in range(100):
        create_take(Path("takes"), "mama", at)


def _writer(world: World):
    from handmidi.take import TakeWriter, create_take

    return TakeWriter(
        create_take(Path("takes"), "mama", datetime(2026, 11, 23)), {}, lambda _: None
    )


def disk_that_blocks(world: World) -> None:
    world.patch.setattr("handmidi.take._CLOSE_S", 0.05)
    writer, free = _writer(world), threading.Event()
    writer.start()
    writer._items.put(free.wait)
    world.opened.callback(free.set)
    writer.close({})


def disk_that_fills(world: World) -> None:
    writer = _writer(world)
    writer.start()
    refusing("handmidi.take.Take.write_info", FULL)(world)
    writer.close({})


def long_recording(world: World) -> None:
    import soundfile

    soundfile.write("a.wav", np.zeros(3601 * 100, np.int16), 100)
