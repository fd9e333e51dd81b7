"""What a take says of its session: preset, flags and versions at first, speeds at last."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

import handmidi
from handmidi.instrument import Preset
from handmidi.outputs.synth import Synth
from handmidi.practice.recorder import Recorder
from handmidi.session.dispatcher import Dispatcher
from handmidi.session.options import Options
from handmidi.session.watcher import Watcher
from handmidi.song import Song
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


def first_info(
    options: Options,
    song: Song | None,
    preset: Preset,
    ranges: Mapping[str, tuple[float, float]],
    started: datetime,
) -> dict[str, Any]:
    """What take.json says before the first note; ``docs/formats.md`` describes it."""
    about: dict[str, Any] | None = None
    if song:
        about = {"name": song.name, "title": song.title}
        if options.melody_track is not None:
            about["melody_track"] = options.melody_track
    return {
        "started": started.isoformat(timespec="seconds"),
        "song": about,
        "preset": preset.name,
        "preset_as_played": preset.to_dict(),
        "ranges": dict(ranges),
        "settings": options.for_take(),
        "versions": versions(),
    }


def last_info(
    watcher: Watcher,
    grabber: FrameGrabber,
    dispatcher: Dispatcher,
    recorder: Recorder,
    synth: Synth | None,
    length_s: float,
) -> dict[str, Any]:
    """What take.json says after the last note: when the microphone began, and how fast it was.

    Parameters
    ----------
    length_s : float
        Of the session.

    Returns
    -------
    dict
        `length_s`, `microphone_started_s`, `latencies` and `statistics`: frames tracked, those
        with a hand, frames dropped, frames per second; p50, p95 and p99 in milliseconds of frame →
        hand known and of note due → sent; and how often the microphone overflowed.
    """
    frames = len(watcher.latencies_ms)
    known_ms = _percentiles(watcher.latencies_ms)
    return {
        "length_s": round(length_s, 3),
        "microphone_started_s": recorder.started_s,
        "latencies": {
            "audio_buffer_ms": round(synth.latency_s * 1e3, 1) if synth else None,
            "frame_to_message_ms": known_ms,
        },
        "statistics": {
            "frames": frames,
            "frames_with_hand": watcher.frames_with_hand,
            "frames_dropped": grabber.dropped,
            "frames_per_s": round(frames / length_s, 1) if length_s > 0 else 0.0,
            "frame_to_message_ms": known_ms,
            "due_to_sent_ms": _percentiles(dispatcher.late_ms),
            "microphone_overflows": recorder.overflows,
        },
    }


def _percentiles(values: list[float]) -> dict[str, float] | None:
    if not values:
        return None
    points = np.percentile(values, (50, 95, 99))
    return {name: round(float(v), 2) for name, v in zip(("p50", "p95", "p99"), points, strict=True)}
