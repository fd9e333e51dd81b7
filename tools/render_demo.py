"""Render the demo clip and its truth: ``python tools/render_demo.py``.

A hand plays `mama` with one wrong note, one missed, one extra, and a known lateness. Takes
about five minutes on two processors. See ``handmidi/demo/README.md``.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from demo_plan import SONG, Plan, make_plan
from hand_asset import add_source, from_source
from hand_model import load_hand
from hand_scene import Gesture, Scene

from handmidi.song import load_song

FOLDER = Path(__file__).resolve().parent.parent / "handmidi" / "demo"
WIDTH, HEIGHT, FPS = 640, 480, 30
LICENSE_NAME = "LICENSE-webxr-input-profiles.txt"
_BELOW_Y, _PLACE_Y = 1.25, 0.485
_scene: Scene | None = None


def seen_ratio(area: float) -> float:
    """Area that MediaPipe's landmarks span, divided by that of the rig's joints.

    A line fitted to this clip: 0.966 where the hand rests, 0.993 where it is nearest. With it
    the tracker sees the middle of each zone.
    """
    return 0.966 + 0.0145 * math.log(area / 0.0258)


def gesture(plan: Plan, time_s: float) -> Gesture:
    """How the hand is held at a time: the plan, with the sway and tremor of an arm in the air."""

    def sway(*parts: tuple[float, float]) -> float:
        return sum(size * math.sin(2 * math.pi * hz * time_s + 7 * hz) for size, hz in parts)

    area = plan.area(time_s)
    near = math.log(area / 0.025) / math.log(7)
    raised = plan.raised(time_s)
    curl = 0.07 + sway((0.02, 0.23), (0.012, 0.71)) + 0.04 * (1 - near)
    return Gesture(
        area=area / seen_ratio(area) * math.exp(sway((0.002, 1.1), (0.0015, 7.9))),
        x=0.485 + sway((0.012, 0.17), (0.006, 0.43), (0.0004, 8.3)),
        y=_BELOW_Y + (_PLACE_Y - _BELOW_Y) * raised + sway((0.008, 0.21), (0.0005, 7.3)),
        roll_rad=0.02 + sway((0.035, 0.19), (0.012, 0.57)) - 0.35 * (1 - raised),
        yaw_rad=sway((0.07, 0.13), (0.02, 0.61)),
        pitch_rad=0.04 + sway((0.04, 0.29)) - 0.05 * near,
        curl_rad=(curl, curl + 0.012, curl + 0.026, curl + 0.045),
    )


def frames(plan: Plan, glb: bytes, processes: int) -> Iterator[np.ndarray]:
    """Render the clip's pictures in order."""
    times = [k / FPS for k in range(round(plan.length_s * FPS))]
    gestures = [gesture(plan, t) for t in times]
    with multiprocessing.get_context("spawn").Pool(processes, _start, (glb,)) as pool:
        for number, picture in enumerate(pool.imap(_draw, gestures, chunksize=4)):
            if number % (5 * FPS) == 0:
                print(f"{number / FPS:.0f} of {plan.length_s:.0f} s", flush=True)
            yield picture


def main() -> None:
    """Read the arguments, render, write the clip, the truth and the licence."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_source(parser)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write into")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    asset = from_source(options)
    plan = make_plan(load_song(SONG))
    options.out.mkdir(parents=True, exist_ok=True)
    if asset.license:
        (options.out / LICENSE_NAME).write_bytes(asset.license)
    truth = json.dumps(plan.truth(FPS), indent=1) + "\n"
    (options.out / "demo.json").write_text(truth, encoding="utf-8")
    clip = options.out / "demo.mp4"
    code = cv2.VideoWriter_fourcc(*"mp4v")
    writer = cv2.VideoWriter(str(clip), code, FPS, (WIDTH, HEIGHT))
    if not writer.isOpened():
        parser.exit(1, f"cannot write {clip}: OpenCV has no MPEG-4 encoder here\n")
    try:
        for picture in frames(plan, asset.glb, options.processes):
            writer.write(picture)
    finally:
        writer.release()
    print(f"{clip}: {clip.stat().st_size / 1e6:.2f} MB")


def _start(glb: bytes) -> None:
    global _scene
    cv2.setNumThreads(1)
    _scene = Scene(load_hand(glb), WIDTH, HEIGHT)


def _draw(held: Gesture) -> np.ndarray:
    return _scene.draw(held)


if __name__ == "__main__":
    main()
