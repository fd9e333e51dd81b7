"""One picture of a hand before a webcam: the hand, its sleeve, the room, the light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from hand_model import HandModel, pose, rotation
from rasterise import Camera, rasterise
from room import room
from skin import shade_skin, shade_wool

# Model to camera axes: palm towards the camera, fingers up.
_FACING = np.array(((0.0, 0.0, -1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)))
# Where the arm comes from, in metres in camera axes: below the picture, behind the hand.
_ELBOW = np.array((-0.10, 0.62, 0.95))
_WRIST_TO_CUFF_M = 0.012
_SLEEVE_RINGS, _SLEEVE_SIDES = 40, 48
_CUFF_M = 0.045
_FINE = 2  # pixels are rendered this much finer, then averaged


@dataclass(frozen=True)
class Gesture:
    """How the hand is held.

    Parameters
    ----------
    area : float
        Box of its 21 joints as a fraction of the picture.
    x, y : float
        Centre of that box as a fraction of the picture; y points down.
    roll_rad, yaw_rad, pitch_rad : float
        Turn about the line of sight, the upright and the sideways axis.
    curl_rad, spread_rad : tuple of 4 floats
        As in `hand_model.pose`.
    left : bool
        Whether it is a left hand: the right one in a mirror. Roll and yaw turn the other way.
    """

    area: float
    x: float = 0.5
    y: float = 0.5
    roll_rad: float = 0.0
    yaw_rad: float = 0.0
    pitch_rad: float = 0.0
    curl_rad: tuple[float, ...] = (0.05, 0.06, 0.07, 0.08)
    spread_rad: tuple[float, ...] = (0.02, 0.0, -0.01, -0.02)
    left: bool = False


class Scene:
    """Draws gestures in one room.

    Parameters
    ----------
    hand : HandModel
    width, height : int
        Size of the pictures in pixels.
    behind : ndarray of float32, shape (h, w, 3), optional
        What is behind the hand, BGR, 0..1, of any size; without it, `room`.
    tone : sequence of 3 floats
        Multiplies the skin's blue, green and red.
    """

    def __init__(
        self,
        hand: HandModel,
        width: int,
        height: int,
        behind: np.ndarray | None = None,
        tone: Sequence[float] = (1.0, 1.0, 1.0),
    ) -> None:
        self._hand, self._size, self._tone = hand, (width, height), np.asarray(tone)
        self._camera = Camera(width * _FINE, height * _FINE)
        fine = (width * _FINE, height * _FINE)
        self._behind = room(*fine) if behind is None else cv2.resize(behind, fine)

    def draw(self, *gestures: Gesture) -> np.ndarray:
        """The picture of some hands, the last before the others: uint8, shape (h, w, 3), BGR."""
        picture = self._behind.copy()
        for gesture in gestures:
            if gesture.left:
                self._paint(picture[:, ::-1], replace(gesture, x=1 - gesture.x))
            else:
                self._paint(picture, gesture)
        picture = cv2.resize(picture, self._size, interpolation=cv2.INTER_AREA)
        picture = cv2.GaussianBlur(picture, (0, 0), 0.45)
        return np.clip(picture * 255 + 0.5, 0, 255).astype(np.uint8)

    def _paint(self, picture: np.ndarray, gesture: Gesture) -> None:
        points, normals, wrist = self._place(gesture)
        sleeve = _sleeve(wrist)
        skin = np.zeros((len(points), 1))
        attributes = np.hstack((normals, self._hand.vertices, skin, points[:, 2:]))
        points = np.vstack((points, sleeve.points))
        faces = np.vstack((self._hand.faces, sleeve.faces + len(attributes)))
        seen = rasterise(self._camera, points, faces, np.vstack((attributes, sleeve.attributes)))
        normals, places, wool = seen.values[:, :3], seen.values[:, 3:6], seen.values[:, 6] > 0.5
        colour = np.empty_like(normals)
        colour[~wool] = shade_skin(normals[~wool], places[~wool], self._hand) * self._tone
        colour[wool] = shade_wool(normals[wool], places[wool])
        if len(colour):
            colour *= self._hollows(seen.rows, seen.columns, seen.values[:, 7])[:, None]
            picture[seen.rows, seen.columns] = colour

    def _place(self, gesture: Gesture) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Vertices, normals and the wrist in camera axes, at the place the gesture asks for."""
        posed = pose(self._hand, gesture.curl_rad, gesture.spread_rad)
        turn = rotation((0, 0, 1), gesture.roll_rad) @ rotation((0, 1, 0), gesture.yaw_rad)
        turn = turn @ rotation((1, 0, 0), gesture.pitch_rad) @ _FACING
        centre = posed.landmarks.mean(axis=0)
        joints = (posed.landmarks - centre) @ turn.T
        size = np.array((self._camera.width, self._camera.height))
        at = np.array((0.0, 0.0, 0.6))
        for _ in range(12):  # the box is nearly inverse to the distance: converges at once
            box = self._camera.project(joints + at)
            low, high = box.min(axis=0) / size, box.max(axis=0) / size
            at[:2] *= (grow := np.sqrt(np.prod(high - low) / gesture.area))
            at[2] *= grow
            off = (gesture.x, gesture.y) - (low + high) / 2
            at[:2] += off * size * at[2] / (size[0] / 2 / np.tan(np.radians(30)))
        points = (posed.vertices - centre) @ turn.T + at
        return points, posed.normals @ turn.T, joints[0] + at

    def _hollows(self, rows: np.ndarray, columns: np.ndarray, depth: np.ndarray) -> np.ndarray:
        """Darken what lies deeper than its surroundings, for want of real shadows: 0..1."""
        size = (self._camera.height, self._camera.width)
        depths, covered = np.zeros(size, np.float32), np.zeros(size, np.float32)
        depths[rows, columns], covered[rows, columns] = depth, 1
        blur = 0.020 * self._camera.width / float(np.median(depth))
        around, weight = (cv2.GaussianBlur(a, (0, 0), blur) for a in (depths, covered))
        deeper = depth - (around / np.maximum(weight, 1e-6))[rows, columns]
        return 1 - 0.45 * np.clip(deeper / 0.02, 0, 1)


@dataclass(frozen=True)
class _Sleeve:
    points: np.ndarray
    faces: np.ndarray
    attributes: np.ndarray


def _sleeve(wrist: np.ndarray) -> _Sleeve:
    """A tube that widens from the cuff to the elbow, and the dark inside of the cuff."""
    arm = _ELBOW - wrist
    length = float(np.linalg.norm(arm))
    axis = arm / length
    side = np.cross(axis, (0.0, 0.0, 1.0))
    side /= np.linalg.norm(side)
    frame = np.stack((side, np.cross(axis, side), axis))
    along = np.concatenate(((0.0, 0.002), np.linspace(0.004, length, _SLEEVE_RINGS - 2)))
    in_cuff = along < _CUFF_M
    radius = 0.036 + 0.085 * along + np.where(in_cuff, 0.0, 0.003) - 0.004 * (along < 0.001)
    outside = _tube(along, radius, in_cuff.astype(float))
    inside = _tube(np.array((0.0, 0.03)), np.array((0.032, 0.001)), np.full(2, -1.0))
    points = np.vstack((outside[0], inside[0])) @ frame + wrist + axis * _WRIST_TO_CUFF_M
    normals = np.vstack((outside[1], -inside[1])) @ frame
    faces = np.vstack((outside[3], inside[3][:, ::-1] + len(outside[0])))
    places = np.vstack((outside[2], inside[2]))
    wool = np.ones((len(points), 1))
    return _Sleeve(points, faces, np.hstack((normals, places, wool, points[:, 2:])))


def _tube(along: np.ndarray, radius: np.ndarray, part: np.ndarray) -> tuple[np.ndarray, ...]:
    """Points, normals, places (as `skin.shade_wool` has them) and faces of a tube about z."""
    angle = np.linspace(0, 2 * np.pi, _SLEEVE_SIDES, endpoint=False)
    angle = np.tile(angle, len(along))
    along, radius, part = (np.repeat(a, _SLEEVE_SIDES) for a in (along, radius, part))
    flat = np.zeros_like(angle)
    normals = np.stack((np.cos(angle), 0.85 * np.sin(angle), flat), axis=1)
    points = normals * radius[:, None] + np.stack((flat, flat, along), axis=1)
    ring, side = np.mgrid[: len(angle) // _SLEEVE_SIDES - 1, :_SLEEVE_SIDES].reshape(2, -1)
    a = ring * _SLEEVE_SIDES + side
    b = ring * _SLEEVE_SIDES + (side + 1) % _SLEEVE_SIDES
    c, d = a + _SLEEVE_SIDES, b + _SLEEVE_SIDES
    faces = np.vstack((np.stack((a, b, c), axis=1), np.stack((b, d, c), axis=1)))
    return points, normals, np.stack((along, angle, part), axis=1), faces
