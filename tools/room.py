"""The room behind the hand: a wall, a window, a shelf and a plant, out of focus."""

from __future__ import annotations

import cv2
import numpy as np

_WALL = (194, 205, 213)
_WOOD = (92, 122, 158)
_BOOKS = (
    (96, 84, 150),
    (150, 128, 84),
    (88, 128, 104),
    (186, 190, 198),
    (70, 92, 128),
    (128, 104, 76),
    (150, 160, 196),
)
_LEAF = (74, 112, 78)
_POT = (198, 204, 208)


def room(width: int, height: int, seed: int = 11) -> np.ndarray:
    """Paint the room.

    Parameters
    ----------
    width, height : int
        Size in pixels.
    seed : int
        Chooses the books and the leaves.

    Returns
    -------
    ndarray of float32, shape (height, width, 3)
        BGR, 0..1.
    """
    rng = np.random.default_rng(seed)
    picture = np.full((height, width, 3), _WALL, np.float32)
    unit = width / 640
    _shelf(picture, unit, rng)
    _plant(picture, unit, rng)
    picture = cv2.GaussianBlur(picture, (0, 0), 5 * unit)
    picture = picture / 255 * _daylight(width, height)[..., None]
    grain = rng.normal(0, 0.006, (height, width, 1)).astype(np.float32)
    return np.clip(picture + grain, 0, 1).astype(np.float32)


def _box(picture: np.ndarray, unit: float, corners: tuple[float, ...], colour: tuple) -> None:
    x0, y0, x1, y1 = (round(v * unit) for v in corners)
    cv2.rectangle(picture, (x0, y0), (x1, y1), colour, -1)


def _shelf(picture: np.ndarray, unit: float, rng: np.random.Generator) -> None:
    for level, y in enumerate((130, 268)):
        x = 468.0
        while x < 640:
            wide, tall = rng.uniform(11, 24), rng.uniform(62, 96)
            colour = _BOOKS[rng.integers(len(_BOOKS))]
            if rng.random() < 0.85:
                _box(picture, unit, (x, y - tall, x + wide, y), colour)
            x += wide + 1.5
        _box(picture, unit, (456, y, 640, y + 11), _WOOD)
        _box(picture, unit, (456, y + 11, 640, y + 17 + 2 * level), (128, 136, 138))


def _plant(picture: np.ndarray, unit: float, rng: np.random.Generator) -> None:
    foot = np.array((66.0, 372.0))
    for _ in range(26):
        lean, length = rng.uniform(-1.15, 1.15), rng.uniform(70, 150)
        tip = foot + length * np.array((np.sin(lean), -np.cos(lean)))
        centre = (foot + tip) / 2 * unit
        tone = tuple(float(c * rng.uniform(0.75, 1.25)) for c in _LEAF)
        axes = (round(length / 2 * unit), round(9 * unit))
        turn = float(np.degrees(lean)) - 90
        cv2.ellipse(picture, tuple(centre.astype(int).tolist()), axes, turn, 0, 360, tone, -1)
    _box(picture, unit, (34, 368, 98, 440), _POT)
    _box(picture, unit, (0, 438, 190, 480), _WOOD)


def _daylight(width: int, height: int) -> np.ndarray:
    """Light that falls in from the upper left, and a lens that darkens the corners."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    x, y = x / width, y / height
    window = np.exp(-((x - 0.18) ** 2 / 0.22 + (y + 0.05) ** 2 / 0.5))
    corner = 1 - 0.28 * ((x - 0.5) ** 2 + (y - 0.5) ** 2)
    return ((0.72 + 0.46 * window) * corner).astype(np.float32)
