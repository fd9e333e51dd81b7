"""The palm detector: where in a picture hands are, and how they are turned.

How its outputs are read follows MediaPipe's palm detection graph.
"""

from __future__ import annotations

import numpy as np

from handmidi.vision.geometry import Region, overlap, palm_region
from handmidi.vision.networks import Network

PALM_SIZE = 192
# Stride in pixels and anchors per cell: strides 8, 16, 16 and 16 with two anchors each.
_LAYERS = ((8, 2), (16, 6))
_PALM_SCORE, _SAME_PALM = 0.5, 0.3


class PalmDetector:
    """Finds palms anywhere in a picture.

    A search has three steps, so that another thread can take the second, which needs neither
    the picture nor Python's lock.

    Parameters
    ----------
    model : bytes
        The TFLite file.
    threads : int, default 1

    Raises
    ------
    AssetError
        If `model` is no palm detector.
    """

    def __init__(self, model: bytes, threads: int = 1) -> None:
        self._anchors = _anchors()
        count = len(self._anchors)
        self._net = Network(model, PALM_SIZE, (count * 18, count), threads)
        self._whole = Region(0.0, 0.0, 1.0, 0.0)

    def find(self, image: np.ndarray) -> list[Region]:
        """Regions that should hold a hand, the surest first: all three steps.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width, 3)
            BGR.
        """
        self.look(image)
        return self.regions(self.infer())

    def look(self, image: np.ndarray) -> None:
        """Take in a picture; it may change afterwards.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width, 3)
            BGR.
        """
        height, width = image.shape[:2]
        self._whole = Region(width / 2, height / 2, max(width, height), 0.0)
        self._net.look(image, self._whole)

    def infer(self) -> list[np.ndarray]:
        """Run the network on the picture taken in; return its outputs."""
        return self._net.infer()

    def regions(self, outputs: list[np.ndarray]) -> list[Region]:
        """Regions of the picture taken in that should hold a hand, the surest first."""
        boxes, logits = outputs
        scores = 1 / (1 + np.exp(-logits[:, 0].clip(-100, 100)))
        likely = np.flatnonzero(scores >= _PALM_SCORE)
        likely = likely[np.isfinite(boxes[likely]).all(axis=1)]
        likely = likely[np.argsort(-scores[likely], kind="stable")]
        palms = _palms(boxes[likely], self._anchors[likely])
        matrix = self._whole.matrix(PALM_SIZE)
        return [_region(palm, matrix) for palm in _merged(palms, scores[likely])]


def _anchors() -> np.ndarray:
    """Centres of the detector's 2016 anchors in its own picture, pixels, shape (2016, 2)."""
    layers = []
    for stride, per_cell in _LAYERS:
        centres = (np.arange(PALM_SIZE // stride) + 0.5) * stride
        grid = np.stack(np.meshgrid(centres, centres), axis=-1).reshape(-1, 2)
        layers.append(grid.repeat(per_cell, axis=0))
    return np.concatenate(layers)


def _palms(boxes: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """Palm boxes, wrists and middle knuckles in the detector's picture, shape (n, 8).

    A row of `boxes` is centre, size and seven points, each relative to its anchor. The wrist
    is the first of the points, the knuckle of the middle finger the third.
    """
    centre, half = boxes[:, :2] + anchors, boxes[:, 2:4] / 2
    wrist, knuckle = boxes[:, 4:6] + anchors, boxes[:, 8:10] + anchors
    return np.hstack((centre - half, centre + half, wrist, knuckle))


def _merged(palms: np.ndarray, scores: np.ndarray) -> list[np.ndarray]:
    """Weighted non-maximum suppression: rows that overlap the best one are averaged with it."""
    found = []
    while len(palms):
        same = np.array([overlap(palms[0], palm) > _SAME_PALM for palm in palms])
        same[0] = True
        found.append(np.average(palms[same], axis=0, weights=scores[same]))
        palms, scores = palms[~same], scores[~same]
    return found


def _region(palm: np.ndarray, matrix: np.ndarray) -> Region:
    corner, scale = matrix[:, 2], matrix[0, 0]
    points = palm.reshape(4, 2) * scale + corner
    return palm_region((*points[0], *points[1]), points[2], points[3])
