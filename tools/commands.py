"""Writes docs/commands.md from the parser: ``python -m tools.commands --docs docs/commands.md``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from unittest.mock import patch

from handmidi.cli.parser import build_parser

_HEAD = """\
# Commands

Made from what `handmidi COMMAND --help` prints, by `python -m tools.commands --docs
docs/commands.md`.

`--quiet` and `--debug` may stand before a command's name or after it. With `--quiet` a command
prints what was asked for (a table, a score, JSON), warnings and errors, and nothing else: `play`
and `practice` print the path of the take, what writes a file nothing at all. With `--json` stdout
holds one JSON document; what else is said goes to stderr. On a terminal there are colours and
bars that move; in a pipe, with `NO_COLOR` set or `TERM=dumb`, plain lines. An error is one line
that begins with `handmidi:`.
"""


def page() -> str:
    """The document: the overview, then each command's help in the overview's order."""
    program = build_parser()
    parts = [_HEAD, _block(program)]
    for title, names in program.groups.items():
        parts.append(f"## {title.capitalize()}\n")
        for name in names:
            parts += [f"### {name}\n", _block(program.commands[name])]
    return "\n".join(parts)


def _block(parser: argparse.ArgumentParser) -> str:
    with patch.dict(os.environ, COLUMNS="80"):  # argparse asks for it
        return f"```\n{parser.format_help().strip()}\n```\n"


def main() -> None:
    """Write the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=Path, required=True, metavar="FILE")
    parser.parse_args().docs.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
