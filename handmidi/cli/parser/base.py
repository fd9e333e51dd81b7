"""The parser that all commands share: its help is grouped, its errors are one line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn

_TOO_MANY = 8
"""More choices than these are not listed in an error."""
_FEW = 3
"""Not more commands than these are named as owners of a flag."""
_FOOT = """\
handmidi COMMAND --help   # what it takes, with examples
handmidi --version        # which version this is

Every command takes --quiet and --debug.
Exit status: 0 done, 1 failed, 2 wrong usage."""


class Parser(argparse.ArgumentParser):
    """A command's parser; `summary` is its line in the overview.

    A wrong use is one line on stderr, with the nearest name and the next step, and status 2.
    """

    summary = ""

    def __init__(self, **given) -> None:
        super().__init__(**given)
        self._positionals.title, self._optionals.title = "arguments", "flags"

    def format_help(self) -> str:
        """As argparse does it, but with what every command takes at the end."""
        last = ("flags", GENERAL)
        self._action_groups.sort(
            key=lambda group: group.title in last and last.index(group.title) + 1
        )
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Leave with status 2 and one line."""
        line = message.removeprefix("argument ")
        _, is_missing, names = line.partition("arguments are required: ")
        line = f"{names} is missing" if is_missing else line
        self.exit(2, f"handmidi: {' '.join(line.split())} (see {self.prog} --help)\n")

    def flags(self) -> list[str]:
        """All long flags."""
        every = (flag for action in self._actions for flag in action.option_strings)
        return [flag for flag in every if flag.startswith("--")]

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is None or value in action.choices:
            return
        names = [str(choice) for choice in action.choices]
        said = f"{str(value)!r} is not one of {', '.join(names)}"
        if isinstance(action, argparse._SubParsersAction):
            said = f"there is no command {str(value)!r}"
        elif len(names) > _TOO_MANY:
            said = f"there is no {str(value)!r}"
        raise argparse.ArgumentError(
            None if action.metavar == COMMAND else action, said + did_you_mean(str(value), names)
        )


class Program(Parser):
    """The parser of the whole command line."""

    def __init__(self, **given) -> None:
        super().__init__(**given)
        self.commands: dict[str, Parser] = {}
        """All commands by name."""
        self.groups: dict[str, list[str]] = {}
        """Names of commands by what they are for, in the order of the overview."""
        self.subparsers = self.add_subparsers(metavar=COMMAND, parser_class=Parser)

    def format_help(self) -> str:
        """The overview: what to try first, and each command in a line."""
        width = max(map(len, self.commands))
        lines = [f"{self.description}", "", *self.epilog.splitlines()]
        for title, names in self.groups.items():
            lines += ["", f"{title}:"]
            lines += [f"  {name:{width}}  {self.commands[name].summary}" for name in names]
        return "\n".join([*lines, "", _FOOT, ""])

    def parse_args(self, args: Sequence[str] | None = None, namespace=None):
        """As argparse does it, but an unknown flag is said before anything else."""
        words = list(sys.argv[1:] if args is None else args)
        if words[:1] == ["help"]:  # as other programs have it
            words = [*words[1:2], "--help"]
        self._refuse_unknown(words)
        found, rest = self.parse_known_args(words, namespace)
        if rest:
            tell = getattr(found, "usage_error", self.error)
            is_flag = len(rest[0]) > 1 and rest[0].startswith("-")
            tell(f"there is no flag {rest[0]}" if is_flag else f"one word too many: {rest[0]!r}")
        return found

    def _refuse_unknown(self, words: Iterable[str]) -> None:
        parser: Parser = self
        for word in words:
            if word == "--":
                return
            if parser is self and not word.startswith("-"):
                parser = self.commands.get(word, self)
                if parser is self:  # no such command: the parser says so
                    return
            name = word.partition("=")[0]
            if not name.startswith("--") or " " in name:
                continue
            flags = parser.flags()
            if not any(flag.startswith(name) for flag in flags):
                parser.error(f"there is no flag {name}{self._elsewhere(name, flags)}")

    def _elsewhere(self, name: str, flags: Sequence[str]) -> str:
        """Which flag was meant, or which commands take this one."""
        owners = [command for command, other in self.commands.items() if name in other.flags()]
        if 0 < len(owners) <= _FEW:
            return f": it belongs to {' and '.join(owners)}"
        return did_you_mean(name, flags)


GENERAL, COMMAND = "general", "COMMAND"
_SHORT = 3


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """``: did you mean X?`` with the nearest of some names, or nothing if none is near."""
    from difflib import get_close_matches

    # Of short words half of the letters are no likeness.
    cutoff = 0.6 if len(name.strip("-")) > _SHORT else 0.75
    near = get_close_matches(name[:40], list(names), n=1, cutoff=cutoff)
    return f": did you mean {near[0]}?" if near else ""


class Help(argparse.RawDescriptionHelpFormatter):
    """Help with room for long flags; examples stay as they are written."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26)
