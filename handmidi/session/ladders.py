"""The zones of a preset as the screen's ladder, and where a hand stands on it."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping

from handmidi.instrument.preset import Part, Preset
from handmidi.notes import pitch_name
from handmidi.screen.scene import Ladder, Rung

_REST = Rung("rest", ())
_A4_HZ, _A4 = 440.0, 69
_MOST_NAMES = 3
_NO_WIDTH = 1e-3


class HandLadder:
    """The ladder of one hand.

    Parameters
    ----------
    part : Part
        One that plays notes.
    hand : {"any", "left", "right"}
    flats : bool, default False
        Name notes with flats.
    """

    def __init__(self, part: Part, hand: str, flats: bool = False) -> None:
        self.part, self.hand = part, hand
        if part.continuous:
            self._low = math.ceil(_pitch_of(part.continuous.lowest_hz) - 0.01)
            high = math.floor(_pitch_of(part.continuous.highest_hz) + 0.01)
            rungs = [Rung(pitch_name(p, flats), (p,)) for p in range(self._low, high + 1)]
        else:
            self._edges = [zone.at for zone in part.zones]
            rungs = [Rung(_label(zone.pitches, flats), zone.pitches) for zone in part.zones]
            if self._edges[0] > 0:
                self._edges.insert(0, 0.0)
                rungs.insert(0, _REST)
            self._edges.append(max(1.0, self._edges[-1] + 1e-6))
        self.ladder = Ladder(tuple(rungs), part.by.control, hand, part.continuous is not None)
        self._middle = {}
        for i, rung in enumerate(rungs):
            for pitch in rung.pitches:
                self._middle.setdefault(pitch, i + 0.5)

    def middle(self, pitch: int) -> float | None:
        """Where the rung of a pitch has its middle, in rungs; None if there is none."""
        return self._middle.get(pitch)

    def cursor(self, readings: Mapping[str, Mapping[str, float]]) -> float | None:
        """Where the hand is, in rungs; None if it is not seen.

        Parameters
        ----------
        readings : mapping
            As `handmidi.instrument.Instrument.readings`.
        """
        sides = (self.hand,) if self.hand in readings else tuple(readings)
        if self.hand != "any" and self.hand not in readings:
            return None
        for side in sides:
            scaled = readings[side].get(self.part.by.control)
            if scaled is not None:
                return self._place(scaled)
        return None

    def hz(self, cursor: float) -> float:
        """The frequency there; of a ladder without steps only."""
        return _A4_HZ * 2 ** ((self._low + cursor - 0.5 - _A4) / 12)

    def lit(self, sounding: Iterable[int], cursor: float | None) -> tuple[int, ...]:
        """Rungs that sound; of several with the same notes the one next to the hand.

        Parameters
        ----------
        sounding : iterable of int
            Key numbers.
        cursor : float or None
        """
        pitches = set(sounding)
        if not pitches:
            return ()
        if self.ladder.continuous:
            at = -1 if cursor is None else int(cursor)
            return (at,) if 0 <= at < len(self.ladder.rungs) else ()
        best: dict[tuple[int, ...], int] = {}
        for i, rung in enumerate(self.ladder.rungs):
            if not rung.pitches or not pitches.issuperset(rung.pitches):
                continue
            old = best.get(rung.pitches)
            if old is None or abs(i + 0.5 - (cursor or 0)) < abs(old + 0.5 - (cursor or 0)):
                best[rung.pitches] = i
        whole = [p for p in best if not any(set(p) < set(other) for other in best)]
        return tuple(sorted(best[p] for p in whole))

    def _place(self, scaled: float) -> float:
        if self.part.continuous:
            hz = self.part.continuous.hz(scaled)
            place = _pitch_of(hz) - self._low + 0.5 if hz > 0 else 0.0
        else:
            edges = self._edges
            i = min(max(bisect_right(edges, scaled) - 1, 0), len(edges) - 2)
            width = edges[i + 1] - edges[i]
            # Readings end at 1: a zone that begins there is shown by its middle.
            place = i + ((scaled - edges[i]) / width if width > _NO_WIDTH else 0.5)
            place = min(max(place, i), i + 1 - 1e-3)
        return min(max(place, 0.0), float(len(self.ladder.rungs)))


def hand_ladders(preset: Preset, flats: bool = False) -> tuple[HandLadder, ...]:
    """A ladder for each hand that plays notes, the melody's first."""
    sides = {"right": "left", "left": "right", "any": "any"}
    hands = (preset.hand, sides[preset.hand])
    parts = zip(preset.parts, hands, strict=False)
    return tuple(HandLadder(part, hand, flats) for part, hand in parts if part.plays)


def bend_semitones(preset: Preset, readings: Mapping[str, Mapping[str, float]]) -> float:
    """How far controllers bend the notes of the first hand, by what `readings` say of the hands.

    A hand without notes of its own bends those of the other one.
    """
    bent = 0.0
    sides = {"right": "left", "left": "right"}
    for part, hand in zip(preset.parts, (preset.hand, sides.get(preset.hand)), strict=False):
        if part is not preset.main and part.plays:
            continue
        any_hand = next(iter(readings.values()), {})
        scaled = any_hand if hand == "any" else readings.get(hand, {})
        for each in part.controllers:
            if each.to == "bend" and each.by.control in scaled:
                low, high = each.send
                bent += low + scaled[each.by.control] * (high - low)
    return bent


def _label(pitches: tuple[int, ...], flats: bool) -> str:
    if not pitches:
        return _REST.label
    names = [pitch_name(pitch, flats) for pitch in pitches[:_MOST_NAMES]]
    return " ".join(names) + ("…" if len(pitches) > _MOST_NAMES else "")


def _pitch_of(hz: float) -> float:
    return _A4 + 12 * math.log2(hz / _A4_HZ)
