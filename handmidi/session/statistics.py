"""What a take says of its session: preset, flags and versions at first, speeds at last."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from typing import Any

import handmidi
from handmidi.instrument import Preset
from handmidi.latency import latency_table
from handmidi.outputs.synth import Synth
from handmidi.practice.recorder import Recorder
from handmidi.score.latency import Latency
from handmidi.session.dispatcher import Dispatcher
from handmidi.session.options import Options
from handmidi.session.player import Player
from handmidi.song import Song
from handmidi.vision.process import VisionProcess

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
    latency: Latency,
) -> dict[str, Any]:
    """What take.json says before the first note; ``docs/formats.md`` describes it.

    `latency` is how late the backing is heard.
    """
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
        "latencies": {"output": latency_table(latency)},
    }


def last_info(
    player: Player,
    vision: VisionProcess,
    dispatcher: Dispatcher,
    recorder: Recorder,
    synth: Synth | None,
    length_s: float,
    latency: Latency,
) -> dict[str, Any]:
    """What take.json says after the last note: when the microphone began, and how fast it was.

    Parameters
    ----------
    length_s : float
        Of the session.
    latency : Latency
        How late the backing was heard.

    Returns
    -------
    dict
        `length_s`, `microphone_started_s`, `level` of the recording, `latencies` and
        `statistics`: frames tracked, those with a hand, frames dropped, frames per second; p50,
        p95 and p99 in milliseconds of frame → hand known, of frame → its messages at the
        outputs' door and of note due → sent; how often the vision was started again; and how
        often the microphone overflowed.
    """
    frames = len(player.message_ms)
    message_ms = player.message_ms.percentiles()
    return {
        "length_s": round(length_s, 3),
        "microphone_started_s": recorder.started_s,
        "level": recorder.level,
        "latencies": {
            "output": latency_table(latency),
            "audio_buffer_ms": round(synth.latency_s * 1e3, 1) if synth else None,
            "frame_to_message_ms": message_ms,
        },
        "statistics": {
            "frames": frames,
            "frames_with_hand": player.frames_with_hand,
            "frames_dropped": vision.dropped,
            "frames_per_s": round(frames / length_s, 1) if length_s > 0 else 0.0,
            "frame_to_hand_ms": player.hand_ms.percentiles(),
            "frame_to_message_ms": message_ms,
            "due_to_sent_ms": dispatcher.late_ms.percentiles(),
            "vision_restarts": vision.restarts,
            "microphone_overflows": recorder.overflows,
        },
    }


def speed_line(player: Player, vision: VisionProcess) -> str:
    """How fast the newest frames were, for the window."""
    times_s = tuple(player.times_s)  # the player's thread goes on adding
    newest_ms = player.message_ms.lately()
    if not times_s or not newest_ms:
        return "no frame yet"
    span_s = times_s[-1] - times_s[0]
    rate = (len(times_s) - 1) / span_s if span_s > 0 else 0.0
    return (
        f"{rate:.0f} frames/s · frame to message {median(newest_ms):.0f} ms, "
        f"p95 {sorted(newest_ms)[int(0.95 * len(newest_ms))]:.0f} · {vision.dropped} dropped"
    )
