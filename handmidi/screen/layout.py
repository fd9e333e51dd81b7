"""Where things are on the screen, for every size and shape of window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handmidi.screen.scene import Moment, Scene

LEAST = 11
"""No letter is smaller than this, pixels."""

_USUAL_ASPECT = 4 / 3
_LINE = 1.5
"""Height of a line of small letters, in units."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle, pixels; `right` and `bottom` lie just outside."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column behind it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.top + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """x and y of its middle."""
        return self.left + self.width / 2, self.top + self.height / 2

    def inset(self, x: int, y: int | None = None) -> Rect:
        """Smaller by `x` on the left and right, and by `y` (default `x`) above and below."""
        y = x if y is None else y
        width, height = max(self.width - 2 * x, 0), max(self.height - 2 * y, 0)
        return Rect(self.left + x, self.top + y, width, height)

    def meets(self, other: Rect) -> bool:
        """Whether the two overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def columns(self, *widths: int, gap: int) -> list[Rect]:
        """Rectangles side by side; a width of 0 takes what the others leave."""
        rest = max(self.width - sum(widths) - gap * (len(widths) - 1), 0)
        parts, left = [], self.left
        for width in widths:
            parts.append(Rect(left, self.top, width or rest, self.height))
            left += (width or rest) + gap
        return parts

    def rows(self, *heights: int, gap: int) -> list[Rect]:
        """Rectangles below each other; a height of 0 takes what the others leave."""
        rest = max(self.height - sum(heights) - gap * (len(heights) - 1), 0)
        parts, top = [], self.top
        for height in heights:
            parts.append(Rect(self.left, top, self.width, height or rest))
            top += (height or rest) + gap
        return parts


@dataclass(frozen=True, slots=True)
class Layout:
    """The rectangles of the screen.

    Parameters
    ----------
    window : Rect
    unit : int
        Size of small letters, pixels. Gaps and lines follow from it.
    note_px : int
        Size of the note's letters.
    note, facts, foot : Rect
        The note that sounds; title and what belongs to it; what is connected.
    score : Rect or None
        Verdict and accuracy, in practice.
    body : Rect
        All between head and foot.
    picture : Rect
        The camera's picture fits into it.
    captions, ladders : tuple of Rect
        One for each of the scene's ladders; what it is called is above it.
    lane, strip, meters : Rect or None
        In practice: the rows of the lane (as high as the first ladder), the bars' numbers above
        it, and the levels. Without practice the levels are among the facts.
    """

    window: Rect
    unit: int
    note_px: int
    note: Rect
    facts: Rect
    foot: Rect
    score: Rect | None
    body: Rect
    picture: Rect
    captions: tuple[Rect, ...]
    ladders: tuple[Rect, ...]
    lane: Rect | None = None
    strip: Rect | None = None
    meters: Rect | None = None


def layout(
    size: tuple[int, int], scene: Scene, moment: Moment, aspect: float = _USUAL_ASPECT
) -> Layout:
    """Share the window out.

    Parameters
    ----------
    size : tuple of int
        Width and height of the window, pixels.
    scene : Scene
    moment : Moment
    aspect : float, default 4/3
        Width of the camera's picture divided by its height.
    """
    width, height = size
    is_tall = width <= height
    unit = max(LEAST + 1, min(round(0.024 * min(height, 1.2 * width)), 52))
    gap = unit
    note_px = round(max(height / 13.5, min(0.13 * height, (0.14 if is_tall else 0.085) * width)))
    inner = Rect(0, 0, width, height).inset(gap, gap // 2)
    upper = max(round(1.2 * note_px), 5 * unit)
    head_height = upper + (round(5.6 * unit) if is_tall else 0)
    foot_height = round(3.8 * unit) if is_tall else round(1.8 * unit)
    head, body, foot = inner.rows(head_height, 0, foot_height, gap=gap // 2)
    note, score, facts = _head(head, scene, upper, is_tall, gap)
    share = _practice if scene.practises else _play
    return Layout(
        window=Rect(0, 0, width, height),
        unit=unit,
        note_px=note_px,
        note=note,
        facts=facts,
        foot=foot,
        score=score,
        body=body,
        **share(body, scene, aspect, unit, is_tall),
    )


def _head(
    head: Rect, scene: Scene, height: int, is_tall: bool, gap: int
) -> tuple[Rect, Rect | None, Rect]:
    """Where note, score and facts are."""
    if is_tall:
        upper, facts = head.rows(height, 0, gap=0)
        if not scene.practises:
            return upper, None, facts
        note, score = upper.columns(round(0.64 * head.width), 0, gap=gap)
        return note, score, facts
    if not scene.practises:
        note, facts = head.columns(round(0.42 * head.width), 0, gap=gap)
        return note, None, facts
    note, score, facts = head.columns(
        round(0.38 * head.width), round(0.25 * head.width), 0, gap=gap
    )
    return note, score, facts


def _play(body: Rect, scene: Scene, aspect: float, unit: int, is_tall: bool) -> dict:
    """The picture with a ladder beside or below it."""
    count = len(scene.ladders)
    if not count:
        return {"picture": body, "captions": (), "ladders": ()}
    if is_tall:
        height = min(round(body.width / aspect), round(0.5 * body.height))
        picture, below = body.rows(height, 0, gap=unit)
        return {"picture": picture, **_captioned(_side_by_side(below, scene, unit), unit)}
    least, most = round(0.2 * body.width), round(0.36 * body.width)
    room = body.width - unit * count
    width = min(round(body.height * aspect), room - least * count)
    ladder = min((room - width) // count, most)
    spare = room - width - ladder * count
    across = Rect(body.left + spare // 2, body.top, body.width - spare, body.height)
    left = [i for i in range(count) if count > 1 and _is_left(scene, i)]
    right = [i for i in range(count) if i not in left]
    parts = across.columns(*[ladder] * len(left), 0, *[ladder] * len(right), gap=unit)
    places = dict(zip([*left, None, *right], parts, strict=True))
    return {"picture": places[None], **_captioned([places[i] for i in range(count)], unit)}


def _captioned(places: Sequence[Rect], unit: int) -> dict:
    """Ladders, and a line above each."""
    pairs = [place.rows(round(_LINE * unit), 0, gap=0) for place in places]
    return {
        "captions": tuple(caption for caption, _ in pairs),
        "ladders": tuple(ladder for _, ladder in pairs),
    }


def _is_left(scene: Scene, index: int) -> bool:
    """Whether a ladder belongs on the left: the left hand's, or the one that is not the right's."""
    hands = [one.hand for one in scene.ladders]
    if hands[index] == "any":
        return "right" in hands
    return hands[index] == "left"


def _side_by_side(across: Rect, scene: Scene, unit: int) -> tuple[Rect, ...]:
    """The ladders in equal widths, the left hand's on the left."""
    count = len(scene.ladders)
    order = sorted(range(count), key=lambda i: not _is_left(scene, i))
    width = (across.width - unit * (count - 1)) // count
    parts = across.columns(*[width] * count, gap=unit)
    return tuple(parts[order.index(i)] for i in range(count))


def _practice(body: Rect, scene: Scene, aspect: float, unit: int, is_tall: bool) -> dict:
    """The lane beside the first ladder; picture and levels stand back."""
    if is_tall:
        side, main = body.rows(round(0.2 * body.height), 0, gap=unit)
        width = min(round(side.height * aspect), round(0.55 * side.width))
        picture, meters = side.columns(width, 0, gap=unit)
    else:
        side, main = body.columns(round(0.24 * body.width), 0, gap=unit)
        height = min(round(side.width / aspect), round(0.5 * side.height))
        picture, meters = side.rows(height, 0, gap=unit)
    ladder = max(round(5.2 * unit), round(0.08 * main.width))
    widths = [ladder] * len(scene.ladders)
    parts = main.columns(*widths[:1], 0, *widths[1:], gap=max(unit // 3, 2))
    road = parts.pop(min(len(widths), 1))
    strip, lane = road.rows(round(_LINE * unit), 0, gap=0)
    return {
        "picture": picture,
        **_captioned(parts, unit),
        "lane": lane,
        "strip": strip,
        "meters": meters,
    }
