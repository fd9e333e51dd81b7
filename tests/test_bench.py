"""The bench's values: percentiles, turns, films, frames, aims, and the tables made of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.bench import machine
from handmidi.bench.aims import aims, window_prices_ms
from handmidi.bench.film import double, read_pictures, write_loop
from handmidi.bench.report import markdown, notes, rewrite, tables
from handmidi.bench.sessions import use_of_frames
from handmidi.bench.suite import Plan
from handmidi.bench.timing import WARM_UP, in_turn, percentiles
from handmidi.errors import CameraError, HandMidiError

MACHINE = {
    "cpu": "Abacus",
    "cores": 2,
    "system": "Linux 6",
    "python": "3.12.1",
    "handmidi": "0.1.0",
    "packages": {"numpy": "2.4.6"},
    "load": 0.1,
}


def points(p50, p95=20.0, p99=30.0):
    return {"p50": p50, "p95": p95, "p99": p99}


def row(tracker, hands, case, p50):
    return {
        "tracker": tracker, "case": case, "hands": hands, "wall_ms": points(p50),
        "bare_ms": points(7.0), "ratio": round(p50 / 7.0, 3), "cpu_ms": 8.0, "fps": 100.0,
        "peak_rss_mb": None, "seen": 1.0,
    }  # fmt: skip


def session(name, **changes):
    return {
        "name": name, "command": "handmidi play", "frames": 600, "used_percent": 100.0,
        "twice": 0, "frame_to_hand_ms": points(8.0), "frame_to_message_ms": points(9.0),
        "due_to_sent_ms": None, "vision_restarts": 0, "sound": None, "microphone": None,
        "cpu_percent": {"main": 12.0, "vision": 25.0}, "pss_mb": 180.0, "rss_mb": 290.0,
    } | changes  # fmt: skip


def found(**changes):
    together = {"network": points(7.0), "direct": points(7.5), "mediapipe": points(15.0)}
    two = together | {"direct, 1 hand": points(7.0)}
    return {
        "machine": MACHINE, "busy": None, "clip": "/films/demo", "model": "full",
        "pictures": 220, "live_s": 20.0, "left_out": [],
        "trackers": [row("direct", 1, "1 hand", 7.5), row("mediapipe", 1, "1 hand", 15.0)],
        "side_by_side": [
            {"case": "1 hand", "hands": 1, "wall_ms": together},
            {"case": "2 hands, one in view", "hands": 2, "wall_ms": two},
        ],
        "live": [session("practice, direct, 1 hand, window"), session("play, skin, headless")],
        "start_up": {"help_s": 0.1, "play_s": 2.5, "help_runs_s": [0.1], "play_runs_s": [2.5]},
        "aims": [],
    } | changes  # fmt: skip


# ---- timing


def test_percentiles_of_a_hundred_and_one_values():
    assert percentiles(list(range(101))) == {"p50": 50.0, "p95": 95.0, "p99": 99.0}


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=50))
def test_percentiles_are_in_order_and_within_the_values(values):
    p50, p95, p99 = percentiles(values).values()
    assert min(values) - 1e-3 <= p50 <= p95 <= p99 <= max(values) + 1e-3


def test_each_look_sees_every_picture_once_and_the_first_ones_do_not_count():
    order = []
    pictures = [np.full((1, 1, 3), n, np.uint8) for n in range(WARM_UP + 4)]

    def look(name, hands):
        return lambda picture, time_s: order.append((name, int(picture[0, 0, 0]))) or hands

    took, seen, cpu_ms = in_turn({"a": look("a", 1), "b": look("b", 2)}, pictures)
    assert seen == {"a": [1] * 4, "b": [2] * 4}
    assert all(len(values) == 4 and min(values) >= 0 for values in took.values())
    assert [number for _, number in order] == [n for n in range(WARM_UP + 4) for _ in "ab"]
    assert [name for name, _ in order[:4]] == ["a", "b", "b", "a"]
    assert cpu_ms >= 0


# ---- films and frames


def test_a_doubled_picture_is_its_own_mirror_image():
    picture = np.arange(2 * 8 * 3, dtype=np.uint8).reshape(2, 8, 3)
    middle = picture[:, 2:6].copy()
    double(picture)
    assert (picture[:, :4] == middle).all()
    assert (picture == picture[:, ::-1]).all()


def test_pictures_come_from_where_the_hand_is():
    pictures = read_pictures("demo", 3)
    assert pictures.shape == (3, 480, 640, 3) and pictures.dtype == np.uint8


def test_a_film_goes_on_until_it_is_long_enough(tmp_path):
    write_loop(tmp_path / "short.mp4", "demo", 0.5)
    write_loop(tmp_path / "long.mp4", str(tmp_path / "short.mp4"), 1.2, doubled=True)
    pictures = read_pictures(str(tmp_path / "long.mp4"), 100)
    assert len(pictures) == 36
    difference = np.abs(pictures[20].astype(int) - pictures[20, :, ::-1])
    assert difference.mean() < 10  # compressed anew


def test_no_film_is_no_film(tmp_path):
    with pytest.raises(CameraError):
        read_pictures(str(tmp_path / "none.mp4"), 3)


@pytest.mark.parametrize(
    ("times_s", "ready_s", "frames", "used", "twice"),
    [
        ([], [], 0, None, 0),
        ([1.0], [1.01], 1, 100.0, 0),
        ([0.1, 0.1333, 0.1667, 0.2], [0.11, 0.14, 0.17, 0.21], 4, 100.0, 0),
        ([0.1, 0.1333, 0.2], [0.11, 0.14, 0.21], 3, 75.0, 0),
        ([0.1, 0.1, 0.1333], [0.11, 0.12, 0.14], 2, 100.0, 1),  # seen again
        ([0.1, 0.1, 0.1333], [0.11, 0.11, 0.14], 2, 100.0, 0),  # two hands
    ],
)
def test_frames_are_used_left_out_or_seen_twice(times_s, ready_s, frames, used, twice):
    expected = {"frames": frames, "used_percent": used, "twice": twice}
    assert use_of_frames(times_s, ready_s, 30.0) == expected


def test_a_film_of_ones_own_is_not_doubled():
    assert [case.doubled for case in Plan(source="demo").cases] == [False, False, True]
    assert [case.hands for case in Plan(source="mine.mp4").cases] == [1, 2]


# ---- the machine


def test_the_machine_is_described():
    facts = machine.describe()
    assert facts["cores"] >= 1 and facts["cpu"] and facts["packages"]["numpy"]
    assert facts["cpu"] in machine.machine_line(facts)


@pytest.mark.parametrize(
    ("load", "busy"), [(None, False), (0.0, False), (0.49, False), (3.2, True)]
)
def test_a_busy_machine_is_one_line(load, busy):
    line = machine.busy_line(MACHINE | {"load": load})
    assert bool(line) == busy
    if line:
        assert "busy (load 3.2)" in line and "\n" not in line


# ---- aims and tables


def test_aims_are_met_or_missed():
    met = {aim["what"]: aim["met"] for aim in aims(found())}
    assert met == {
        "direct ÷ network alone, 1 hand": True,
        "direct ÷ mediapipe, 1 hand": True,
        "direct asked for 2 hands ÷ for 1, one in view": True,
        "practice, direct, 1 hand, window: frame → message p50, ms": True,
        "practice, direct, 1 hand, window: frame → message p99, ms": False,
        "practice, direct, 1 hand, window: frames used, %": True,
        "practice, direct, 1 hand, window: frames seen twice": True,
        "practice, direct, 1 hand, window: memory of all processes, MB": True,
        "handmidi --help, s": True,
        "play is ready, s": False,
    }


def test_what_the_window_adds():
    def played(words, p50):
        return session("played", command=f"handmidi {words}", frame_to_message_ms=points(p50))

    window = played("practice mama --tracker direct", 9.0)
    assert window_prices_ms([window]) == {}
    assert window_prices_ms([window, played("play --headless --tracker direct", 8.8)]) == {}
    rows = [
        window,
        played("practice mama --headless --tracker direct", 8.8),
        played("practice mama --headless --tracker direct", 8.4),
        played("practice mama --tracker direct", 9.4),
        played("play --tracker direct", 7.0),
        played("play --headless --tracker direct", 7.2),
        played("play --headless --tracker direct --hands 2", 1.0),
        played("play --headless --tracker skin", 1.0),
    ]
    assert window_prices_ms(rows) == pytest.approx({"practice": 0.6, "play": -0.2})
    found_aims = [aim for aim in aims(found(live=rows)) if "window − headless" in aim["what"]]
    assert [aim["what"].split()[0] for aim in found_aims] == ["practice", "play"]
    assert [(aim["here"], aim["at_most"], aim["met"]) for aim in found_aims] == [
        (0.6, 0.5, False), (-0.2, 0.5, True),
    ]  # fmt: skip


def test_without_live_sessions_there_are_no_aims_for_them():
    names = [aim["what"] for aim in aims(found(live=[], start_up=None))]
    assert len(names) == 3 and all("direct" in name for name in names)


def test_the_tables_have_a_cell_for_each_column():
    whole = found()
    whole["aims"] = aims(whole)
    made = tables(whole)
    heads = [table.head[0] for table in made]
    assert heads == ["tracker", "p50 ms", "live, ms", "live", "start-up", "aim"]
    for table in made:
        assert table.rows and all(len(cells) == len(table.head) for cells in table.rows)
    assert made[0].rows[0][:4] == ["direct", "1 hand", "7.5", "20.0"]
    assert made[1].rows[0] == ["1 hand", "7.0", "7.5", "15.0", "–", "1.07", "0.50"]
    assert [table.head[0] for table in tables(found(live=[], start_up=None))] == [
        "tracker",
        "p50 ms",
    ]


def test_notes_name_the_machine_and_what_is_not_there():
    again = [session("play"), session("practice", vision_restarts=2)]
    lines = notes(found(left_out=["mediapipe is left out: why"], busy="busy", live=again))
    assert lines[0] == "mediapipe is left out: why" and lines[-1] == "busy"
    assert "live with no sound, no microphone" in lines
    assert "practice: vision started again 2 times" in lines
    assert "clip demo, full model, 220 pictures, 20 s live" in lines
    assert any(line.startswith("Abacus, 2 cores, Linux 6") for line in lines)


def test_figures_stand_in_their_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- figures: begin -->\nold\n<!-- figures: end -->\nafter\n")
    rewrite(page, None)
    assert "old" in page.read_text()
    rewrite(page, markdown(found()))
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text
    assert "| direct | 1 hand | 7.5 |" in text and "- Abacus" in text
    for name in ("soak", "figures"):
        page.write_text("nothing")
        with pytest.raises(HandMidiError, match="no place for figures"):
            rewrite(page, "text", name)
    with pytest.raises(HandMidiError, match="cannot write"):
        rewrite(tmp_path / "none.md", "text")
