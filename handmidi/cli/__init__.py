"""The command line."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from handmidi import log
from handmidi.cli import terminal
from handmidi.cli.completion import complete
from handmidi.cli.leaving import leave
from handmidi.cli.parser import build_parser
from handmidi.errors import HandMidiError


def run() -> NoReturn:
    """The program: `main`, and out, where a key that bounces is ignored."""
    complete(build_parser)
    status = main()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave(status)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        Without the program's name; default: the process's.

    Returns
    -------
    int
        Exit status: 0 done, 1 failed. Wrong usage leaves with 2 on the way.
    """
    terminal.set_up()
    parser = build_parser()
    args = parser.parse_args(argv)
    if "run" not in args:
        parser.print_help()
        return 0
    terminal.set_up(args.quiet, getattr(args, "json", False))
    log.start(_asked(argv))
    module, function = args.run.split(":")
    try:
        status = getattr(import_module(f"handmidi.cli.{module}"), function)(args) or 0
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        line = "stopped"
    except HandMidiError as error:
        if args.debug:
            raise
        line = str(error)
    except Exception as error:
        if args.debug:
            raise
        line = _unexpected(error)
    terminal.warn(line)
    return 1


def _asked(argv: Sequence[str] | None) -> str:
    """The command and its flags, without what they were given."""
    words = sys.argv[1:] if argv is None else argv
    flags = (word.partition("=")[0] for word in words[1:] if word.startswith("-"))
    return " ".join((words[0], *flags))


def _unexpected(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"cannot write ({error.strerror}): make room, then try again"
    return f"internal error ({type(error).__name__}: {error}): please report it, with --debug"
