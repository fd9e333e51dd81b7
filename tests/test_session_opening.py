"""Presets as the flags change them, and what a practice with them is worth."""

import pytest

from handmidi.errors import PresetError
from handmidi.instrument import load_preset
from handmidi.session.opening import adjusted, scoring_doubts
from handmidi.session.options import Options


@pytest.mark.parametrize(
    ("name", "channel", "channels"),
    [
        ("two-voices", 0, (0, 1)),
        ("two-voices", 8, (8, 10)),  # channel 10 would play drums
        ("two-voices", 15, (15, 0)),
        ("two-hand-theremin", 8, (8, 8)),  # the second hand shapes the first one's sound
    ],
)
def test_a_second_hand_follows_the_first_to_another_channel(name, channel, channels):
    preset = adjusted(load_preset(name), Options(channel=channel))
    assert (preset.main.channel, preset.other.channel) == channels


def test_flags_that_were_not_given_change_nothing():
    preset = load_preset("two-voices")
    assert adjusted(preset, Options()) == preset


def test_program_0_and_channel_1_are_flags_too():
    preset = adjusted(load_preset("drum-pads"), Options(channel=0, program=0))
    assert (preset.main.channel, preset.main.program) == (0, 0)


def test_drums_have_no_mpe():
    with pytest.raises(PresetError, match=r"drum-pads plays drums.*leave out --mpe"):
        adjusted(load_preset("drum-pads"), Options(mpe=True))


@pytest.mark.parametrize(
    ("name", "flags", "leave_out"),
    [
        ("mama", Options(mpe=True, channel=2), "--channel or --mpe"),
        ("mpe-lead", Options(channel=2), "--channel"),
        ("drum-pads", Options(mpe=True, channel=0), "--channel or --mpe"),
    ],
)
def test_mpe_takes_no_channel(name, flags, leave_out):
    with pytest.raises(PresetError, match=f"{name} plays by MPE.*leave out {leave_out}$"):
        adjusted(load_preset(name), flags)


def test_a_preset_without_notes_has_no_zone_and_goes_where_it_is_told():
    preset = adjusted(load_preset("knobs"), Options(mpe=True, channel=9))
    assert preset.main.channel == 9


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mama", []),
        ("theremin", ["no steps"]),
        ("two-hand-theremin", ["no steps"]),
        ("two-voices", ["both hands"]),
        ("knobs", ["no notes"]),
    ],
)
def test_what_a_score_cannot_judge_is_said(name, said):
    lines = list(scoring_doubts(load_preset(name)))
    assert len(lines) == len(said)
    assert all(words in line for words, line in zip(said, lines, strict=True))
