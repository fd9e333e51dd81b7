import errno
import os
import struct
import sys

import pytest

from handmidi.errors import CameraError
from handmidi.vision import webcams as module
from handmidi.vision.camera import open_camera
from handmidi.vision.webcams import (
    Webcam,
    check_webcam,
    find_again,
    list_webcams,
    webcam_name,
    why_no_picture,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="cameras are files on Linux only")

PICTURES, METADATA = 0x04200001, 0x04A00000


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Makes webcams: index, name, and its driver's number among those of its camera."""
    monkeypatch.setattr(module, "_DEVICES", tmp_path)
    monkeypatch.setattr(module, "_DEVICE_FACTS", tmp_path / "facts")

    def add(*webcams):
        for index, name, place in webcams:
            (tmp_path / f"video{index}").touch()
            facts = tmp_path / "facts" / f"video{index}"
            facts.mkdir(parents=True)
            (facts / "name").write_text(f"{name}\n")
            (facts / "index").write_text(f"{place}\n")
        return tmp_path

    return add


@pytest.fixture
def driver(monkeypatch):
    """Stands in for the drivers: {device: what it can do, or the number of an error}."""
    can, busy = {}, set()

    def ioctl(node, request, answer):
        device = os.path.basename(os.readlink(f"/proc/self/fd/{node}"))
        if request == module._REQUEST_BUFFERS and device in busy:
            raise OSError(errno.EBUSY, "busy")
        if request == module._QUERY_CAPABILITIES and device in can:
            assert len(answer) == 104
            # "capabilities" are those of the whole camera, and say the same for all its nodes.
            struct.pack_into("3I", answer, 80, 0x60800, 0x84A00001, can[device])
            return 0
        raise OSError(errno.ENOTTY, "no webcam")

    monkeypatch.setattr("fcntl.ioctl", ioctl)
    return can, busy


def test_a_machine_without_webcams(machine):
    machine()
    assert list_webcams() == []
    with pytest.raises(CameraError, match=r"no camera 0 \(this machine has none\): plug one in"):
        check_webcam("0")


def test_webcams_have_names_and_are_in_order(machine):
    machine((10, "Far Sight", 0), (2, "", 0), (0, "Looking Glass", 0))
    assert list_webcams() == [
        Webcam(0, "Looking Glass"),
        Webcam(2, "camera 2"),
        Webcam(10, "Far Sight"),
    ]
    assert webcam_name("7") == "camera 7"


def test_what_only_describes_pictures_is_no_webcam(machine, driver):
    machine((0, "Eye", 0), (1, "Eye", 1), (2, "Two", 0), (3, "Two", 1))
    assert [webcam.index for webcam in list_webcams()] == [0, 2]  # by their places
    driver[0].update(video0=METADATA, video1=PICTURES, video2=METADATA, video3=PICTURES)
    assert [webcam.index for webcam in list_webcams()] == [1, 3]  # by what they can do
    with pytest.raises(CameraError, match=r"no camera 2 \(there is 1: Eye, 3: Two\)"):
        check_webcam("2")
    check_webcam("1")


def test_a_wrong_index_or_device_lists_what_there_is(machine):
    machine((0, "Looking Glass", 0), (2, "Far Sight", 0))
    for source in ("3", "/dev/video345"):
        with pytest.raises(CameraError) as caught:
            open_camera(source)
        assert str(caught.value) == (
            f"there is no camera {source} (there is 0: Looking Glass, 2: Far Sight): "
            "plug one in, or use --camera FILE or demo"
        )


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (errno.EACCES, r"this user may not open camera 0 \(.*/video0\): join its group .* video"),
        (errno.EPERM, r"this user may not open camera 0"),
        (errno.EBUSY, r"camera 0 is used by another program: close that one \('fuser -v /.*0'"),
        (errno.ENODEV, r"camera 0 gives no picture \(No such device\): unplug it and plug it in"),
    ],
)
def test_a_device_that_cannot_be_opened(machine, monkeypatch, number, why):
    machine((0, "Looking Glass", 0))

    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(module.os, "open", refuse)
    with pytest.raises(CameraError, match=why) as caught:
        open_camera("0")
    assert "\n" not in str(caught.value)


def test_a_webcam_that_films_for_another_program(machine, driver):
    machine((0, "Looking Glass", 0))
    driver[0]["video0"] = PICTURES
    assert "gives no picture: unplug it" in str(why_no_picture("0"))
    driver[1].add("video0")
    assert [webcam.index for webcam in list_webcams()] == [0]
    check_webcam("0")
    assert "camera 0 is used by another program" in str(why_no_picture("0"))


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_the_error_is_general(machine, monkeypatch, platform):
    machine()
    monkeypatch.setattr(sys, "platform", platform)
    check_webcam("0")
    line = str(why_no_picture("3"))
    assert "camera 3 gives no picture" in line and "Privacy & Security" in line


def test_a_link_is_its_device(machine):
    devices = machine((0, "Looking Glass", 0))
    (devices / "by-id").symlink_to(devices / "video0")
    assert webcam_name(str(devices / "by-id")) == "Looking Glass"


def test_where_a_webcam_is_again(machine):
    machine((0, "Built in", 0), (2, "Twin", 0), (3, "Twin", 1), (4, "Twin", 0))
    assert find_again("4", "Twin") == "4"
    assert find_again("6", "Twin") == "2"
    assert find_again("0", "Twin") == "2"
    assert find_again("0", "Gone") == "0"
    assert find_again("/dev/video9", "Twin") == "/dev/video9"
