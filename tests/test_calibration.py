"""Which camera a calibration belongs to, and its file."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from handmidi import calibration as module
from handmidi.calibration import (
    Calibration,
    camera_identity,
    forget_calibration,
    load_calibration,
    save_calibration,
)
from handmidi.errors import HandMidiError
from handmidi.instrument import load_preset

DATE = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A data folder of our own."""
    monkeypatch.setenv("HANDMIDI_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def cameras(tmp_path, monkeypatch):
    """A Linux machine with three webcams: one udev knows, two of a name that it does not."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(module, "_DEVICES", tmp_path / "dev")
    monkeypatch.setattr(module, "_DEVICE_FACTS", tmp_path / "sys")
    by_id = tmp_path / "dev" / "v4l" / "by-id"
    by_id.mkdir(parents=True)
    for number in range(3):
        (tmp_path / "dev" / f"video{number}").touch()
        (tmp_path / "sys" / f"video{number}").mkdir(parents=True)
        (tmp_path / "sys" / f"video{number}" / "name").write_text("HD Webcam\n")
    (by_id / "usb-Maker_HD_Webcam_1234-video-index0").symlink_to("../../video0")
    return tmp_path / "dev"


def made(source, **ranges):
    """A calibration of a camera."""
    return Calibration(camera_identity(source), DATE, "direct", 640, 480, ranges)


def damaged(data, change) -> list[str]:
    """What is said about the demo's calibration after `change` of its table."""
    calibration = made("demo", area=(0.02, 0.2))
    save_calibration(calibration, b"png")
    table = json.loads(calibration.path.read_text())
    changed = change(table)
    text = changed if isinstance(changed, str) else json.dumps(table)
    calibration.path.write_text(text)
    lines: list[str] = []
    assert load_calibration("demo", lines.append) is None
    assert load_calibration("demo") is None
    (line,) = lines
    assert str(calibration.path) in line
    assert "handmidi calibrate --camera demo" in line
    return line


def test_what_is_saved_is_loaded(data):
    calibration = made("demo", area=(0.02, 0.2), distance=(7.0, 2.2), x=(0.9, 0.1))
    assert load_calibration("demo") is None
    save_calibration(calibration, b"a picture")
    assert load_calibration("demo") == calibration
    assert calibration.picture.read_bytes() == b"a picture"
    assert calibration.path.parent == data / "calibration"
    assert sorted(json.loads(calibration.path.read_text())) == [
        "camera", "date", "frame", "ranges", "tracker",
    ]  # fmt: skip


def test_a_preset_plays_on_the_ranges(data):
    save_calibration(made("demo", area=(0.03, 0.3)), b"")
    ranges = load_calibration("demo").ranges
    own = data / "own.toml"
    own.write_text('control = "area"\n[[zones]]\nat = 0.1\nnote = "C4"\n')
    assert load_preset(str(own), ranges).main.by.range == (0.03, 0.3)


def test_keys_that_are_not_known_are_ignored(data):
    calibration = made("demo", area=(0.02, 0.2))
    save_calibration(calibration, b"")
    table = json.loads(calibration.path.read_text())
    table |= {"later": 1, "ranges": {**table["ranges"], "elbow": [1, 2]}}
    calibration.path.write_text(json.dumps(table))
    assert load_calibration("demo") == calibration


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda t: "{", "Expecting"),
        (lambda t: "[]", "no table"),
        (lambda t: "[" * 100_000, "cannot be used"),
        (lambda t: t.pop("ranges"), "no ranges"),
        (lambda t: t.update(ranges={}), "no ranges"),
        (lambda t: t["ranges"].update(area=[0.1]), "ranges.area"),
        (lambda t: t["ranges"].update(area=[0.1, 0.1]), "ranges.area"),
        (lambda t: t["ranges"].update(area=[0.1, float("nan")]), "ranges.area"),
        (lambda t: t["ranges"].update(area=[-1, 0.1]), "must lie within"),
        (lambda t: t["ranges"].update(x=["a", None]), "ranges.x"),
        (lambda t: t.update(date="yesterday"), "yesterday"),
        (lambda t: t.update(date=5), "5"),
        (lambda t: t.update(camera="another"), "of another camera"),
    ],
)  # fmt: skip
def test_a_broken_file_is_one_line(data, change, why):
    assert why in damaged(data, change)


def test_bytes_that_are_no_text_are_a_line_too(data):
    calibration = made("demo", area=(0.02, 0.2))
    save_calibration(calibration, b"")
    calibration.path.write_bytes(b"\xff\x00\x81")
    lines = []
    assert load_calibration("demo", lines.append) is None
    assert len(lines) == 1


def test_each_camera_has_its_own(data, cameras):
    for number in range(3):
        save_calibration(made(str(number), area=(0.01 * (number + 1), 0.3)), b"")
    for number in range(3):
        assert load_calibration(str(number)).ranges["area"][0] == 0.01 * (number + 1)
    assert forget_calibration("1")
    assert [load_calibration(str(n)) is None for n in range(3)] == [False, True, False]
    assert not forget_calibration("1")
    assert len(list((data / "calibration").iterdir())) == 4


def test_a_camera_keeps_its_name_on_another_port(cameras, monkeypatch):
    name = "usb-Maker_HD_Webcam_1234-video-index0"
    assert camera_identity("0") == name
    assert camera_identity("1") == "HD Webcam (video1)"
    link = cameras / "v4l" / "by-id" / name
    link.unlink()
    link.symlink_to("../../video2")
    assert camera_identity("2") == name
    assert camera_identity("0") == "HD Webcam (video0)"
    assert camera_identity("7") == "video7"


def test_a_device_and_its_index_are_one_camera():
    assert camera_identity("/dev/video83") == camera_identity("83")


def test_elsewhere_the_index_is_all_there_is(monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    assert camera_identity("0") == "camera 0"


def test_a_video_is_its_absolute_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.mp4").symlink_to("clip.mp4")
    for source in ("clip.mp4", "./clip.mp4", "link.mp4", str(tmp_path / "clip.mp4")):
        assert camera_identity(source) == os.path.realpath(tmp_path / "clip.mp4")
    assert camera_identity("demo") == "demo"


@pytest.mark.parametrize("name", ["…/ü.mp4", "a b\n.mp4", "x" * 200 + ".mp4", "\udcff.mp4", "..."])
def test_any_name_makes_a_file(data, name):
    calibration = made(name, area=(0.02, 0.2))
    save_calibration(calibration, b"")
    assert load_calibration(name) == calibration
    assert calibration.path.name.isascii()


def test_a_disk_that_refuses_leaves_the_old_one(data, monkeypatch):
    old = made("demo", area=(0.02, 0.2))
    save_calibration(old, b"old")

    def refuse(path, contents):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "replace_file", refuse)
    with pytest.raises(HandMidiError, match="No space left"):
        save_calibration(replace(old, ranges={"area": (0.1, 0.3)}), b"new")
    assert load_calibration("demo") == old
    assert old.picture.read_bytes() == b"old"


def test_a_folder_that_cannot_be_made_is_said(data):
    data.write_text("a file")
    with pytest.raises(HandMidiError, match="HANDMIDI_DATA"):
        save_calibration(made("demo", area=(0.02, 0.2)), b"")
    lines = []
    assert load_calibration("demo", lines.append) is None
    assert len(lines) == 1
