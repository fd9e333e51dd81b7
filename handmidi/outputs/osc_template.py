"""Templates: which OSC messages a kind of receiver wants, as a TOML file.

::

    title = "My synth"
    host = "127.0.0.1"           # for the template's name alone; default this computer
    port = 9000
    ahead_ms = 0                 # how far ahead of now the time tags are
    time_tag = "clock"           # or "immediate"
    first_id = 1                 # {id} counts from here

    [options]                    # words of your own, changed with: my_synth,voice=brass
    voice = "lead"

    [messages]                   # an event, and the messages that it becomes
    note_on = [["/play/{voice}", "{pitch:float}", "{velocity_unit}"]]
    note_off = [["/stop/{voice}", "{pitch:float}"]]

The events and their fields are those of `handmidi.outputs.osc_events`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handmidi import paths
from handmidi.checks import Checker, read_toml, suggest
from handmidi.errors import OutputError
from handmidi.outputs.osc_events import EVENTS, FIELDS, NUMBERED, Value
from handmidi.outputs.osc_pattern import Pattern, is_address, parse_pattern

LOOPBACK = "127.0.0.1"
ID_COUNT = 2**20
"""How many ids a template counts through; they stay exact in a float if they begin low."""
MAX_AHEAD_MS = 2000.0
_MAX_MESSAGES = 16
_OURS = Path(__file__).resolve().parent / "osc_targets"
_OPTION = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")
_NUMBERED = re.compile(r"([a-z_]+)_(\d{1,3})\Z")


@dataclass(frozen=True, slots=True)
class Template:
    """What a kind of receiver wants. The fields are the keys of the TOML file.

    Parameters
    ----------
    port : int, optional
        None where the user has to say it.
    ahead_ms : float
        0..2000.
    time_tag : {"clock", "immediate"}
    messages : mapping of str to tuple of Pattern
        The patterns of each event; an event that is not there sends nothing.
    """

    name: str
    title: str
    host: str
    port: int | None
    ahead_ms: float
    time_tag: str
    first_id: int
    options: Mapping[str, Value] = field(default_factory=dict)
    messages: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)

    def misplaced(self, options: Mapping[str, Value]) -> list[str]:
        """Names of the options that stand in an address, with a value that cannot."""
        patterns = [pattern for each in self.messages.values() for pattern in each]
        named = set().union(*(pattern.address_fields for pattern in patterns))
        return [
            name for name, value in options.items() if name in named and not is_address(f"/{value}")
        ]


def library() -> dict[str, Path]:
    """The templates that can be named: the user's own, the current folder's, and ours."""
    found: dict[str, Path] = {}
    for folder in (_OURS, Path("osc"), paths.data_folder() / "osc"):
        found.update({path.stem: path for path in sorted(folder.glob("*.toml"))})
    return dict(sorted(found.items()))


def load_template(name: str) -> Template:
    """Load a template by name, or from a TOML file.

    Raises
    ------
    OutputError
        If there is none of that name (the nearest is offered), or the file has mistakes
        (all are listed, with their keys).
    """
    known = library()
    path = known.get(name, Path(name))
    if name not in known and path.suffix != ".toml":
        raise OutputError(
            f"no OSC target is called {name!r} ({suggest(name.lower(), list(known))}); "
            "a template of your own is a .toml file"
        )
    table = read_toml(path, "OSC template", OutputError)
    return parse_template(path.stem, table, str(path))


def parse_template(name: str, table: dict[str, Any], origin: str) -> Template:
    """Make a template of a parsed TOML table.

    Raises
    ------
    OutputError
        Lists every mistake in one line, each with its key; `origin` is named first.
    """
    check = Checker(table)
    options = _options(check)
    template = Template(
        name=name,
        title=check.text("title", name),
        host=check.text("host", LOOPBACK),
        port=check.whole("port", 1, 65535, 0) if "port" in table else None,
        ahead_ms=check.number("ahead_ms", 0.0, MAX_AHEAD_MS, 0.0),
        time_tag=check.choice("time_tag", ("clock", "immediate"), "clock"),
        first_id=check.whole("first_id", 0, 2**31 - ID_COUNT, 1),
        options=options,
        messages=_messages(check, options),
    )
    for name in template.misplaced(options):
        check.wrong(f"options.{name}", "has a blank or a sign that OSC allows in no address")
    check.unknown("port")
    check.finish(origin, OutputError)
    return template


def _options(check: Checker) -> dict[str, Value]:
    options = {}
    for name, value in (check.table("options") or {}).items():
        key = f"options.{name}"
        if not _OPTION.match(name) or name in FIELDS or name == "ahead_ms":
            check.wrong(key, "needs another name: small letters, digits and _, and no field's name")
        elif isinstance(value, bool) or not isinstance(value, (int, float, str)):
            check.wrong(key, f"must be a number or a text, not {value!r}")
        else:
            options[name] = value
    return options


def _messages(check: Checker, options: Mapping[str, Value]) -> dict[str, tuple[Pattern, ...]]:
    table = check.table("messages")
    if not table:
        if "messages" not in check.mistaken:
            check.wrong("messages", "is missing: write [messages] with at least one event")
        return {}
    part = Checker(table, "messages.", check.mistakes)
    own_kinds = {name: type(value) for name, value in options.items()}
    found = {}
    for event, written in table.items():
        base = _event(event)
        if base is None:
            part.wrong(event, f"is no event ({suggest(event, list(EVENTS))})")
        elif not isinstance(written, list) or not all(isinstance(m, list) for m in written):
            part.wrong(event, 'must be a list of messages: [["/address", "{field}"]]')
        elif len(written) > _MAX_MESSAGES:
            part.wrong(event, f"has {len(written)} messages, at most {_MAX_MESSAGES} are allowed")
        else:
            kinds = {name: FIELDS[name].kind for name in EVENTS[base]} | own_kinds
            found[event] = _patterns(part, event, written, kinds)
    return found


def _event(name: str) -> str | None:
    """The event that a key of [messages] is a form of."""
    if name in EVENTS:
        return name
    match = _NUMBERED.match(name)
    if match and match[1] in NUMBERED and int(match[2]) <= 127:
        return match[1]
    return None


def _patterns(
    part: Checker, event: str, written: list[Any], kinds: Mapping[str, type]
) -> tuple[Pattern, ...]:
    patterns = []
    for i, message in enumerate(written):
        try:
            patterns.append(parse_pattern(message, kinds))
        except ValueError as error:
            part.wrong(f"{event}[{i}]", str(error))
    return tuple(patterns)
