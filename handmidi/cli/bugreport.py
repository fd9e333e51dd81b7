"""``devices --report``: one file for whoever mends handmidi."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from handmidi import log
from handmidi.errors import HandMidiError
from handmidi.files import replace_file
from handmidi.private import scrub

if TYPE_CHECKING:
    from handmidi.session.checkup import Finding

_SECTION = "\n{}\n"


def write_report(path: Path, findings: Sequence[Finding]) -> None:
    """Write versions, devices, the names of settings, checksums and the log's last lines.

    Names of persons, files, songs, devices and hosts are left out.

    Raises
    ------
    HandMidiError
        If the file cannot be written.
    """
    text = "\n".join(_lines(findings)) + "\n"
    try:
        replace_file(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise HandMidiError(
            f"cannot write {path}: {error.strerror}; name another file with --report"
        ) from error


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    yield f"handmidi: report of {datetime.now().astimezone():%Y-%m-%d %H:%M %z}"
    yield log.versions()
    yield _SECTION.format("What works here")
    for each in findings:
        # A device is called after its owner, now and then: its kind must do.
        yield scrub(f"{each.what}: {each.state}. {each.detail}. {each.next_step}")
    yield _SECTION.format("Settings (names only)")
    names = sorted(name for name in os.environ if name.startswith(("HANDMIDI_", "JACK_", "PULSE_")))
    yield ", ".join(names) or "none"
    yield _SECTION.format("Model and SoundFonts")
    yield from _assets()
    yield _SECTION.format("The log's last lines")
    yield from log.last_lines() or ["there is no log"]


def _assets() -> Iterator[str]:
    from handmidi.assets import find_model, find_soundfont

    for name, find in (("hand model", find_model), ("SoundFont", find_soundfont)):
        try:
            path = find()
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except (HandMidiError, OSError) as error:
            yield scrub(f"{name}: {error}")
            continue
        yield f"{name}: {path.stat().st_size} bytes, sha256 {digest}"
