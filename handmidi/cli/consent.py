"""MediaPipe reports usage over the network: nobody uses it unasked."""

from __future__ import annotations

import os
import sys

from handmidi import paths
from handmidi.errors import HandMidiError

_TOLD = (
    "MediaPipe's own tracker reports usage figures to Google over the network "
    "(no pictures). The default tracker does not."
)


def ask_for_mediapipe(tracker: str, accepted: bool) -> None:
    """Ask once; the answer is kept in the data folder.

    Parameters
    ----------
    tracker : str
        Only "mediapipe" is asked about.
    accepted : bool
        ``--accept`` was given; ``$HANDMIDI_ACCEPT_MEDIAPIPE`` says the same.

    Raises
    ------
    HandMidiError
        If the user does not agree, or cannot be asked.
    """
    kept = paths.data_folder() / "mediapipe-accepted"
    accepted = accepted or bool(os.environ.get("HANDMIDI_ACCEPT_MEDIAPIPE"))
    if tracker != "mediapipe" or accepted or kept.exists():
        return
    if not sys.stdin.isatty():
        raise HandMidiError(f"{_TOLD} Agree with --accept, or leave --tracker away")
    print(f"{_TOLD} Use it? [y/N] ", end="", file=sys.stderr, flush=True)
    if input().strip().lower() not in ("y", "yes"):
        raise HandMidiError("MediaPipe's tracker was not accepted: leave --tracker away")
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.touch()
