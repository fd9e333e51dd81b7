"""Render the small clips that the trackers are compared on: ``python tools/render_hands.py``.

Hands of other distances, angles, skins and rooms than the demo's, and their truth. Takes a few
minutes. See ``tests/clips/README.md``.
"""

from __future__ import annotations

import argparse
import csv
import math
import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from hand_asset import add_source, from_source
from hand_model import load_hand
from hand_scene import Gesture, Scene
from room import room

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "clips"
FRAMES, FPS = 20, 30
LICENSE_NAME = "LICENSE-webxr-input-profiles.txt"
_DARK, _BROWN, _PALE = (0.30, 0.34, 0.42), (0.52, 0.60, 0.72), (1.10, 1.06, 1.02)


@dataclass(frozen=True)
class Film:
    """One clip.

    Parameters
    ----------
    name : str
        Of the file, without its suffix.
    hands : callable
        Gestures at a share (0..1) of the clip, the last before the others.
    size : tuple of int
        Width and height in pixels.
    behind : {"room", "night", "busy", "wood"}
    tone : tuple of float
        As in `hand_scene.Scene`.
    """

    name: str
    hands: Callable[[float], tuple[Gesture, ...]]
    size: tuple[int, int] = (320, 240)
    behind: str = "room"
    tone: tuple[float, float, float] = (1.0, 1.0, 1.0)


def sway(share: float, turns: float = 1.0) -> float:
    """A sine over the clip, -1..1."""
    return math.sin(2 * math.pi * turns * share)


def _far(u: float) -> tuple[Gesture, ...]:
    return (Gesture(0.012 * 3**u, 0.35 + 0.3 * u, 0.45),)


def _near(u: float) -> tuple[Gesture, ...]:
    return (Gesture(0.12 * 2.6**u, 0.5 + 0.05 * sway(u), 0.5),)


def _turned(u: float) -> tuple[Gesture, ...]:
    yaw, pitch = 0.7 * sway(u + 0.2), 0.5 * sway(u, 2)
    return (Gesture(0.09, 0.5, 0.5, 1.1 * sway(u), yaw, pitch),)


def _closing(u: float) -> tuple[Gesture, ...]:
    curl = 0.75 - 0.7 * math.cos(2 * math.pi * u)
    curls = tuple(curl + more for more in (0.0, 0.02, 0.04, 0.06))
    return (Gesture(0.10 - 0.05 * min(curl / 1.45, 1), 0.5, 0.5, 0.1, 0.2, curl_rad=curls),)


def _steps(u: float) -> tuple[Gesture, ...]:
    return (Gesture(0.05 * 2 ** (1.5 * sway(u)), 0.45 + 0.06 * sway(u, 2), 0.5, 0.2 * sway(u)),)


def _two(u: float) -> tuple[Gesture, ...]:
    right = Gesture(0.06 * 2 ** sway(u), 0.27, 0.5, 0.15)
    return right, Gesture(0.06 * 2 ** -sway(u), 0.73, 0.5, 0.15, left=True)


def _crossing(u: float) -> tuple[Gesture, ...]:
    way = 0.5 - 0.5 * math.cos(math.pi * u)
    behind = Gesture(0.05, 0.26 + 0.48 * way, 0.56, 0.1)
    return behind, Gesture(0.07, 0.74 - 0.48 * way, 0.46, 0.1, left=True)


FILMS = (
    Film("far", _far, size=(480, 360)),
    Film("near", _near),
    Film("turned", _turned),
    Film("closing", _closing),
    Film("dark", _steps, size=(240, 320), tone=_DARK),
    Film("brown", _steps, behind="busy", tone=_BROWN),
    Film("pale", _steps, behind="wood", tone=_PALE),
    Film("night", _steps, behind="night", tone=(0.5, 0.42, 0.38)),
    Film("two", _two),
    Film("crossing", _crossing, behind="busy", tone=_BROWN),
)


def background(kind: str, width: int, height: int) -> np.ndarray:
    """What is behind the hands: float32, shape (height, width, 3), BGR, 0..1."""
    rng = np.random.default_rng(3)
    if kind == "busy":  # a poster in all colours
        patches = rng.uniform(0, 1, (height // 48, width // 48, 3)).astype(np.float32)
        return cv2.resize(patches, (width, height), interpolation=cv2.INTER_CUBIC).clip(0, 1)
    if kind == "wood":  # boards in the colour of skin
        grain = cv2.resize(rng.uniform(0.8, 1.05, (height // 4, 5, 1)), (width, height))
        return (grain[..., None] * (0.42, 0.56, 0.74)).astype(np.float32)
    picture = room(width, height)
    return picture * np.float32(0.12) if kind == "night" else picture


def film(task: tuple[Film, bytes, Path]) -> list[tuple[object, ...]]:
    """Write one clip; its rows of the truth: clip, frame, hand, area, x and y."""
    made, glb, folder = task
    cv2.setNumThreads(1)
    width, height = made.size
    scene = Scene(load_hand(glb), width, height, background(made.behind, *made.size), made.tone)
    code = cv2.VideoWriter.fourcc(*"mp4v")
    writer = cv2.VideoWriter(str(folder / f"{made.name}.mp4"), code, FPS, made.size)
    if not writer.isOpened():
        raise OSError("OpenCV has no MPEG-4 encoder here")
    rows = []
    for frame in range(FRAMES):
        hands = made.hands(frame / (FRAMES - 1))
        writer.write(scene.draw(*hands))
        for held in hands:
            side = "left" if held.left else "right"
            rows.append((made.name, frame, side, *(round(v, 5) for v in _place(held))))
    writer.release()
    return rows


def _place(held: Gesture) -> tuple[float, float, float]:
    return held.area, held.x, held.y


def main() -> None:
    """Read the arguments, render, write the clips, the truth and the licence."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_source(parser)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write into")
    parser.add_argument("--only", help="one clip; the truth is not written")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    asset = from_source(options)
    options.out.mkdir(parents=True, exist_ok=True)
    tasks = [(f, asset.glb, options.out) for f in FILMS if options.only in (None, f.name)]
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        rows = [row for part in pool.imap(film, tasks) for row in part]
    if options.only:
        return
    with open(options.out / "truth.csv", "w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerows([("clip", "frame", "hand", "area", "x", "y"), *rows])
    if asset.license:
        (options.out / LICENSE_NAME).write_bytes(asset.license)


if __name__ == "__main__":
    main()
