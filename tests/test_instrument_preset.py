"""Presets as values: what they say of themselves."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.instrument.preset import (
    Continuous,
    Controller,
    Gate,
    Part,
    Preset,
    Velocity,
    Zone,
)
from handmidi.instrument.scaling import Scaling
from handmidi.notes import frequency

AREA = Scaling("area", (0.015, 0.15))
Y = Scaling("y", (0.9, 0.1))


def test_as_it_plays_in_the_controls_own_unit():
    zones = (Zone(0.5, (60,)), Zone(1.0, ()))
    assert Preset("mine", "Mine", Part(AREA, zones=zones)).to_dict() == {
        "name": "mine",
        "control": "area",
        "zones": [
            {"low": 0.0825, "high": 0.15, "pitch": 60},
            {"low": 0.15, "high": None, "pitch": None},
        ],
    }


def test_a_control_that_runs_downwards_has_no_low_end():
    part = Part(Y, zones=(Zone(0.0, (60,)), Zone(0.5, (62,))))
    assert Preset("mine", "Mine", part).to_dict()["zones"] == [
        {"low": 0.5, "high": 0.9, "pitch": 60},
        {"low": None, "high": 0.5, "pitch": 62},
    ]


def test_a_chord_lists_its_pitches_and_a_second_voice_its_zones():
    main = Part(AREA, zones=(Zone(0.0, (60, 64, 67)),))
    other = Part(Y, zones=(Zone(0.5, (48,)),), channel=1)
    table = Preset("mine", "Mine", main, other, "right").to_dict()
    assert table["zones"] == [{"low": 0.015, "high": None, "pitch": 60, "pitches": [60, 64, 67]}]
    assert table["other"] == {
        "control": "y",
        "zones": [{"low": None, "high": 0.5, "pitch": 48}],
    }
    silent = Part(Y, controllers=(Controller(Y, "cc", 7, (0, 127)),))
    assert "other" not in Preset("mine", "Mine", main, silent, "right").to_dict()


def test_no_zones_without_steps():
    law = Continuous(0.0, 1300.0, True, 64, 24)
    part = Part(AREA, "continuous", continuous=law)
    assert Preset("mine", "Mine", part).to_dict()["zones"] == []


def test_a_preset_knows_all_its_controls():
    main = Part(
        AREA,
        "gate",
        (Zone(0.0, (60,)),),
        gate=Gate("openness", 0.6, 0.4),
        velocity=Velocity(40, 120, Scaling("speed", (0.3, 6.0))),
    )
    other = Part(AREA, controllers=(Controller(Y, "bend", 0, (-2, 2)),))
    assert main.plays
    assert not other.plays
    assert main.controls == {"area", "openness", "speed"}
    assert other.controls == {"y"}  # what it would play with, if it played, is no matter
    assert Preset("p", "P", main, other, "left").controls == {"area", "openness", "speed", "y"}


# ---- without steps


def test_a_linear_law_and_its_bend():
    law = Continuous(0.0, 1300.0, True, 64, 24)
    assert law.hz(0.5) == 650
    assert law.lowest_hz == pytest.approx(frequency(40))
    assert law.highest_hz == 1300


def test_equal_intervals():
    law = Continuous(frequency(48), frequency(72), False, 60, 12)
    assert law.hz(0.5) == pytest.approx(frequency(60))
    assert law.hz(0.25) / law.hz(0) == pytest.approx(law.hz(1) / law.hz(0.75))
    assert (law.lowest_hz, law.highest_hz) == pytest.approx((frequency(48), frequency(72)))


@given(
    ats=st.lists(st.integers(0, 100), min_size=1, max_size=20, unique=True),
    curve=st.sampled_from(["linear", "log"]),
    down=st.booleans(),
)
def test_the_rows_meet_and_survive_json(ats, curve, down):
    ends = (0.15, 0.015) if down else (0.015, 0.15)
    zones = tuple(Zone(at / 100, (60,)) for at in sorted(ats))
    table = Preset("p", "P", Part(Scaling("area", ends, curve), zones=zones)).to_dict()
    assert json.loads(json.dumps(table)) == table
    near, far = ("high", "low") if down else ("low", "high")
    assert all(a[far] == b[near] for a, b in pairwise(table["zones"]))
    assert table["zones"][-1][far] is None
