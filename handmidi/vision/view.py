"""What the screen shows of the newest picture, and how it crosses from process to process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.shared_memory import SharedMemory

import numpy as np

from handmidi.errors import HandMidiError

MAX_PIXELS = 1280 * 960
"""Of a picture in a `SharedView`; what is larger is shown smaller."""

MAX_HANDS, MAX_POINTS = 2, 64
_HEAD = np.dtype(
    [
        ("number", np.int64),
        ("lock", np.int32),
        ("whole", np.bool_),
        ("time_s", np.float64),
        ("width", np.int32),
        ("height", np.int32),
        ("right", np.bool_, MAX_HANDS),
        ("points", np.int32, MAX_HANDS),
        ("xy", np.float32, (MAX_HANDS, MAX_POINTS, 2)),
    ]
)
_TAKE_S = 0.02
_LOCKS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A hand as the screen draws it.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        Pixels of the picture: 21 landmarks, or the outline that a tracker without them found.
    side : {"left", "right"}
    """

    points: np.ndarray
    side: str

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom, pixels."""
        low, high = self.points.min(axis=0), self.points.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A picture and the hands in it.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width, 3)
        BGR, not mirrored.
    hands : sequence of Outline
    time_s : float
        When it was taken, session seconds.
    """

    image: np.ndarray
    hands: Sequence[Outline]
    time_s: float


class SharedView:
    """The newest view, in memory that processes share.

    One writes, others read. Nobody waits for the screen: while it is being read, a new picture
    is left out. A picture is never torn, for both hold a lock while they copy.

    Whoever makes it calls `unlink` when all are done. To be given to a process at its start.

    Raises
    ------
    HandMidiError
        If the system has no room for it.
    """

    def __init__(self) -> None:
        try:
            self._memory = SharedMemory(create=True, size=_HEAD.itemsize + MAX_PIXELS * 3)
        except OSError as error:
            raise HandMidiError(
                f"no shared memory for the window ({error.strerror}): use --headless"
            ) from error
        # A lock cannot be sent to a process that runs already, so there are spare ones.
        context = get_context("spawn")
        self._locks = [context.Lock() for _ in range(_LOCKS)]
        self._map()
        self._head["number"], self._head["lock"], self._head["whole"] = 0, 0, False

    def write(self, image: np.ndarray, hands: Sequence[Outline], time_s: float) -> bool:
        """Put a view there, unless the old one is just being read.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width, 3)
        hands : sequence of Outline
            The first `MAX_HANDS` are kept, and `MAX_POINTS` points of each.
        time_s : float

        Returns
        -------
        bool
            Whether it was put there.
        """
        image, shrunk = _fitted(image)
        height, width = image.shape[:2]
        lock = self._locks[int(self._head["lock"])]
        if not lock.acquire(block=False):
            return False
        try:
            head = self._head
            head["whole"] = False
            head["time_s"], head["width"], head["height"] = time_s, width, height
            head["points"] = 0
            for i, hand in enumerate(hands[:MAX_HANDS]):
                points = hand.points[:MAX_POINTS, :2]
                head["right"][i], head["points"][i] = hand.side == "right", len(points)
                head["xy"][i, : len(points)] = points * shrunk
            self._pixels[: image.size].reshape(image.shape)[:] = image
            head["number"] += 1
            head["whole"] = True
        finally:
            lock.release()
        return True

    def read(self, after: int = 0) -> tuple[int, View] | None:
        """A copy of the newest view.

        Parameters
        ----------
        after : int, default 0
            The number of a view that is known: None is returned if it is still the newest.

        Returns
        -------
        tuple of int and View, or None
            None also where the writer does not let go: it may have died.
        """
        if int(self._head["number"]) == after:
            return None
        which = int(self._head["lock"])
        if not self._locks[which].acquire(timeout=_TAKE_S):
            return None
        try:
            head = self._head.copy()
            shape = int(head["height"]), int(head["width"]), 3
            image = self._pixels[: shape[0] * shape[1] * 3].reshape(shape).copy()
            # A reader that was stopped may hold a lock that no writer uses any more.
            whole = bool(head["whole"]) and which == int(self._head["lock"])
        finally:
            self._locks[which].release()
        if not whole:
            return None
        hands = [
            Outline(head["xy"][i, :n].astype(float), "right" if head["right"][i] else "left")
            for i, n in enumerate(head["points"].tolist())
            if n
        ]
        return int(head["number"]), View(image, hands, float(head["time_s"]))

    def renew(self) -> None:
        """Forget a writer that died: it may have kept the lock. No writer may live."""
        for which, lock in enumerate(self._locks):
            if lock.acquire(block=False):
                self._head["lock"] = which
                lock.release()
                return

    def close(self) -> None:
        """Let go of the memory in this process. A second call does nothing."""
        if self._memory:
            self._head = self._pixels = None  # a memory that is looked at cannot be closed
            self._memory.close()

    def unlink(self) -> None:
        """Give the memory back to the system, once. A second call does nothing."""
        memory, self._memory = self._memory, None
        if memory:
            self._head = self._pixels = None
            memory.close()
            memory.unlink()

    def _map(self) -> None:
        self._head = np.ndarray((), _HEAD, self._memory.buf)
        self._pixels = np.ndarray((MAX_PIXELS * 3,), np.uint8, self._memory.buf, _HEAD.itemsize)

    def __getstate__(self) -> tuple:
        return self._memory, self._locks

    def __setstate__(self, state: tuple) -> None:
        self._memory, self._locks = state
        self._map()


def _fitted(image: np.ndarray) -> tuple[np.ndarray, float]:
    """The picture, made smaller if it is too large, and the factor."""
    height, width = image.shape[:2]
    if height * width <= MAX_PIXELS:
        return image, 1.0
    import cv2

    factor = (MAX_PIXELS / (height * width)) ** 0.5
    size = max(int(width * factor), 1), max(int(height * factor), 1)
    return cv2.resize(image, size, interpolation=cv2.INTER_NEAREST), factor
