"""Situations of the table of errors: cameras, trackers and the window."""

from __future__ import annotations

import io
import sys
import time
import types
from types import SimpleNamespace
from typing import Any

import numpy as np
from error_world import Step, World, fail
from vision_assets import write_video

# ---- cameras


def small_video(world: World) -> None:
    import cv2

    writer = cv2.VideoWriter("small.avi", cv2.VideoWriter.fourcc(*"MJPG"), 25, (640, 8))
    for _ in range(3):
        writer.write(np.zeros((8, 640, 3), np.uint8))
    writer.release()


def grey_video(world: World) -> None:
    write_video(world.folder / "grey.avi", 7)


def webcam(world: World) -> None:
    from vision_jobs import Camera

    world.patch.setattr("handmidi.vision.camera.open_camera", lambda *_, **__: Camera(5))


def mac_camera(world: World) -> None:
    from handmidi.vision.webcams import why_no_picture

    raise why_no_picture("0")


def camera_that_ends(world: World) -> None:
    from vision_jobs import Camera

    from handmidi.vision.grabber import FrameGrabber

    with FrameGrabber(Camera(3), time.monotonic) as grabber:
        grabber.start()
        while True:
            grabber.next(5)


def _vision(world: World, job: Any):
    from handmidi.clock import SessionClock
    from handmidi.vision.process import VisionProcess

    return VisionProcess(job, SessionClock(), lambda _: None)


def vision_dies_again(world: World) -> None:
    from handmidi.vision import process

    vision = _vision(world, None)
    world.patch.setattr(vision, "_end", lambda: None)
    vision._deaths = process._PATIENCE
    vision._restart("the vision process died (signal 9)")


def vision_dies_opening(world: World) -> None:
    from vision_jobs import DiesOpening

    vision = _vision(world, DiesOpening(world.folder / "done"))
    world.opened.callback(vision.close)
    vision.launch()
    vision.open()


def odd_pictures(world: World) -> None:
    from handmidi.vision import watch

    look = watch._Look(SimpleNamespace(track=_odd), SimpleNamespace(send=lambda _: None), None)
    world.patch.setattr(watch._Look, "clock", lambda self: 1e9)
    look._passed_s = 0.0
    shot = SimpleNamespace(image=np.zeros((16, 16, 3), np.uint8), time_s=0.0, number=0)
    while True:
        look(shot, 0)


def _odd(*_: Any) -> None:
    raise ValueError("an odd picture")


def no_shared_memory(world: World) -> None:
    from handmidi.vision.view import SharedView

    SharedView()


def fake_mediapipe(error: Exception) -> Step:
    """A MediaPipe that fails as it opens."""

    def install(world: World) -> None:
        def create(_: Any) -> None:
            raise error

        vision = SimpleNamespace(
            HandLandmarkerOptions=lambda **_: None,
            RunningMode=SimpleNamespace(VIDEO=0),
            HandLandmarker=SimpleNamespace(create_from_options=create),
        )
        python = types.ModuleType("mediapipe.tasks.python")
        python.BaseOptions, python.vision = (lambda **_: None), vision
        whole = types.ModuleType("mediapipe")
        whole.Image, whole.ImageFormat = None, SimpleNamespace(SRGB=0)
        world.patch.setitem(sys.modules, "mediapipe", whole)
        world.patch.setitem(sys.modules, "mediapipe.tasks", types.ModuleType("mediapipe.tasks"))
        world.patch.setitem(sys.modules, "mediapipe.tasks.python", python)

    return install


def mediapipe(world: World) -> None:
    from handmidi.assets import find_model
    from handmidi.vision.mediapipe import MediaPipeTracker

    MediaPipeTracker(find_model())


def mediapipe_breaks(world: World) -> None:
    from handmidi.vision.mediapipe import MediaPipeTracker

    tracker = object.__new__(MediaPipeTracker)
    tracker._last_ms = 0
    world.patch.setattr(MediaPipeTracker, "_detect", lambda *_: fail(RuntimeError("a\nb")))
    tracker.track(np.zeros((48, 64, 3), np.uint8), 0.0)


def no_terminal(world: World) -> None:
    world.patch.setattr("sys.stdin", io.StringIO())


def mediapipe_refused(world: World) -> None:
    from handmidi.cli.consent import ask_for_mediapipe

    world.patch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    world.patch.setattr("builtins.input", lambda *_: "n")
    world.patch.setattr("handmidi.cli.consent._TOLD", "", raising=True)
    world.patch.setattr("handmidi.cli.consent.print", lambda *_, **__: None, raising=False)
    ask_for_mediapipe("mediapipe", False)


def no_window(world: World) -> None:
    from handmidi.clock import SessionClock
    from handmidi.screen.process import ScreenProcess

    ScreenProcess(SessionClock(), None, print).launch()


def film_that_dies(world: World) -> None:
    from handmidi.vision.film import open_film

    with open_film("demo") as film:
        film._process.kill()
        while film.read() is not None:
            pass


def film_that_hangs(world: World) -> None:
    from handmidi.vision import film

    world.patch.setattr(film, "_WAIT_S", 0.01)
    with film.open_film("demo"):
        pass


def no_decoder(world: World) -> None:
    from handmidi.vision.film import open_film

    world.patch.setattr(
        "multiprocessing.context.SpawnProcess.start", lambda _: fail(OSError(11, "no room"))
    )
    open_film("demo")


def webcam_as_film(world: World) -> None:
    from handmidi.vision.film import open_film

    open_film("0")


def vast_video(world: World) -> None:
    from handmidi.vision import capture

    world.patch.setattr(capture, "_MOST_PIXELS", 100)
    capture.capture_video(world.folder / "grey.avi")
