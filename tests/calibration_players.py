"""Players who do what a calibration asks of them, as a tracker would see them."""

from __future__ import annotations

import math
import time

import numpy as np

from handmidi.hand import Hand, HandFrame
from handmidi.vision.tracker import TrackedHand

WIDTH, HEIGHT, FPS = 640, 480, 60.0

NEAR, MIDDLE, FAR = 0.2, 0.06, 0.02
LEFT, RIGHT = 0.8, 0.15
"""Of the picture as filmed: the player's left is the greater."""
HIGH, LOW = 0.25, 0.7
FIST, OPEN = 0.1, 0.95

_POSES = (
    (NEAR, 0.5, 0.5, OPEN),
    (FAR, 0.5, 0.5, OPEN),
    (MIDDLE, 0.5, 0.5, FIST),
    (MIDDLE, 0.5, 0.5, OPEN),
    (MIDDLE, LEFT, HIGH, OPEN),
    (MIDDLE, RIGHT, LOW, OPEN),
)
_START = (MIDDLE, 0.5, 0.5, OPEN)


def pose(share: float, begins: float = 0.25, lasts: float = 0.3) -> tuple[float, ...]:
    """Area, x, y and openness at a share (0..1) of the ten seconds.

    `begins` and `lasts` say when the player moves, as shares of a step; each move is a
    minimum-jerk one (Flash and Hogan, 1985).
    """
    step = min(int(share * len(_POSES)), len(_POSES) - 1)
    u = min(max((share * len(_POSES) - step - begins) / lasts, 0.0), 1.0)
    done = u**3 * (10 - 15 * u + 6 * u * u)
    before = (_START, *_POSES)[step]
    (area0, *rest0), (area1, *rest1) = before, _POSES[step]
    moved = (a + done * (b - a) for a, b in zip(rest0, rest1, strict=True))
    return math.exp(math.log(area0) + done * math.log(area1 / area0)), *moved


def calibrating_frames(seed: int, fps: float = 30.0, seconds: float = 10.0) -> list[HandFrame]:
    """A player before a tracker with the usual noise, lost frames and misread ones."""
    rng = np.random.default_rng(seed)
    begins, lasts = rng.uniform(0.1, 0.3), rng.uniform(0.2, 0.4)
    frames = []
    for i in range(round(seconds * fps)):
        area, x, y, openness = pose(i / (seconds * fps), begins, lasts)
        if openness < 0.5:
            area *= 0.5
        if rng.random() < 0.01:  # a face, or half a hand
            area, x, openness = area * rng.choice([0.2, 3.0]), rng.random(), rng.random()
        seen = Hand(
            "right",
            0.9,
            area * math.exp(rng.normal(0, 0.0065)),
            x + rng.normal(0, 0.002),
            y + rng.normal(0, 0.002),
            min(max(openness + rng.normal(0, 0.02), 0.0), 1.0),
            rng.normal(0, 2.0),
        )
        lost = rng.random() < 0.02
        frames.append(HandFrame(i / fps, i / fps, () if lost else (seen,)))
    return frames


def landmarks(area: float, x: float, y: float, openness: float, width: int, height: int):
    """Landmarks, shape (21, 3), of a hand with that box; straight fingers or a fist."""
    points = np.zeros((21, 3))
    points[0] = 0.5, 1.0, 0.0
    points[1:5, :2] = np.linspace((0.3, 0.8), (0.0, 0.5), 4)
    for finger in range(4):
        knuckle = np.array((0.25 + 0.25 * finger, 0.4 if openness > 0.5 else 0.0))
        bones = (
            ((0, -0.13), (0, -0.27), (0, -0.4))
            if openness > 0.5
            else ((0, 0.2), (0, 0.4), (0, 0.05))
        )
        points[5 + 4 * finger : 9 + 4 * finger, :2] = knuckle, *(knuckle + bone for bone in bones)
    side = math.sqrt(area * width * height)
    points[:, 0] = x * width + side * (points[:, 0] - 0.5)
    points[:, 1] = y * height + side * (points[:, 1] - 0.5)
    return points


class GreyCamera:
    """A webcam with nothing to see, which may die after some pictures."""

    name, width, height, fps, live = "grey", WIDTH, HEIGHT, FPS, True

    def __init__(self, pictures=10**9):
        self._left = pictures

    def grab(self):
        time.sleep(1 / FPS)
        self._left -= 1
        return self._left >= 0

    def retrieve(self):
        return np.full((HEIGHT, WIDTH, 3), 90, np.uint8)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


class PlayerTracker:
    """A tracker that sees a player who comes after a fifth of a second, or never."""

    def __init__(self, seconds, comes=True):
        self._seconds, self._comes = seconds, comes
        self._start_s = None

    def track(self, image, time_s):
        if time_s < 0.2 or not self._comes:
            return []
        self._start_s = time_s if self._start_s is None else self._start_s
        now = pose((time_s - self._start_s) / self._seconds, begins=0.1, lasts=0.2)
        return [TrackedHand(landmarks(*now, WIDTH, HEIGHT), "right", 0.9)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass
