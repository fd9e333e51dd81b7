"""Calibrations: the ranges that a player's hand reaches before one camera, and their files."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from handmidi import paths
from handmidi.checks import Checker
from handmidi.errors import HandMidiError
from handmidi.files import replace_file
from handmidi.instrument.controls import CONTROLS

CALIBRATED = ("area", "distance", "x", "y", "openness", "tilt", "pinch")
"""The controls that a calibration may hold."""

_DEVICES, _DEVICE_FACTS = Path("/dev"), Path("/sys/class/video4linux")


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was found before one camera.

    Parameters
    ----------
    camera : str
        As `camera_identity` names it.
    date : datetime
        When it was made, with its time zone.
    tracker : str
        The tracker that saw the hand.
    width, height : int
        Size of the camera's pictures, pixels.
    ranges : mapping of str to (float, float)
        For some of the controls `CALIBRATED`, the values at 0 and at 1 of the scaled axis, as
        `load_preset` takes them.
    """

    camera: str
    date: datetime
    tracker: str
    width: int
    height: int
    ranges: Mapping[str, tuple[float, float]]

    @property
    def path(self) -> Path:
        """Its file."""
        return _path(self.camera)

    @property
    def picture(self) -> Path:
        """The PNG that shows it."""
        return self.path.with_suffix(".png")


def camera_identity(source: str) -> str:
    """A name for a camera that lasts when it is plugged in again.

    On Linux a webcam is called as udev does (maker, model, serial number), or where udev is
    silent, by its driver's name for it and its device. Elsewhere only the index is known:
    there, cameras that change places change calibrations. A video is its absolute path, the
    bundled clip ``demo``.

    Parameters
    ----------
    source : str
        As ``--camera`` takes it.
    """
    if source == "demo":
        return source
    if not source.isdecimal() and not source.startswith("/dev/"):
        return os.path.realpath(source)
    if sys.platform != "linux":
        return f"camera {source}"
    device = os.path.realpath(_DEVICES / f"video{source}" if source.isdecimal() else source)
    for link in sorted((_DEVICES / "v4l" / "by-id").glob("*")):
        if os.path.realpath(link) == device:
            return link.name
    number = os.path.basename(device)
    try:
        name = (_DEVICE_FACTS / number / "name").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return number
    return f"{name} ({number})"


def load_calibration(source: str, warn: Callable[[str], None] | None = None) -> Calibration | None:
    """The calibration of a camera; None if there is none, or its file is broken.

    Parameters
    ----------
    source : str
        As ``--camera`` takes it. A video has only the calibration that was made with it.
    warn : callable, optional
        Takes one line for the user if the file is broken.
    """
    camera = camera_identity(source)
    path = _path(camera)
    try:
        return _parsed(camera, json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or error
        if warn:
            warn(
                f"the calibration {path} cannot be used ({why}): going on with the usual "
                f"ranges; make a new one with handmidi calibrate --camera {source}"
            )
        return None


def save_calibration(calibration: Calibration, picture: bytes) -> None:
    """Write a calibration and its picture; what the camera had before is replaced.

    Parameters
    ----------
    calibration : Calibration
    picture : bytes
        A PNG file.

    Raises
    ------
    HandMidiError
        If they cannot be written; the old calibration stays in use.
    """
    c = calibration
    table = {
        "camera": c.camera,
        "date": c.date.isoformat(timespec="seconds"),
        "tracker": c.tracker,
        "frame": [c.width, c.height],
        "ranges": {name: list(ends) for name, ends in c.ranges.items()},
    }
    try:
        c.path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(c.picture, picture)
        replace_file(c.path, json.dumps(table, indent=2).encode() + b"\n")
    except OSError as error:
        raise HandMidiError(
            f"cannot write to {c.path.parent}: {error.strerror or error}; make room there, or "
            "name another data folder in HANDMIDI_DATA"
        ) from error


def forget_calibration(source: str) -> bool:
    """Remove the calibration of a camera and its picture; whether there was one.

    Raises
    ------
    HandMidiError
        If it cannot be removed.
    """
    path = _path(camera_identity(source))
    there = path.exists()
    try:
        path.unlink(missing_ok=True)
        path.with_suffix(".png").unlink(missing_ok=True)
    except OSError as error:
        raise HandMidiError(
            f"cannot remove {path}: {error.strerror or error}; remove it by hand"
        ) from error
    return there


def _path(camera: str) -> Path:
    """The readable part may be the same for two cameras; the hash is not."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", os.path.basename(camera)).strip("-.")[:60]
    digest = hashlib.sha256(camera.encode("utf-8", "surrogateescape")).hexdigest()
    return paths.data_folder() / "calibration" / f"{plain or 'camera'}-{digest[:8]}.json"


def _parsed(camera: str, table: Any) -> Calibration:
    if not isinstance(table, dict):
        raise ValueError("it holds no table")
    rows, frame = table.get("ranges"), table.get("frame")
    if table.get("camera") != camera:
        raise ValueError(f"it is of another camera, {table.get('camera')!r}")
    if not isinstance(rows, dict):
        raise ValueError("it holds no ranges")
    check = Checker(rows, "ranges.")
    ranges = {name: _range(check, name) for name in CALIBRATED if name in rows}
    if check.mistakes or not ranges:
        raise ValueError("; ".join(check.mistakes) or "it holds no ranges")
    width, height = frame if _is_size(frame) else (0, 0)
    date = datetime.fromisoformat(str(table.get("date")))
    return Calibration(camera, date, str(table.get("tracker")), width, height, ranges)


def _range(check: Checker, name: str) -> tuple[float, float]:
    ends = check.pair(name, CONTROLS[name].range)
    low, high = CONTROLS[name].limits
    if not all(low <= end <= high for end in ends):
        check.wrong(name, f"must lie within {low:g} and {high:g}")
    return ends


def _is_size(value: Any) -> bool:
    return (
        isinstance(value, list) and len(value) == 2 and all(type(v) is int and v > 0 for v in value)
    )
