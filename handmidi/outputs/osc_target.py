"""Where OSC goes, as the user writes it: ``[KIND@]HOST:PORT[,OPTION=VALUE …]``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from handmidi.checks import suggest
from handmidi.errors import OutputError
from handmidi.outputs.osc_events import Value
from handmidi.outputs.osc_pattern import MAX_TEXT
from handmidi.outputs.osc_socket import split_address
from handmidi.outputs.osc_template import MAX_AHEAD_MS, Template, library, load_template

_FORM = "write HOST:PORT, KIND@HOST:PORT or KIND"
_DEFAULT_KIND = "handmidi"


@dataclass(frozen=True, slots=True)
class Target:
    """One receiver of OSC.

    Parameters
    ----------
    template : Template
        What it wants to hear.
    host : str
        A name or an address, IPv6 without brackets.
    port : int
        1..65535.
    ahead_ms : float
        How far ahead of now the time tags are, 0..2000. At 0 a message is for at once.
    options : mapping
        The template's options with the values that the user gave.
    """

    template: Template
    host: str
    port: int
    ahead_ms: float = 0.0
    options: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.template.name}@{host}:{self.port}"


def parse_target(text: str) -> Target:
    """Read a target, such as ``supercollider``, ``127.0.0.1:9000`` or ``pd@studio:9000``.

    A kind is the name of a template (`library`) or a ``.toml`` file; without one it is
    handmidi's own address space. A kind alone goes to the host and port that it names.

    Raises
    ------
    OutputError
        If it is written otherwise, the kind is unknown or its template has mistakes: one line
        that says what is allowed and the nearest name.
    """
    where, *settings = text.split(",")
    kind, host, port = _split(where.strip())
    template = load_template(kind or _DEFAULT_KIND)
    if port is None and template.port is None:
        raise OutputError(f"the OSC target {kind!r} has no port of its own: write {kind}@HOST:PORT")
    ahead_ms, options = _settings(text, settings, template)
    return Target(template, host or template.host, port or template.port, ahead_ms, options)


def _split(where: str) -> tuple[str, str, int | None]:
    """Kind, host and port; what is not there is empty or None."""
    kind, at, rest = where.rpartition("@")
    if not at and (where in library() or where.endswith(".toml")):
        return where, "", None
    if at and not kind:
        raise OutputError(f"{where!r} is no OSC target: {_FORM}")
    host, port = split_address(rest)
    if not host or port is None:
        hint = "" if at else f" ({suggest(where.lower(), list(library()))})"
        raise OutputError(
            f"{where!r} is no OSC target{hint}: {_FORM}, with a port of 1 to 65535, "
            "like 127.0.0.1:57120 or [::1]:57120"
        )
    return kind, host, port


def _settings(
    text: str, settings: list[str], template: Template
) -> tuple[float, Mapping[str, Value]]:
    ahead_ms, options = template.ahead_ms, dict(template.options)
    allowed = ["ahead_ms", *options]
    for setting in settings:
        name, _, value = (part.strip() for part in setting.partition("="))
        if name in allowed and not value:
            raise OutputError(f"{name} in {text!r} has no value: write {name}={name.upper()}")
        if name not in allowed:
            raise OutputError(
                f"{setting.strip()!r} in {text!r} is no option of {template.name} "
                f"({suggest(name, allowed)}): write NAME=VALUE"
            )
        if name == "ahead_ms":
            ahead_ms = _number(name, value, float, 0.0, MAX_AHEAD_MS)
        elif isinstance(options[name], str):
            if len(value) > MAX_TEXT or not value.isprintable():
                raise OutputError(f"{name} must be 1 to {MAX_TEXT} printing characters")
            options[name] = value
        else:
            options[name] = _number(name, value, type(options[name]), -(2.0**31), 2.0**31 - 1)
    for name in template.misplaced(options):
        raise OutputError(f"{name} stands in an address: no blanks and none of # * , ? [ ]")
    return ahead_ms, options


def _number(name: str, text: str, kind: type, low: float, high: float) -> int | float:
    try:
        value = kind(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        what = "a whole number" if kind is int else "a number"
        raise OutputError(f"{name} must be {what}, {low:.0f} to {high:.0f}, not {text!r}")
    return value
