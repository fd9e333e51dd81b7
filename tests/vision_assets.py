"""The hand model and the clips of real hands, for tests that need them."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from handmidi.assets import find_model
from handmidi.errors import AssetError

_CLIPS = Path(__file__).resolve().parents[2] / "shared" / "clips"


def hand_model() -> Path:
    """The hand model; the test is skipped where there is none."""
    try:
        return find_model()
    except AssetError as error:
        pytest.skip(str(error))


def clip(name: str) -> Path:
    """A clip that is no part of the project; the test is skipped where it is missing."""
    path = _CLIPS / name
    if not path.is_file():
        pytest.skip(f"the clip {name} is not here")
    return path


def picture(name: str) -> np.ndarray:
    """A still among the clips, shape (height, width, 3), BGR."""
    return cv2.imread(str(clip(name)))


def write_video(path: Path, count: int, fps: float = 25.0) -> Path:
    """A video of `count` grey pictures of 64 × 48 pixels, each brighter than the one before."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, (64, 48))
    for number in range(count):
        writer.write(np.full((48, 64, 3), 10 * number, np.uint8))
    writer.release()
    return path
