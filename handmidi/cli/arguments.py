"""What stands behind a flag: text becomes a value, or is refused in one line.

All raise argparse.ArgumentTypeError, which ends the program with wrong usage.
"""

from __future__ import annotations

import argparse

from handmidi.errors import OutputError


def percent(text: str) -> float:
    """Percent of a song's tempo, 25 to 200."""
    return _number(text, 25, 200)


def positive(text: str) -> float:
    """Seconds, 0.1 to a million."""
    return _number(text, 0.1, 1e6)


def _number(text: str, low: float, high: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from {low:g} to {high:g}")
    return value


def addresses(text: str) -> str:
    """Mail addresses with commas between them, as they stand."""
    from handmidi.errors import MailError
    from handmidi.mail.address import parse_addresses

    try:
        parse_addresses(text)
    except MailError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def bpm(text: str) -> float:
    """Quarter notes per minute, 20 to 400."""
    return _number(text, 20, 400)


def fps(text: str) -> float:
    """Pictures a second, 10 to 240."""
    return _number(text, 10, 240)


def size(text: str) -> tuple[int, int]:
    """Width and height of a picture in pixels, of ``WxH``, each 16 to 8192."""
    width, _, height = text.lower().partition("x")
    return _whole(width, 16, 8192), _whole(height, 16, 8192)


def channel(text: str) -> int:
    """A MIDI channel, written 1 to 16, as 0 to 15."""
    return _whole(text, 1, 16) - 1


def program(text: str) -> int:
    """A General MIDI program, 0 to 127."""
    return _whole(text, 0, 127)


def _whole(text: str, low: int, high: int) -> int:
    if not text.isdecimal() or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {low} to {high}")
    return int(text)


def target(text: str) -> str:
    """An OSC target, as it stands; `handmidi.outputs.osc_target` tells how it is written."""
    from handmidi.outputs.osc_target import parse_target

    try:
        parse_target(text)
    except OutputError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def listen(text: str) -> tuple[str, int]:
    """Host and port of ``PORT`` or ``HOST:PORT``."""
    from handmidi.outputs.osc_listener import parse_listen

    try:
        return parse_listen(text)
    except OutputError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def learnable(text: str) -> int | str:
    """A controller's number, by number or name; or ``bend`` or ``pressure``."""
    from handmidi.instrument.presetsound import parse_controller

    try:
        to, number = parse_controller(f"cc {text.strip()}" if text.strip().isdecimal() else text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return number if to == "cc" else to
