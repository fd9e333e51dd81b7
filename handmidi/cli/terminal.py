"""What goes to the terminal: results to stdout, remarks where they disturb nobody.

Whether a command runs in a terminal, in a pipe, with ``--quiet`` or with ``--json`` is known
here alone; `set_up` is told once, at the start.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import sys
import unicodedata
from dataclasses import dataclass
from typing import Any, TextIO

from handmidi import log
from handmidi.text import printable

_C1 = re.compile("[\x7f-\x9f]")  # a terminal may obey them; JSON leaves them as they are
_PLAIN = str.maketrans(
    {"…": "...", "–": "-", "—": "-", "♯": "#", "♭": "b", "·": "|", "→": "->", "×": "x", "’": "'"}
)


@dataclass
class _Asked:
    """What the user asked for."""

    quiet: bool = False
    as_json: bool = False


_asked = _Asked()


def set_up(quiet: bool = False, as_json: bool = False) -> None:
    """Prepare stdout and stderr for one command.

    Signs that a stream's encoding lacks become plain ones (♯ becomes #), or a question mark.

    Parameters
    ----------
    quiet : bool
        ``--quiet``: remarks and progress are left out; results, warnings and errors stay.
    as_json : bool
        ``--json``: remarks go to stderr, so that stdout holds one JSON document.
    """
    _asked.quiet, _asked.as_json = quiet, as_json
    codecs.register_error("handmidi", _plain)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # it was closed before the start
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - until the program ends
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="handmidi")


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Replace what cannot be encoded: a codec's error handler."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    plain = error.object[error.start : error.end].translate(_PLAIN)
    apart = unicodedata.normalize("NFKD", plain)  # a letter, and then its accent
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return "".join(sign if sign.isascii() else "?" for sign in plain), error.end


def shown(text: str) -> str:
    """`text` without the signs that move a cursor or colour a terminal; tabs and lines stay.

    Titles, names and paths come from files of others.
    """
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in text.split("\n"))


def is_quiet() -> bool:
    """Whether ``--quiet`` was given."""
    return _asked.quiet


def say(line: str) -> None:
    """Print a remark: what is being done, or was done. It is left out with ``--quiet``."""
    if not _asked.quiet:
        result(line)


def result(line: str) -> None:
    """Print a line that was asked for, also with ``--quiet``; to stderr with ``--json``.

    A terminal that was closed, or a reader that left, ends nothing.
    """
    try:
        print(shown(line), file=sys.stderr if _asked.as_json else sys.stdout, flush=True)
    except OSError:
        nowhere = open(os.devnull, "w")  # noqa: SIM115 - until the program ends
        if _asked.as_json:
            sys.stderr = nowhere
        else:
            sys.stdout = nowhere


def caution(line: str) -> None:
    """Print a remark on what is missing or went wrong: with ``--quiet`` it is a warning."""
    log.warning(line)
    if _asked.quiet:
        warn(line)
    else:
        say(line)


def aside(line: str) -> None:
    """Print on stderr what goes on, where stdout is for results; left out with ``--quiet``."""
    if not _asked.quiet:
        print(shown(line), file=sys.stderr, flush=True)


def warn(line: str) -> None:
    """Print a warning on stderr, as one line that says who speaks; always."""
    log.warning(line)
    print(f"handmidi: {printable(' '.join(line.split()))}", file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """Print the one JSON document of a command with ``--json``."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    print(_C1.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text))


def is_rich(stream: TextIO) -> bool:
    """Whether colour, bars and moving lines are welcome on a stream.

    They are on a terminal that can show them, unless ``$NO_COLOR`` is set or ``$TERM`` is dumb.
    """
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not plain


def console(stream: TextIO):
    """Rich's console for a stream that is a terminal; without colour where none is welcome."""
    from rich.console import Console

    return Console(file=stream, color_system="auto" if is_rich(stream) else None, highlight=False)
