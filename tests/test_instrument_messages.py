"""Messages that are made once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.instrument import messages


def test_equal_calls_share_one_message():
    assert messages.note_on(1, 60, 90) is messages.note_on(1, 60, 90)
    assert messages.bend(0, 5) is messages.bend(0, 5)


def test_each_is_what_midi_calls_it():
    assert messages.note_on(1, 60, 90).bytes() == [0x91, 60, 90]
    assert messages.note_off(1, 60).bytes() == [0x81, 60, 64]
    assert messages.control(2, 74, 127).bytes() == [0xB2, 74, 127]
    assert messages.pressure(3, 9).bytes() == [0xD3, 9]
    assert messages.bend(4, 0).bytes() == [0xE4, 0, 64]
    assert messages.program(15, 12).bytes() == [0xCF, 12]


def test_the_zone_message_has_no_fine_part():
    said = [(m.control, m.value) for m in messages.parameter(0, messages.MPE_CONFIGURATION, 15)]
    assert said == [(101, 0), (100, 6), (6, 15), (101, 127), (100, 127)]


@pytest.mark.parametrize(("semitones", "value"), [(0, 0), (1, 4096), (2, 8191), (-2, -8192)])
def test_bends_of_two_semitones(semitones, value):
    assert messages.bend_value(semitones, 2) == value


@given(st.floats(-1000, 1000), st.integers(1, 96))
def test_bends_stay_in_range(semitones, range_semitones):
    assert -8192 <= messages.bend_value(semitones, range_semitones) <= 8191
