"""How a preset file shapes sound: velocity, gate and controllers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handmidi.checks import Checker, suggest
from handmidi.instrument.controls import CONTROLS
from handmidi.instrument.preset import Controller, Gate, Velocity
from handmidi.instrument.scaling import CURVES, Scaling

Ranges = Mapping[str, tuple[float, float]]
"""Calibrated ranges: the values of a control at 0 and at 1 of its scaled axis."""

LEAST_OF_LOG = 1e-4
"""Where a logarithmic range may begin."""

CONTROLLERS = {
    "modulation": 1,
    "breath": 2,
    "portamento time": 5,
    "volume": 7,
    "balance": 8,
    "pan": 10,
    "expression": 11,
    "sustain": 64,
    "portamento": 65,
    "sostenuto": 66,
    "soft": 67,
    "resonance": 71,
    "release": 72,
    "attack": 73,
    "brightness": 74,
    "timbre": 74,
    "decay": 75,
    "reverb": 91,
    "tremolo": 92,
    "chorus": 93,
    "detune": 94,
    "phaser": 95,
}
"""Control changes by the names that General MIDI and MPE give them."""

MOST_CONTROLLER = 119
_RESERVED = {6, 38, 96, 97, 98, 99, 100, 101}


def read_scaling(
    check: Checker,
    ranges: Ranges,
    key: str = "control",
    default: Scaling | None = None,
    curves: tuple[str, ...] = CURVES,
) -> Scaling:
    """A control with its `range` and `curve`.

    Parameters
    ----------
    check : Checker
    ranges : mapping
        Calibrated ranges, for a file that writes none.
    key : str
        Where the control's name stands.
    default : Scaling, optional
        The control where none is written, with its range and curve; `area` if there is none.
    curves : tuple of str
        Those that are allowed.
    """
    default = default or Scaling("area", ranges.get("area", CONTROLS["area"].range))
    name = check.choice(key, tuple(CONTROLS), default.control)
    control = CONTROLS[name]
    if name != default.control:
        default = Scaling(name, ranges.get(name, control.range))
    curve = check.choice("curve", curves, default.curve)
    ends = check.pair("range", default.range)
    least, most = control.limits
    why = None
    if not all(least <= end <= most for end in ends):
        why = f"must lie within {least:g} and {most:g} for {name}"
    elif curve == "log" and min(ends) < LEAST_OF_LOG:
        why = f"must lie above 0 ({LEAST_OF_LOG:g} or more) for a log curve"
    elif abs(control.axis(ends[1]) - control.axis(ends[0])) < 2 * control.noise:
        why = f"is narrower than a hand can hold {name} still"
    if why:
        check.wrong("range", why)
        return Scaling(name, control.range)
    return Scaling(name, ends, curve)


def read_velocity(check: Checker, ranges: Ranges, default: Velocity) -> Velocity:
    """The key `velocity`: a number, or the table [velocity]."""
    inner = check.within("velocity") if check.holds("velocity", dict) else None
    if inner is None:
        fixed = check.whole("velocity", 1, 127, default.low)
        return Velocity(fixed, fixed) if check.has("velocity") else default
    by = read_scaling(inner, ranges, "by", _usual("speed", ranges))
    low, high = inner.whole("low", 1, 127, 40), inner.whole("high", 1, 127, 120)
    inner.unknown()
    return Velocity(low, high, by)


def read_gate(check: Checker, ranges: Ranges) -> Gate:
    """The table [gate]; without `on` and `off`, they lie about the middle of the range."""
    name = check.choice("control", tuple(CONTROLS), "openness")
    control, usual = CONTROLS[name], _usual(name, ranges)
    on = check.number("on", *control.limits, round(usual.unscaled(0.6), 4))
    off = check.number("off", *control.limits, round(usual.unscaled(0.4), 4))
    if abs(control.axis(on) - control.axis(off)) < 2 * control.noise and not check.mistaken:
        check.wrong("off", f"must differ from on ({on:g}) by more than a hand's trembling")
    check.unknown()
    return Gate(name, on, off)


def read_controllers(check: Checker, ranges: Ranges, bend_semitones: int) -> tuple[Controller, ...]:
    """The tables [[controllers]]; each goes somewhere else."""
    found: list[Controller] = []
    for row in check.rows("controllers", MOST_CONTROLLER + 3):
        by = read_scaling(row, ranges)
        to, number = _destination(row)
        if to == "bend":
            most = float(bend_semitones)
            limits, usual, unit = (-most, most), (-min(2.0, most), min(2.0, most)), "semitones"
        else:
            limits, usual, unit = (0.0, 127.0), (0.0, 127.0), "the controller's values"
        send = row.pair("send", usual)
        if not all(limits[0] <= value <= limits[1] for value in send):
            row.wrong("send", f"must lie within {limits[0]:g} and {limits[1]:g}, {unit}")
        is_taken = any((to, number) == (each.to, each.number) for each in found)
        if is_taken and to != "bend" and "to" not in row.mistaken:  # bends add up
            row.wrong("to", "is where another controller goes already")
        row.unknown()
        found.append(Controller(by, to, number, send))
    return tuple(found)


def _destination(row: Checker) -> tuple[str, int]:
    if not row.has("to"):
        row.wrong("to", 'is missing: "cc 74", "pressure", "bend" or a name like "expression"')
        return "cc", 0
    try:
        return parse_controller(row.text("to", "cc 1"))
    except ValueError as error:
        row.wrong("to", str(error))
        return "cc", 0


def parse_controller(name: str) -> tuple[str, int]:
    """Where a controller goes, as the user writes it: ``cc 74``, ``brightness`` or ``bend``.

    Returns
    -------
    tuple of str and int
        "cc", "pressure" or "bend"; and the number of the control change, else 0.

    Raises
    ------
    ValueError
        If there is none of that name (the nearest is offered), or it would spoil the bend.
    """
    text = " ".join(name.lower().replace("-", " ").split())
    if text in ("pressure", "bend"):
        return text, 0
    if text in CONTROLLERS:
        return "cc", CONTROLLERS[text]
    match = re.fullmatch(r"cc ?(\d{1,3})", text, re.ASCII)
    if not match:
        hint = suggest(text, [f"cc 0 to {MOST_CONTROLLER}", "pressure", "bend", *CONTROLLERS])
        raise ValueError(f"{text[:40]!r} is no controller ({hint})")
    number = int(match[1])
    if number > MOST_CONTROLLER:
        raise ValueError(f"must be a controller from 0 to {MOST_CONTROLLER}, not {number}")
    if number in _RESERVED:
        raise ValueError(
            f"must not be {number}, which would change the synth's bend range (allowed: 0 to "
            f"{MOST_CONTROLLER} but for 6, 38 and 96 to 101)"
        )
    return "cc", number


def _usual(name: str, ranges: Ranges) -> Scaling:
    return Scaling(name, ranges.get(name, CONTROLS[name].range))
