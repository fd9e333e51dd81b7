"""The ladder of a preset, and where a hand stands on it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.instrument import load_preset
from handmidi.instrument.presetfile import library
from handmidi.session.ladders import bend_semitones, hand_ladders


def only(name):
    (ladder,) = hand_ladders(load_preset(name))
    return ladder


def at(ladder, scaled, side="right"):
    return ladder.cursor({side: {ladder.part.by.control: scaled}})


def test_zones_are_rungs_with_the_rest_below():
    labels = [rung.label for rung in only("mama").ladder.rungs]
    assert labels == ["rest", "F4", "G4", "G♯4", "B4", "C♯5", "D♯5", "E5"]
    assert [rung.label for rung in only("gate-piano").ladder.rungs][:2] == ["C4", "D4"]


def test_the_cursor_is_in_the_zone_where_the_hand_is():
    mama = only("mama")
    assert at(mama, 0.1) == pytest.approx(0.5)
    assert at(mama, 0.26) == pytest.approx(1.5)
    assert at(mama, 1.0) == 7.5, "a zone that begins at the end of the range"
    assert mama.cursor({}) is None


@given(name=st.sampled_from(sorted(library())), one=st.floats(0, 1), other=st.floats(0, 1))
def test_a_hand_that_goes_up_never_goes_down_the_ladder(name, one, other):
    for ladder in hand_ladders(load_preset(name)):
        side = "right" if ladder.hand == "any" else ladder.hand
        low, high = (at(ladder, value, side) for value in sorted((one, other)))
        assert 0 <= low <= high <= len(ladder.ladder.rungs)


@given(name=st.sampled_from(sorted(library())), scaled=st.floats(0, 1))
def test_the_cursor_is_on_the_rung_that_the_instrument_plays(name, scaled):
    for ladder in hand_ladders(load_preset(name)):
        zones = ladder.part.zones
        if not zones:
            continue
        side = "right" if ladder.hand == "any" else ladder.hand
        rung = ladder.ladder.rungs[int(at(ladder, scaled, side))]
        inside = [zone for zone in zones if zone.at <= scaled]
        assert rung.pitches == (inside[-1].pitches if inside else ())


def test_a_theremin_has_a_rung_for_each_semitone():
    theremin = only("theremin")
    law = theremin.part.continuous
    assert theremin.ladder.continuous
    assert (theremin.ladder.rungs[0].label, theremin.ladder.rungs[-1].label) == ("E2", "D♯6")
    for scaled in (0.2, 0.5, 0.9):
        assert theremin.hz(at(theremin, scaled)) == pytest.approx(law.hz(scaled))
    assert theremin.lit([law.centre], 3.2) == (3,)


@given(name=st.sampled_from(["theremin", "slide-cello", "two-hand-theremin"]), at_=st.floats(0, 1))
def test_without_steps_the_cursor_is_at_the_frequency(name, at_):
    ladder = only(name)
    law = ladder.part.continuous
    cursor = at(ladder, at_, "right")
    asked = law.hz(at_)
    if 0 < cursor < len(ladder.ladder.rungs):
        assert ladder.hz(cursor) == pytest.approx(asked)
    else:
        assert not ladder.hz(0.01) < asked < ladder.hz(len(ladder.ladder.rungs) - 0.01)


def test_two_hands_have_two_ladders_and_knobs_none():
    melody, chords = hand_ladders(load_preset("melody-and-chords"))
    assert (melody.hand, chords.hand) == ("right", "left")
    assert chords.ladder.rungs[1].label == "C3 E3 G3"
    assert chords.lit([48, 52, 55], None) == (1,)
    assert hand_ladders(load_preset("knobs")) == ()
    assert [ladder.hand for ladder in hand_ladders(load_preset("two-hand-theremin"))] == ["right"]


def test_of_equal_rungs_the_one_by_the_hand_is_lit():
    blues = only("blues")
    assert blues.lit([64 + 12], 10.2) == (10,)
    assert blues.lit([], 3.0) == ()


def test_a_bend_is_read_off_the_hand():
    koto = load_preset("koto")
    assert bend_semitones(koto, {"left": {"tilt": 0.5}}) == pytest.approx(1.0)
    assert bend_semitones(koto, {}) == 0
    assert bend_semitones(load_preset("mama"), {"left": {"area": 0.5}}) == 0
