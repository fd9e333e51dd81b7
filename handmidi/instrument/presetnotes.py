"""The notes of a preset file: zones written out, computed from a scale, or without steps."""

from __future__ import annotations

import math
from itertools import pairwise

from handmidi.checks import Checker
from handmidi.instrument.chords import parse_chord, stacked
from handmidi.instrument.controls import CONTROLS
from handmidi.instrument.layout import spread
from handmidi.instrument.preset import Continuous, Zone
from handmidi.instrument.scalefile import named_scale, read_intervals
from handmidi.instrument.scales import SCALES, Scale, parse_key, pitches
from handmidi.instrument.scaling import Scaling
from handmidi.notes import frequency, parse_pitch, pitch_name

MOST_ZONES = 128
MOST_NOTES = 15
"""Notes of one zone: as many as MPE has channels."""
WIDEST_BEND = 48
"""Semitones to either side."""

_CHORD_SIZES = {"none": 1, "triads": 3, "sevenths": 4}


def read_zones(check: Checker) -> tuple[Zone, ...]:
    """The tables [[zones]], from the far end of the control to the near one."""
    zones, last = [], -math.inf
    for row in check.rows("zones", MOST_ZONES):
        at = row.number("at", 0.0, 4.0)
        if at <= last and "at" not in row.mistaken:
            row.wrong("at", f"must be above the zone before it ({last:g})")
        last = max(last, at)
        zones.append(Zone(at, _pitches(row)))
        row.unknown("note", "chord", "notes", "octave")
    if not zones and "zones" not in check.mistaken:
        check.wrong("zones", "is empty: write at least one")
    return tuple(zones)


def _pitches(row: Checker) -> tuple[int, ...]:
    written = row.has("note", "chord", "notes")
    if len(written) != 1:
        row.wrong("note", "must be given, or a chord, or notes; just one of the three")
        return ()
    if row.has("octave") and written != ["chord"]:
        row.wrong("octave", "has no use without a chord: it is the chord's")
    try:
        match written[0]:
            case "note":
                name = row.text("note", "rest")
                return () if name.strip().lower() == "rest" else (parse_pitch(name),)
            case "chord":
                octave = row.whole("octave", -1, 9, 3) if row.has("octave") else None
                return parse_chord(row.text("chord", "C"), octave)
            case _:
                return tuple(sorted({parse_pitch(name) for name in row.texts("notes", MOST_NOTES)}))
    except ValueError as error:
        row.wrong(written[0], f"{error}{', or rest' if written == ['note'] else ''}")
        return ()


def read_scale(check: Checker) -> tuple[Zone, ...]:
    """The table [scale]: zones of equal width, one for each of its notes."""
    scale = _scale(check)
    try:
        key = parse_key(check.text("key", "C"))
    except ValueError as error:
        check.wrong("key", str(error))
        key = 0
    lowest = read_pitch(check, "lowest", 60 + key)
    highest = read_pitch(check, "highest", min(lowest + 12, 127))
    size = _CHORD_SIZES[check.choice("chords", tuple(_CHORD_SIZES), "none")]
    first = check.number("from", 0.0, 0.9, 0.1)
    check.unknown("name", "intervals", "octave")
    if lowest > highest:
        check.wrong("highest", f"must not lie below lowest ({pitch_name(lowest)})")
        return ()
    if not pitches(scale, key, lowest, highest):
        check.wrong("lowest", f"leaves no note of the scale up to {pitch_name(highest)}")
        return ()
    chords = stacked(scale, key, lowest, highest, size)
    fitting = [chord for chord in chords if chord[-1] <= 127]
    if len(fitting) < len(chords):
        most = f"{pitch_name(fitting[-1][0])} at most" if fitting else "choose lower ones"
        check.wrong("highest", f"leaves no room for its chord: {most}")
        return ()
    return spread(chords, first)


def _scale(check: Checker) -> Scale:
    if not check.has("intervals"):
        if check.has("octave"):
            check.wrong("octave", "has no use without intervals")
        try:
            return named_scale(check.text("name", "major"))
        except ValueError as error:
            check.wrong("name", str(error))
            return SCALES["major"]
    if check.has("name"):
        check.wrong("name", "cannot stand beside intervals: keep one of them")
    intervals, octave = read_intervals(check)
    return Scale("", intervals or (0,), octave)


def read_continuous(check: Checker) -> Continuous:
    """The table [continuous]: a frequency that follows the control, or equal intervals."""
    if check.has("lowest", "highest"):
        if check.has("top_hz"):
            check.wrong("top_hz", "cannot stand beside lowest and highest: keep one of them")
        law = _equal_intervals(check)
    else:
        law = _linear(check)
    check.unknown("top_hz", "lowest", "highest")
    if not check.mistaken and law.lowest_hz >= max(law.low_hz, law.high_hz):
        check.wrong("centre", "lies so high that it can never sound: leave it out")
    return law


def _linear(check: Checker) -> Continuous:
    top_hz = check.number("top_hz", 20.0, 12_000.0, 1300.0)
    top = 69 + 12 * math.log2(top_hz / 440)
    # Two octaves up reach the top, two octaves down what is left of the range.
    centre = read_pitch(check, "centre", max(math.ceil(top) - 24, 0))
    bend = min(max(24, math.ceil(top - centre)), WIDEST_BEND)
    bend = check.whole("bend_semitones", 1, WIDEST_BEND, bend)
    if top > centre + bend and not check.mistaken:
        reached = frequency(centre + bend)
        check.wrong("top_hz", f"is out of reach: centre and bend end at {reached:.0f} Hz")
    return Continuous(0.0, top_hz, True, centre, bend)


def _equal_intervals(check: Checker) -> Continuous:
    lowest, highest = read_pitch(check, "lowest", None), read_pitch(check, "highest", None)
    if lowest >= highest and not check.mistaken:
        check.wrong("highest", f"must lie above lowest ({pitch_name(lowest)})")
    centre = read_pitch(check, "centre", (lowest + highest) // 2)
    enough = max(highest - centre, centre - lowest, 1)
    bend = check.whole("bend_semitones", 1, WIDEST_BEND, min(enough, WIDEST_BEND))
    if bend < enough and not check.mistaken:
        key = "bend_semitones" if check.has("bend_semitones") else "highest"
        check.wrong(
            key,
            f"from {pitch_name(lowest)} to {pitch_name(highest)} a bend of {enough} semitones is "
            f"needed, {WIDEST_BEND} at most",
        )
    return Continuous(frequency(lowest), frequency(highest), False, centre, bend)


def read_pitch(check: Checker, key: str, default: int | None) -> int:
    """A note name; without a default the key must be there."""
    if default is None and not check.has(key):
        check.wrong(key, "is missing: a note like C4")
        return 60
    name = check.text(key, pitch_name(60 if default is None else default))
    try:
        return parse_pitch(name)
    except ValueError as error:
        check.wrong(key, str(error))
        return 60 if default is None else default


def check_widths(check: Checker, key: str, by: Scaling, zones: tuple[Zone, ...]) -> None:
    """Note zones that lie outside the control, or are narrower than a hand can hold still."""
    control = CONTROLS[by.control]
    edges = [by.unscaled(zone.at) for zone in zones]
    if control.is_ratio and min(edges) < control.limits[0]:
        check.wrong(key, f"reach below the least {by.control}, {control.limits[0]:g}: move them")
        return
    places = [control.axis(edge) for edge in edges]
    widths = [abs(b - a) for a, b in pairwise(places)]
    if widths and min(widths) < control.noise:
        number = widths.index(min(widths))
        check.wrong(
            key,
            f"zone {number} is narrower than a hand can hold still: "
            "take fewer notes or a wider range",
        )
