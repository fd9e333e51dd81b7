"""Speeds and versions, for the take and for the player."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

import handmidi
from handmidi.practice.recorder import Recorder
from handmidi.session.dispatcher import Dispatcher
from handmidi.session.watcher import Watcher
from handmidi.vision.grabber import FrameGrabber

_PACKAGES = ("ai-edge-litert", "mediapipe", "music21", "numpy", "opencv-python", "verovio")


def versions() -> dict[str, str]:
    """Versions of what a take depends on."""
    found = {"handmidi": handmidi.__version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def statistics(
    watcher: Watcher,
    grabber: FrameGrabber,
    dispatcher: Dispatcher,
    recorder: Recorder,
    length_s: float,
) -> dict[str, Any]:
    """How fast a session was.

    Returns
    -------
    dict
        Frames tracked, those with a hand, frames dropped, frames per second; p50, p95 and
        p99 in milliseconds of frame → hand known and of note due → sent; and how often the
        microphone overflowed.
    """
    frames = len(watcher.latencies_ms)
    return {
        "frames": frames,
        "frames_with_hand": watcher.frames_with_hand,
        "frames_dropped": grabber.dropped,
        "frames_per_s": round(frames / length_s, 1) if length_s > 0 else 0.0,
        "frame_to_message_ms": _percentiles(watcher.latencies_ms),
        "due_to_sent_ms": _percentiles(dispatcher.late_ms),
        "microphone_overflows": recorder.overflows,
    }


def _percentiles(values: list[float]) -> dict[str, float] | None:
    if not values:
        return None
    points = np.percentile(values, (50, 95, 99))
    return {name: round(float(v), 2) for name, v in zip(("p50", "p95", "p99"), points, strict=True)}
