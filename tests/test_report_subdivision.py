import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.report.subdivision import Span, subdivide, swung_place
from handmidi.song import Meter


def bars(count=4, numerator=4, denominator=4):
    meter = Meter(0.0, numerator, denominator)
    return [(Span(n * meter.bar_beats, meter.bar_beats), 0.0, meter) for n in range(count)]


def threes(onsets, where=None):
    return [(s.start, s.length) for s in subdivide(sorted(onsets), where or bars()).threes]


@pytest.mark.parametrize(
    ("onsets", "expected"),
    [
        ([0, 1, 1.5, 2, 2.25, 2.5, 2.75, 3, 3.75], []),
        ([0, 1 / 3, 2 / 3, 1], [(0, 1)]),
        ([0, 2 / 3, 1, 1.5, 2, 2.5], [(0, 1)]),  # a long and a short third, beside plain eighths
        ([0, 2 / 3, 4 / 3, 2], [(0, 2)]),  # a triplet of quarters
        ([0, 4 / 3, 8 / 3, 4], [(0, 4)]),  # of halves
        ([1 / 3, 2 / 3], [(0, 1)]),  # its first third is a rest
        ([n / 6 for n in range(6)], [(0, 1)]),
        ([0, 0.5, 0.5 + 1 / 6, 0.5 + 2 / 6, 1], [(0.5, 0.5)]),  # a triplet of sixteenths
        ([0, 1 / 3, 1 / 2, 2 / 3, 1], [(0, 1)]),
        ([0, 0.75, 1.5, 2, 3], []),
    ],
)
def test_threes(onsets, expected):
    assert threes(onsets) == expected


@pytest.mark.parametrize("ticks", [96, 120, 192, 384, 480, 960])
def test_the_ticks_of_a_file_do_not_matter(ticks):
    exact = [0, 1 / 3, 2 / 3, 1, 1.25, 1.5, 2, 8 / 3, 10 / 3, 4, 4.75, 5, 5 + 1 / 6, 5 + 1 / 3, 5.5]
    rounded = [round(beat * ticks) / ticks for beat in exact]
    assert threes(rounded) == threes(exact) == [(0, 1), (2, 2), (5, 0.5)]


def test_six_eight_has_triplets_within_its_eighths_only():
    where = bars(2, 6, 8)
    assert threes([0, 0.5, 1, 1.5, 2, 2.5], where) == []
    assert threes([0, 0.5, 2 / 3, 5 / 6, 1, 1.5], where) == [(0.5, 0.5)]
    assert threes([0, 2.5, 2.5 + 1 / 6, 2.5 + 2 / 6, 3], where) == [(2.5, 0.5)]  # the last


def test_a_pickup_is_counted_from_the_end_of_a_whole_bar():
    meter = Meter(0.0, 4, 4)
    where = [(Span(0.0, 0.5), 3.5, meter), (Span(0.5, 4.0), 0.0, meter)]
    assert threes([0, 0.5, 0.5 + 1 / 3, 0.5 + 2 / 3, 1.5], where) == [(0.5, 1)]


@given(st.integers(0, 1000))
def test_plain_rhythms_played_by_hand_stay_plain(seed):
    rng = random.Random(seed)
    onsets = [n / 2 + rng.gauss(0, 0.025) for n in range(32) if rng.random() < 0.8]
    assert threes(max(x, 0) for x in onsets) == []


@given(st.integers(0, 1000))
def test_triplets_played_by_hand_are_found(seed):
    rng = random.Random(seed)
    onsets = [max(n / 3 + rng.gauss(0, 0.01), 0) for n in range(24)]
    assert threes(onsets) == [(n, 1) for n in range(8)]


def test_thirty_seconds_are_kept_apart():
    cut = subdivide([0, 0.5, 0.625, 0.75, 0.875, 1], bars())
    assert [(s.start, s.length) for s in cut.fines] == [(0.5, 0.5)]


@pytest.mark.parametrize("swing", [0.58, 0.62, 2 / 3])
def test_swing_is_found_and_is_no_triplet(swing):
    onsets = [beat + at for beat in range(8) for at in (0, swing)]
    cut = subdivide(onsets, bars())
    assert cut.swing == pytest.approx(swing, abs=0.001)
    assert cut.threes == ()


def test_triplets_among_swung_eighths_are_triplets():
    pairs = [beat + at for beat in (0, 1, 2, 4, 5, 6) for at in (0, 2 / 3)]
    assert threes([*pairs, 3, 3 + 1 / 3, 3 + 2 / 3]) == [(3, 1)]


@pytest.mark.parametrize("second", [0.5, 0.75])
def test_even_and_dotted_pairs_are_no_swing(second):
    assert subdivide([b + at for b in range(8) for at in (0, second)], bars()).swing is None


def test_swung_places_keep_the_beat_and_put_the_pair_in_the_middle():
    assert [swung_place(x, 0.6) for x in (0, 0.3, 0.6, 0.8, 1)] == pytest.approx(
        [0, 0.25, 0.5, 0.75, 1]
    )


def test_nothing_to_cut():
    assert subdivide([], bars()).threes == ()
