"""The networks of a hand model, run directly on LiteRT, and the one that reads landmarks.

The model is MediaPipe's ``.task`` file, a zip. How the landmark network's pictures are cut and
its outputs read follows MediaPipe's hand landmark graph.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from handmidi.errors import AssetError
from handmidi.quiet import quiet_stderr
from handmidi.vision.bytesin import take_bytes
from handmidi.vision.crops import Cutter
from handmidi.vision.geometry import Region, next_region

HAND_SIZE = 224
_PALM_FILE, _HAND_FILE = "hand_detector.tflite", "hand_landmarks_detector.tflite"
_PRESENCE = 0.5
_NO_PLACE = 1e6  # the sum of all coordinates in the crop is a few thousand


@dataclass(frozen=True, slots=True)
class Models:
    """The two networks of a hand model, as the bytes of TFLite files."""

    palm: bytes
    landmarks: bytes


class Landmarks(NamedTuple):
    """What the landmark model read in one region.

    A tuple, like whatever is made anew for every picture: a dataclass costs three times that.

    Parameters
    ----------
    points : ndarray, shape (21, 3)
        Pixels of the frame; z in the same unit, relative to the wrist.
    presence : float
        Probability that the region holds a hand, 0..1.
    right : float
        Probability that it is its owner's right hand, 0..1, for an unmirrored picture.
    region : Region
        Where to look for the hand in the next picture.
    """

    points: np.ndarray
    presence: float
    right: float
    region: Region


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
    """One TFLite network that looks at a square of a picture.

    Parameters
    ----------
    model : bytes
        The TFLite file.
    size : int
        Side of its square, pixels.
    outputs : tuple of int
        Values in each output, in the order of their names.
    threads : int, default 1
    replicate : bool, default False
        What it sees beyond the picture's border: the outermost pixels, or black.
    wanted : int, optional
        How many outputs, from the first, `infer` gives; without it, all.

    Raises
    ------
    AssetError
        If `model` is no network of that shape.
    """

    def __init__(
        self,
        model: bytes,
        size: int,
        outputs: tuple[int, ...],
        threads: int = 1,
        replicate: bool = False,
        wanted: int | None = None,
    ) -> None:
        plain = _opened(model)
        asked = [tuple(d["shape"]) for d in plain.get_input_details()]
        given = [int(np.prod(d["shape"])) for d in _by_name(plain.get_output_details())]
        if (asked, given) != ([(1, size, size, 3)], list(outputs)):
            raise AssetError("the hand model is of another kind: run handmidi setup")
        self._net = _opened(_with_bytes(model), threads)
        self._input = self._net.tensor(self._net.get_input_details()[0]["index"])
        named = _by_name(self._net.get_output_details())
        self._outputs = [d["index"] for d in named[:wanted]]
        self._cutter = Cutter(size, replicate)

    def look(self, image: np.ndarray, region: Region) -> bool:
        """Make a region of a picture the input; return whether it holds a part of it.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width, 3)
            BGR.
        region : Region
        """
        # No view of the input may outlive this line: the interpreter refuses to run then.
        return self._cutter.cut(image, region, self._input()[0])

    def infer(self) -> list[np.ndarray]:
        """Run on the input as it is: nothing but the network's own work.

        Returns
        -------
        list of ndarray of float32
            One per wanted output, without the batch axis.
        """
        self._net.invoke()
        return [self._net.get_tensor(index)[0] for index in self._outputs]


def _opened(model: bytes, threads: int | None = None):
    """LiteRT's interpreter of a TFLite file; with a number of threads, ready to run."""
    from ai_edge_litert.interpreter import Interpreter

    try:
        with quiet_stderr():
            net = Interpreter(model_content=model, num_threads=threads)
            if threads:
                net.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise AssetError(f"the hand model is damaged ({error}): run handmidi setup") from error
    return net


def _with_bytes(model: bytes) -> bytes:
    try:
        return take_bytes(model)
    except ValueError as error:
        raise AssetError(
            f"the hand model is of another kind ({error}): run handmidi setup"
        ) from error


def _by_name(details: list[dict]) -> list[dict]:
    return sorted(details, key=lambda d: d["name"])


class LandmarkNetwork:
    """Reads the 21 landmarks of the hand in a region.

    Parameters
    ----------
    model : bytes
        The TFLite file.
    threads : int, default 1

    Raises
    ------
    AssetError
        If `model` is no landmark network.
    """

    def __init__(self, model: bytes, threads: int = 1) -> None:
        # The last output is the landmarks in metres, which nobody asks for.
        self._net = Network(model, HAND_SIZE, (63, 1, 1, 63), threads, replicate=True, wanted=3)

    def read(self, image: np.ndarray, region: Region) -> Landmarks | None:
        """The hand in `region`, or None if there is none.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width, 3)
            BGR.
        region : Region
            One that misses the picture, is empty or is not finite holds no hand.
        """
        if not self._net.look(image, region):
            return None
        flat, presence, right = self.infer()
        values, presence, right = flat.tolist(), presence.item(), right.item()
        # One comparison for all: it is false, too, if any value is no number.
        if not (presence > _PRESENCE and abs(sum(values, presence + right)) < _NO_PLACE):
            return None
        points = region.to_frame(values, HAND_SIZE)
        return Landmarks(np.array(points), presence, right, next_region(points))

    def infer(self) -> list[np.ndarray]:
        """Run on the latest crop; see `Network.infer`."""
        return self._net.infer()
