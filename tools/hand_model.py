"""A skinned hand: reads the rig from a binary glTF file, bends its fingers, moves its skin.

Units are metres. The model's axes: fingers along -y, thumb towards -z, palm towards -x.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# The rig has 25 joints (WebXR's order); MediaPipe's 21 leave out the four finger metacarpals.
LANDMARK_JOINTS = (0, 1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14, 16, 17, 18, 19, 21, 22, 23, 24)
FINGERS = (5, 10, 15, 20)  # metacarpals of index, middle, ring and little finger
_COMPONENTS = {5121: "u1", 5123: "<u2", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


@dataclass(frozen=True)
class HandModel:
    """A mesh bound to 25 bones.

    Parameters
    ----------
    vertices, normals : ndarray, shape (n, 3)
        The skin as it was modelled.
    faces : ndarray of int, shape (m, 3)
    bones : ndarray of int, shape (n, 4)
        The bones that move each vertex.
    weights : ndarray, shape (n, 4)
        How much each of them does; rows sum to 1.
    rest : ndarray, shape (25, 4, 4)
        Where each bone is in the model.
    inverse_bind : ndarray, shape (25, 4, 4)
        From model to bone space.
    """

    vertices: np.ndarray
    normals: np.ndarray
    faces: np.ndarray
    bones: np.ndarray
    weights: np.ndarray
    rest: np.ndarray
    inverse_bind: np.ndarray


@dataclass(frozen=True)
class PosedHand:
    """The skin and joints of a hand in one pose, in the model's axes.

    Parameters
    ----------
    vertices, normals : ndarray, shape (n, 3)
    joints : ndarray, shape (25, 3)
    """

    vertices: np.ndarray
    normals: np.ndarray
    joints: np.ndarray

    @property
    def landmarks(self) -> np.ndarray:
        """The joints that MediaPipe knows, in its order, shape (21, 3)."""
        return self.joints[list(LANDMARK_JOINTS)]


def load_hand(glb: bytes) -> HandModel:
    """Read the hand from a binary glTF file.

    Follows the glTF 2.0 specification as far as this one model needs it: one mesh, one
    skin, every bone a child of the scene's root.

    Parameters
    ----------
    glb : bytes
    """
    (length,) = struct.unpack_from("<I", glb, 12)
    head = json.loads(glb[20 : 20 + length])
    body = glb[20 + length + 8 :]
    mesh, skin = head["meshes"][0]["primitives"][0], head["skins"][0]

    def values(number: int) -> np.ndarray:
        accessor = head["accessors"][number]
        view = head["bufferViews"][accessor["bufferView"]]
        start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
        width, count = _WIDTHS[accessor["type"]], accessor["count"]
        kind = _COMPONENTS[accessor["componentType"]]
        return np.frombuffer(body, kind, count * width, start).reshape(count, width)

    named = {name: values(number) for name, number in mesh["attributes"].items()}
    return HandModel(
        vertices=named["POSITION"].astype(float),
        normals=named["NORMAL"].astype(float),
        faces=values(mesh["indices"]).reshape(-1, 3).astype(int),
        bones=named["JOINTS_0"].astype(int),
        weights=named["WEIGHTS_0"].astype(float),
        rest=np.array([_transform(head["nodes"][n]) for n in skin["joints"]]),
        inverse_bind=values(skin["inverseBindMatrices"])
        .reshape(-1, 4, 4)
        .transpose(0, 2, 1)
        .astype(float),
    )


def pose(hand: HandModel, curl_rad: Sequence[float], spread_rad: Sequence[float]) -> PosedHand:
    """Bend the fingers and move the skin with them (linear blend skinning).

    Parameters
    ----------
    hand : HandModel
    curl_rad : sequence of 4 floats
        How far each finger bends towards the palm at each of its three joints, index first.
    spread_rad : sequence of 4 floats
        How far each finger leans towards the thumb at its knuckle.
    """
    bones = hand.rest.copy()
    for first, curl, spread in zip(FINGERS, curl_rad, spread_rad, strict=True):
        _turn(bones, first + 1, first + 5, rotation((1, 0, 0), spread))
        for joint in range(first + 1, first + 4):
            _turn(bones, joint, first + 5, rotation((0, 0, -1), curl))
    moves = bones @ hand.inverse_bind
    blend = np.einsum("nk,nkij->nij", hand.weights, moves[hand.bones])
    turned, shift = blend[:, :, :3], blend[:, :, 3]
    vertices = np.einsum("nij,nj->ni", turned[:, :3], hand.vertices) + shift[:, :3]
    normals = np.einsum("nij,nj->ni", turned[:, :3], hand.normals)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return PosedHand(vertices, normals, bones[:, :3, 3].copy())


def rotation(axis: Sequence[float], angle_rad: float) -> np.ndarray:
    """Rotation matrix about a unit axis (Rodrigues' formula), shape (3, 3)."""
    x, y, z = axis
    cross = np.array(((0, -z, y), (z, 0, -x), (-y, x, 0)), float)
    return np.eye(3) + np.sin(angle_rad) * cross + (1 - np.cos(angle_rad)) * cross @ cross


def _turn(bones: np.ndarray, joint: int, stop: int, turn: np.ndarray) -> None:
    """Rotate the bones `joint` to `stop` - 1 about the first of them, in place."""
    centre = bones[joint, :3, 3].copy()
    whole = np.eye(4)
    whole[:3, :3] = turn
    whole[:3, 3] = centre - turn @ centre
    bones[joint:stop] = whole @ bones[joint:stop]


def _transform(node: dict) -> np.ndarray:
    x, y, z, w = node.get("rotation", (0, 0, 0, 1))
    turn = np.array(
        (
            (1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
            (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
            (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
        )
    )
    out = np.eye(4)
    out[:3, :3] = turn * np.array(node.get("scale", (1, 1, 1)))
    out[:3, 3] = node.get("translation", (0, 0, 0))
    return out
