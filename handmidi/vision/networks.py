"""The palm detector and the landmark model, run directly on LiteRT.

Both come out of MediaPipe's ``.task`` file, a zip. How their pictures are cut and their
outputs read follows MediaPipe's palm detection and hand landmark graphs.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from handmidi.errors import AssetError
from handmidi.quiet import quiet_stderr
from handmidi.vision.geometry import Region, overlap, palm_region

PALM_SIZE, HAND_SIZE = 192, 224
_PALM_FILE, _HAND_FILE = "hand_detector.tflite", "hand_landmarks_detector.tflite"
_LAYERS = (
    (8, 2),
    (16, 6),
)  # stride in pixels and anchors per cell: strides 8, 16, 16, 16, two each
_PALM_SCORE, _SAME_PALM = 0.5, 0.3
_PRESENCE = 0.5


@dataclass(frozen=True, slots=True)
class Models:
    """The two networks of a hand model, as the bytes of TFLite files."""

    palm: bytes
    landmarks: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """What the landmark model read in one region.

    Parameters
    ----------
    points : ndarray, shape (21, 3)
        Pixels of the frame; z in the same unit, relative to the wrist.
    presence : float
        Probability that the region holds a hand, 0..1.
    right : float
        Probability that it is its owner's right hand, 0..1, for an unmirrored picture.
    """

    points: np.ndarray
    presence: float
    right: float


def read_models(path: Path) -> Models:
    """Read the networks out of a ``.task`` file.

    Raises
    ------
    AssetError
        If the file is missing, unreadable or no hand model.
    """
    try:
        with zipfile.ZipFile(path) as task:
            return Models(task.read(_PALM_FILE), task.read(_HAND_FILE))
    except FileNotFoundError as error:
        raise AssetError(f"there is no hand model at {path}: run handmidi setup") from error
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise AssetError(f"{path} is no hand model ({error}): run handmidi setup") from error


class Network:
    """One TFLite network that takes a square RGB picture.

    Parameters
    ----------
    model : bytes
        The TFLite file.
    size : int
        Side of the picture, pixels.
    outputs : tuple of int
        Values in each output, in the order of their names.
    threads : int, default 1

    Raises
    ------
    AssetError
        If `model` is no network of that shape.
    """

    def __init__(self, model: bytes, size: int, outputs: tuple[int, ...], threads: int = 1) -> None:
        from ai_edge_litert.interpreter import Interpreter

        try:
            with quiet_stderr():
                self._net = Interpreter(model_content=model, num_threads=threads)
                self._net.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise AssetError(f"the hand model is damaged ({error}): run handmidi setup") from error
        asked = self._net.get_input_details()
        given = sorted(self._net.get_output_details(), key=lambda d: d["name"])
        shapes = [tuple(d["shape"]) for d in asked], [int(np.prod(d["shape"])) for d in given]
        if shapes != ([(1, size, size, 3)], list(outputs)):
            raise AssetError("the hand model is of another kind: run handmidi setup")
        self._input = self._net.tensor(asked[0]["index"])
        self._outputs = [d["index"] for d in given]

    def run(self, picture: np.ndarray) -> list[np.ndarray]:
        """Outputs for one picture.

        Parameters
        ----------
        picture : ndarray of uint8, shape (size, size, 3)
            RGB.

        Returns
        -------
        list of ndarray of float32
            One per output, without the batch axis.
        """
        # No view of the input may outlive this line: the interpreter refuses to run then.
        np.multiply(picture, np.float32(1 / 255), out=self._input()[0])
        self._net.invoke()
        return [self._net.get_tensor(index)[0] for index in self._outputs]


class PalmDetector:
    """Finds palms anywhere in a picture.

    Parameters
    ----------
    model : bytes
        The TFLite file.
    threads : int, default 1
    """

    def __init__(self, model: bytes, threads: int = 1) -> None:
        self._anchors = _anchors()
        count = len(self._anchors)
        self._net = Network(model, PALM_SIZE, (count * 18, count), threads)

    def find(self, image: np.ndarray) -> list[Region]:
        """Regions that should hold a hand, the surest first.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width, 3)
            BGR.
        """
        import cv2

        height, width = image.shape[:2]
        whole = Region(width / 2, height / 2, max(width, height), 0.0)
        matrix = whole.matrix(PALM_SIZE)
        boxes, logits = self._net.run(_crop(image, matrix, PALM_SIZE, cv2.BORDER_CONSTANT))
        scores = 1 / (1 + np.exp(-logits[:, 0].clip(-100, 100)))
        likely = np.flatnonzero(scores >= _PALM_SCORE)
        likely = likely[np.argsort(-scores[likely], kind="stable")]
        palms = _palms(boxes[likely], self._anchors[likely])
        return [_region(palm, matrix) for palm in _merged(palms, scores[likely])]


class LandmarkNetwork:
    """Reads the 21 landmarks of the hand in a region.

    Parameters
    ----------
    model : bytes
        The TFLite file.
    threads : int, default 1
    """

    def __init__(self, model: bytes, threads: int = 1) -> None:
        self._net = Network(model, HAND_SIZE, (63, 1, 1, 63), threads)

    def read(self, image: np.ndarray, region: Region) -> Landmarks | None:
        """The hand in `region`, or None if there is none.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width, 3)
            BGR.
        region : Region
        """
        import cv2

        matrix = region.matrix(HAND_SIZE)
        crop = _crop(image, matrix, HAND_SIZE, cv2.BORDER_REPLICATE)
        flat, presence, right, _ = self._net.run(crop)
        if not presence[0] > _PRESENCE:
            return None
        local = flat.reshape(21, 3).astype(np.float64)
        points = np.empty((21, 3))
        points[:, :2] = local[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        points[:, 2] = local[:, 2] * (region.side / HAND_SIZE)
        return Landmarks(points, float(presence[0]), float(right[0]))


def _crop(image: np.ndarray, matrix: np.ndarray, size: int, border: int) -> np.ndarray:
    import cv2

    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(image, matrix, (size, size), flags=flags, borderMode=border)
    return cv2.cvtColor(crop, cv2.COLOR_BGR2RGB, dst=crop)


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
