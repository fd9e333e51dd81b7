"""``calibrate``: a player's ranges before a camera, and how late sound is heard."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from dataclasses import asdict

from handmidi.cli.consent import ask_for_mediapipe
from handmidi.cli.progress import waiting
from handmidi.cli.terminal import print_json, say
from handmidi.session.options import Options

_MEASURE = "handmidi calibrate --latency"


def calibrate(args: argparse.Namespace) -> None:
    """``handmidi calibrate``, with ``--latency`` and ``--tap`` too."""
    if args.latency or args.tap:
        if args.seconds is not None:
            args.usage_error("--seconds is for a hand before the camera: leave it out")
        _latency(args)
        return
    if args.soundfont:
        args.usage_error("--soundfont is for the clicks of --latency and --tap")
    if args.forget:
        _forget(args)
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
    if args.json:
        ranges = {control: list(span) for control, span in result.calibration.ranges.items()}
        picture = str(result.calibration.picture)
        print_json({"camera": args.camera, "ranges": ranges, "picture": picture})


def _latency(args: argparse.Namespace) -> None:
    if args.forget:
        from handmidi.latency import forget_latencies

        count = forget_latencies()
        say(f"latencies forgotten: {count}" if count else "no latency was measured")
        if args.json:
            print_json({"forgotten": count})
        return
    from handmidi.session.measuring import measure_latency

    # Tapping is shown in the terminal: a sign that turns would write into the same line.
    with nullcontext() if args.tap else waiting("measuring", always=False):
        measured, doubt = measure_latency(args.soundfont, args.tap, say)
    spread = f"spread {measured.spread_ms:.1f} ms"
    say(doubt or f"what sounds is heard {measured.ms:.0f} ms after it is due ({spread})")
    say(f"used for scoring from now on with {measured.output}; undo: {_MEASURE} --forget")
    if args.json:
        print_json({**asdict(measured), "date": measured.date.isoformat(timespec="seconds")})


def _forget(args: argparse.Namespace) -> None:
    from handmidi.calibration import forget_calibration

    there = forget_calibration(args.camera)
    say(f"camera {args.camera}: " + ("back to the usual ranges" if there else "was not calibrated"))
    if args.json:
        print_json({"camera": args.camera, "forgotten": int(there)})


def _command(source: str) -> str:
    return "handmidi calibrate" + (f" --camera {source}" if source != "0" else "")
