"""What other programs may ask of a session by OSC."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handmidi.outputs.osc_pattern import OscMessage

ROOT = "/handmidi/1/"
MIN_BPM, MAX_BPM = 20.0, 400.0
# A name from the libraries only: no packet may choose a file.
_NAME = re.compile(r"\w[\w -]{0,63}\Z")
_BUTTONS = {"panic": "panic", "transport/start": "start", "transport/stop": "stop"}


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do.

    Parameters
    ----------
    name : {"preset", "panic", "start", "stop", "tempo"}
    value : str or float or None
        The preset's name; the tempo in beats per minute, 20..400; None for the others.
    """

    name: str
    value: str | float | None = None


def parse_command(message: OscMessage) -> Command | None:
    """The command of a message; None for a button that is let go.

    A button sends no argument, or one number that is 0 where it is let go.

    Raises
    ------
    LookupError
        If the address is no command's.
    ValueError
        If the arguments are not what the address takes.
    """
    if not message.address.startswith(ROOT):
        raise LookupError("is no address of handmidi")
    rest, arguments = message.address.removeprefix(ROOT), message.arguments
    if rest in _BUTTONS:
        if len(arguments) > 1 or any(isinstance(each, str) for each in arguments):
            raise ValueError("takes no argument, or one number")
        return None if arguments and not arguments[0] else Command(_BUTTONS[rest])
    if rest == "preset":
        if len(arguments) != 1 or not isinstance(arguments[0], str):
            raise ValueError("takes the name of a preset")
        if not _NAME.match(arguments[0]):
            raise ValueError("takes a name of letters, digits, _, - and blanks, not a file")
        return Command("preset", arguments[0])
    if rest == "transport/tempo":
        if len(arguments) != 1 or isinstance(arguments[0], str):
            raise ValueError("takes one number, beats per minute")
        if not MIN_BPM <= arguments[0] <= MAX_BPM:
            raise ValueError(f"takes {MIN_BPM:g} to {MAX_BPM:g} beats per minute")
        return Command("tempo", float(arguments[0]))
    raise LookupError("is no address of handmidi")
