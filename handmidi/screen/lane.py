"""The notes to come, moving towards the line at which they are due, on the ladder's own rungs."""

from __future__ import annotations

from dataclasses import dataclass

from handmidi.screen.ladder import rung_y
from handmidi.screen.layout import LEAST, Layout, Rect
from handmidi.screen.scene import Ladder, LaneNote, Moment, Scene
from handmidi.screen.sheet import Sheet
from handmidi.screen.signs import sign
from handmidi.screen.text import fitted, width_of
from handmidi.screen.theme import mixed

_PAST = 0.26
"""Share of the lane for what was played."""

_AHEAD_S, _AHEAD_TALL_S = 4.0, 3.0
_LONGEST_GUESS_S = 1.0
"""How far the song is thought to have gone on since the newest moment, at most."""

_NO_LADDER = Ladder((), "")


@dataclass(frozen=True, slots=True)
class _Road:
    """Where the lane's times and rungs are on the screen."""

    place: Rect
    ladder: Ladder
    song_s: float
    now_x: int
    px_per_s: float
    unit: int

    def x(self, at_s: float) -> float:
        return self.now_x + (at_s - self.song_s) * self.px_per_s

    def y(self, rung: float | None) -> float:
        """The middle of a rung; the lower edge for a note that the ladder has not."""
        if rung is None or not self.ladder.rungs:
            return self.place.bottom - 0.04 * self.place.height
        return rung_y(self.place, self.ladder, rung)

    @property
    def rung_height(self) -> float:
        return self.place.height / max(len(self.ladder.rungs), 8)


def song_second(moment: Moment, now_s: float) -> float:
    """Where the song is at session second `now_s`: it goes on between two moments."""
    since = min(max(now_s - moment.time_s, 0.0), _LONGEST_GUESS_S)
    return (moment.song_s or 0.0) + since * moment.rate


def draw_lane(sheet: Sheet, places: Layout, scene: Scene, moment: Moment, now_s: float) -> None:
    """Draw bars, notes, the now-line, the hand on it, and the count-in.

    Parameters
    ----------
    sheet : Sheet
    places : Layout
        With a lane.
    scene : Scene
    moment : Moment
    now_s : float
        Session second of drawing.
    """
    lane, unit, theme = places.lane, places.unit, sheet.theme
    road = _road(places, scene, song_second(moment, now_s))
    _rows(sheet, road, moment)
    _bars(sheet, road, places.strip, moment)
    if moment.progress is not None:
        draw_progress(sheet, places.strip, unit, moment.progress)
    sheet.fill(Rect(road.now_x, lane.top, sheet.stroke(unit / 8), lane.height), theme.accent)
    panel = _count_place(road, moment)
    hand = _hand_place(road, moment)
    taken = [place for place in (panel, hand) if place]
    for note in moment.notes:
        _note(sheet, road, note, taken)
    if panel:
        _count(sheet, panel, moment.count_in)
    if hand:
        for radius, colour in ((0.5, theme.ink), (0.41, theme.text)):
            sheet.disc(*hand.middle, radius * hand.width, colour)


def _road(places: Layout, scene: Scene, song_s: float) -> _Road:
    lane = places.lane
    now_x = lane.left + round(_PAST * lane.width)
    ahead_s = _AHEAD_S if lane.width > lane.height else _AHEAD_TALL_S
    return _Road(
        place=lane,
        ladder=scene.ladders[0] if scene.ladders else _NO_LADDER,
        song_s=song_s,
        now_x=now_x,
        px_per_s=(lane.right - now_x) / ahead_s,
        unit=places.unit,
    )


def _rows(sheet: Sheet, road: _Road, moment: Moment) -> None:
    """Draw the rungs onward from the ladder, and those that sound as far as the now-line."""
    place, theme = road.place, sheet.theme
    sheet.fill(place, mixed(theme.panel, theme.ground, 0.5))
    count = len(road.ladder.rungs)
    for rung in moment.lit[0] if moment.lit else ():
        if 0 <= rung < count:
            top, bottom = (round(road.y(edge)) for edge in (rung + 1, rung))
            width = road.now_x - place.left
            row = Rect(place.left, top, width, max(bottom - top, 2))
            sheet.fill(row, mixed(theme.accent, theme.ground, 0.25))
    if place.height < 8 * count:
        return
    for rung in range(1, count):
        row = Rect(place.left, round(road.y(rung)), place.width, 1)
        sheet.fill(row, mixed(theme.line, theme.ground, 0.6))


def _bars(sheet: Sheet, road: _Road, strip: Rect, moment: Moment) -> None:
    """Draw the bar lines, and their numbers above them where they do not touch."""
    theme, place, unit = sheet.theme, road.place, road.unit
    free = strip.left
    for bar in moment.bars:
        x = road.x(bar.at_s)
        if not place.left <= x < place.right - 1:
            continue
        thin = sheet.stroke(1)
        sheet.block(x - thin / 2, place.top, x + thin / 2, place.bottom, theme.line)
        wide = width_of(bar.label, unit)
        if x < free or x + wide > strip.right:
            continue
        written = sheet.write(
            bar.label, (x, strip.middle[1]), unit, theme.dim, theme.ground, width=wide
        )
        free = written.right + unit // 2 if written else free


def draw_progress(sheet: Sheet, place: Rect, unit: int, progress: float) -> None:
    """Draw how far it has come, 0..1, along the upper edge of `place`."""
    high = max(unit // 6, 2)
    done = round(place.width * min(max(progress, 0), 1))
    sheet.fill(Rect(place.left, place.top - high, place.width, high), sheet.theme.line)
    sheet.fill(Rect(place.left, place.top - high, done, high), sheet.theme.accent)


def _note(sheet: Sheet, road: _Road, note: LaneNote, taken: list[Rect]) -> None:
    """Draw a note as long as it lasts, with its verdict's sign and its name in it."""
    place, unit = road.place, road.unit
    begins, ends = road.x(note.onset_s), road.x(note.end_s) - 2
    if ends <= place.left or begins >= place.right:
        return
    left, right = max(begins, place.left), min(max(ends, begins + 4), place.right)
    high = min(max(0.8 * road.rung_height, 0.9 * unit), 3.2 * unit)
    y = min(max(road.y(note.rung), place.top + high / 2), place.bottom - high / 2)
    fill, edge, ink = _colours(sheet, road, note)
    sheet.block(
        left,
        y - high / 2,
        right,
        y + high / 2,
        fill,
        radius=high / 5,
        edge=edge,
        thickness=sheet.stroke(unit / 12),
    )
    indent = 0.35 * unit
    if note.verdict:
        radius = min(0.4 * high, 0.55 * unit, (right - left) / 2.8)
        sign(sheet, note.verdict, left + 1.4 * radius, y, max(radius, 2.5), ink)
        indent = 2.8 * radius + 0.3 * unit
    if begins < place.left or high < LEAST:
        return
    most = round(min(0.6 * high, 1.3 * unit))
    words, size = fitted(note.label, most, LEAST, ends - begins - indent - 2, 600)
    wide = width_of(words, size, 600)
    box = Rect(round(left + indent), round(y - size / 2), wide, size)
    if words == note.label and box.right < right and not any(box.meets(t) for t in taken):
        sheet.write(words, (box.left, y), size, ink, fill, width=wide, weight=600)


def _colours(sheet: Sheet, road: _Road, note: LaneNote) -> tuple:
    """Fill, edge and letters of a note. A missed one is hollow, as is one that cannot be played."""
    theme = sheet.theme
    if note.verdict == "missed":
        return theme.ground, theme.verdicts["missed"], theme.verdicts["missed"]
    if note.verdict:
        return theme.verdicts[note.verdict], None, theme.ink
    if note.rung is None:
        return theme.ground, theme.note_edge, theme.text
    is_due = note.onset_s <= road.song_s < note.end_s
    return theme.note, theme.accent if is_due else theme.note_edge, theme.text


def _count_place(road: _Road, moment: Moment) -> Rect | None:
    """Before the now-line: nothing was played there yet."""
    if not moment.count_in:
        return None
    room = Rect(road.place.left, road.place.top, road.now_x - road.place.left, road.place.height)
    side = round(min(0.86 * room.width, 0.5 * room.height))
    x, y = room.middle
    return Rect(round(x - side / 2), round(y - side / 2), side, side)


def _count(sheet: Sheet, panel: Rect, beat: str) -> None:
    """Write the beat that is counted."""
    theme = sheet.theme
    sheet.block(
        panel.left,
        panel.top,
        panel.right,
        panel.bottom,
        theme.ground,
        radius=panel.width / 8,
        edge=theme.accent,
        thickness=sheet.stroke(panel.width / 50),
    )
    sheet.write(
        beat,
        panel.middle,
        0.82 * panel.height,
        theme.text,
        theme.ground,
        width=0.86 * panel.width,
        weight=700,
        align="center",
        least=LEAST,
    )


def _hand_place(road: _Road, moment: Moment) -> Rect | None:
    """Around the place of the hand on the now-line."""
    count = len(road.ladder.rungs)
    cursor = moment.cursors[0] if moment.cursors else None
    if cursor is None or not count:
        return None
    y = road.y(min(max(cursor, 0), count))
    side = round(1.4 * road.unit)
    return Rect(round(road.now_x - side / 2) + 1, round(y - side / 2), side, side)
