"""``bench``: how fast this machine plays."""

from __future__ import annotations

import argparse
import json
from importlib.util import find_spec
from pathlib import Path

from handmidi.cli import terminal
from handmidi.cli.consent import ask_for_mediapipe
from handmidi.cli.tables import table
from handmidi.errors import HandMidiError
from handmidi.files import replace_file

QUICK_LIVE_S, LIVE_S = 5.0, 20.0


def bench(args: argparse.Namespace) -> None:
    """``handmidi bench``."""
    from handmidi.bench.report import markdown, notes, rewrite, tables
    from handmidi.bench.suite import Plan, run

    trackers, left_out = _trackers(args)
    live_s = args.live if args.live is not None else QUICK_LIVE_S if args.quick else LIVE_S
    # It takes minutes: what cannot be written is said before.
    if args.output:
        _try_to_write(args.output)
    if args.docs:
        rewrite(args.docs, None)
    # Plain lines: a bar that moves would take time from what is measured.
    plan = Plan(trackers, args.model, args.clip, args.quick, live_s)
    found = run(plan, terminal.aside)
    found["left_out"] = left_out + found["left_out"]
    if args.json:
        terminal.print_json(found)
    else:
        for title, head, rows in tables(found):
            print(title)
            table(head, rows)
            print()
        print(*notes(found), sep="\n", flush=True)
    if args.output:
        text = json.dumps(found, indent=1, ensure_ascii=False)
        replace_file(args.output, text.encode() + b"\n")
    if args.docs:
        rewrite(args.docs, markdown(found))


def _trackers(args: argparse.Namespace) -> tuple[tuple[str, ...], list[str]]:
    """Those to measure, and why others are left out."""
    known = ("direct", "mediapipe", "skin")
    asked = tuple(dict.fromkeys(name.strip() for name in args.trackers.split(",")))
    wrong = [name for name in asked if name not in known]
    if wrong:
        args.usage_error(f"argument --trackers: {wrong[0]!r} is not one of {', '.join(known)}")
    why = _why_no_mediapipe(args.accept) if "mediapipe" in asked else None
    if why is None:
        return asked, []
    terminal.aside(why)
    kept = tuple(name for name in asked if name != "mediapipe")
    if not kept:
        raise HandMidiError(why)
    return kept, [why]


def _why_no_mediapipe(accepted: bool) -> str | None:
    if find_spec("mediapipe") is None:
        return "mediapipe is left out: it is not installed (pip install 'handmidi[mediapipe]')"
    try:
        ask_for_mediapipe("mediapipe", accepted)
    except HandMidiError:
        return "mediapipe is left out: it reports usage to Google; agree to that with --accept"
    return None


def _try_to_write(path: Path) -> None:
    try:
        with open(path, "ab"):
            pass
    except OSError as error:
        raise HandMidiError(
            f"cannot write {path}: {error.strerror}; name a file in a folder of yours"
        ) from error
