"""The onset engine: the zone where the hand stops, at the moment when it arrives."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hands import (
    DELAY_S,
    FPS,
    NOISE,
    centre_area,
    compare,
    frames_of,
    melody_of,
    notes_on,
    reach_for,
    resting,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.instrument import Instrument, from_pitches, load_preset, perform
from handmidi.instrument.onset import REST, OnsetEngine
from handmidi.instrument.presetfile import parse_preset
from handmidi.instrument.smoothing import OneEuro

SEEDS = range(12)
PRESETS = {
    "chromatic": load_preset("chromatic"),
    "mama": load_preset("mama"),
    "blues": load_preset("blues"),
    "deep-purple": load_preset("deep-purple"),
    "from_pitches": from_pitches("ode", "Ode", [60, 62, 64, 65, 67, 69, 71, 72]),
}
ZONES = [0.0, 1.0, 2.0, 3.0]
"""Edges of three zones, each one unit wide."""


@pytest.fixture(params=PRESETS)
def preset(request):
    return PRESETS[request.param]


@pytest.fixture
def mama():
    return PRESETS["mama"]


def play(preset, areas):
    return list(perform(Instrument(preset), frames_of(areas)))


def pitches(preset, areas):
    return [pitch for _, pitch in notes_on(play(preset, areas))]


def moving(start, end, seconds, rng):
    """Areas of one minimum-jerk move in the logarithm of the distance."""
    u = np.arange(1, round(seconds * FPS) + 1) / round(seconds * FPS)
    s = u**3 * (10 - 15 * u + 6 * u * u)
    return list(start * (end / start) ** s * np.exp(rng.normal(0, NOISE, len(u))))


def feed(engine, xs, fps=FPS, delay_s=DELAY_S):
    """Every event of a row of samples, each with the `ready_s` that it came after."""
    out = []
    for i, x in enumerate(xs):
        out += [(*event, i / fps + delay_s) for event in engine.feed(i / fps, i / fps + delay_s, x)]
    return out


# ---- reaches


def test_reaches_are_heard_as_meant(preset):
    """Over the players together: F1 at least 0.97, median within 15 ms of the arrival."""
    meant, played, errors = 0, 0, []
    for seed in SEEDS:
        reaches = reach_for(preset, melody_of(preset, seed), seed)
        heard = notes_on(perform(Instrument(preset), reaches.frames))
        errors += list(compare(reaches.notes, heard)[1])
        meant, played = meant + len(reaches.notes), played + len(heard)
    assert 2 * len(errors) / (meant + played) >= 0.97
    assert abs(np.median(errors)) <= 0.015
    assert np.percentile(np.abs(errors - np.median(errors)), 95) <= 0.03


@pytest.mark.parametrize("beat_s", [0.35, 1.0])
def test_slow_and_quick_players_are_heard_too(mama, beat_s):
    for seed in SEEDS[:4]:
        reaches = reach_for(mama, melody_of(mama, seed), seed, beat_s)
        score, errors = compare(reaches.notes, notes_on(perform(Instrument(mama), reaches.frames)))
        assert score >= 0.97
        assert abs(np.median(errors)) <= 0.02


def test_the_same_reaches_on_a_position_are_heard_from_either_side():
    """A control in fractions of the picture, once rising and once falling through the zones."""
    rows = [{"at": i / 5, "note": n} for i, n in enumerate(("C4", "D4", "E4", "F4", "G4"))]
    for ends in ((0.1, 0.9), (0.9, 0.1)):
        made = parse_preset("x", {"control": "x", "range": list(ends), "zones": rows}, "x.toml")
        rng = np.random.default_rng(3)
        low, high = (made.main.by.unscaled(s) for s in (0.1, 0.7))
        u = np.clip((np.arange(60) / FPS - 0.8) / 0.2, 0, 1)
        xs = low + (high - low) * u**3 * (10 - 15 * u + 6 * u * u) + rng.normal(0, 0.002, 60)
        frames = [
            replace(frame, hands=(replace(frame.hands[0], x=float(x)),))
            for frame, x in zip(frames_of([0.05] * 60), xs, strict=True)
        ]
        heard = notes_on(perform(Instrument(made), frames))
        assert [pitch for _, pitch in heard] == [60, 65]
        assert heard[1][0] == pytest.approx(1.0, abs=0.04)


# ---- zones on the way, and at rest


@pytest.mark.parametrize("seconds", [0.2, 0.3, 0.5, 0.8])
def test_zones_that_the_hand_only_passes_stay_silent(mama, seconds):
    last = len(mama.main.zones) - 1
    for seed in SEEDS[:4]:
        for start, end in ((0, last), (last, 0), (1, 5), (6, 2)):
            rng = np.random.default_rng(seed)
            areas = [centre_area(mama, zone) for zone in (start, end)]
            way = moving(*areas, seconds, rng)
            trace = resting(areas[0], 0.6, rng) + way + resting(areas[1], 0.6, rng)
            meant = [mama.main.zones[zone].pitch for zone in (start, end)]
            assert pitches(mama, trace) == meant


@pytest.mark.parametrize("seconds", [0.15, 0.4, 0.8])
def test_a_hand_that_stays_below_the_first_zone_is_silent(mama, seconds):
    border = mama.main.by.unscaled(mama.main.zones[0].at)
    for seed in SEEDS[:4]:
        for start, end in ((0.005, 0.02), (0.01, 0.9 * border), (0.9 * border, 0.01)):
            rng = np.random.default_rng(seed)
            trace = resting(start, 0.5, rng) + moving(start, end, seconds, rng)
            assert pitches(mama, trace + resting(end, 0.5, rng)) == []


def test_a_hand_at_rest_plays_its_zone_once(preset):
    rng = np.random.default_rng(5)
    for index, zone in enumerate(preset.main.zones):
        wanted = [] if zone.pitch is None else [zone.pitch]
        assert pitches(preset, resting(centre_area(preset, index), 2, rng)) == wanted


def test_a_hand_that_creeps_plays_each_zone_that_it_comes_to(mama):
    rng = np.random.default_rng(6)
    areas = np.geomspace(centre_area(mama, 0), centre_area(mama, 3), 240)
    areas *= np.exp(rng.normal(0, NOISE, 240))
    assert pitches(mama, areas) == [zone.pitch for zone in mama.main.zones[:4]]


def test_a_hand_resting_on_a_border_does_not_flicker():
    for preset in PRESETS.values():
        for zone in preset.main.zones:
            for seed in SEEDS[:4]:
                rng = np.random.default_rng(seed)
                assert len(pitches(preset, resting(preset.main.by.unscaled(zone.at), 10, rng))) <= 1


def test_a_hand_that_stops_on_a_border_leaves_its_old_note(mama):
    for border in (4, 5, 6):
        for seed in SEEDS:
            rng = np.random.default_rng(seed)
            start, end = centre_area(mama, 0), mama.main.by.unscaled(mama.main.zones[border].at)
            trace = resting(start, 0.6, rng) + moving(start, end, 0.27, rng) + resting(end, 2, rng)
            neighbours = {mama.main.zones[border - 1].pitch, mama.main.zones[border].pitch}
            assert pitches(mama, trace)[-1] in neighbours


# ---- the engine by itself


def test_the_first_sample_decides_nothing_and_the_next_ones_do():
    events = feed(OnsetEngine(ZONES, -1.0), [1.5] * 5)
    assert [(zone, due_s) for due_s, zone, _ in events] == [(1, pytest.approx(1 / FPS + DELAY_S))]


def test_below_the_first_edge_is_a_rest():
    engine = OnsetEngine(ZONES, -1.0)
    feed(engine, [0.5] * 10)
    assert engine.zone == 0
    events = [engine.feed(1 + i / FPS, 1 + i / FPS, 0.5 - min(i / 8, 1)) for i in range(30)]
    assert [zone for event in events for _, zone in event] == [REST]
    assert engine.zone == REST


def test_reset_keeps_the_note_unless_told_to_silence():
    engine = OnsetEngine(ZONES, -1.0)
    feed(engine, [0.5] * 10)
    engine.reset()
    assert engine.zone == 0
    engine.reset(silence=True)
    assert engine.zone == REST


@settings(max_examples=60, deadline=None)
@given(
    samples=st.lists(
        st.tuples(st.floats(0.001, 0.6), st.floats(0, 0.2), st.floats(-20, 20)), max_size=40
    )
)
def test_events_follow_their_samples_and_never_go_back(samples):
    engine, time_s, ready_s, last_s, sounding = OnsetEngine(ZONES, -1.0), 0.0, 0.0, -1.0, REST
    for step_s, delay_s, x in samples:
        time_s += step_s
        ready_s = max(ready_s, time_s + delay_s)
        for due_s, zone in engine.feed(time_s, ready_s, x):
            assert due_s >= ready_s
            assert due_s >= last_s
            assert REST <= zone < 3
            assert zone != sounding
            last_s, sounding = due_s, zone
        assert engine.zone == sounding


# ---- its filter, and sizes that leap


def test_the_filter_is_steady_at_rest_and_quick_on_the_move():
    rng = np.random.default_rng(0)
    steady = OneEuro()
    still = [steady(i / FPS, x) for i, x in enumerate(rng.normal(0, 0.01, 300))]
    assert np.std(still[30:]) < 0.006
    quick = OneEuro()
    for i in range(30):
        quick(i / FPS, 0.0)
    assert [quick((30 + i) / FPS, 1.0) for i in range(4)][-1] > 0.7


def test_the_filter_passes_the_first_value_and_keeps_still_when_time_does():
    smooth = OneEuro()
    assert smooth(1.0, 5.0) == 5.0
    assert smooth(1.0, 9.0) == 5.0
    smooth.reset()
    assert smooth(0.5, 7.0) == 7.0


@pytest.mark.parametrize("fps", [30, 60])
def test_a_size_that_leaps_plays_no_ghost(mama, fps):
    """The tracker finds the hand again elsewhere, or a trace was drawn with a ruler."""
    rng = np.random.default_rng(5)
    zones = [0, 3, 6, 1, 5, 2, 4, 0, 6, 3]
    sizes = [area for zone in zones for area in [centre_area(mama, zone)] * (fps * 6 // 10)]
    areas = [area * np.exp(rng.normal(0, 0.004)) for area in sizes]
    said = perform(Instrument(mama), frames_of(areas, fps))
    played = [m.message.note for m in said if m.message.type == "note_on"]
    assert played == [mama.main.zones[zone].pitch for zone in zones]


# ---- what goes wrong with cameras and hands


def reaching(xs, seconds=0.24, stay_s=0.5, fps=FPS, noise=0.008, seed=0):
    """Times and places of a hand that reaches for each of `xs` in turn; and its arrivals."""
    count = round((stay_s + len(xs) * (stay_s + seconds)) * fps)
    times = np.arange(count) / fps
    place = np.full(count, xs[0], float)
    arrivals = []
    for i, (start, end) in enumerate(pairwise(xs)):
        begin_s = stay_s + i * (stay_s + seconds)
        u = np.clip((times - begin_s) / seconds, 0, 1)
        place += (end - start) * u**3 * (10 - 15 * u + 6 * u * u)
        arrivals.append(begin_s + seconds)
    place += np.random.default_rng(seed).normal(0, noise, count)
    return times, place, arrivals


def heard(engine, times, places, delay_s=DELAY_S):
    """(due_s, zone) of every event."""
    return [
        event
        for time_s, x in zip(times, places, strict=True)
        for event in engine.feed(float(time_s), float(time_s) + delay_s, float(x))
    ]


WIDE = [0.3 * i for i in range(9)]
"""Edges of eight zones."""


@settings(max_examples=30, deadline=None)
@given(
    xs=st.lists(st.floats(-0.5, 3.0), min_size=2, max_size=5),
    seconds=st.floats(0.1, 0.5),
    fps=st.sampled_from([20, 30, 60]),
    cut=st.floats(0, 1),
    seed=st.integers(0, 99),
    follows=st.booleans(),
)
def test_what_comes_later_changes_nothing_before(xs, seconds, fps, cut, seed, follows):
    times, places, arrivals = reaching(xs, seconds, fps=fps, seed=seed)
    song = [(arrival_s, i % 8) for i, arrival_s in enumerate(arrivals)] if follows else []
    whole, part = OnsetEngine(WIDE, -0.5), OnsetEngine(WIDE, -0.5)
    whole.expect(song)
    part.expect(song)
    rows = round(cut * len(times))
    shortened = heard(part, times[:rows], places[:rows])
    assert heard(whole, times, places)[: len(shortened)] == shortened


@settings(max_examples=60, deadline=None)
@given(
    samples=st.lists(
        st.tuples(
            st.floats(-1, 2) | st.just(0.0) | st.just(1 / 30),
            st.floats(-1e300, 1e300) | st.floats(-3, 3) | st.just(0.5),
        ),
        max_size=60,
    )
)
def test_any_samples_are_borne(samples):
    """Repeated and backward stamps, leaps, huge values."""
    engine, time_s, ready_s = OnsetEngine(WIDE, -0.5), 0.0, 0.0
    for step_s, x in samples:
        time_s += step_s
        ready_s = max(ready_s, time_s + DELAY_S)
        for due_s, zone in engine.feed(time_s, ready_s, x):
            assert due_s >= ready_s
            assert REST <= zone < 8


@pytest.mark.parametrize("fps", [30, 60])
@pytest.mark.parametrize("factor", [0.5, 0.67, 0.83, 1.2, 1.5, 2.0])
def test_one_wrong_size_plays_nothing(factor, fps):
    for zone in range(1, 7):
        xs = np.random.default_rng(zone).normal(0.3 * zone + 0.15, 0.005, 2 * fps)
        xs[fps + 3] += math.log(factor)
        assert [z for _, z in heard(OnsetEngine(WIDE, -0.4), np.arange(len(xs)) / fps, xs)] == [
            zone
        ]


def test_stamps_that_jitter_spoil_little():
    meant = [0.15, 0.75, 0.45, 1.65, 1.35, 0.15, 1.05, 2.25, 1.95]
    for seed in range(4):
        times, places, arrivals = reaching(meant, seed=seed)
        stamps = times + np.random.default_rng(seed).normal(0, 0.004, len(times))
        events = heard(OnsetEngine(WIDE, -0.5), np.maximum.accumulate(stamps), places)
        assert [zone for _, zone in events] == [int(x / 0.3) for x in meant]
        late = np.array([due_s for due_s, _ in events[1:]]) - arrivals
        assert np.abs(late).max() < 0.05


def test_a_hand_that_drifts_within_its_zone_plays_it_once():
    times = np.arange(900) / FPS
    places = 1.05 + 0.1 * np.sin(times) + np.random.default_rng(1).normal(0, 0.008, 900)
    assert [zone for _, zone in heard(OnsetEngine(WIDE, -0.5), times, places)] == [3]


def test_after_silence_the_hand_plays_anew():
    engine = OnsetEngine(WIDE, -0.5)
    times, places, _ = reaching([0.15, 0.75])
    heard(engine, times, places)
    engine.reset(silence=True)
    assert engine.zone == REST
    assert [zone for _, zone in heard(engine, times + 5, places)] == [0, 2]


# ---- a song to follow


def test_a_song_alone_plays_nothing():
    engine = OnsetEngine(WIDE, -0.5)
    engine.expect([(0.5 * i, i % 8) for i in range(1, 20)])
    times = np.arange(300) / FPS
    places = np.random.default_rng(2).normal(1.05, 0.008, 300)
    assert [zone for _, zone in heard(engine, times, places)] == [3]


def test_the_hand_decides_not_the_song():
    """Wrong zones, a note that is left out, and one that comes a beat late."""
    meant = [0.15, 0.75, 1.05, 0.45, 1.65, 0.75, 1.35, 0.15]
    times, places, arrivals = reaching(meant)
    zones = [int(x / 0.3) for x in meant]
    asked = list(zip(arrivals, zones[1:], strict=True))
    asked[2] = (arrivals[2], 2)
    asked[4] = (arrivals[4] - 0.5, zones[5])
    asked.insert(6, (arrivals[5] + 0.3, 7))
    engine = OnsetEngine(WIDE, -0.5)
    engine.expect(asked)
    events = heard(engine, times, places)
    assert [zone for _, zone in events] == zones
    assert np.abs(np.array([due_s for due_s, _ in events[1:]]) - arrivals).max() < 0.06


def test_a_song_settles_what_a_leap_leaves_open():
    """A hand that stops on a border plays the zone that the song asks for."""
    times, places, arrivals = reaching([0.15, 1.5])
    for asked in (4, 5):
        engine = OnsetEngine(WIDE, -0.5)
        engine.expect([(arrivals[0], asked)])
        first = heard(engine, times, places)[1]
        assert first[1] == asked
        assert first[0] == pytest.approx(arrivals[0], abs=0.06)


def test_a_song_may_be_told_again_and_forgotten():
    times, places, arrivals = reaching([0.15, 0.75, 1.05, 0.45])
    engine, events = OnsetEngine(WIDE, -0.5), []
    for i, (time_s, x) in enumerate(zip(times, places, strict=True)):
        if i % 30 == 0:
            engine.expect([(arrival_s + 0.002 * (i // 30), 0) for arrival_s in arrivals])
        if i == 60:
            engine.expect([])
        events += engine.feed(float(time_s), float(time_s) + DELAY_S, float(x))
    assert [zone for _, zone in events] == [0, 2, 3, 1]


@pytest.mark.parametrize("unit", [0.01, 1.0, 80.0])
def test_the_unit_of_a_position_is_of_no_account(unit):
    rng = np.random.default_rng(8)
    zones = [0, 3, 1, 5, 4, 7, 2]
    places = [(zone + 0.5) / 8 for zone in zones]
    xs = [places[0]] * 20
    for start, end in pairwise(places):
        u = np.linspace(0, 1, 7)[1:]
        xs += [*(start + (end - start) * u**3 * (10 - 15 * u + 6 * u * u)), *([end] * 14)]
    xs = (np.array(xs) + rng.normal(0, 0.002, len(xs))) * unit
    engine = OnsetEngine([k / 8 * unit for k in range(9)], 0.0, 0.002 * unit, is_ratio=False)
    played = [
        zone for i, x in enumerate(xs) for _, zone in engine.feed(i / 30, i / 30 + 0.02, float(x))
    ]
    assert played == zones
