"""``completion``: what a shell needs to know, and the answers when Tab is pressed."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from handmidi.cli.parser.base import Program

_ASKED = "_ARGCOMPLETE"


def completion(args: argparse.Namespace) -> None:
    """``handmidi completion SHELL``."""
    from argcomplete import shellcode

    print(shellcode(["handmidi"], shell=args.shell), end="")


def complete(build: Callable[[], Program]) -> None:
    """Answer a shell that asks what could follow, and leave; else do nothing.

    Parameters
    ----------
    build : callable
        Makes the parser. Where an argument has a ``completer``, that gives the names.
    """
    if _ASKED not in os.environ:
        return
    from argcomplete import autocomplete

    program = build()
    for command in program.commands.values():
        for action in command._actions:
            action.type = None  # what earlier words mean is not asked, and may import much
    autocomplete(program, always_complete_options=False)
