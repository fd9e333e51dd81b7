"""Where things are on the screen."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.screen.layout import Layout, Rect, layout
from handmidi.screen.scene import Ladder, Moment, Rung, Scene

SIZES = ((640, 360), (1280, 720), (1920, 1080), (720, 1280), (1024, 768))


def ladder(hand: str = "any") -> Ladder:
    return Ladder((Rung("rest", ()), Rung("C4", (60,)), Rung("D4", (62,))), "distance", hand)


def scene(*hands: str, practises: bool = False) -> Scene:
    return Scene("Song", "mama", tuple(ladder(hand) for hand in hands), practises=practises)


def parts(places: Layout) -> list[Rect]:
    """What must not overlap."""
    some = (places.note, places.score, places.facts, places.foot, places.picture)
    more = (places.lane, places.strip, places.meters)
    return [place for place in (*some, *more, *places.captions, *places.ladders) if place]


SCENES = [
    scene(),
    scene("any"),
    scene("right", "left"),
    scene("any", practises=True),
    scene("right", "left", practises=True),
    scene(practises=True),
]


@given(
    width=st.integers(320, 3840), height=st.integers(240, 2160), what=st.sampled_from(SCENES),
    aspect=st.sampled_from((4 / 3, 16 / 9, 9 / 16, 1.0)),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_nothing_overlaps_or_leaves_the_window(width, height, what, aspect):
    places = layout((width, height), what, Moment(), aspect)
    for place in parts(places):
        assert place.left >= 0 and place.top >= 0
        assert place.right <= width and place.bottom <= height
        assert place.width > 0 and place.height > 0
    for one, other in combinations(parts(places), 2):
        assert not one.meets(other)


@pytest.mark.parametrize("size", SIZES)
def test_the_lane_has_the_ladders_rungs(size):
    places = layout(size, scene("any", practises=True), Moment())
    first = places.ladders[0]
    assert (places.lane.top, places.lane.height) == (first.top, first.height)
    assert first.right <= places.lane.left
    assert places.lane.width > 0.4 * size[0]


@pytest.mark.parametrize("size", SIZES)
def test_letters_and_the_note_grow_with_the_window(size):
    places = layout(size, scene("any"), Moment())
    assert places.note_px >= size[1] / 14
    assert places.unit >= max(11, 0.02 * min(size))


def test_two_ladders_stand_at_their_hands_sides():
    for hands, left in ((("right", "left"), 1), (("left", "right"), 0), (("any", "right"), 0)):
        places = layout((1280, 720), scene(*hands), Moment())
        assert places.ladders[left].right <= places.picture.left
        assert places.ladders[1 - left].left >= places.picture.right
        tall = layout((720, 1280), scene(*hands), Moment())
        assert tall.ladders[left].right <= tall.ladders[1 - left].left


def test_the_picture_gives_way_to_the_lane():
    playing = layout((1280, 720), scene("any"), Moment())
    practising = layout((1280, 720), scene("any", practises=True), Moment())
    assert practising.picture.width < playing.picture.width / 2
    assert practising.score and not playing.score


def test_a_wide_picture_gets_a_wider_place():
    narrow = layout((1280, 720), scene("any"), Moment(), 4 / 3).picture
    wide = layout((1280, 720), scene("any"), Moment(), 16 / 9).picture
    assert wide.width > narrow.width


def test_rows_and_columns_share_a_rectangle():
    whole = Rect(10, 20, 100, 60)
    left, rest = whole.columns(30, 0, gap=5)
    assert (left, rest) == (Rect(10, 20, 30, 60), Rect(45, 20, 65, 60))
    top, low = whole.rows(0, 20, gap=4)
    assert (top, low) == (Rect(10, 20, 100, 36), Rect(10, 60, 100, 20))
    assert whole.inset(5) == Rect(15, 25, 90, 50)
    assert not left.meets(rest) and whole.meets(left)
