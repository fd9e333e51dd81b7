"""``devices``: what works here, and a try."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from handmidi.cli.tables import table
from handmidi.cli.terminal import console, is_rich, say

if TYPE_CHECKING:
    from handmidi.session.checkup import Finding

_SIGNS = {"works": "✓", "broken": "✗", "missing": "–"}
_WORDS = {"works": "works", "broken": "does not work", "missing": "not there"}
_LOWEST_DB, _CELLS = -60.0, 30


def devices(args: argparse.Namespace) -> int:
    """``handmidi devices`` and ``handmidi devices --check``."""
    if args.check:
        return _check(args)
    from handmidi.session.checkup import check_up

    findings = list(check_up(args.out))
    if args.report:
        from handmidi.cli.bugreport import write_report

        write_report(args.report, findings)
        say(f"written: {args.report}; nothing was sent. Read it before you pass it on")
        return 0
    _show(findings, args.json)
    return 0


def _check(args: argparse.Namespace) -> int:
    from handmidi.session.trying import try_out
    from handmidi.vision.webcams import list_webcams

    camera = args.camera or ("0" if list_webcams() else None)
    say("playing an A4 and listening …")
    if camera is not None:
        say("then hold your open hand before the camera")
    meter = _Meter()
    findings = try_out(args.seconds, camera, meter)
    meter.close()
    _show(findings, args.json)
    sounded = any(f.what in ("sound", "MIDI") and f.state == "works" for f in findings)
    return 0 if sounded else 1


def _show(findings: Sequence[Finding], as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False))
        return
    rows = [
        (
            f"{f.what} {f.name}".strip(),
            f"{_SIGNS[f.state]} {_WORDS[f.state]}",
            f.detail,
            f.next_step,
        )
        for f in findings
    ]
    table(("what", "state", "here", "next step"), rows)


class _Meter:
    """The microphone's level: a bar that moves on a terminal, and silence elsewhere."""

    def __init__(self) -> None:
        self._is_shown = is_rich(sys.stderr)

    def __call__(self, dbfs: float | None) -> None:
        if self._is_shown and dbfs is not None:
            share = min(max(1 - dbfs / _LOWEST_DB, 0.0), 1.0)
            bar = "█" * round(share * _CELLS)
            line = f"\rmicrophone {bar:<{_CELLS}} {dbfs:4.0f} dBFS"
            console(sys.stderr).file.write(line)
            console(sys.stderr).file.flush()

    def close(self) -> None:
        """Leave the line."""
        if self._is_shown:
            print(file=sys.stderr)
