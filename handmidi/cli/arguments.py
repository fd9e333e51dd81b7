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


def rise(text: str) -> float:
    """Percent of a song's tempo by which each pass is faster, 0 to 50."""
    return _number(text, 0, 50)


def bars(text: str) -> tuple[int, int]:
    """Numbers of the first and the last bar, of ``5-8`` or ``5``."""
    first, dash, last = text.partition("-")
    numbers = _whole(first, 0, 99_999), _whole(last if dash else first, 0, 99_999)
    if numbers[0] > numbers[1]:
        raise argparse.ArgumentTypeError(f"{text!r} ends before it begins")
    return numbers


def passes(text: str) -> int:
    """How often a loop is played, 1 to 999."""
    return _whole(text, 1, 999)


def jobs(text: str) -> int:
    """Processes at once, 1 to 256."""
    return _whole(text, 1, 256)


def count_in(text: str) -> int:
    """Bars of a count-in, 0 to 4."""
    return _whole(text, 0, 4)


def transpose(text: str) -> int:
    """Semitones, -24 to 24."""
    sign, digits = (-1, text[1:]) if text[:1] == "-" else (1, text.removeprefix("+"))
    if not digits.isdecimal() or int(digits) > 24:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from -24 to 24")
    return sign * int(digits)


def track(text: str) -> int:
    """A track's number, 0 to 9999."""
    return _whole(text, 0, 9999)


def live(text: str) -> float:
    """Seconds of a measured session, 2 to 3600, or 0 for none."""
    value = _number(text, 0, 3600)
    if 0 < value < 2:
        raise argparse.ArgumentTypeError(f"{text!r} is not 0, nor a number from 2 to 3600")
    return value


def tracks(text: str) -> tuple[int | str, ...]:
    """Numbers and names of tracks, with commas between them."""
    named = [each.strip() for each in text.split(",")]
    if not all(named):
        raise argparse.ArgumentTypeError(f"{text!r} names no track before or after a comma")
    return tuple(int(each) if each.isdecimal() else each for each in named)


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
