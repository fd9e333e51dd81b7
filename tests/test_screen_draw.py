"""The screen in each of its states: what must be read is there, inside, apart and legible."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.screen.draw import draw, paint
from handmidi.screen.keys import COMMANDS
from handmidi.screen.lane import song_second
from handmidi.screen.layout import LEAST, Rect, layout
from handmidi.screen.scene import (
    VERDICTS,
    Connection,
    Ladder,
    LaneNote,
    Moment,
    Result,
    Rung,
    Scene,
)
from handmidi.screen.sheet import Sheet
from handmidi.screen.signs import sign
from handmidi.screen.theme import CALM, CONTRAST, Look, Theme
from handmidi.vision.view import Outline, View
from tools.render_screen import NOW_S, states

SIZES = ((640, 360), (1280, 720), (1920, 1080), (720, 1280), (1024, 768))
STATES = states()
SEEN = {
    "idle": ["Show your hand", "latency", "camera", "mama"],
    "playing": ["C♯5", "554.4 Hz", "96", "−18 dB", "21 ms", "30 fps", "no mic: no input device"],
    "two": ["C2 G4", "left hand", "right hand", "rest"],
    "chord": ["F4 G♯4 C♯5 E5"],
    "theremin": ["C♯5", "554.4 Hz", "C2", "C4", "C7"],
    "lost": ["Hand lost: show it again"],
    "silent": ["No picture from the camera", "The camera gives no pictures"],
    "count-in": ["3", "Mama", "loop: bars 1–4, pass 1 of 6"],
    "lane": [
        "correct",
        "93 %",
        "Mama",
        "bar 4 of 14, beat 4 · tempo 85 %",
        "loop: bars 3–6",
        "D♯5",
    ],
    "lane-two": ["correct", "93 %", "C♯2", "D♯5"],
    "waiting": ["waiting for D♯5", "D♯5"],
    "muted": ["late", "sound muted (m)"],
    "result": ["93 %", "correct", "48", "extra", "You play 32 ms late", "The report is in takes"],
    "help": ["Esc", "silence every note", "high contrast", "C♯5"],
    "task": ["Hold your hand as"],
}


def view(points: np.ndarray | None = None, size: tuple[int, int] = (640, 480)) -> View:
    """A grey picture, and a made-up hand of 21 landmarks in it."""
    image = np.full((size[1], size[0], 3), 90, np.uint8)
    if points is None:
        fan = np.linspace(-0.9, 0.9, 5)
        reach = np.linspace(60, 140, 4)
        tips = [(300 + r * np.sin(a), 400 - r * np.cos(a)) for a in fan for r in reach]
        points = np.array([(300.0, 400.0), *tips])
    return View(image, [Outline(points, "right")] if len(points) else [], NOW_S)


def shown(name: str, size: tuple[int, int], contrast: bool = False) -> Sheet:
    scene, moment, look = STATES[name]
    return paint(size, scene, moment, view(), NOW_S, replace(look, contrast=contrast))


def ratio(one: tuple, other: tuple) -> float:
    """Contrast of two colours, 1..21, as WCAG 2 defines it."""

    def light(colour: tuple) -> float:
        parts = [c / 255 for c in colour]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return float(np.dot(linear, (0.0722, 0.7152, 0.2126)))

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def check(sheet: Sheet) -> None:
    """All words inside, apart from each other, large enough, and in contrast."""
    height, width = sheet.image.shape[:2]
    for one in sheet.texts:
        place = one.place
        assert place.left >= 0 and place.top >= 0, one
        assert place.right <= width and place.bottom <= height, one
        assert one.size >= LEAST, one
        assert ratio(one.colour, one.ground) >= 4.5, one
    for one, other in combinations(sheet.texts, 2):
        assert not one.place.meets(other.place), (one, other)


@pytest.mark.parametrize("contrast", [False, True], ids=["calm", "contrast"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", STATES)
def test_what_must_be_read_can_be_read(name, size, contrast):
    sheet = shown(name, size, contrast)
    check(sheet)
    words = [one.text for one in sheet.texts]
    for wanted in SEEN[name]:
        assert any(text.startswith(wanted) for text in words), (wanted, words)
    for one in sheet.texts:
        place = one.place
        box = sheet.image[place.top : place.bottom, place.left : place.right].reshape(-1, 3)
        colours, counts = np.unique(box, axis=0, return_counts=True)
        most = tuple(colours[counts.argsort()[-2:]].tolist())
        assert list(one.ground) in most, (one, most)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_note_is_the_largest_word(size):
    texts = shown("playing", size).texts
    note = max(texts, key=lambda one: one.size)
    assert note.text == "C♯5" and note.size >= size[1] / 14
    smallest = min(one.size for one in texts)
    assert smallest >= max(LEAST, 0.018 * min(size))


@given(width=st.integers(320, 3840), height=st.integers(240, 2160), name=st.sampled_from([*STATES]))
@settings(max_examples=40, deadline=None)
def test_any_window_will_do(width, height, name):
    sheet = shown(name, (width, height))
    assert sheet.image.shape == (height, width, 3)
    check(sheet)


_WORDS = st.text(max_size=60)
_SHARES = st.none() | st.floats(-1e9, 1e9)


@given(
    words=st.lists(_WORDS, min_size=9, max_size=9), share=_SHARES, count=st.integers(0, 130),
    lit=st.lists(st.integers(-3, 140), max_size=4), works=st.booleans(), practises=st.booleans(),
    size=st.sampled_from(((320, 240), (1280, 720), (500, 900))),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_whatever_is_told_can_be_drawn(words, share, count, lit, works, practises, size):
    rungs = tuple(Rung(words[i % 9], (i,)) for i in range(count))
    connections = tuple(Connection("MIDI", word, works) for word in words)
    scene = Scene(
        words[0], words[1], (Ladder(rungs, words[2]),), connections, tuple(COMMANDS), practises
    )
    at_s = None if share is None else min(max(share, -1e5), 1e5)
    notes = [LaneNote((at_s or 0) + i, (at_s or 0) + i + 0.5, share, words[i]) for i in range(4)]
    moment = Moment(
        note=words[3], frequency_hz=share, lit=(tuple(lit),), cursors=(share,), song_s=at_s,
        notes=tuple(notes), count_in=words[4][:3], place=words[5], loop=words[6], tempo=words[7],
        progress=share, accuracy=share, level_dbfs=share, latency_ms=share, notice=words[8],
    )  # fmt: skip
    check(paint(size, scene, moment, view(), 0.0, Look()))
    check(paint(size, scene, replace(moment, task=words[3]), None, 0.0, Look(help=True)))
    result = Result(share, (("correct", 3), ("extra", 10**6)), tuple(words), (0.5, 2.0), words[0])
    check(paint(size, scene, replace(moment, result=result), None, 0.0, Look()))


@pytest.mark.parametrize("theme", [CALM, CONTRAST], ids=["calm", "contrast"])
def test_letters_stand_out_from_their_grounds(theme: Theme):
    pairs = [(theme.text, ground) for ground in (theme.ground, theme.panel, theme.note)]
    pairs += [(theme.dim, theme.ground), (theme.accent, theme.ground), (theme.ink, theme.accent)]
    pairs += [(colour, theme.ground) for colour in theme.verdicts.values()]
    pairs += [(theme.ink, colour) for colour in theme.verdicts.values()]
    for letters, ground in pairs:
        assert ratio(letters, ground) >= 4.5, (letters, ground)


def test_every_verdict_has_a_shape_of_its_own():
    shapes = {}
    for name in (*VERDICTS, "extra", "warning", "works"):
        sheet = Sheet((64, 64), CALM)
        sign(sheet, name, 32, 32, 20, CALM.text)
        shapes[name] = sheet.image[..., 0] > 128
    for one, other in combinations(shapes, 2):
        assert (shapes[one] != shapes[other]).sum() > 60, (one, other)


def test_the_help_lists_the_keys_that_can_be_pressed():
    scene, moment, look = STATES["help"]
    some = replace(scene, commands=("quit", "panic", "help"))
    words = [one.text for one in paint((1280, 720), some, moment, None, NOW_S, look).texts]
    assert {"Esc", "q", "p", "h", "?", "F1", "end", "silence every note"} <= set(words)
    assert "r" not in words


def test_the_picture_is_mirrored_and_not_stretched():
    image = np.full((480, 640, 3), 90, np.uint8)
    image[:, :100] = (0, 0, 255)  # left as filmed
    picture = draw((1280, 720), Scene(), Moment(), View(image, [], 0.0), 0.0, Look())
    red = np.flatnonzero((picture[360] == (0, 0, 255)).all(axis=1))
    grey = np.flatnonzero((picture[360] == (90, 90, 90)).all(axis=1))
    assert red.min() > grey.max()
    tall = np.flatnonzero((picture[:, red.max() - 5] == (0, 0, 255)).all(axis=1))
    assert (np.ptp(red) + np.ptp(grey)) / np.ptp(tall) == pytest.approx(4 / 3, rel=0.02)


def where(picture: np.ndarray, colour: tuple) -> np.ndarray:
    """Rows and columns of a colour, shape (n, 2)."""
    return np.argwhere((picture == colour).all(axis=2))


def test_a_hand_is_drawn_where_the_mirror_shows_it():
    for points in (view().hands[0].points, np.array([[200.0, 100], [260, 100], [230, 300]])):
        seen = view(points)
        picture = draw((1280, 720), Scene(), Moment(), seen, 0.0, Look())
        place = layout((1280, 720), Scene(), Moment()).picture
        factor = min(place.width / 640, place.height / 480)
        left = place.middle[0] + (320 - points[:, 0].max()) * factor
        right = place.middle[0] + (320 - points[:, 0].min()) * factor
        bones = where(picture[place.top : place.bottom], CALM.accent)
        assert bones[:, 1].min() == pytest.approx(left, abs=5)
        assert bones[:, 1].max() == pytest.approx(right, abs=5)


def test_a_hand_beside_the_picture_stays_in_it():
    far = np.array([[-500.0, -300.0]] * 10 + [[2000.0, 900.0]] * 11)
    picture = draw((1280, 720), Scene(), Moment(), view(far), 0.0, Look())
    place = layout((1280, 720), Scene(), Moment()).picture
    drawn = where(picture, CALM.accent)
    assert drawn[:, 0].min() >= place.top - 3 and drawn[:, 0].max() < place.bottom + 3


LADDER = Ladder(tuple(Rung(f"{i}", (60 + i,)) for i in range(10)), "distance")
LANE = Scene("Song", "mama", (LADDER,), practises=True)


def test_note_rung_and_hand_are_at_one_height():
    moment = Moment(
        lit=((4,),), cursors=(4.5,), song_s=0.0,
        notes=(LaneNote(1.0, 2.0, 4.5, "x", "late"),),
    )  # fmt: skip
    picture = draw((1280, 720), LANE, moment, None, 0.0, Look())
    places = layout((1280, 720), LANE, moment)
    middle = places.lane.bottom - 4.5 / 10 * places.lane.height
    first = places.ladders[0]
    rung = where(picture[:, first.left : first.left + 4], CALM.accent)[:, 0]
    note = where(picture, CALM.verdicts["late"])[:, 0]
    lane = picture[:, places.lane.left + 200 :]
    hand = where(lane[places.lane.top :, :100], CALM.text)[:, 0] + places.lane.top
    for rows in (rung, note, hand):
        assert (rows.min() + rows.max()) / 2 == pytest.approx(middle, abs=2)


def test_the_lane_scrolls_with_the_song_and_between_pixels():
    moment = Moment(time_s=5.0, song_s=0.0, rate=0.5, notes=(LaneNote(2.0, 3.0, 4.5, "", "wrong"),))
    lane = layout((1280, 720), LANE, moment).lane

    def left(now_s: float) -> float:
        """The note's left end, with the share of its last pixel."""
        picture = draw((1280, 720), LANE, moment, None, now_s, Look())
        row = picture[round(lane.bottom - 0.45 * lane.height), :, 2].astype(float)
        full = CALM.verdicts["wrong"][2]
        first = int(np.flatnonzero(row[lane.left + 300 :] > 0.95 * full)[0]) + lane.left + 300
        rest = row[first - 1] - row[first - 5]
        return first - rest / (full - row[first - 5])

    speed = (left(5.0) - left(6.0)) / 0.5
    assert speed == pytest.approx(0.74 * lane.width / 4.0, rel=0.02)
    steps = np.diff([left(5.0 + i * 0.003) for i in range(12)])
    assert (steps < 0.05).all() and steps.min() > -0.8


def test_the_song_goes_on_between_moments_but_not_forever():
    moment = Moment(time_s=10.0, song_s=4.0, rate=0.8)
    assert song_second(moment, 10.5) == pytest.approx(4.4)
    assert song_second(moment, 9.0) == 4.0
    assert song_second(moment, 60.0) == pytest.approx(4.8)
    assert song_second(replace(moment, rate=0.0), 10.5) == 4.0


def test_an_old_verdict_is_gone():
    scene, moment, look = STATES["lane"]
    for later, is_there in ((0.5, True), (3.0, False)):
        sheet = paint((1280, 720), scene, moment, None, moment.verdict_s + later, look)
        assert ("correct" in [one.text for one in sheet.texts]) is is_there


def test_what_does_not_work_is_named_first_and_in_words():
    many = tuple(Connection("MIDI", f"a port with a long name {i}") for i in range(8))
    broken = Connection("OSC", "127.0.0.1:57120 refuses", works=False)
    scene = Scene(connections=(*many, broken))
    sheet = paint((640, 360), scene, Moment(), None, 0.0, Look())
    check(sheet)
    foot = layout((640, 360), scene, Moment()).foot
    first = next(one for one in sheet.texts if one.place.meets(foot))
    assert first.text == "no OSC: 127.0.0.1:57120 refuses"


def test_help_covers_the_result_and_the_result_all_else():
    scene, moment, _ = STATES["result"]
    words = [one.text for one in paint((1280, 720), scene, moment, None, NOW_S, Look()).texts]
    assert "C♯5" not in words
    shown_help = paint((1280, 720), scene, moment, None, NOW_S, Look(help=True))
    assert "silence every note" in [one.text for one in shown_help.texts]


def test_a_rectangle_outside_is_not_drawn():
    sheet = Sheet((20, 10), CALM)
    sheet.fill(Rect(-5, -5, 8, 8), CALM.accent)
    assert (sheet.image[:3, :3] == CALM.accent).all()
    assert (sheet.image[3:, :] == CALM.ground).all()
    assert sheet.write("x", (0, 5), 8, CALM.text, CALM.ground, width=0) is None
