"""Triangles to pixels: a z-buffer in numpy, with no graphics card or library.

Camera axes, in metres: x right, y down, z away from the camera.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Camera:
    """A pinhole camera that looks along z.

    Parameters
    ----------
    width, height : int
        Size of the picture in pixels.
    view_deg : float
        Horizontal angle of view.
    """

    width: int
    height: int
    view_deg: float = 60.0

    def project(self, points: np.ndarray) -> np.ndarray:
        """Pixels of points before the camera: shape (n, 3) in metres to (n, 2)."""
        focal = self.width / 2 / np.tan(np.radians(self.view_deg / 2))
        return points[:, :2] / points[:, 2:] * focal + (self.width / 2, self.height / 2)


@dataclass(frozen=True)
class Fragments:
    """The visible surface, one row for each pixel that it covers.

    Parameters
    ----------
    rows, columns : ndarray of int, shape (n,)
        Where in the picture; no pixel comes twice.
    values : ndarray, shape (n, k)
        The vertices' attributes, interpolated.
    """

    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray


def rasterise(
    camera: Camera, points: np.ndarray, faces: np.ndarray, attributes: np.ndarray
) -> Fragments:
    """Find which part of which triangle is seen at each pixel.

    Triangles that show their back (clockwise in the picture) are left out. Attributes run
    linearly over the picture, which is close enough for triangles far smaller than their
    distance.

    Parameters
    ----------
    camera : Camera
    points : ndarray, shape (n, 3)
        Vertices in camera axes; all before the camera.
    faces : ndarray of int, shape (m, 3)
    attributes : ndarray, shape (n, k)
        Values at the vertices.
    """
    corners = camera.project(points)[faces]
    origin, first, second = corners[:, 0], *(corners[:, 1:] - corners[:, :1]).swapaxes(0, 1)
    doubled = _cross(first, second)
    face, row, column = _boxes(camera, corners, doubled < -1e-9)
    offset = np.stack((column, row), axis=1) + 0.5 - origin[face]
    b1 = _cross(offset, second[face]) / doubled[face]
    b2 = _cross(first[face], offset) / doubled[face]
    share = np.stack((1 - b1 - b2, b1, b2), axis=1)
    keep = share.min(axis=1) >= -1e-6
    face, share, pixel = face[keep], share[keep], (row * camera.width + column)[keep]

    depth = (share * points[faces[face], 2]).sum(axis=1)
    nearest = np.full(camera.width * camera.height, np.inf)
    np.minimum.at(nearest, pixel, depth)
    keep = np.flatnonzero(depth <= nearest[pixel])
    pixel, once = np.unique(pixel[keep], return_index=True)  # shared edges meet a pixel twice
    keep = keep[once]
    values = np.einsum("nc,nck->nk", share[keep], attributes[faces[face[keep]]])
    return Fragments(*np.divmod(pixel, camera.width), values)


def _boxes(
    camera: Camera, corners: np.ndarray, wanted: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Face, row and column: one entry for each pixel in the box of each wanted triangle."""
    size = (camera.width, camera.height)
    low = np.clip(np.floor(corners.min(axis=1)), 0, size).astype(int)
    high = np.clip(np.ceil(corners.max(axis=1)), 0, size).astype(int)
    counts = np.where(wanted, np.prod(high - low, axis=1), 0)
    face = np.repeat(np.arange(len(corners)), counts)
    inside = np.arange(len(face)) - np.repeat(np.cumsum(counts) - counts, counts)
    wide = (high - low)[face, 0]
    return face, low[face, 1] + inside // wide, low[face, 0] + inside % wide


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
