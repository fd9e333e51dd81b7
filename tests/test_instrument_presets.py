"""Our presets as a musician meets them: where a hand rests, what it reaches, how loud it is."""

from itertools import pairwise

import numpy as np
import pytest

from handmidi.hand import Hand, HandFrame
from handmidi.instrument.instrument import Instrument
from handmidi.instrument.presetfile import load_preset

FPS = 30.0
DELAY_S = 0.02
BEGIN_S, END_S = 1.0, 6.0
LEAST_WIDTH = 0.06
UPRIGHT, MIDDLE = 0.0, 0.5
STILL = {"area": 0.05, "x": 0.5, "y": 0.5, "openness": 0.9, "tilt": 0.0}
NOISE = {"area": 0.004, "x": 0.0005, "y": 0.0005, "openness": 0.005, "tilt": 0.5}


def played(name, control, start, end, move_s, **still):
    """Note-ons of a hand that moves once, with minimum jerk (Flash and Hogan, 1985)."""
    rng, instrument, messages = np.random.default_rng(1), Instrument(load_preset(name)), []
    for i in range(round(END_S * FPS)):
        time_s = i / FPS
        u = min(max((time_s - BEGIN_S) / move_s, 0.0), 1.0)
        value = start + (end - start) * u**3 * (10 - 15 * u + 6 * u * u)
        values = STILL | still | ({control: value} if control != "distance" else {})
        if control == "distance":
            values["area"] = value**-2
        noise = NOISE | {"area": NOISE["area"] * values["area"]}
        values = {key: value + rng.normal(0, noise[key]) for key, value in values.items()}
        frame = HandFrame(time_s, time_s + DELAY_S, (Hand("right", 0.99, **values),))
        messages += instrument.feed(frame)
    return [m.message for m in messages if m.message.type == "note_on"]


def centre(name, zone):
    """The control at the middle of a zone."""
    part = load_preset(name).main
    edges = [each.at for each in part.zones] + [1.0]
    return part.by.unscaled((edges[zone] + edges[zone + 1]) / 2)


@pytest.mark.parametrize("name", ["gamelan", "mpe-lead", "blues-lead"])
def test_a_slow_step_is_soft_and_a_fast_leap_is_loud(name):
    control = load_preset(name).main.by.control
    step = played(name, control, centre(name, 2), centre(name, 3), 0.5)
    steady = played(name, control, centre(name, 1), centre(name, 6), 0.4)
    leap = played(name, control, centre(name, 1), centre(name, 8), 0.2)
    assert [len(step), len(steady), len(leap)] == [2, 2, 2]
    assert 55 < step[1].velocity < 70
    assert 80 < steady[1].velocity < 110
    assert 108 < leap[1].velocity < 120


@pytest.mark.parametrize("name", ["raga", "blues-lead"])
def test_zones_are_wide_enough_for_a_noisy_camera(name):
    part = load_preset(name).main
    edges = np.array([part.by.unscaled(zone.at) for zone in part.zones])
    assert np.all(-np.diff(edges) >= LEAST_WIDTH * edges[:-1])


@pytest.mark.parametrize(
    ("name", "control", "value", "width"),
    [("tilt-organ", "tilt", UPRIGHT, 12.0), ("drum-pads", "x", MIDDLE, 0.15)],
)
def test_where_a_hand_rests_is_the_middle_of_a_zone(name, control, value, width):
    part = load_preset(name).main
    edges = [part.by.unscaled(zone.at) for zone in part.zones] + [part.by.range[1]]
    assert part.by.control == control
    assert np.abs(np.diff(edges)).min() >= width
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    assert min(abs(middle - value) for middle in middles) < 1e-6


def test_an_upright_hand_holds_one_note_of_the_organ():
    assert [m.note for m in played("tilt-organ", "tilt", 0.0, 0.0, 1.0)] == [59]


def test_a_drum_is_struck_harder_by_a_raised_hand():
    low, high = (played("drum-pads", "openness", 0.05, 0.95, 0.1, y=y)[0] for y in (0.7, 0.3))
    assert low.note == high.note == 42
    assert 60 < low.velocity < 80
    assert 105 < high.velocity < 127


@pytest.mark.parametrize(("sweep_s", "tones"), [(1.5, 5), (4.0, 8)])
def test_a_sweep_is_an_arpeggio(sweep_s, tones):
    notes = [m.note for m in played("arpeggio", "distance", 7.9, 2.9, sweep_s)]
    assert notes == sorted(set(notes))
    assert len(notes) >= tones
