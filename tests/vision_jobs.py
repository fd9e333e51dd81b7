"""Cameras and trackers for a vision process under test; a process started anew imports them."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from handmidi.errors import CameraError
from handmidi.vision.tracker import TrackedHand

FPS = 50.0
HAND = np.array([[20.0 + i, 10.0 + 2 * i, 0.0] for i in range(21)])


class Camera:
    """A camera, or a film; picture i is all i % 251."""

    name, width, height, fps, asked_fps, frames = "stand-in", 64, 48, FPS, FPS, None

    def __init__(self, pictures: int, live: bool = True):
        self._left, self._number, self.live = pictures, 0, live

    def grab(self):
        if self.live:
            time.sleep(1 / FPS)
        self._left -= 1
        self._number += 1
        return self._left >= 0

    def retrieve(self):
        return np.full((self.height, self.width, 3), self._number % 251, np.uint8)

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


class Tracker:
    """Sees a hand in every picture, until it does `harm`, once for each file `done`."""

    def __init__(self, harm: str, done: Path, after: int):
        self._harm, self._done, self._left = harm, done, after
        self._time_s = -1.0

    def track(self, image, time_s):
        assert time_s > self._time_s, "the time went back"
        self._time_s = time_s
        self._left -= 1
        if self._left < 0 and self._harm and not self._done.exists():
            self._done.write_text(str(time.perf_counter()))
            getattr(self, self._harm)()
        return [TrackedHand(HAND, "right", 0.9)]

    def kill(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def stop(self):
        os.kill(os.getpid(), signal.SIGSTOP)

    def hang(self):
        time.sleep(60)

    def odd(self):
        raise ValueError("an odd picture")

    def always_odd(self):
        self._done.unlink()
        raise ValueError("an odd picture")

    def breaks(self):
        raise RuntimeError("out of order")

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@dataclass(frozen=True)
class StandIn:
    """A job without a device. `harm` is a method of `Tracker`, done after `after` pictures."""

    done: Path
    harm: str = ""
    after: int = 10
    pictures: int = 1_000_000
    refuse: str = ""
    camera: str = "stand-in"
    live: bool = True

    def open_camera(self):
        if self.refuse:
            raise CameraError(self.refuse)
        return Camera(self.pictures, self.live)

    def reopen_camera(self, camera):
        return self.open_camera()

    def open_tracker(self):
        return Tracker(self.harm, self.done, self.after)


@dataclass(frozen=True)
class Vanishing(StandIn):
    """A job whose camera opens once, and does not come back when the process is started again."""

    why: str = "it is used by another program"
    kind: type = CameraError

    def open_camera(self):
        if self.done.exists():
            raise self.kind(self.why)
        return super().open_camera()


@dataclass(frozen=True)
class Dying(StandIn):
    """A job whose process dies again and again, after some pictures each time."""

    def open_tracker(self):
        return Tracker("kill", self.done.parent / str(time.perf_counter()), 8)


@dataclass(frozen=True)
class DiesOpening(StandIn):
    """A job whose process dies before it is open."""

    def open_camera(self):
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class AlwaysDying(StandIn):
    """A job whose process dies as soon as it watches."""

    def open_tracker(self):
        return Tracker(self.harm, self.done.parent / str(time.perf_counter()), 1)
