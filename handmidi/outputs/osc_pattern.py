"""One OSC message with places to fill, as a template writes it.

A pattern is a list, the address first: ``["/s_new", "{synth}", "{id}", 0, "freq", 440.0]``.
Numbers are sent as they stand, a whole one as OSC int, others as OSC float. ``{name}`` alone is
the field in its own type; ``{name:float}``, ``{name:int}`` and ``{name:text}`` change the type.
Within a longer text, and in the address, a field becomes text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from handmidi.checks import suggest
from handmidi.outputs.osc_events import Value

MAX_ARGUMENTS = 32
MAX_TEXT = 200
_MAX_INT = 2**31 - 1
_MAX_FLOAT = 3.4e38
_PLACE = re.compile(r"\{([^{}:]+)(?::([^{}]*))?\}")
_TYPES = {"int": int, "float": float, "text": str}
_ADDRESS = re.compile(r"(/[!-.0-~]+)+\Z")  # printing ASCII without the blank, no empty part
_NOT_IN_ADDRESS = set("#*,?[]{} ")


class OscMessage(NamedTuple):
    """An address and its arguments: int, float and str are OSC's i, f and s."""

    address: str
    arguments: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field goes, and as what: int, float or str."""

    name: str
    kind: type

    def fill(self, fields: Mapping[str, Value]) -> Value:
        """The field's value in this place's type; a float is rounded to an int."""
        value = fields[self.name]
        if self.kind is str:
            return f"{value:g}" if isinstance(value, float) else str(value)
        return round(value) if self.kind is int else float(value)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A message to fill.

    Parameters
    ----------
    address : tuple of str or Place
        Put together without a gap.
    arguments : tuple
        Each a constant, a Place, or a tuple of str and Place that make one text.
    """

    address: tuple[str | Place, ...]
    arguments: tuple[Value | Place | tuple[str | Place, ...], ...]

    @property
    def address_fields(self) -> set[str]:
        """The fields that the address names."""
        return {part.name for part in self.address if isinstance(part, Place)}

    def fill(self, fields: Mapping[str, Value]) -> OscMessage:
        """The message with the values of `fields`, which has each one that is named."""
        filled = []
        for argument in self.arguments:
            if isinstance(argument, Place):
                filled.append(argument.fill(fields))
            else:
                filled.append(_join(argument, fields) if isinstance(argument, tuple) else argument)
        return OscMessage(_join(self.address, fields), tuple(filled))


def parse_pattern(written: Any, kinds: Mapping[str, type]) -> Pattern:
    """Make a pattern of a list.

    Parameters
    ----------
    written : object
        As ``tomllib`` gives it.
    kinds : mapping of str to type
        The fields that may be named, with their types.

    Raises
    ------
    ValueError
        In one line: which part is wrong, and what is allowed.
    """
    if not isinstance(written, list) or not written or not isinstance(written[0], str):
        raise ValueError('must be a list with the address first, like ["/note", "{pitch}"]')
    if len(written) - 1 > MAX_ARGUMENTS:
        raise ValueError(f"has {len(written) - 1} arguments, at most {MAX_ARGUMENTS} are allowed")
    address = _parts(written[0], kinds)
    if not is_address(_PLACE.sub("x", written[0])):
        raise ValueError(
            f"{written[0]!r} is no OSC address: it begins with / and has no blank "
            "and none of # * , ? [ ]"
        )
    return Pattern(address, tuple(_argument(each, kinds) for each in written[1:]))


def is_address(text: str) -> bool:
    """Whether OSC allows this as an address."""
    return bool(_ADDRESS.match(text)) and not set(text) & _NOT_IN_ADDRESS


def _argument(written: Any, kinds: Mapping[str, type]) -> Value | Place | tuple[str | Place, ...]:
    if isinstance(written, str):
        parts = _parts(written, kinds)
        if len(parts) == 1:
            return parts[0]
        return parts or ""
    if isinstance(written, int) and not isinstance(written, bool):
        if abs(written) > _MAX_INT:
            raise ValueError(f"{written} does not fit into OSC's 32 bits")
        return written
    if isinstance(written, float):
        if not math.isfinite(written) or abs(written) > _MAX_FLOAT:
            raise ValueError(f"{written} is no number that OSC's float holds")
        return written
    raise ValueError(f"{written!r} is neither a number nor a text")


def _parts(text: str, kinds: Mapping[str, type]) -> tuple[str | Place, ...]:
    if len(text) > MAX_TEXT or not text.isprintable():
        raise ValueError(f"a text has at most {MAX_TEXT} characters, all of them printing")
    parts: list[str | Place] = []
    pieces = _PLACE.split(text)
    for literal, name, kind in zip(
        pieces[::3], [*pieces[1::3], None], [*pieces[2::3], None], strict=True
    ):
        if "{" in literal or "}" in literal:
            raise ValueError(f"{text!r} has a lone brace: a field is written {{name}}")
        if literal:
            parts.append(literal)
        if name is not None:
            parts.append(_place(name, kind, kinds))
    return tuple(parts)


def _place(name: str, kind: str | None, kinds: Mapping[str, type]) -> Place:
    if name not in kinds:
        raise ValueError(f"{{{name}}} is no field here ({suggest(name, list(kinds))})")
    natural = kinds[name]
    if kind is not None and kind not in _TYPES:
        raise ValueError(f"{{{name}:{kind}}} has no type of OSC ({suggest(kind, _TYPES)})")
    if natural is str and kind in ("int", "float"):
        raise ValueError(f"{{{name}}} is a text and cannot be sent as {kind}")
    return Place(name, natural if kind is None else _TYPES[kind])


def _join(parts: Sequence[str | Place], fields: Mapping[str, Value]) -> str:
    return "".join(
        part if isinstance(part, str) else Place(part.name, str).fill(fields) for part in parts
    )
