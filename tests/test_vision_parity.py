"""The direct tracker finds what MediaPipe finds, where MediaPipe finds it.

Rendered clips of other distances, angles, skins, rooms and two hands are in ``tests/clips``,
with their truth; clips of real hands are used where they are.
"""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest
from vision_assets import clip, hand_model

from handmidi.hand import Hand
from handmidi.vision.camera import open_camera, read_frames
from handmidi.vision.direct import DirectTracker
from handmidi.vision.mediapipe import MediaPipeTracker
from handmidi.vision.tracker import SeenHand, observe

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("mediapipe") is None, reason="mediapipe is not installed"
)

CLIPS = Path(__file__).parent / "clips"
RENDERED = {path.stem: 1 for path in sorted(CLIPS.glob("*.mp4"))} | {"two": 2, "crossing": 2}
FILMED = {
    "palm_approach.mp4": 1,
    "rendered_steps.mp4": 1,
    "hand_test_image.jpg": 1,
    "hand_thumb_up.jpg": 1,
    "two_pointing.jpg": 2,
    "two_hands_1.gif": 2,
    "two_hands_2.gif": 2,
    "two_hands_3.gif": 2,
}
SMOOTH = ("palm_approach.mp4", "rendered_steps.mp4")
SETTLING = 10
"""Pictures that MediaPipe needs to come round after its first look at a new hand.

It turns the first region too far: on a still it begins 21 % of the hand's size from where it
ends, and the direct tracker 4 %. So stills are compared after that; clips in full.
"""


@dataclass
class Comparison:
    """What both trackers made of one clip, ours first."""

    found: list[tuple[int, int]] = field(default_factory=list)
    apart: list[float] = field(default_factory=list)
    same_side: list[bool] = field(default_factory=list)
    observed: list[tuple[tuple[Hand, ...], tuple[Hand, ...]]] = field(default_factory=list)


def pictures(path: Path) -> Iterator[tuple[np.ndarray, float]]:
    if path.suffix == ".jpg":
        image = cv2.imread(str(path))
        yield from ((image, number / 30) for number in range(2 * SETTLING))
        return
    with open_camera(str(path)) as camera:
        yield from ((shot.image, shot.time_s) for shot in read_frames(camera))


def distance(ours: SeenHand, theirs: SeenHand) -> float:
    """Mean distance of landmarks in lengths of the hand's box."""
    left, top, right, bottom = theirs.box
    apart = np.linalg.norm((ours.points - theirs.points)[:, :2], axis=1).mean()
    return float(apart) / max(right - left, bottom - top)


def compare(path: Path, hands: int) -> Comparison:
    made, model = Comparison(), hand_model()
    with (
        DirectTracker(model, hands, background=False) as direct,
        MediaPipeTracker(model, hands) as reference,
    ):
        for image, time_s in pictures(path):
            ours, theirs = (list(t.track(image, time_s)) for t in (direct, reference))
            height, width = image.shape[:2]
            made.found.append((len(ours), len(theirs)))
            made.observed.append((observe(ours, width, height), observe(theirs, width, height)))
            for their in theirs[: len(ours)]:
                our = min(ours, key=lambda hand, their=their: distance(hand, their))
                ours.remove(our)
                made.apart.append(distance(our, their))
                made.same_side.append(our.side == their.side)
    return made


def truth(name: str) -> list[dict[str, tuple[float, float, float]]]:
    """Area, x and y of each hand by its side, for each frame of a rendered clip."""
    frames: dict[int, dict[str, tuple[float, float, float]]] = {}
    with open(CLIPS / "truth.csv", newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if row["clip"] == name:
                place = tuple(float(row[key]) for key in ("area", "x", "y"))
                frames.setdefault(int(row["frame"]), {})[row["hand"]] = place
    return [frames[number] for number in sorted(frames)]


def area_error(seen: list[tuple[Hand, ...]], true: list[dict]) -> float:
    """Mean of |area ÷ true area − 1| over all hands, each against the nearest true one."""
    errors = []
    for hands, frame in zip(seen, true, strict=True):
        for hand in hands:
            area, *_ = min(frame.values(), key=lambda t, h=hand: abs(t[1] - h.x) + abs(t[2] - h.y))
            errors.append(abs(hand.area / area - 1))
    return float(np.mean(errors))


def as_good(made: Comparison) -> None:
    for count in (1, 2):
        ours, theirs = (sum(n >= count for n in found) for found in zip(*made.found, strict=True))
        assert ours >= theirs
    assert np.mean(made.apart) < 0.02
    assert np.median(made.apart) < 0.012


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", RENDERED)
def test_rendered_hands(name):
    made = compare(CLIPS / f"{name}.mp4", RENDERED[name])
    as_good(made)
    true = truth(name)
    ours, theirs = (area_error(list(seen), true) for seen in zip(*made.observed, strict=True))
    # Ours differs by a thousandth; in its first pictures MediaPipe's box is turned, and larger.
    assert ours < theirs + 0.002
    for seen, _ in made.observed:
        assert len({hand.side for hand in seen}) == len(seen)
    if name != "crossing":
        assert all(found == (RENDERED[name],) * 2 for found in made.found)
        sides = [sorted(hand.side for hand in seen) for seen, _ in made.observed]
        assert sides == [sorted(frame) for frame in true]


def test_hands_that_cross_keep_their_sides():
    made = compare(CLIPS / "crossing.mp4", 2)
    for (seen, _), frame in zip(made.observed, truth("crossing"), strict=True):
        for hand in seen if abs(frame["left"][1] - frame["right"][1]) > 0.1 else ():
            assert hand.x == pytest.approx(frame[hand.side][1], abs=0.05)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", FILMED)
def test_filmed_hands(name):
    made = compare(clip(name), FILMED[name])
    if name.endswith(".jpg"):
        made.apart = made.apart[SETTLING * FILMED[name] :]
    as_good(made)
    if name in SMOOTH:
        assert all(ours == theirs for ours, theirs in made.found)
        assert all(made.same_side)
        assert np.median(made.apart) < 0.001
        assert np.max(made.apart[SETTLING:]) < 0.01
