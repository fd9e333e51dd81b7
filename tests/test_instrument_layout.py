"""Computed zones: equally wide, from a song's notes, transposed."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.instrument.layout import from_pitches, spread, transposed
from handmidi.instrument.preset import Zone
from handmidi.instrument.scaling import Scaling


def test_a_preset_of_just_these_notes():
    preset = from_pitches("ode", "Ode to Joy", [67, 60, 64, 60])
    assert [zone.pitch for zone in preset.main.zones] == [60, 64, 67]
    rows = preset.to_dict()["zones"]
    assert rows[1]["low"] / rows[0]["low"] == pytest.approx(
        rows[2]["low"] / rows[1]["low"], abs=1e-3
    )
    assert preset.main.by.unscaled(1.0) == pytest.approx(0.15)
    assert (preset.name, preset.title, preset.main.by.control) == ("ode", "Ode to Joy", "area")
    with pytest.raises(ValueError, match="at least one note"):
        from_pitches("none", "None", [])


def test_its_range_is_the_calibrated_one():
    by = from_pitches("ode", "Ode", [60, 62], {"area": (0.02, 0.3), "x": (0.8, 0.2)}).main.by
    assert by == Scaling("area", (0.02, 0.3), "log")


@given(count=st.integers(1, 128), first=st.floats(0, 0.9))
def test_zones_are_equally_wide(count, first):
    zones = spread([(60,)] * count, first)
    widths = [b.at - a.at for a, b in pairwise(zones)] + [1 - zones[-1].at]
    assert zones[0].at == pytest.approx(first, abs=1e-6)
    assert max(widths) - min(widths) < 1e-5


def test_transposed_zones_leave_out_what_midi_lacks():
    zones = (Zone(0.0, (120, 125)), Zone(0.5, ()))
    assert transposed(zones, 5) == (Zone(0.0, (125,)), Zone(0.5, ()))
