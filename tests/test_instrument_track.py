"""What was seen of a hand: stamps that jitter, rest and noise, and where it may aim."""

import numpy as np
import pytest

from handmidi.instrument.aims import REST, Aims
from handmidi.instrument.frames import FrameClock
from handmidi.instrument.track import Sample, Track


def errors_of(stamps, truth):
    clock = FrameClock()
    return np.array([clock(float(stamp)) for stamp in stamps]) - truth


@pytest.mark.parametrize("fps", [20, 30, 60])
def test_jitter_of_the_stamps_is_smoothed(fps):
    rng, truth = np.random.default_rng(0), 5 + np.arange(20 * fps) / fps
    stamps = np.maximum.accumulate(truth + rng.normal(0, 0.004, len(truth)))
    assert errors_of(stamps, truth)[2 * fps :].std() < 0.6 * (stamps - truth).std()


def test_true_stamps_pass_even_where_frames_are_missing():
    truth = np.delete(np.arange(300) / 30, [7, 8, 50, 120, 121, 122])
    assert errors_of(truth, truth) == pytest.approx(0, abs=1e-6)


def test_frames_that_come_unevenly_are_followed():
    rng = np.random.default_rng(1)
    truth = np.cumsum(rng.uniform(0.02, 0.06, 400))
    late = np.abs(errors_of(truth, truth)[50:])
    assert np.median(late) < 0.02


def test_the_clock_never_runs_backwards():
    clock, last_s = FrameClock(), 0.0
    for stamp in (1.0, 1.03, 1.03, 1.02, 1.07, 9.0, 8.0, 9.04, 9.04, 9.3):
        time_s = clock(stamp)
        assert time_s >= last_s
        last_s = time_s


# ---- rest and noise


def track_of(places, noise=0.008, fps=30):
    track = Track(noise)
    for i, x in enumerate(places):
        track.add(Sample(i / fps, x))
    return track


def test_a_hand_is_still_or_it_moves():
    assert track_of([0.5] * 5).is_still(0.3)
    assert not track_of([0.5, 0.5, 0.6, 0.7]).is_still(0.3)
    assert not track_of([0.5]).is_still(0.3)


def test_a_hand_that_creeps_has_not_stopped():
    assert track_of([0.5] * 6).has_stopped(0.3)
    assert not track_of([0.5 + 0.02 * i for i in range(6)]).has_stopped(0.3)
    assert not track_of([0.5]).has_stopped(0.3)


def test_where_a_hand_rested_is_known_when_it_has_left():
    track = track_of([0.5] * 12 + [0.51, 0.55])
    assert track.place_left(0.0) == pytest.approx(0.5)
    assert track.place_left(0.4) is None
    assert track.last(3, 0.0) == [
        Sample(11 / 30, 0.5),
        Sample(12 / 30, 0.51),
        Sample(13 / 30, 0.55),
    ]


def test_a_resting_hand_tells_its_noise():
    rng = np.random.default_rng(2)
    for sd in (0.005, 0.012):
        track = Track(0.008)
        for off in rng.normal(0, sd, 300):
            track.learn_noise(off)
        assert track.noise == pytest.approx(sd, rel=0.3)
    for _ in range(500):
        track.learn_noise(9.0)
    assert track.noise <= 3 * 0.008


# ---- aims


def test_zones_and_the_rest_below_them():
    aims = Aims([0.0, 1.0, 2.0, 4.0], -1.0)
    assert [aims.at(x) for x in (-5, 0.5, 1.5, 3, 99)] == [REST, 0, 1, 2, 2]
    assert aims.width_at(3) == 2 and aims.width_at(-1) == 1 and len(aims) == 3
    assert aims.is_inside(0.5, 0, 0.4) and not aims.is_inside(0.3, 0, 0.4)
    assert aims.is_inside(9.0, 2, 0.4) and aims.is_inside(-0.5, REST, 0.4)
    assert aims.off_centre(0.4) == pytest.approx(0.1)
    assert [aims.gap(x, 1) for x in (0.5, 1.5, 2.25)] == [0.5, 0.0, 0.25]
    assert aims.gap(0.5, REST) == 0.5 and aims.gap(9.0, 2) == 0.0
    assert aims.clipped(1e300) == 16.0 and aims.clipped(-1e300) == -12.0


def test_targets_lie_on_the_side_that_the_hand_goes_to():
    aims = Aims([0.0, 1.0, 2.0, 3.0], -1.0)
    up, down = aims.targets(1.5, 1.0, False), aims.targets(1.5, -1.0, False)
    assert set(up.zone) == {2, 3} and set(down.zone) == {0, 1, 2}
    missed = up.way[up.zone == 3]
    assert missed[0] == pytest.approx(1.0) and missed[1] > 1.0 > missed[2]


def test_a_correction_goes_home():
    aims = Aims([0.0, 1.0, 2.0, 3.0], -1.0)
    back = aims.targets(1.1, 1.0, True)
    assert back.zone[back.log_prior.argmax()] == 2
    on = aims.targets(1.9, 1.0, True)
    assert on.zone[on.log_prior.argmax()] == 3
