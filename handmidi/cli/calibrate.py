"""``calibrate``: which ranges a player reaches before a camera."""

from __future__ import annotations

import argparse

from handmidi.cli.consent import ask_for_mediapipe
from handmidi.cli.live import say
from handmidi.session.options import Options


def calibrate(args: argparse.Namespace) -> None:
    """``handmidi calibrate``."""
    if args.forget:
        _forget(args.camera)
        return
    ask_for_mediapipe(args.tracker, args.accept)
    from handmidi.instrument.controls import CONTROLS
    from handmidi.session import calibrating

    names = Options.__dataclass_fields__.keys() & vars(args).keys()
    result = calibrating.calibrate(Options(**{name: getattr(args, name) for name in names}), say)
    for extent in result.extents:
        if extent.range:
            low, high = extent.range
            say(f"{extent.control}: {low:.4g} to {high:.4g} ({CONTROLS[extent.control].unit})")
        elif extent.advice:
            say(f"{extent.control}: not calibrated, so the usual range stays; {extent.advice}")
    say(f"used from now on with camera {args.camera}; undo: {_command(args.camera)} --forget")
    say(f"picture: {result.calibration.picture}")


def camera_line(source: str) -> str:
    """What ``devices`` says about a camera's calibration.

    Parameters
    ----------
    source : str
        As ``--camera`` takes it.
    """
    from handmidi.calibration import load_calibration

    faults: list[str] = []
    found = load_calibration(source, faults.append)
    if found is None:
        return faults[0] if faults else f"not calibrated: {_command(source)}"
    area = found.ranges.get("area")
    span = f" (area {area[0]:.3g} to {area[1]:.3g})" if area else f" ({', '.join(found.ranges)})"
    return f"calibrated on {found.date:%Y-%m-%d}{span}"


def _forget(source: str) -> None:
    from handmidi.calibration import forget_calibration

    there = forget_calibration(source)
    say(f"camera {source}: " + ("back to the usual ranges" if there else "was not calibrated"))


def _command(source: str) -> str:
    return "handmidi calibrate" + (f" --camera {source}" if source != "0" else "")
