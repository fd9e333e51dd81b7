"""Words on the screen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.screen.text import (
    clean,
    first_that_fits,
    fitted,
    put,
    shortened,
    width_of,
    wrapped,
)


def drawn(text: str, size: int = 40) -> np.ndarray:
    image = np.zeros((80, 400, 3), np.uint8)
    put(image, text, 20, 55, size, (255, 255, 255), 400)
    return image


@pytest.mark.parametrize("letter", "♯♭…–−·×%éüßçøŁőĄПривётΕλάή")
def test_every_letter_has_a_shape(letter):
    shape = drawn(letter)
    assert shape.max() > 150
    assert not np.array_equal(shape, drawn("?"))


@pytest.mark.parametrize("weight", [400, 500, 600, 700])
def test_digits_are_equally_wide(weight):
    assert len({width_of(digit, 30, weight) for digit in "0123456789"}) == 1


def test_an_accidental_stands_close_to_its_letter():
    assert width_of("C♯5", 40) < width_of("C", 40) + 40 + width_of("5", 40)
    columns = np.flatnonzero(drawn("C♯5").max(axis=(0, 2)) > 60)
    assert np.diff(columns).max() < 10
    assert abs(columns[-1] - 20 - width_of("C♯5", 40)) < 8


def test_a_text_gets_smaller_and_then_shorter():
    assert fitted("velocity", 30, 12, 1000) == ("velocity", 30)
    text, size = fitted("velocity", 30, 12, 80)
    assert text == "velocity" and 12 < size < 30
    text, size = fitted("velocity", 30, 12, 40)
    assert size == 12 and text.endswith("…") and text[:-1] in "velocity"
    assert shortened("velocity", 12, 2) == ""


@given(st.text(max_size=40), st.integers(11, 60), st.integers(0, 500))
@settings(max_examples=200, deadline=None)
def test_what_is_fitted_fits(text, size, width):
    text = clean(text)
    kept, px = fitted(text, size, 11, width)
    assert width_of(kept, px) <= width or not kept
    assert all(width_of(line, size) <= width for line in wrapped(text, size, width))


def test_only_what_can_be_seen_is_left():
    assert clean("a\tb\n c\u200b\x00d ") == "a b c d"
    assert clean("e\u0301") == "é"


def test_a_shorter_way_to_say_it_is_taken():
    ways = ("waiting for D♯5", "D♯5")
    assert first_that_fits(ways, 20, 400) == ways[0]
    assert first_that_fits(ways, 20, 60) == ways[1]
    assert first_that_fits(ways, 20, 1) == ways[1]
