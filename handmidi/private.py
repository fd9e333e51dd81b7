"""Lines without what concerns a person: for the log, and for a bug report."""

from __future__ import annotations

import getpass
import os
import re
import socket
from contextlib import suppress
from functools import cache
from pathlib import Path

_MAIL = re.compile(r"[\w.+-]+@[\w.-]+")
_QUOTED = re.compile(r"“[^”]*”|‘[^’]*’|\"[^\"]*\"|'[^']*'|`[^`]*`")
_URL = re.compile(r"\b[a-z][a-z+.-]*://\S+", re.IGNORECASE)
_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\[?[0-9a-f]*:[0-9a-f:]+:[0-9a-f]+\]?", re.I)
_HOST = re.compile(r"\b[\w-]+(?:\.[\w-]+)+(?=:\d)")
_PATH = re.compile(r"(?:[A-Za-z]:)?[\w.\-~]*[/\\](?:[^/\\:;()<>]*[/\\])*[^\s,;:()<>]*")
_METRES = re.compile(r"[\d\s/,]*")
_FILE = re.compile(
    r"\b[^\s/\\,;:()<>]+\.(midi?|kar|toml|csv|wav|flac|ogg|mp3|mp4|avi|mkv|mov|webm|sf[23]|json|"
    r"pdf|musicxml|html|eml|task|png)\b",
    re.IGNORECASE,
)
_LOOPBACK = ("127.0.0.1", "0.0.0.0", "::1")


@cache
def _names() -> tuple[str, ...]:
    """What this person and this machine are called, the longest first."""
    found = {Path.home().name, socket.gethostname()}
    with suppress(OSError, KeyError, ImportError):  # nobody is logged in
        found.add(getpass.getuser())
    kept = {name for name in found if len(name) > 2 and name not in ("root", "localhost")}
    return tuple(sorted(kept, key=len, reverse=True))


def scrub(line: str) -> str:
    """A line without names of persons, files, songs, hosts and mail boxes.

    What it says of handmidi stays; whatever may be a name becomes a word in angle brackets. It
    rather takes too much than too little.

    Parameters
    ----------
    line : str

    Returns
    -------
    str
        One line.
    """
    text = " ".join(line.split())
    text = _MAIL.sub("<mail>", text)
    text = _URL.sub("<url>", text)
    text = _QUOTED.sub("<name>", text)
    text = _ADDRESS.sub(lambda m: m[0] if m[0] in _LOOPBACK else "<host>", text)
    text = _HOST.sub(lambda m: m[0] if m[0] in _LOOPBACK else "<host>", text)
    text = _PATH.sub(_path, text)
    text = _FILE.sub(lambda m: f"<file>.{m[1].lower()}", text)
    for name in _names():
        text = re.sub(re.escape(name), "<name>", text, flags=re.IGNORECASE)
    return text


def _path(match: re.Match[str]) -> str:
    """A path as its kind: the suffix tells what was wrong with what."""
    text = match[0]
    if _METRES.fullmatch(text) or text.startswith("/handmidi/"):  # or an address of OSC
        return text
    suffix = os.path.splitext(text)[1]
    return f"<path>{suffix if len(suffix) <= 9 and suffix[1:].isalnum() else ''}"
