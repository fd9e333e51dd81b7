import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.vision import crops
from handmidi.vision.crops import Cutter
from handmidi.vision.geometry import Region

SIZE = 32
PICTURE = np.random.default_rng(4).integers(0, 255, (60, 80, 3), dtype=np.uint8)
PICTURE = cv2.GaussianBlur(PICTURE, (0, 0), 2)


def crop(region, replicate=True, image=PICTURE):
    out = np.full((SIZE, SIZE, 3), 7, np.uint8)
    return Cutter(SIZE, replicate).cut(image, region, out), out


def sampled(region, replicate):
    """The crop as OpenCV cuts it from the whole picture."""
    border = cv2.BORDER_REPLICATE if replicate else cv2.BORDER_CONSTANT
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = SIZE, SIZE
    crop = cv2.warpAffine(PICTURE, region.matrix(SIZE), size, flags=flags, borderMode=border)
    return crop[..., ::-1]


def test_an_upright_region_of_the_same_size_is_a_copy():
    cut, out = crop(Region(40, 30, SIZE, 0.0))
    assert cut and np.array_equal(out, PICTURE[14:46, 24:56, ::-1])


@pytest.mark.parametrize("copied_bytes", [0, crops._COPIED_BYTES])
@pytest.mark.parametrize("replicate", [True, False])
@given(st.floats(-20, 100), st.floats(-20, 80), st.floats(1, 200), st.floats(-math.pi, math.pi))
def test_a_part_is_cut_as_from_the_whole(copied_bytes, replicate, x, y, side, angle):
    region = Region(x, y, side, angle)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crops, "_COPIED_BYTES", copied_bytes)
        cut, out = crop(region, replicate)
    if cut:
        assert np.abs(out.astype(int) - sampled(region, replicate)).max() <= 1


@pytest.mark.parametrize(
    "region",
    [
        Region(500, 30, 50, 0.0),
        Region(40, -200, 50, 1.0),
        Region(40, 30, 0, 0.0),
        Region(40, 30, -5, 0.0),
        Region(math.nan, 30, 50, 0.0),
        Region(40, math.inf, 50, 0.0),
        Region(40, 30, math.inf, 0.0),
        Region(40, 30, 50, math.nan),
        Region(40, 30, 50, math.inf),
    ],
)
def test_nothing_is_cut_where_there_is_nothing(region):
    cut, out = crop(region)
    assert not cut and (out == 7).all()


def test_a_huge_region_is_cut():
    cut, out = crop(Region(40, 30, 1e9, 0.3))
    assert cut and out.shape == (SIZE, SIZE, 3)


def test_one_cutter_takes_pictures_of_any_size():
    cutter, out = Cutter(SIZE, True), np.empty((SIZE, SIZE, 3), np.uint8)
    for height, width in ((1, 1), (60, 80), (1, 500), (200, 3), (480, 640)):
        image = np.full((height, width, 3), 90, np.uint8)
        assert cutter.cut(image, Region(width / 2, height / 2, 40, 0.5), out)
        assert (out == 90).all()
