"""Which webcams there are, and why one of them cannot be used.

Linux tells; macOS and Windows name neither their cameras nor the reason without a library
of their own, so that the list is empty there and the errors are general.
"""

from __future__ import annotations

import errno
import os
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

from handmidi.errors import CameraError

_DEVICES, _DEVICE_FACTS = Path("/dev"), Path("/sys/class/video4linux")

# From linux/videodev2.h: two requests to a driver, and the flags in its answer to the first.
_QUERY_CAPABILITIES, _CAPABILITIES = 0x80685600, struct.Struct("16s32s32s3I12x")
_REQUEST_BUFFERS, _BUFFERS = 0xC0145608, struct.Struct("3I8x")
_CAPTURES, _TELLS_OF_THIS_NODE = 0x00001001, 0x80000000


@dataclass(frozen=True, slots=True)
class Webcam:
    """A webcam of this machine.

    Parameters
    ----------
    index : int
        As ``--camera`` takes it.
    name : str
        What its driver calls it.
    """

    index: int
    name: str

    def __str__(self) -> str:
        return f"{self.index}: {self.name}"


def list_webcams() -> list[Webcam]:
    """The webcams of this machine by index; always empty where there is no ``/dev/video*``."""
    numbers = (path.name.removeprefix("video") for path in _DEVICES.glob("video*"))
    indices = sorted(int(number) for number in numbers if number.isdecimal())
    devices = {index: _DEVICES / f"video{index}" for index in indices}
    return [Webcam(i, webcam_name(str(i))) for i, device in devices.items() if _films(device)]


def webcam_device(source: str) -> Path:
    """The device of a webcam that is given as an index or a device, links followed."""
    return Path(os.path.realpath(_DEVICES / f"video{source}" if source.isdecimal() else source))


def webcam_name(source: str) -> str:
    """What a webcam's driver calls it; "camera" and `source` where it is silent."""
    try:
        facts = _DEVICE_FACTS / webcam_device(source).name / "name"
        return facts.read_text(encoding="utf-8").strip() or f"camera {source}"
    except (OSError, UnicodeDecodeError):
        return f"camera {source}"


def find_again(source: str, name: str) -> str:
    """Where a webcam is after it was unplugged.

    Parameters
    ----------
    source : str
        How it was given. A device is itself again; an index may have changed.
    name : str
        As `webcam_name` said before. Two webcams of one name are not told apart.

    Returns
    -------
    str
        `source`, or the index of a webcam of that name if `source` is none.
    """
    if not source.isdecimal():
        return source
    same = [str(webcam.index) for webcam in list_webcams() if webcam.name == name]
    return source if source in same or not same else same[0]


def check_webcam(source: str) -> None:
    """Find out before OpenCV does, which gives no reasons. Does nothing but on Linux.

    Raises
    ------
    CameraError
        If there is no such webcam, or it may not be opened.
    """
    if sys.platform != "linux":
        return
    device = webcam_device(source)
    try:
        films = _films(device, strict=True)
    except FileNotFoundError:
        films = False
    except PermissionError as error:
        raise CameraError(
            f"this user may not open camera {source} ({device}): "
            "join its group with 'sudo usermod -aG video $USER' and log in again"
        ) from error
    except OSError as error:
        raise _unusable(source, error.errno) from error
    if not films:
        there = ", ".join(map(str, list_webcams()))
        have = f"there is {there}" if there else "this machine has none"
        raise CameraError(
            f"there is no camera {source} ({have}): plug one in, or use --camera FILE or demo"
        )


def why_no_picture(source: str) -> CameraError:
    """The error for a webcam that is there and gives no picture."""
    if sys.platform != "linux":
        # Neither system could be tried here.
        return CameraError(
            f"camera {source} gives no picture: there is none of that index, or another program "
            "uses it, or this one may not (see Privacy & Security, Camera, in the settings)"
        )
    return _unusable(source, _why_refused(webcam_device(source)))


def _unusable(source: str, number: int) -> CameraError:
    if number == errno.EBUSY:
        device = webcam_device(source)
        return CameraError(
            f"camera {source} is used by another program: close that one "
            f"('fuser -v {device}' names it)"
        )
    why = f" ({os.strerror(number)})" if number else ""
    return CameraError(
        f"camera {source} gives no picture{why}: unplug it and plug it in again, or use another one"
    )


def _films(device: Path, strict: bool = False) -> bool:
    """Whether a device gives pictures; a webcam often has a second one that only describes them.

    One that cannot be asked is told by its place among its camera's devices, as udev numbers
    them, or raises what is wrong if `strict`.
    """
    answer = bytearray(_CAPABILITIES.size)
    try:
        _ask(device, _QUERY_CAPABILITIES, answer)
    except OSError as error:
        if strict and error.errno != errno.ENOTTY:
            raise
        try:
            return int((_DEVICE_FACTS / device.name / "index").read_text()) == 0
        except (OSError, ValueError):
            return True
    *_, whole, node = _CAPABILITIES.unpack(answer)
    return bool((node if whole & _TELLS_OF_THIS_NODE else whole) & _CAPTURES)


def _why_refused(device: Path) -> int:
    """The error of asking for no buffers, which only the program that films may do; or 0."""
    capture, mapped = 1, 1
    try:
        _ask(device, _REQUEST_BUFFERS, bytearray(_BUFFERS.pack(0, capture, mapped)))
    except OSError as error:
        return error.errno if error.errno not in (errno.ENOTTY, errno.EINVAL) else 0
    return 0


def _ask(device: Path, request: int, answer: bytearray) -> None:
    from fcntl import ioctl  # not on Windows

    node = os.open(device, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        ioctl(node, request, answer)
    finally:
        os.close(node)
