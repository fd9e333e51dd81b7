"""``handmidi calibrate``: what is found of a hand, and how the player is led to show it."""

from __future__ import annotations

import json
import math
import os
import time
from dataclasses import replace
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest
from calibration_players import (
    FAR,
    FIST,
    HIGH,
    LEFT,
    LOW,
    NEAR,
    OPEN,
    RIGHT,
    GreyCamera,
    PlayerTracker,
    calibrating_frames,
    landmarks,
)
from displays import keep, virtual_display
from hypothesis import given
from hypothesis import strategies as st
from running import run_handmidi
from servers import run, running
from vision_assets import clip, hand_model, write_video

from handmidi.calibration import Calibration
from handmidi.cli import main
from handmidi.hand import Hand, HandFrame
from handmidi.instrument.controls import CONTROLS
from handmidi.session import calibrating
from handmidi.session.calibrating import STEPS, whole_hands
from handmidi.session.diagram import HEIGHT, WIDTH, draw_diagram
from handmidi.session.extents import HOLD_S, MARGIN, find_extents, found_ranges
from handmidi.vision.tracker import TrackedHand
from handmidi.vision.webcams import Webcam

TRUTH = {
    "area": (FAR, NEAR),
    "x": (LEFT, RIGHT),
    "y": (LOW, HIGH),
    "openness": (FIST, OPEN),
}


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A data folder of our own, and an empty current folder; the hand model stays."""
    monkeypatch.setenv("HANDMIDI_MODEL", str(hand_model()))
    monkeypatch.setenv("HANDMIDI_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


def saved(data) -> dict:
    """The one calibration in the data folder."""
    (path,) = (data / "calibration").glob("*.json")
    return json.loads(path.read_text())


def extent(frames, name):
    return next(each for each in find_extents(frames) if each.control == name)


def inside(low, high):
    """The range that is played on between two ends, on an even axis."""
    return low + MARGIN * (high - low), high - MARGIN * (high - low)


def held(*levels, seconds=1.0, fps=30.0, control="area"):
    """A hand that jumps from level to level; None is no hand."""
    frames = []
    for i in range(round(len(levels) * seconds * fps)):
        level = levels[int(i / fps / seconds)]
        values = {"area": 0.05, "x": 0.5, "y": 0.5, "openness": 1.0} | {control: level}
        hands = () if level is None else (Hand("right", 0.9, **values),)
        frames.append(HandFrame(i / fps, i / fps, hands))
    return frames


# ---- what is found


@pytest.mark.parametrize("fps", [20, 30, 60, 120])
def test_ranges_are_the_players_own_within_3_percent(fps):
    for seed in range(8):
        ranges = found_ranges(find_extents(calibrating_frames(seed, fps)))
        assert set(ranges) == {"area", "distance", "x", "y", "openness"}
        for name, truth in TRUTH.items():
            if name == "area":
                low, high = map(math.exp, inside(*map(math.log, truth)))
                assert np.allclose(ranges[name], (low, high), rtol=0.03)
            else:
                span = abs(truth[0] - truth[1])
                assert np.allclose(ranges[name], inside(*truth), atol=0.03 * span), (seed, name)
        assert np.allclose(ranges["distance"], np.array(ranges["area"]) ** -0.5, rtol=1e-3)


def test_ranges_run_as_the_usual_ones_do():
    for name, (start, end) in found_ranges(find_extents(calibrating_frames(1))).items():
        usual = CONTROLS[name].range
        assert (start < end) == (usual[0] < usual[1]), name


def test_a_short_visit_and_a_misread_frame_are_no_ends():
    frames = held(0.03, 0.1, 0.03)
    assert extent(frames, "area").reached == pytest.approx((0.03, 0.1))
    wild = held(0.03, 0.1, 0.03)
    for i in range(5, 90, 12):
        wild[i] = replace(wild[i], hands=held(0.9)[0].hands)
    assert extent(wild, "area").reached == pytest.approx((0.03, 0.1))
    short = held(0.03) + [
        HandFrame(1 + f.time_s, 1 + f.time_s, f.hands) for f in held(0.5, 0.03, seconds=HOLD_S)
    ]
    assert extent(short, "area").reached == pytest.approx((0.03, 0.03))


def test_a_hand_beside_a_gap_does_not_count():
    frames = held(0.03, 0.1, None, 0.4, None, 0.03, seconds=0.25)
    assert extent(frames, "area").reached is None or extent(frames, "area").reached[1] < 0.4


def test_length_does_not_matter():
    short = held(0.03, 0.1)
    long = held(0.03, 0.1, *[0.06] * 200)
    assert extent(short, "area").reached == pytest.approx(extent(long, "area").reached)


def test_too_little_movement_calibrates_nothing_but_says_what_to_do():
    for control, little, enough in [
        ("area", (0.05, 0.074), (0.05, 0.077)),
        ("openness", (0.5, 0.79), (0.5, 0.81)),
        ("x", (0.4, 0.64), (0.4, 0.66)),
    ]:
        found = extent(held(*little, control=control), control)
        assert found.range is None
        assert found.advice
        assert extent(held(*enough, control=control), control).range


def test_a_fist_tells_of_openness_only():
    frames = held(0.05, 0.15)
    fists = [
        HandFrame(f.time_s + 2, f.time_s + 2, (Hand("right", 0.9, 0.004, 0.5, 0.5, 0.1),))
        for f in held(0.05)
    ]
    assert extent(frames + fists, "area").reached == pytest.approx((0.05, 0.15))
    assert extent(frames + fists, "openness").reached == pytest.approx((0.1, 1.0))


def test_tilt_counts_only_if_it_moved_and_a_hanging_hand_not():
    def leaning(*tilts):
        hands = (Hand("right", 0.9, 0.05, 0.5, 0.5, 1.0, tilt) for tilt in np.repeat(tilts, 30))
        return [HandFrame(i / 30, i / 30, (hand,)) for i, hand in enumerate(hands)]

    assert "tilt" not in found_ranges(find_extents(leaning(-10, 10)))
    assert "tilt" not in found_ranges(find_extents(leaning(-179, 179)))
    assert found_ranges(find_extents(leaning(-40, 40)))["tilt"] == pytest.approx((-36, 36))


@given(
    st.lists(
        st.tuples(
            st.floats(0, 0.2),
            st.none() | st.tuples(*[st.floats(0, 1.5, allow_nan=False)] * 4),
        ),
        max_size=60,
    )
)
def test_whatever_is_seen_a_range_lies_within_what_was_seen(steps):
    time_s, frames = 0.0, []
    for gap_s, values in steps:
        time_s += gap_s
        hands = () if values is None else (Hand("left", 0.9, *values),)
        frames.append(HandFrame(time_s, time_s, hands))
    for found in find_extents(frames):
        if found.range:
            low, high = sorted(found.range)
            assert found.reached[0] - 1e-6 <= low < high <= found.reached[1] + 1e-6
            assert found.values.min() - 1e-6 <= found.reached[0]
            assert found.reached[1] <= found.values.max() + 1e-6


def test_a_hand_that_the_picture_cuts_is_left_out():
    def at(x, y):
        return TrackedHand(landmarks(0.1, x, y, 1.0, 640, 480), "right", 0.9)

    middle = at(0.5, 0.5)
    cut = [at(x, y) for x, y in ((0.1, 0.5), (0.9, 0.5), (0.5, 0.15), (0.5, 0.85))]
    assert whole_hands([middle, *cut], 640, 480) == [middle]


@pytest.mark.parametrize(
    ("name", "size"), [("demo", (640, 480)), ("/clips/\udcff\n手" * 60, (480, 1920))]
)
def test_the_picture_can_be_drawn_of_any_camera(name, size):
    extents = find_extents(held(0.02, 0.2))
    made = Calibration(name, datetime.now(UTC), "direct", *size, found_ranges(extents))
    png = np.frombuffer(draw_diagram(made, extents), np.uint8)
    picture = cv2.imdecode(png, cv2.IMREAD_COLOR)
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert (picture[:, -20:] == 255).all()
    assert (picture[-20:] == 255).all()
    nothing = find_extents([])
    assert found_ranges(nothing) == {}
    assert draw_diagram(made, nothing)


# ---- the command


def test_demo_clip(data, tmp_path):
    done = run_handmidi("calibrate", "--camera", "demo", cwd=tmp_path, DISPLAY="")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    table = saved(data)
    # The clip's hand plays from the middle of the rest to the middle of the last zone.
    low, high = map(math.exp, inside(math.log(0.0256), math.log(0.1715)))
    assert np.allclose(table["ranges"]["area"], (low, high), rtol=0.03)
    assert set(table["ranges"]) == {"area", "distance"}
    assert table["frame"] == [640, 480]
    picture = done.stdout.splitlines()[-1].removeprefix("picture: ")
    assert cv2.imread(picture).shape == (HEIGHT, WIDTH, 3)
    assert "openness: not calibrated" in done.stdout
    again = run_handmidi("calibrate", "--camera", "demo", "--forget", cwd=tmp_path)
    assert again.returncode == 0
    assert "usual ranges" in again.stdout
    assert list((data / "calibration").iterdir()) == []


def test_a_real_hand(data, tmp_path, capsys):
    source = str(clip("palm_approach.mp4"))
    assert main(["calibrate", "--camera", source]) == 0
    low, high = saved(data)["ranges"]["area"]
    assert 0.015 < low < 0.019
    assert 0.11 < high < 0.127
    assert "area:" in capsys.readouterr().out


def fails(capsys, *arguments) -> str:
    assert main(["calibrate", *map(str, arguments)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_nothing_to_find_leaves_the_old_one(data, tmp_path, capsys):
    assert main(["calibrate", "--camera", "demo", "--seconds", "12"]) == 0
    before = saved(data)
    assert "did not move enough" in fails(capsys, "--camera", "demo", "--seconds", "2")
    assert saved(data) == before
    empty = write_video(tmp_path / "grey.avi", 20)
    assert "no whole hand" in fails(capsys, "--camera", empty)
    assert "cannot read the video" in fails(capsys, "--camera", "nowhere.mp4")
    assert "no camera 77" in fails(capsys, "--camera", 77)
    assert saved(data) == before


def test_a_camera_that_was_not_calibrated_is_forgotten_all_the_same(data, capsys):
    assert main(["calibrate", "--forget"]) == 0
    assert "was not calibrated" in capsys.readouterr().out


def test_devices_shows_it(data, tmp_path, monkeypatch, capsys):
    found = [Webcam(81, "a webcam"), Webcam(82, "another")]
    monkeypatch.setattr("handmidi.vision.webcams.list_webcams", lambda: found)
    monkeypatch.setattr("handmidi.session.checkup._filmed", lambda source: (640, 480, 30.0))
    result = run(
        "calibrate_player", 3, "--camera", "81", "--headless", environment=dict(os.environ)
    )
    assert result.returncode == 0, result.stderr
    assert main(["devices"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (first,) = (line for line in lines if line.startswith("camera 81"))
    (second,) = (line for line in lines if line.startswith("camera 82"))
    assert "pictures a second; calibrated on 20" in first
    assert "(area 0.02" in first
    assert "not calibrated\thandmidi calibrate --camera 82" in second


# ---- a live player


def test_a_player_is_led_through_the_steps(data):
    environment = dict(os.environ)
    result = run("calibrate_player", 3, "--camera", "83", "--headless", environment=environment)
    assert result.returncode == 0, result.stderr
    told = [line.split(": ", 1)[1] for line in result.stdout.splitlines() if " of 6 (" in line]
    assert told == list(STEPS)
    ranges = saved(data)["ranges"]
    low, high = map(math.exp, inside(*map(math.log, TRUTH["area"])))
    assert np.allclose(ranges["area"], (low, high), rtol=0.03)
    for name in ("x", "y"):
        assert np.allclose(ranges[name], inside(*TRUTH[name]), atol=0.02)
    assert ranges["openness"] == pytest.approx((0.05, 0.95), abs=0.1)


@pytest.mark.parametrize(
    ("camera", "comes", "why"),
    [(GreyCamera(), False, "no hand was seen"), (GreyCamera(60), True, "stopped sending")],
)
def test_a_player_who_does_not_come_and_a_camera_that_dies(
    data, capsys, monkeypatch, camera, comes, why
):
    monkeypatch.setattr(calibrating, "_WAIT_S", 0.5)
    monkeypatch.setattr(calibrating, "open_camera", lambda *_: camera)
    monkeypatch.setattr(calibrating, "open_tracker", lambda *_, **__: PlayerTracker(5.0, comes))
    assert why in fails(capsys, "--camera", 83, "--headless", "--seconds", 5)
    assert not (data / "calibration").exists()


@pytest.mark.timeout(90)
def test_the_window_leads_too_and_q_changes_nothing(data):
    with (
        virtual_display() as display,
        running(
            "calibrate_player", 40, "--camera", "83", environment=display.environment
        ) as player,
    ):
        display.window()
        time.sleep(1.5)
        keep(display.picture(), "calibration")
        display.key("q")
        out, _ = player.communicate(timeout=20)
        assert player.returncode == 1
        assert f"1 of 6 (6.7 s): {STEPS[0]}" in out
        assert not (data / "calibration").exists()
