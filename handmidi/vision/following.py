"""Which hand is which, from picture to picture."""

from __future__ import annotations

import math
from typing import NamedTuple

from handmidi.vision.geometry import Region, overlap, same_hand
from handmidi.vision.networks import Landmarks

# A side is an average over this time, of which no picture has more than this share however
# long none came; and only clear evidence changes it.
_SIDE_MEMORY_S, _MOST, _CLEARLY = 0.3, 0.25, 0.2
_SAME_REGION = 0.5


class Followed(NamedTuple):
    """A hand in the latest picture, and what is known of it from those before.

    Parameters
    ----------
    seen : Landmarks
        What was read in the latest picture.
    time_s : float
        When the latest picture was taken.
    right : float
        Probability that it is its owner's right hand, averaged over time, 0..1.
    side : {"left", "right"}
        Which hand it counts as.
    pictures : int
        In how many pictures it was seen.
    """

    seen: Landmarks
    time_s: float
    right: float
    side: str
    pictures: int

    @property
    def fits(self) -> bool:
        """Whether the latest picture shows a hand of this side."""
        return (self.seen.right > 0.5) == (self.side == "right")


def follow(seen: Landmarks, time_s: float, before: Followed | None = None) -> Followed:
    """A hand that was read in a picture, as the continuation of `before` if it was known.

    One picture may show the wrong side, so the probabilities are averaged: over all pictures
    at first, then over about 0.3 s. A side changes only when that average says so clearly.
    """
    if before is None:
        return Followed(seen, time_s, seen.right, _side(seen.right), 1)
    pictures = before.pictures + 1
    elapsed_s = max(0.0, time_s - before.time_s)
    weight = max(1 / pictures, min(_MOST, 1 - math.exp(-elapsed_s / _SIDE_MEMORY_S)))
    right = before.right + weight * (seen.right - before.right)
    side = _side(right) if abs(right - 0.5) > _CLEARLY else before.side
    return Followed(seen, time_s, right, side, pictures)


def apart(hands: list[Followed]) -> list[Followed]:
    """The hands without those that lie on another one, in the same order.

    Where two regions came to lie on one hand, the first in the list keeps it, unless the
    picture shows the other one's side.
    """
    kept: list[Followed] = []
    for hand in hands:
        twin = next((n for n, other in enumerate(kept) if _same(hand, other)), None)
        if twin is None:
            kept.append(hand)
        elif hand.pictures > 1 and hand.fits and not kept[twin].fits:
            kept[twin] = hand
    return kept


def unknown(regions: list[Region], hands: list[Followed]) -> list[Region]:
    """The regions where none of the hands is."""
    return [
        region
        for region in regions
        if all(overlap(region.box, hand.seen.region.box) <= _SAME_REGION for hand in hands)
    ]


def _same(a: Followed, b: Followed) -> bool:
    # Boxes first: they are at hand, and tell most hands apart.
    return overlap(a.seen.region.box, b.seen.region.box) > 0 and same_hand(
        a.seen.points, b.seen.points
    )


def _side(right: float) -> str:
    return "right" if right > 0.5 else "left"
