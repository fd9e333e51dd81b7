"""What a player plays on: zones along the way to the camera, or across the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

CUTS = ("log", "distance", "area")
CUT_ODDS = (0.5, 0.35, 0.15)
ZONES = (5, 12)
NEAR_M, FAR_M = (0.26, 0.33), (0.85, 1.00)
MIN_ZONE_M = 0.02
"""Nobody makes zones narrower than this; boards with fewer zones are drawn instead."""

HAND_AREA_M2 = 0.0162
"""Area of an open hand's box divided by that of the picture, times the square of the distance
in metres: 0.065 at half a metre with a lens of 60°."""

REST_M = (0.05, 0.12)
"""How far behind the last zone a hand rests, at the least and the most."""

VIEW_M = 0.58
"""Width of the picture at the distance of a player who plays across it."""


@dataclass(frozen=True, slots=True)
class Board:
    """Zones as the player's arm knows them.

    Parameters
    ----------
    control : {"area", "x"}
        Whether the hand plays by coming nearer or by moving across the picture.
    cut : {"log", "distance", "area"}
        In what the zones are equally wide; "distance" for `control` "x".
    borders_m : tuple of float
        Borders of the zones, the rest's first, in metres: from the camera, descending, for
        "area"; along the picture, ascending, for "x".
    """

    control: str
    cut: str
    borders_m: tuple[float, ...]

    @property
    def zones(self) -> int:
        """How many zones there are."""
        return len(self.borders_m) - 1

    def width_m(self, zone: int) -> float:
        """How wide a zone is; the rest counts as wide as the first zone."""
        zone = max(zone, 0)
        return abs(self.borders_m[zone + 1] - self.borders_m[zone])

    def middle_m(self, zone: int) -> float:
        """The middle of a zone, in the scale in which the zones are equally wide."""
        a, b = self.borders_m[zone], self.borders_m[zone + 1]
        if self.cut == "log":
            return math.sqrt(a * b)
        return (2 / (a**-2 + b**-2)) ** 0.5 if self.cut == "area" else (a + b) / 2

    def rest_m(self, share: float) -> float:
        """Where a hand rests outside the zones.

        Parameters
        ----------
        share : float
            Distance from the border as a share of the first zone; kept within `REST_M`, but
            for shares below 0.3, which mean a hand that rests by the border.
        """
        away = share * self.width_m(0)
        away = min(max(away, 0.012), 0.06) if share < 0.3 else min(max(away, REST_M[0]), REST_M[1])
        return self.borders_m[0] + (away if self.control == "area" else -away)

    def control_at(self, place_m: np.ndarray) -> np.ndarray:
        """The control's value at places: area of the box, or x, as fractions of the picture."""
        if self.control == "area":
            return HAND_AREA_M2 / np.square(place_m)
        return 0.5 + place_m / VIEW_M

    @property
    def edges(self) -> tuple[float, ...]:
        """The borders in the control's unit, ascending."""
        return tuple(self.control_at(np.array(self.borders_m)).tolist())


def draw_board(rng: np.random.Generator, control: str = "area", zones: int | None = None) -> Board:
    """A board as players choose them.

    Parameters
    ----------
    rng : numpy.random.Generator
    control : {"area", "x"}, default "area"
    zones : int, optional
        How many zones; drawn from `ZONES` if not given.
    """
    cut = str(rng.choice(CUTS, p=CUT_ODDS))
    count = int(rng.integers(ZONES[0], ZONES[1] + 1))
    near_m, far_m = rng.uniform(*NEAR_M), rng.uniform(*FAR_M)
    if control == "x":
        ends = (-0.36 * VIEW_M, 0.40 * VIEW_M)
        return Board("x", "distance", tuple(np.linspace(*ends, (zones or min(count, 8)) + 1)))
    for number in range(zones or count, 0, -1):
        board = Board("area", cut, _borders(cut, near_m, far_m, number))
        if zones or min(map(board.width_m, range(number))) >= MIN_ZONE_M:
            break
    return board


def _borders(cut: str, near_m: float, far_m: float, zones: int) -> tuple[float, ...]:
    if cut == "log":
        return tuple(np.geomspace(far_m, near_m, zones + 1).tolist())
    if cut == "distance":
        return tuple(np.linspace(far_m, near_m, zones + 1).tolist())
    return tuple((np.linspace(far_m**-2, near_m**-2, zones + 1) ** -0.5).tolist())
