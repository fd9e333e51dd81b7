"""Colours of what the camera sees: skin with creases, and a knitted sleeve, in daylight.

All functions work on fragments: one row for each pixel. Colours are BGR, 0..1.
"""

from __future__ import annotations

import itertools

import numpy as np
from hand_model import FINGERS, HandModel

_PALM = np.array((0.60, 0.685, 0.885))
_FLUSH = np.array((0.50, 0.53, 0.86))
_WOOL = np.array((0.43, 0.33, 0.20))
_KEY = np.array((-0.52, -0.62, -0.58))
_FILL = np.array((0.75, 0.05, -0.66))
_LOOK = np.array((0.0, 0.0, -1.0))
# Light that enters skin comes out redder and further round: each channel wraps differently.
_WRAP = np.array((0.16, 0.22, 0.46))
# Lines of the palm as (y, z) in the model, in metres.
_LINES = (
    ((-0.0245, -0.0195), (-0.0205, -0.004), (-0.013, 0.012), (-0.012, 0.030), (-0.016, 0.046)),
    ((-0.0125, -0.0215), (-0.0055, -0.002), (0.006, 0.014), (0.019, 0.030)),
    ((-0.0115, -0.0225), (-0.001, -0.011), (0.017, -0.0025), (0.040, 0.002)),
)


def shade_skin(normals: np.ndarray, places: np.ndarray, hand: HandModel) -> np.ndarray:
    """Colour of lit skin.

    Parameters
    ----------
    normals : ndarray, shape (n, 3)
        In camera axes; need not have unit length.
    places : ndarray, shape (n, 3)
        Where on the unposed model each fragment lies, in metres.
    hand : HandModel
    """
    normals = _unit(normals)
    tips = hand.rest[[4, *(f + 4 for f in FINGERS)], :3, 3]
    pads = np.vstack((tips, hand.rest[[1, 6, 16, 21], :3, 3]))
    sizes = np.array((0.011,) * 5 + (0.017, 0.012, 0.012, 0.015))
    far = ((places[:, None] - pads) ** 2).sum(axis=2) / (2 * sizes**2)
    flush = 0.75 * np.exp(-far).max(axis=1, keepdims=True)
    colour = _PALM * (1 - flush) + _FLUSH * flush
    colour = colour * (1 + 0.045 * _mottle(places)[:, None])
    crease = np.maximum(_joint_creases(places, hand), _palm_lines(places))[:, None]
    colour = colour * (1 - crease * np.array((0.24, 0.20, 0.09)))

    key = np.clip((normals @ _unit(_KEY))[:, None] + _WRAP, 0, None) / (1 + _WRAP)
    fill = np.clip(normals @ _unit(_FILL), 0, 1)[:, None] * np.array((0.10, 0.12, 0.15))
    facing = np.clip(-normals[:, 2:], 0, 1)
    light = 0.36 + 0.74 * key + fill
    gloss = np.clip(normals @ _unit(_unit(_KEY) + _LOOK), 0, 1)[:, None] ** 26
    return colour * light * (0.76 + 0.24 * facing) + 0.045 * gloss


def shade_wool(normals: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Colour of a lit knitted sleeve.

    Parameters
    ----------
    normals : ndarray, shape (n, 3)
        In camera axes; need not have unit length.
    places : ndarray, shape (n, 3)
        Distance from the cuff in metres, angle about the arm in radians, and the part:
        1 cuff, 0 sleeve, -1 inside of the cuff.
    """
    normals = _unit(normals)
    along, around, part = places.T
    rib = np.cos(around * 34)
    knit = np.cos(around * 60) * np.cos(along * 1100 + 2 * np.cos(around * 60))
    tone = 1 + np.where(part > 0.5, 0.16 * rib, 0.07 * knit)
    tone *= 1 - 0.35 * np.exp(-((along - 0.045) ** 2) / 0.000012)
    tone *= np.where(part < -0.5, 0.35, 1.0)
    key = np.clip((normals @ _unit(_KEY) + 0.3) / 1.3, 0, 1)
    fill = np.clip(normals @ _unit(_FILL), 0, 1)
    return _WOOL * (tone * (0.28 + 0.78 * key + 0.16 * fill))[:, None]


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def _mottle(places: np.ndarray) -> np.ndarray:
    """Uneven blood under the skin, about -1..1."""
    x, y, z = places.T * 1000
    slow = np.sin(0.21 * y + 1.3 * np.sin(0.13 * z)) + np.sin(0.35 * z + 0.11 * y + 0.2 * x)
    return 0.6 * slow + 0.4 * np.sin(1.1 * y + np.sin(0.9 * z)) * np.sin(0.8 * z + 0.5 * y)


def _joint_creases(places: np.ndarray, hand: HandModel) -> np.ndarray:
    """Folds where the fingers bend, 0..1."""
    out = np.zeros(len(places))
    for first in (0, *FINGERS):
        joints = range(first + 2, first + 4) if first else range(2, 4)
        for joint in joints:
            place, onward = hand.rest[joint, :3, 3], hand.rest[joint + 1, :3, 3]
            offset = places - place
            along = offset @ _unit(onward - place)
            near = (offset**2).sum(axis=1) < 0.016**2
            palmar = np.clip(-offset[:, 0] / 0.006, 0, 1)
            for shift in (-0.0008, 0.0011):
                fold = np.exp(-(((along - shift) / 0.00065) ** 2))
                out = np.maximum(out, near * palmar * fold)
    return out


def _palm_lines(places: np.ndarray) -> np.ndarray:
    """The three long lines of the palm, 0..1, fading out at both ends."""
    out = np.zeros(len(places))
    palm = np.flatnonzero((places[:, 0] < 0.028) & (np.abs(places[:, 1] - 0.01) < 0.05))
    flat = places[palm, 1:]
    for line in map(np.array, _LINES):
        for part, (start, end) in enumerate(itertools.pairwise(line)):
            way = end - start
            share = np.clip((flat - start) @ way / (way @ way), 0, 1)
            distance = np.linalg.norm(flat - start - share[:, None] * way, axis=1)
            whole = (part + share) / (len(line) - 1)
            fade = np.clip(np.minimum(whole, 1 - whole) * 6, 0, 1)
            out[palm] = np.maximum(out[palm], fade * np.exp(-((distance / 0.0009) ** 2)))
    return out
