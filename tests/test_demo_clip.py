"""The bundled clip, its truth, and the tools that render it."""

import json
import statistics
from pathlib import Path

import cv2
import numpy as np
import pytest

from handmidi.assets import find_model
from handmidi.errors import AssetError
from handmidi.instrument.presetfile import load_preset
from handmidi.paths import demo_clip
from handmidi.song import load_song

CLIP = demo_clip()
TRUTH = json.loads(CLIP.with_name("demo.json").read_text(encoding="utf-8"))
TOOLS = Path(__file__).resolve().parents[1] / "tools"
MARGIN = 0.15  # of a zone's width


def strokes() -> list[dict]:
    played = [v for v in TRUTH["verdicts"] if v["verdict"] != "missed"]
    return sorted([*played, *TRUTH["extras"]], key=lambda s: s["arrival_s"])


def test_clip_is_small_and_licensed():
    assert CLIP.stat().st_size <= 4_000_000
    assert "Permission is hereby granted" in CLIP.with_name(
        "LICENSE-webxr-input-profiles.txt"
    ).read_text(encoding="utf-8")


@pytest.mark.timeout(60)
def test_every_frame_can_be_read():
    video = cv2.VideoCapture(str(CLIP))
    assert video.get(cv2.CAP_PROP_FPS) == pytest.approx(TRUTH["fps"])
    count = 0
    while True:
        good, picture = video.read()
        if not good:
            break
        assert picture.shape == (480, 640, 3)
        count += 1
    video.release()
    assert count == TRUTH["frames"]


def test_each_mistake_comes_once():
    verdicts = [v["verdict"] for v in TRUTH["verdicts"]]
    assert [verdicts.count(v) for v in ("correct", "wrong", "missed")] == [24, 1, 1]
    assert len(TRUTH["extras"]) == 1


def test_verdicts_agree_with_the_song():
    song = load_song(TRUTH["song"])
    assert [v["reference"] for v in TRUTH["verdicts"]] == list(range(len(song.melody)))
    assert TRUTH["count_in_s"] == pytest.approx(song.tempo.seconds(4), abs=1e-3)
    for verdict, note in zip(TRUTH["verdicts"], song.melody, strict=True):
        if verdict["verdict"] == "missed":
            assert verdict["pitch"] is None and verdict["arrival_s"] is None
            continue
        assert (verdict["pitch"] == note.pitch) == (verdict["verdict"] == "correct")
        late_s = verdict["arrival_s"] - TRUTH["count_in_s"] - note.onset_s
        assert 0.02 < late_s < 0.10


def test_lateness_is_as_told():
    song = load_song(TRUTH["song"])
    late_ms = [
        1000 * (v["arrival_s"] - TRUTH["count_in_s"] - n.onset_s)
        for v, n in zip(TRUTH["verdicts"], song.melody, strict=True)
        if v["arrival_s"] is not None
    ]
    assert statistics.fmean(late_ms) == pytest.approx(TRUTH["lateness_ms"], abs=3)
    assert 5 < statistics.stdev(late_ms) < 15


def test_extra_is_far_from_every_written_note():
    song = load_song(TRUTH["song"])
    for extra in TRUTH["extras"]:
        at_s = extra["arrival_s"] - TRUTH["count_in_s"]
        assert min(abs(n.onset_s - at_s) for n in song.melody) > 1.0


def test_wrong_note_is_no_neighbour_in_time():
    song = load_song(TRUTH["song"])
    pitches = [n.pitch for n in song.melody]
    (wrong,) = (v for v in TRUTH["verdicts"] if v["verdict"] == "wrong")
    around = pitches[wrong["reference"] - 1 : wrong["reference"] + 2]
    assert wrong["pitch"] not in around


@pytest.mark.timeout(120)
def test_hand_is_tracked_and_stands_in_the_zones():
    try:
        model = find_model()
    except AssetError as error:
        pytest.skip(str(error))
    from handmidi.vision.camera import open_camera
    from handmidi.vision.tracker import open_tracker, track_video

    with open_tracker("direct", model, background=False) as tracker:
        camera = open_camera(str(CLIP))
        frames = list(track_video(camera, tracker))
        camera.close()
    start_s, end_s = TRUTH["in_view_s"]
    view = [f for f in frames if start_s <= f.time_s <= end_s]
    seen = [f for f in view if f.hands]
    assert len(seen) >= 0.99 * len(view)
    assert {f.hands[0].side for f in seen} == {TRUTH["hand"]}

    preset = load_preset(TRUTH["preset"])
    edges = [zone.at for zone in preset.main.zones] + [float("inf")]
    pitches = [zone.pitch for zone in preset.main.zones]
    for stroke in strokes():
        number = pitches.index(stroke["pitch"])
        low, high = edges[number], edges[number + 1]
        margin = MARGIN * min(high - low, 0.2)
        held = [
            preset.main.by.scaled(f.hands[0].area)
            for f in seen
            if stroke["arrival_s"] <= f.time_s <= stroke["leave_s"]
        ]
        assert len(held) >= 8
        assert low + margin <= min(held) and max(held) <= high - margin, stroke


def test_truth_is_what_the_tool_plans(monkeypatch):
    if not TOOLS.is_dir():
        pytest.skip("the tools are not installed")
    monkeypatch.syspath_prepend(TOOLS)
    from demo_plan import make_plan

    assert make_plan(load_song("mama")).truth(TRUTH["fps"]) == TRUTH


def test_rasteriser_shows_the_nearer_of_two_triangles(monkeypatch):
    if not TOOLS.is_dir():
        pytest.skip("the tools are not installed")
    monkeypatch.syspath_prepend(TOOLS)
    from rasterise import Camera, rasterise

    corners = np.array(((-9.0, -9.0), (-9.0, 30.0), (30.0, -9.0)))
    near, far, away = (np.c_[corners, np.full(3, z)] for z in (1.0, 2.0, 0.5))
    points = np.vstack((far, near, away))
    faces = np.array(((0, 1, 2), (3, 4, 5), (6, 8, 7)))  # the last one shows its back
    colours = np.repeat((2.0, 1.0, 0.5), 3)[:, None]
    seen = rasterise(Camera(8, 6), points, faces, colours)
    assert len(seen.rows) == 48
    assert len(set(zip(seen.rows.tolist(), seen.columns.tolist(), strict=True))) == 48
    assert np.allclose(seen.values, 1.0)
